//! Whole runs against the simulator: delivered opportunities, number of requests, and error messages.

mod expectation;
mod simulated;

use std::sync::Arc;
use std::time::Duration;

use hatch_mapping::{
    Channel, HatchEvent, HatchEventKind, Mapper, MapperConfig, NoteTarget, ObjectSelection, OpportunityModel,
    PushConfig, PushRule,
};
use secrecy::SecretString;
use servicetitan_client::{RequestLimits, ServiceTitan, TenantId};
use simulator::{Fault, FaultKind, NoteParent, Server, Simulator, SimulatorConfig};
use sync_core::{
    Clock, Engine, EngineBuilder, MemoryStore, NoteOutcome, PushError, PushOutcome, Resource,
    ServiceTitanSource, Store, SyncError,
};

async fn simulator() -> Simulator {
    let config = SimulatorConfig { seed: 11, jobs: 120, memberships: 30, ..SimulatorConfig::default() };
    Simulator::start(config).await.expect("the simulator starts")
}

fn client(simulator: &Simulator) -> servicetitan_client::ServiceTitanBuilder {
    simulated::client(simulator).limits(RequestLimits::per_second(10_000))
}

async fn engine(simulator: &Simulator, client: ServiceTitan, store: Arc<dyn Store>) -> Engine {
    builder(simulator, client, store).open().await.expect("an engine")
}

fn builder(simulator: &Simulator, client: ServiceTitan, store: Arc<dyn Store>) -> EngineBuilder {
    let [jobs, memberships] = simulator.hatch_departments();
    let integration = |name, model, department| simulated::integration(simulator, name, model, department);
    let push = PushConfig {
        campaign_messages: PushRule::to([NoteTarget::Job, NoteTarget::Customer]).with_content(),
        ..PushConfig::default()
    };
    Engine::builder("test", Arc::new(ServiceTitanSource::new(client)), store)
        .integration(integration("jobs", OpportunityModel::Job, jobs).push(push.clone()))
        .integration(integration("memberships", OpportunityModel::Membership, memberships).push(push))
}

async fn running(simulator: &Simulator) -> Engine {
    engine(simulator, client(simulator).build().expect("a client"), Arc::new(MemoryStore::new())).await
}

fn text(id: &str, integration: &str, external_id: &str, simulator: &Simulator) -> HatchEvent {
    let at = simulator.world().now();
    let mut event = HatchEvent::new(id, integration, external_id, at, HatchEventKind::CampaignMessage);
    event.channel = Some(Channel::Text);
    event.content = Some("Hello from Hatch".to_owned());
    event
}

#[tokio::test]
async fn a_second_sync_sends_nothing_and_makes_one_request_for_each_feed() {
    let simulator = simulator().await;
    let engine = running(&simulator).await;
    let first = engine.sync_once().await.expect("a backfill");
    let delivered: u64 = first.integrations.values().map(|it| it.delivered).sum();
    assert!(delivered > 100, "{first:?}");
    assert_eq!(simulator.hatch().total_upserts(), delivered);

    let second = engine.sync_once().await.expect("an idle run");
    assert_eq!(simulator.hatch().total_upserts(), delivered);
    assert_eq!(second.total_requests(), second.feeds.len() as u64, "{:?}", second.requests);
    assert_eq!(simulator.stats().unknown_parameters, std::collections::BTreeMap::new());
}

#[tokio::test]
async fn every_job_that_changed_within_the_window_arrives_unless_it_has_neither_phone_nor_email() {
    let simulator = simulator().await;
    let engine = running(&simulator).await;
    let report = engine.sync_once().await.expect("a backfill");
    let world = simulator.world();
    let start =
        (world.now() - chrono::Duration::days(90)).date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    for (integration, resource, department) in [("jobs", "jobs", 0), ("memberships", "memberships", 1)]
        .map(|(name, resource, index)| (name, resource, simulator.hatch_departments()[index].source.clone()))
    {
        let wanted = world.ids_modified_since(resource, start);
        let bodies = simulator.hatch().last_bodies(&department);
        let counts = &report.integrations[integration];
        assert_eq!(
            bodies.len() as u64 + counts.no_contact_key + counts.inactive,
            wanted.len() as u64,
            "{counts:?}"
        );
        assert!(bodies.keys().all(|id| wanted.contains(&id.parse().expect("an ID"))));
    }
}

#[tokio::test]
async fn a_change_is_delivered_to_exactly_the_opportunities_that_show_it() {
    let simulator = simulator().await;
    let engine = running(&simulator).await;
    engine.sync_once().await.expect("a backfill");
    let source = simulator.hatch_departments()[0].source.clone();
    let before = simulator.hatch().last_bodies(&source);
    let world = simulator.world();
    let job = *world
        .jobs_to_reschedule()
        .iter()
        .find(|job| before.contains_key(&job.to_string()))
        .expect("a job to reschedule");
    world.reschedule_job(job).expect("rescheduled");
    engine.sync_once().await.expect("an incremental run");
    let after = simulator.hatch().last_bodies(&source);
    let changed: Vec<&String> =
        after.iter().filter(|(id, body)| before.get(*id) != Some(body)).map(|(id, _)| id).collect();
    assert_eq!(changed, [&job.to_string()]);
}

