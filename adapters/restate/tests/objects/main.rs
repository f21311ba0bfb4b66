//! The objects on a Restate server, with a worker in this process: `.ci/restate cargo test -p restate-adapter -- --include-ignored`.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

mod restate;
mod tenant;

use std::time::Duration;

use hatch_mapping::{HatchEvent, HatchEventKind};
use restate::Restate;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, Server};
use tenant::{Tenant, serve};

/// Asks for the status until it is as wanted.
async fn wait_for(restate: &Restate, tenant: &Tenant, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let status = restate.call("Connection", &tenant.name, "status", Value::Null).await.unwrap();
        if wanted(&status) {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Syncs the tenant once, and returns its last cycle.
async fn sync(restate: &Restate, tenant: &Tenant) -> Value {
    let before = wait_for(restate, tenant, |_| true).await["last"]["ended"].clone();
    restate.call("Connection", &tenant.name, "sync_now", Value::Null).await.unwrap();
    let is_over = |status: &Value| status["cycle"].is_null() && status["last"]["ended"] != before;
    wait_for(restate, tenant, is_over).await["last"].clone()
}

async fn is_started_and_stopped_once(restate: &Restate, tenant: &Tenant) {
    let status = wait_for(restate, tenant, |_| true).await;
    assert_eq!(status, json!({"started": false, "due": null, "cycle": null, "last": null}));
    for (handler, changed) in [("start", true), ("start", false), ("stop", true), ("stop", false)] {
        let answer = restate.call("Connection", &tenant.name, handler, Value::Null).await.unwrap();
        assert_eq!(answer, changed, "{handler}");
    }
    // The cycle would have begun within a rhythm.
    tokio::time::sleep(tenant::RHYTHM).await;
    assert_eq!(tenant.simulator.stats().servicetitan_requests(), 0, "a stopped connection did something");
}

async fn syncs_and_keeps_the_rhythm(restate: &Restate, tenant: &Tenant) {
    let last = sync(restate, tenant).await;
    assert_eq!((&last["failure"], &last["counts"]["problems"]), (&Value::Null, &json!(0)), "{last}");
    assert_eq!(last["counts"]["delivered"], tenant.simulator.hatch().total_upserts());
    assert!(tenant.simulator.hatch().total_upserts() > 20);
    let ended = last["ended"].clone();
    let next = wait_for(restate, tenant, |status| status["last"]["ended"] != ended).await;
    assert_eq!(
        (&next["last"]["counts"]["delivered"], &next["last"]["counts"]["steps"]),
        (&json!(0), &json!(1))
    );
}

async fn brings_a_record_forward_once(restate: &Restate, tenant: &Tenant) {
    let before = tenant.simulator.hatch().total_upserts();
    tenant.simulator.world().set("jobs", tenant.job, json!({"summary": "leak"})).unwrap();
    let notice = json!({"event": "e-1", "resource": "jobs", "id": tenant.job});
    for wanted in ["brought_forward", "duplicate"] {
        let answer = restate.call("Connection", &tenant.name, "webhook", notice.clone()).await.unwrap();
        assert_eq!(answer["outcome"], wanted, "{answer}");
    }
    assert_eq!(tenant.simulator.hatch().total_upserts(), before + 1);
}

async fn delivers_nothing_while_it_is_paused(restate: &Restate, tenant: &Tenant) {
    let refused = restate.call("Connection", &tenant.name, "pause", json!({"integration": "none"})).await;
    assert!(refused.is_err_and(|status| status == 400), "there is no such integration");
    restate.call("Connection", &tenant.name, "pause", json!({})).await.unwrap();
    let before = tenant.simulator.hatch().total_upserts();
    tenant.simulator.world().set("jobs", tenant.job, json!({"summary": "paused"})).unwrap();
    sync(restate, tenant).await;
    assert_eq!(tenant.simulator.hatch().total_upserts(), before);
    restate.call("Connection", &tenant.name, "resume", json!({"integration": "jobs"})).await.unwrap();
    sync(restate, tenant).await;
    assert_eq!(tenant.simulator.hatch().total_upserts(), before + 1);
}

async fn writes_the_notes_of_an_event_once(restate: &Restate, tenant: &Tenant) {
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    let kind = HatchEventKind::IncomingMessage;
    let event = HatchEvent::new("event-1", "jobs", tenant.job.to_string(), at, kind);
    tenant.builder().pusher().push(event).await.unwrap();
    let notes = tenant.simulator.world().note_count();
    let answer = restate.call("Notes", &tenant.name, "push", json!("event-1")).await.unwrap();
    assert_eq!((&answer["written"], &answer["waiting"]), (&json!(2), &json!(0)), "{answer}");
    restate.call("Notes", &tenant.name, "push", json!("event-1")).await.unwrap();
    assert_eq!(tenant.simulator.world().note_count(), notes + 2);
}

async fn writes_notes_of_an_event_that_nobody_called_for_with_the_next_cycle(tenant: &Tenant) {
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    let kind = HatchEventKind::IncomingMessage;
    let event = HatchEvent::new("event-2", "jobs", tenant.job.to_string(), at, kind);
    tenant.builder().pusher().push(event).await.unwrap();
    let notes = tenant.simulator.world().note_count();
    while tenant.simulator.world().note_count() < notes + 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn ends_a_cycle_that_is_cancelled_and_begins_the_next_one(restate: &Restate, tenant: &Tenant) {
    let slow = FaultKind::Slow { by: Duration::from_secs(3) };
    tenant.simulator.inject(Fault::once(Server::ServiceTitan, slow).on_path("export/jobs"));
    let status = wait_for(restate, tenant, |_| true).await;
    restate.call("Connection", &tenant.name, "sync_now", Value::Null).await.unwrap();
    let step = format!("Connection/{}/step", tenant.name);
    restate.cancel(&step).await;
    let is_over = |now: &Value| now["last"]["ended"] != status["last"]["ended"];
    let last = wait_for(restate, tenant, is_over).await["last"].clone();
    assert_eq!(last["failure"]["reason"], "the step was cancelled", "{last}");
    let next = wait_for(restate, tenant, |now| now["last"]["ended"] != last["ended"]).await;
    assert_eq!(next["last"]["failure"], Value::Null, "{next}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RESTATE_URL"]
async fn a_connection_does_what_its_handlers_say() {
    let tenant = Tenant::start().await;
    let restate = Restate::from_environment();
    let workers = serve(&tenant).await;
    restate.register(&workers).await;
    is_started_and_stopped_once(&restate, &tenant).await;
    syncs_and_keeps_the_rhythm(&restate, &tenant).await;
    brings_a_record_forward_once(&restate, &tenant).await;
    delivers_nothing_while_it_is_paused(&restate, &tenant).await;
    writes_the_notes_of_an_event_once(&restate, &tenant).await;
    writes_notes_of_an_event_that_nobody_called_for_with_the_next_cycle(&tenant).await;
    ends_a_cycle_that_is_cancelled_and_begins_the_next_one(&restate, &tenant).await;
    restate.call("Connection", &tenant.name, "stop", Value::Null).await.unwrap();
}
