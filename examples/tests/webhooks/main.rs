//! Webhooks alongside the runs: lost, repeated, late and out of order at random, while runs go on and requests fail. Once nothing changes any
//! more, Hatch has `map(source)`, and later webhooks change nothing.
//!
//! Everything runs in one process on tokio's paused clock. `WEBHOOK_SEEDS=0..2000 cargo test -p examples --test webhooks` tries more seeds.

#[path = "../faults/chaos.rs"]
#[allow(dead_code)]
mod chaos;
#[path = "../expectation/mod.rs"]
mod expectation;
#[path = "../faults/in_process.rs"]
mod in_process;
#[path = "../seeds/mod.rs"]
mod seeds;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../simulated/mod.rs"]
mod simulated;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::future::join_all;
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel};
use http::HeaderMap;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use servicetitan_client::TenantId;
use servicetitan_client::webhooks::{SIGNATURE_HEADER, WebhookVerifier};
use simulator::{
    Change, ChangeKind, CourierTrouble, Fault, FaultKind, Server, Simulator, SimulatorConfig, WebhookCourier,
    WebhookDelivery,
};
use sync_core::{
    Engine, Integration, MemoryStore, ReferenceChanges, ServiceTitanSource, Store, WebhookOutcome,
};

use chaos::Chaos;
use in_process::{Department, InProcess};

const CONNECTION: &str = "tenant";
const SOURCE: &str = "custom:servicetitan-jobs";

struct Tenant {
    simulator: Arc<Simulator>,
    store: Arc<MemoryStore>,
    engine: Engine,
    mapper: Mapper,
}

impl Tenant {
    async fn new(seed: u64, jobs: usize) -> Self {
        let simulator = Arc::new(Simulator::in_process(SimulatorConfig {
            seed,
            jobs,
            memberships: 0,
            now: DateTime::from_timestamp(1_750_000_000, 0),
            ..SimulatorConfig::default()
        }));
        let credentials = simulator.credentials();
        let transport = InProcess { simulator: Arc::clone(&simulator), chaos: Chaos::new() };
        let client = simulated::client(&simulator)
            .transport(Arc::new(transport))
            .jitter_seed(seed)
            .build()
            .expect("a client");
        let mut config = MapperConfig::new(OpportunityModel::Job, SOURCE);
        config.selection = ObjectSelection::all(OpportunityModel::Job);
        let mapper = Mapper::new(config).expect("a mapper");
        let [department, _] = simulator.hatch_departments();
        let sink =
            Department { simulator: Arc::clone(&simulator), chaos: Chaos::new(), department, base: "jobs" };
        let store = Arc::new(MemoryStore::new());
        let source = Arc::new(ServiceTitanSource::new(client));
        let engine = Engine::builder(CONNECTION, source, Arc::clone(&store) as Arc<dyn Store>)
            .webhooks(
                WebhookVerifier::new(credentials.webhook_key).expect("a key"),
                TenantId(credentials.tenant),
            )
            .reference_changes(ReferenceChanges::Reevaluate)
            .integration(Integration::new("jobs", mapper.clone(), Arc::new(sink)))
            .open()
            .await
            .expect("an engine");
        Tenant { simulator, store, engine, mapper }
    }

    fn webhooks(&self, changes: &[Change]) -> Vec<WebhookDelivery> {
        let key = self.simulator.credentials().webhook_key;
        changes.iter().filter_map(|change| self.simulator.world().webhook(change, &key)).collect()
    }

    /// Hands one delivery to the engine. ServiceTitan would repeat a failed delivery; here it is lost.
    async fn arrives(&self, delivery: &WebhookDelivery) -> Option<WebhookOutcome> {
        let mut headers = HeaderMap::new();
        headers.insert(SIGNATURE_HEADER, delivery.signature.parse().expect("a header"));
        match self.engine.on_webhook(&headers, &delivery.body).await {
            Ok(outcome) => Some(outcome),
            Err(error) => {
                assert_eq!(error.status(), 503, "{error}");
                None
            }
        }
    }

    async fn differences(&self) -> Vec<String> {
        let start = self.store.value(CONNECTION, "start").await.expect("a store").expect("a start");
        let start: DateTime<Utc> = start.parse().expect("a time");
        let expected = expectation::bodies(&self.simulator.world(), &self.mapper, start);
        let held: BTreeMap<_, _> = self.simulator.hatch().last_bodies(SOURCE);
        expectation::differences(&expected, &held)
    }

