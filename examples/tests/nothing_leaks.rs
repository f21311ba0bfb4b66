//! No output contains a secret at any log level, and no log line at `info` and above, error, report or `Debug` output contains customers' data.

#[allow(dead_code, reason = "other tests use the rest")]
mod program;
#[allow(dead_code, reason = "other tests use the rest")]
mod simulated;

use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use std::time::Duration;

use hatch_client::HatchClient;
use hatch_mapping::{Channel, HatchEvent, HatchEventKind, Mapper, MapperConfig, OpportunityModel};
use program::{Host, said};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use servicetitan_client::{CustomerId, JobId, Method, NewNote, RequestLimits, ServiceTitanBuilder};
use simulator::{Fault, FaultKind, NoteParent, Server, Simulator, SimulatorConfig};
use sync_core::{Engine, Integration, MemoryStore, OpportunitySink, Resource, ServiceTitanSource, Store};

/// Unique texts of customers' data, each planted in a field of its own.
const PLANTED: [&str; 8] = [
    "Zebulon",
    "Quixworth",
    "zebulon@quixworth-mail.example",
    "6145559321",
    "PLANTED-SUMMARY",
    "PLANTED-MESSAGE",
    "PLANTED-WRONG-TYPE",
    "PLANTED-STREET",
];

/// Plants a job within the window, of a customer with two contacts.
fn planted_job(simulator: &Simulator) -> i64 {
    let jobs = simulator.world().jobs_with_open_estimate();
    let mut jobs = jobs.into_iter();
    jobs.find(|job| contacts_of(simulator, customer_of(simulator, *job)).len() > 1).expect("a job")
}

fn customer_of(simulator: &Simulator, job: i64) -> i64 {
    simulator.world().record("jobs", job).expect("a job")["customerId"].as_i64().expect("a customer")
}

fn contacts_of(simulator: &Simulator, customer: i64) -> Vec<i64> {
    let contacts = simulator.world().records("customers/contacts").into_iter();
    let own = contacts.filter(|contact| contact["customerId"] == customer);
    own.map(|contact| contact["id"].as_i64().expect("an ID")).collect()
}

async fn simulator() -> Simulator {
    let config = SimulatorConfig { seed: 5, jobs: 30, memberships: 6, ..SimulatorConfig::default() };
    let simulator = Simulator::start(config).await.expect("the simulator starts");
    let world = simulator.world();
    let job = planted_job(&simulator);
    let customer = customer_of(&simulator, job);
    let set = |resource: &str, id: i64, fields| world.set(resource, id, fields).expect("a change");
    set("jobs", job, json!({ "summary": "PLANTED-SUMMARY" }));
    let address = json!({ "street": "PLANTED-STREET" });
    set("customers", customer, json!({ "name": "Zebulon Quixworth", "address": address }));
    let kinds = [("Email", "zebulon@quixworth-mail.example"), ("MobilePhone", "6145559321")];
    let contacts = contacts_of(&simulator, customer);
    // The planted contacts are the only ones, so that Hatch gets them.
    for id in &contacts {
        set("customers/contacts", *id, json!({ "active": false }));
    }
    for (id, (kind, value)) in contacts.into_iter().zip(kinds) {
        let settings = json!({ "phoneNumber": value });
        let contact = json!({ "type": kind, "value": value, "phoneSettings": settings, "active": true });
        set("customers/contacts", id, contact);
    }
    // A record with a wrong value: the message about it must name the path, not the value.
    let other = *world.ids("locations").last().expect("a location");
    set("locations", other, json!({ "customerId": "PLANTED-WRONG-TYPE" }));
    simulator
}

fn secrets(simulator: &Simulator) -> Vec<String> {
    let credentials = simulator.credentials();
    let keys = simulator.hatch_departments().map(|department| department.api_key);
    let all = [credentials.app_key, credentials.client_secret].into_iter().chain(keys);
    // Tokens are JWTs, which all begin alike.
    all.map(|secret| secret.expose_secret().to_owned()).chain(["eyJ".to_owned()]).collect()
}

fn assert_free_of<T: AsRef<str>>(written: &str, forbidden: &[T]) {
    for text in forbidden.iter().map(AsRef::as_ref) {
        let lines: Vec<&str> = written.lines().filter(|line| line.contains(text)).take(3).collect();
        assert!(lines.is_empty(), "{text:?} is in:\n{}", lines.join("\n"));
    }
}