#[tokio::test]
async fn a_new_engine_on_the_same_store_goes_on_and_fences_the_old_one_off() {
    let simulator = simulator().await;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let client = client(&simulator).build().expect("a client");
    let old = engine(&simulator, client.clone(), Arc::clone(&store)).await;
    old.sync_once().await.expect("a backfill");
    let upserts = simulator.hatch().total_upserts();

    let new = engine(&simulator, client, store).await;
    new.sync_once().await.expect("an idle run");
    assert_eq!(simulator.hatch().total_upserts(), upserts);

    let world = simulator.world();
    let job = world.jobs_to_reschedule()[0];
    world.reschedule_job(job).expect("rescheduled");
    let error = old.sync_once().await.expect_err("the old engine is fenced off");
    assert!(matches!(error, SyncError::Store(sync_core::StoreError::Fenced { .. })), "{error}");
}

#[tokio::test]
async fn a_pushed_event_becomes_one_note_on_each_target_however_often_it_comes() {
    let simulator = simulator().await;
    let engine = running(&simulator).await;
    engine.sync_once().await.expect("a backfill");
    let source = simulator.hatch_departments()[0].source.clone();
    let id = simulator.hatch().last_bodies(&source).into_keys().next().expect("an opportunity");
    let job: i64 = id.parse().expect("an ID");
    for attempt in 0..3 {
        let outcome = engine.push(text("e1", "jobs", &id, &simulator)).await.expect("pushed");
        assert_eq!(outcome == PushOutcome::Replay, attempt > 0);
    }
    let notes = simulator.world().notes(NoteParent::Job, job);
    assert_eq!(notes.iter().filter(|note| note.text.contains("Hello from Hatch")).count(), 1);
    assert_eq!(simulator.world().note_count(), 2);
}

#[tokio::test]
async fn a_membership_has_no_job_to_put_a_note_on() {
    let simulator = simulator().await;
    let engine = running(&simulator).await;
    let membership = simulator.world().ids("memberships")[0].to_string();
    let outcome = engine.push(text("e1", "memberships", &membership, &simulator)).await.expect("pushed");
    let PushOutcome::Stored(report) = outcome else { panic!("{outcome:?}") };
    assert_eq!(
        report.notes,
        [(NoteTarget::Job, NoteOutcome::NotApplicable), (NoteTarget::Customer, NoteOutcome::Written)]
    );
}

#[tokio::test]
async fn an_event_without_a_servicetitan_record_is_refused_and_not_stored() {
    let simulator = simulator().await;
    let engine = running(&simulator).await;
    let error = engine.push(text("e1", "jobs", "1", &simulator)).await.expect_err("there is no such job");
    assert!(matches!(error, PushError::NoServiceTitanRecord(_)), "{error}");
    assert!(engine.push_pending().await.expect("nothing waits").is_empty());
}