    async fn run_until_quiet(&self) {
        for _ in 0..20 {
            let report = self.engine.sync_with_references().await.expect("a run without faults");
            let jobs = &report.integrations["jobs"];
            if jobs.delivered + jobs.rejected + jobs.waiting == 0 {
                return;
            }
        }
        panic!("it does not come to rest");
    }
}

async fn live(seed: u64) -> usize {
    let mut dice = StdRng::seed_from_u64(seed);
    let tenant = Tenant::new(seed, dice.random_range(3..20)).await;
    let mut courier = WebhookCourier::new(seed, CourierTrouble::HEAVY);
    let mut sent = Vec::new();
    let mut applied = 0;
    for _ in 0..dice.random_range(3..10) {
        if dice.random_bool(0.4) {
            let server = if dice.random_bool(0.5) { Server::Hatch } else { Server::ServiceTitan };
            let kind =
                if dice.random_bool(0.5) { FaultKind::BrokenBefore } else { FaultKind::ServiceUnavailable };
            tenant.simulator.inject(Fault::once(server, kind).after(dice.random_range(0..20)).times(2));
        }
        let changes = tenant.simulator.world().mutate(dice.random(), dice.random_range(0..6));
        for delivery in tenant.webhooks(&changes) {
            sent.push(delivery.clone());
            courier.hand_in(delivery);
        }
        let arriving = courier.next_round();
        let webhooks = join_all(arriving.iter().map(|delivery| tenant.arrives(delivery)));
        let outcomes = if dice.random_bool(0.6) {
            let (outcomes, run) = tokio::join!(webhooks, tenant.engine.sync_once());
            assert!(run.as_ref().err().is_none_or(|error| error.is_temporary()), "{run:?}");
            outcomes
        } else {
            webhooks.await
        };
        let taken =
            |outcome: &Option<WebhookOutcome>| matches!(outcome, Some(WebhookOutcome::BroughtForward { .. }));
        applied += outcomes.iter().filter(|outcome| taken(outcome)).count();
    }
    tenant.simulator.clear_faults();
    tenant.run_until_quiet().await;
    while !courier.is_idle() {
        for delivery in courier.next_round() {
            tenant.arrives(&delivery).await;
        }
    }
    tenant.run_until_quiet().await;
    assert_eq!(tenant.differences().await, Vec::<String>::new());

    // All webhooks that arrive now are old.
    for delivery in &sent {
        tenant.arrives(delivery).await;
    }
    assert_eq!(tenant.differences().await, Vec::<String>::new(), "after late webhooks");
    applied
}

#[test]
fn hatch_ends_up_with_the_mapped_source_after_any_loss_or_disorder_of_webhooks() {
    let seeds = seeds::from_environment("WEBHOOK_SEEDS", 0..20);
    let many = seeds.end - seeds.start >= 20;
    let mut applied = 0;
    for seed in seeds {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(live(seed))));
        assert!(outcome.is_ok(), "again: WEBHOOK_SEEDS={seed} cargo test -p examples --test webhooks");
        applied += outcome.unwrap_or_default();
    }
    // The test proves something only if webhooks had an effect.
    assert!(applied > 20 || !many, "only {applied} webhooks brought something forward");
}

#[tokio::test(start_paused = true)]
async fn a_change_of_a_job_an_appointment_or_an_invoice_is_in_hatch_without_waiting_for_the_next_run() {
    let tenant = Tenant::new(5, 30).await;
    tenant.run_until_quiet().await;
    for kind in [ChangeKind::JobChanged, ChangeKind::AppointmentRescheduled, ChangeKind::InvoiceChanged] {
        // A change may affect no opportunity, so changes are made until one does.
        for attempt in 0.. {
            assert!(attempt < 50, "{kind:?} changes nothing");
            let changes = tenant.simulator.world().mutate_only(&[kind], attempt, 1);
            let shown = !tenant.differences().await.is_empty();
            let deliveries = tenant.webhooks(&changes);
            assert!(!deliveries.is_empty(), "{kind:?} sends no webhook");
            let began = tokio::time::Instant::now();
            for delivery in &deliveries {
                assert!(tenant.arrives(delivery).await.is_some());
            }
            // Only the export has the `active` flag of a job that the mirror did not have; its feed adds the flag later.
            let mut left = tenant.differences().await;
            left.retain(|line| !line.ends_with(": /details/active is null and not true"));
            assert_eq!(left, Vec::<String>::new(), "{kind:?}");
            assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
            if shown {
                break;
            }
        }
    }
}