/// Runs the program with faults, a push, a rejected opportunity and a wrong secret. Returns everything that it wrote.
async fn troubled_life(simulator: &Simulator, filter: &str) -> String {
    let logs =
        format!("logs = {{ filter = \"{filter}\", format = \"json\" }}\nevents = {{ folder = \"events\" }}");
    let mut host = Host::new(simulator, &logs);
    let mut written = said(&host.run(&["check"]));
    for (server, kind) in [
        (Server::ServiceTitan, FaultKind::ServiceUnavailable),
        (Server::ServiceTitan, FaultKind::BrokenAfter),
        (Server::ServiceTitan, FaultKind::TooManyRequests { retry_after: None }),
        (Server::Hatch, FaultKind::BrokenAfter),
        (Server::Hatch, FaultKind::Status(422)),
    ] {
        simulator.inject(Fault::once(server, kind).after(5));
    }
    written += &said(&host.run(&["once", "--json"]));
    written += &said(&host.run(&["dead-letters", "list"]));

    let job = planted_job(simulator);
    // The rejected opportunity may be the planted one. The engine delivers it again once its record has changed.
    simulator.world().set("jobs", job, json!({ "customerPo": "1" })).expect("a change");
    written += &said(&host.run(&["once"]));
    let at = simulator.world().now();
    let mut event = HatchEvent::new("e1", "jobs", job.to_string(), at, HatchEventKind::CampaignMessage);
    event.channel = Some(Channel::Text);
    event.contact_name = Some("Zebulon Quixworth".to_owned());
    event.content = Some("PLANTED-MESSAGE".to_owned());
    let folder = host.folder.path().join("events/north");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("e1.json");
    std::fs::write(&file, serde_json::to_vec(&event).expect("JSON")).expect("an event");
    std::fs::write(folder.join("e2.json"), "{ \"id\": \"PLANTED-MESSAGE").expect("no event");
    let notes = simulator.world().note_count();
    simulator.inject(Fault::once(Server::ServiceTitan, FaultKind::BrokenAfter).on_path("/notes"));
    // The output goes to a file: nothing reads a pipe meanwhile, and a full pipe would stop the program.
    let log = host.folder.path().join("daemon.log");
    let to_log = || std::fs::File::options().create(true).append(true).open(&log).expect("a log");
    let daemon = host.command(&[]).stdout(to_log()).stderr(to_log()).spawn();
    let mut daemon = daemon.expect("sync_daemon starts");
    let refused = folder.join("e2.refused");
    while file.exists() || !refused.exists() || simulator.world().note_count() == notes {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let id = daemon.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
    daemon.wait().expect("it ends");
    written += &std::fs::read_to_string(&log).expect("a log");

    // All planted texts went through the program, so that they could leak.
    let bodies = simulator.hatch().last_bodies(&simulator.hatch_departments()[0].source);
    let body = &bodies[&event.external_id];
    assert_eq!(body["phoneNumber"], "6145559321");
    assert_eq!(body["email"], "zebulon@quixworth-mail.example");
    let held = format!("{bodies:?}");
    for text in PLANTED.iter().filter(|text| !["PLANTED-MESSAGE", "PLANTED-WRONG-TYPE"].contains(text)) {
        assert!(held.contains(text), "{text} did not come to Hatch");
    }
    let notes = simulator.world().notes(NoteParent::Job, job);
    assert!(notes.iter().any(|note| note.text.contains("PLANTED-MESSAGE")));

    host.secret("SERVICETITAN_CLIENT_SECRET", Some("cs1.PLANTED-WRONG-SECRET"));
    written + &said(&host.run(&["once"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_written_even_at_trace() {
    let simulator = simulator().await;
    let written = troubled_life(&simulator, "trace").await;
    assert!(written.contains("\"TRACE\""), "nothing was logged at trace");
    assert_free_of(&written, &secrets(&simulator));
    assert_free_of(&written, &["PLANTED-WRONG-SECRET"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_customers_is_written_at_info_and_above() {
    let simulator = simulator().await;
    let written = troubled_life(&simulator, "info").await;
    assert!(written.contains("\"INFO\"") && written.contains("\"WARN\""), "{written}");
    assert_free_of(&written, &PLANTED);
    assert_free_of(&written, &secrets(&simulator));
}

fn client(simulator: &Simulator) -> ServiceTitanBuilder {
    simulated::client(simulator).limits(RequestLimits::per_second(10_000)).deadline(Duration::from_secs(1))
}

/// Formats a value in both forms of `Debug`.
fn debug(written: &mut String, value: &dyn Debug) {
    writeln!(written, "{value:?}\n{value:#?}").expect("written");
}

/// Formats an error and its causes, with `Display` and `Debug`.
fn error(written: &mut String, error: &(dyn std::error::Error + 'static)) {
    debug(written, &error);
    let mut cause = Some(error);
    while let Some(error) = cause {
        writeln!(written, "{error}\n{error:?}").expect("written");
        cause = error.source();
    }
}

#[tokio::test]
async fn debug_and_display_show_neither_secrets_nor_customers() {
    let simulator = simulator().await;
    let mut written = String::new();
    let builder = client(&simulator);
    debug(&mut written, &builder);
    let st = builder.build().expect("a client");
    debug(&mut written, &st);
    debug(&mut written, &simulator.credentials().client_secret);

    // One error of the client for each way to fail.
    let world = simulator.world();
    let odd = *world.ids("locations").last().expect("a location");
    let odd = st.locations().get(odd.into()).await.expect("a record but for one field");
    assert_eq!(odd.unread_fields().len(), 1);
    debug(&mut written, &odd.unread_fields());
    let mut errors = vec![
        st.jobs().get(JobId(1)).await.expect_err("there is no such job"),
        st.request(Method::GET, "crm/v2/tenant/{tenant}/locations")
            .send_json::<Vec<i64>>()
            .await
            .expect_err("an answer that does not fit"),
        st.customers()
            .add_note(CustomerId(1), &NewNote::text("PLANTED-MESSAGE").into())
            .await
            .expect_err("there is no such customer"),
    ];
    for kind in [
        FaultKind::ServiceUnavailable,
        FaultKind::Status(400),
        FaultKind::BrokenAfter,
        FaultKind::TooManyRequests { retry_after: None },
    ] {
        let job = world.ids("jobs")[0];
        simulator.clear_faults();
        simulator.inject(Fault::once(Server::ServiceTitan, kind).on_path("/notes").times(100));
        let failed = st.jobs().add_note(JobId(job), &NewNote::text("PLANTED-MESSAGE")).await;
        errors.push(failed.expect_err("a fault"));
    }
    let wrong = client(&simulator).credentials("cid.other", SecretString::from("cs1.PLANTED-WRONG-SECRET"));
    errors.push(wrong.build().expect("a client").jobs().get(JobId(1)).await.expect_err("a wrong secret"));
    let pasted = client(&simulator).app_key(SecretString::from("ak1.PLANTED-WRONG-SECRET "));
    errors.push(pasted.build().expect_err("a key with white space"));
    assert!(errors.len() > 7);
    for one in &errors {
        error(&mut written, one);
    }

    // The engine, its parts, its reports and the content of its store.
    let [jobs, _] = simulator.hatch_departments();
    let config = MapperConfig::new(OpportunityModel::Job, jobs.source.clone());
    let hatch = HatchClient::builder("jobs", jobs.api_key.clone())
        .base_url(simulator.hatch_url())
        .attempts(1, Duration::ZERO);
    debug(&mut written, &hatch);
    let hatch = hatch.build().expect("a client");
    debug(&mut written, &hatch);
    writeln!(written, "{}", hatch.identity()).expect("written");
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let integration = Integration::new("jobs", Mapper::new(config).expect("a mapper"), Arc::new(hatch));
    debug(&mut written, &integration);
    // A separate client: the budget of the other one is still paused by a `Retry-After`.
    simulator.clear_faults();
    let source = ServiceTitanSource::new(client(&simulator).build().expect("a client"));
    debug(&mut written, &source);
    let builder = Engine::builder("north", Arc::new(source), Arc::clone(&store)).integration(integration);
    debug(&mut written, &builder);
    let engine = builder.open().await.expect("an engine");
    debug(&mut written, &engine);
    simulator.inject(Fault::once(Server::Hatch, FaultKind::Status(422)));
    let report = engine.sync_once().await.expect("a run");
    assert!(report.bad_fields.contains_key(&Resource::Locations), "one field does not fit");
    debug(&mut written, &report);
    writeln!(written, "{}", serde_json::to_string(&report).expect("JSON")).expect("written");
    debug(&mut written, &store.dead_letters("north").await.expect("dead letters"));
    let ids = world.ids("customers");
    let mirrored = store.records("north", Resource::Customers, &ids).await.expect("records");
    assert!(mirrored.iter().any(|it| it.body.as_deref().is_some_and(|body| body.contains("Quixworth"))));
    debug(&mut written, &mirrored);

    let at = world.now();
    let mut event = HatchEvent::new("e1", "jobs", "1", at, HatchEventKind::IncomingMessage);
    event.contact_name = Some("Zebulon Quixworth".to_owned());
    event.content = Some("PLANTED-MESSAGE".to_owned());
    debug(&mut written, &event);
    let stored = sync_core::OutboxEvent {
        id: event.id.clone(),
        event: serde_json::to_string(&event).expect("JSON"),
        state: String::new(),
        at,
    };
    debug(&mut written, &stored);

    assert_free_of(&written, &PLANTED);
    assert_free_of(&written, &secrets(&simulator));
    assert_free_of(&written, &["PLANTED-WRONG-SECRET"]);
}