#[tokio::test]
async fn a_feed_without_its_scope_is_named_and_the_rest_goes_on() {
    let config = SimulatorConfig {
        jobs: 60,
        memberships: 10,
        withheld_scopes: vec!["tn.acc.invoices:r".to_owned()],
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.expect("the simulator starts");
    let engine = running(&simulator).await;
    let report = engine.sync_once().await.expect("a backfill");
    let error = report.feeds[&Resource::Invoices].error.as_deref().unwrap_or_default();
    assert!(error.contains("Accounting > Invoices, read"), "{error}");
    assert!(report.integrations["jobs"].delivered > 0);
}

#[tokio::test]
async fn a_check_names_the_app_and_the_tenant() {
    let simulator = simulator().await;
    let found = running(&simulator).await.check().await;
    assert!(found.ok, "{found}");
    let credentials = simulator.credentials();
    for expected in [&credentials.client_id, &credentials.tenant.to_string(), "Everything is in order."] {
        assert!(found.to_string().contains(expected), "{expected} in {found}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_told_with_what_to_do_and_without_the_secret() {
    let simulator = simulator().await;
    let client_id = simulator.credentials().client_id;
    let client =
        client(&simulator).credentials(client_id, SecretString::from("cs1.wrong")).build().expect("a client");
    let engine = engine(&simulator, client, Arc::new(MemoryStore::new())).await;
    let error = engine.check().await.to_string();
    assert!(error.contains("secret"), "{error}");
    assert!(!error.contains("cs1.wrong"), "{error}");
}

#[tokio::test]
async fn an_unknown_tenant_is_told_by_its_number() {
    let simulator = simulator().await;
    let client = client(&simulator).tenant(TenantId(99)).build().expect("a client");
    let engine = engine(&simulator, client, Arc::new(MemoryStore::new())).await;
    let error = engine.check().await.to_string();
    assert!(error.contains("99") && error.contains("tenant"), "{error}");
}

/// Returns the differences between Hatch's opportunities of jobs and the expected ones.
async fn differences(simulator: &Simulator, store: &dyn Store) -> Vec<String> {
    let start = store.value("test", "start").await.expect("a value").expect("a start date");
    let source = simulator.hatch_departments()[0].source.clone();
    let mut config = MapperConfig::new(OpportunityModel::Job, source.clone());
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    let mapper = Mapper::new(config).expect("a mapper");
    let expected = expectation::bodies(&simulator.world(), &mapper, start.parse().expect("a date"));
    expectation::differences(&expected, &simulator.hatch().last_bodies(&source))
}

#[tokio::test]
async fn a_lookup_that_was_refused_is_made_up_for_by_the_next_run() {
    let simulator = simulator().await;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let engine = engine(&simulator, client(&simulator).build().expect("a client"), Arc::clone(&store)).await;
    let tenant = simulator.credentials().tenant;
    let lookups = format!("tenant/{tenant}/invoices");
    simulator
        .inject(Fault::once(Server::ServiceTitan, FaultKind::Forbidden).on_path(lookups).times(u32::MAX));
    engine.sync_once().await.expect("a backfill without invoices of old jobs");
    assert!(!differences(&simulator, store.as_ref()).await.is_empty(), "nothing was to be looked up");
    simulator.clear_faults();
    engine.sync_once().await.expect("a run");
    assert_eq!(differences(&simulator, store.as_ref()).await, [""; 0]);
}

#[tokio::test]
async fn a_gateway_that_knows_no_path_for_once_costs_one_feed_of_one_run() {
    let simulator = simulator().await;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let engine = engine(&simulator, client(&simulator).build().expect("a client"), Arc::clone(&store)).await;
    simulator.inject(
        Fault::once(Server::ServiceTitan, FaultKind::UnknownToGateway).on_path("export/customers").times(1),
    );
    let report = engine.sync_once().await.expect("the run goes on");
    let failed: Vec<_> = report.feeds.values().filter(|feed| feed.error.is_some()).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    engine.sync_once().await.expect("a run");
    assert_eq!(differences(&simulator, store.as_ref()).await, [""; 0]);
}

/// Clock that is ahead of the machine's clock by this number of hours.
struct Ahead(std::sync::atomic::AtomicI64);

#[async_trait::async_trait]
impl Clock for Ahead {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::Utc::now() + chrono::Duration::hours(self.0.load(std::sync::atomic::Ordering::Relaxed))
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[tokio::test]
async fn a_reconciliation_reads_every_list_with_parameters_that_servicetitan_knows_and_finds_nothing_missed()
{
    let simulator = simulator().await;
    let clock = Arc::new(Ahead(0.into()));
    let client = client(&simulator).build().expect("a client");
    let builder = builder(&simulator, client, Arc::new(MemoryStore::new())).clock(clock.clone());
    let engine = builder.open().await.expect("an engine");
    assert_eq!(engine.sync_once().await.expect("a backfill").reconciled, None);
    clock.0.store(25, std::sync::atomic::Ordering::Relaxed);
    simulator.reset_stats();
    let report = engine.sync_once().await.expect("a run with a reconciliation");
    let reconciled = report.reconciled.expect("a reconciliation");
    assert_eq!(reconciled.problems, Vec::<String>::new());
    assert!(reconciled.repaired.is_empty() && reconciled.gone == 0, "{reconciled:?}");
    assert!(reconciled.compared >= 120, "{reconciled:?}");
    assert_eq!(simulator.stats().unknown_parameters, std::collections::BTreeMap::new());
}

#[tokio::test]
async fn each_page_of_a_feed_or_a_list_is_asked_for_once() {
    let config = SimulatorConfig {
        jobs: 60,
        memberships: 10,
        export_page_size: 10,
        max_page_size: 2,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.expect("the simulator starts");
    let engine = running(&simulator).await;
    let report = engine.sync_once().await.expect("a backfill");
    for (resource, path, page_size) in [
        (Resource::Jobs, "/export/jobs", 10),
        (Resource::Campaigns, "/campaigns", 2),
        (Resource::JobTypes, "/job-types", 2),
    ] {
        let feed = &report.feeds[&resource];
        let pages = (feed.changed + feed.unchanged).div_ceil(page_size);
        let asked = report.requests.iter().filter(|(asked, _)| asked.ends_with(path));
        let asked: u64 = asked.map(|(_, count)| count).sum();
        assert!(pages > 1, "{resource}");
        assert_eq!(asked, pages, "{resource}: {:?}", report.requests);
    }
}
