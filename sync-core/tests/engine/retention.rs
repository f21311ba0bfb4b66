//! Pruning finished records, and erasing customers.

use std::time::Duration;

use chrono::TimeDelta;
use hatch_mapping::{
    HatchEvent, HatchEventKind, NoteTarget, ObjectSelection, OpportunityModel, PushConfig, PushRule,
};
use serde_json::json;
use sync_core::{Change, Engine, EventStatus, Resource, Role, Store};

use crate::hatch::Fate;
use crate::host::{CONNECTION, CUSTOMER, Host, JOBS, integration, jobs, mapping};
use crate::store_hooks::HoldOnce;
use crate::tenant::Way;

const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

async fn pruning(host: &Host) -> Engine {
    let mut config = mapping();
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    let builder = host.bare().retention(MONTH).reconcile_every(None);
    builder.integration(integration(JOBS, config, &host.hatch)).open().await.unwrap()
}

async fn ids(host: &Host, resource: Resource) -> Vec<i64> {
    host.store.record_ids(CONNECTION, resource, None, 100).await.unwrap()
}

/// Returns a host with a finished job of customer 8, with all its children, and an open job of another customer.
async fn finished_and_open() -> Host {
    let host = Host::new();
    host.customer(8, "614-555-0800");
    host.tenant.put(Resource::Locations, json!({"id": 19, "customerId": 8}));
    let job = json!({"id": 1, "customerId": 8, "locationId": 19, "jobStatus": "Completed", "active": true});
    host.tenant.put(Resource::Jobs, job);
    host.tenant.put(Resource::Appointments, json!({"id": 31, "jobId": 1, "active": true}));
    let assignment = json!({"id": 61, "appointmentId": 31, "technicianName": "Ted", "active": true});
    host.tenant.put(Resource::AppointmentAssignments, assignment);
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 1, "name": "roof"}));
    host.job(2);
    pruning(&host).await.sync_once().await.unwrap();
    host.hatch.sent();
    host
}

#[tokio::test]
async fn a_finished_and_unchanged_job_goes_with_what_only_it_needed_and_stays_in_hatch() {
    let host = finished_and_open().await;
    let engine = pruning(&host).await;
    host.pass(TimeDelta::days(29));
    assert_eq!(engine.sync_once().await.unwrap().pruned, 0);
    host.pass(TimeDelta::days(2));
    assert_eq!(engine.sync_once().await.unwrap().pruned, 1);
    assert_eq!(ids(&host, Resource::Jobs).await, [2]);
    assert_eq!(ids(&host, Resource::Customers).await, [CUSTOMER]);
    assert_eq!(ids(&host, Resource::CustomerContacts).await, [CUSTOMER * 10]);
    assert_eq!(ids(&host, Resource::Locations).await, [9]);
    for resource in [Resource::Appointments, Resource::AppointmentAssignments, Resource::Estimates] {
        assert!(ids(&host, resource).await.is_empty(), "{resource}");
    }
    engine.sync_once().await.unwrap();
    assert!(host.hatch.sent().is_empty());
    assert_eq!(host.hatch.body(1)["details"]["estimates"][0]["name"], "roof");
}

#[tokio::test]
async fn a_reconciliation_takes_no_pruned_record_for_missed() {
    let host = finished_and_open().await;
    let hours = Duration::from_secs(20 * 60 * 60);
    let engine = host.bare().retention(hours).integration(host.jobs()).open().await.unwrap();
    engine.sync_once().await.unwrap();
    host.pass(TimeDelta::hours(25));
    assert_eq!(engine.sync_once().await.unwrap().pruned, 1);
    host.pass(TimeDelta::hours(25));
    // The lists failed for so long that the next reconciliation compares all records again.
    let start = Change::RemoveValue { key: "swept".to_owned() };
    let epoch = host.store.open(CONNECTION, Role::Syncing).await.unwrap();
    host.store.commit(CONNECTION, epoch, vec![start]).await.unwrap();
    let engine = host.bare().retention(hours).integration(host.jobs()).open().await.unwrap();
    let reconciled = engine.sync_once().await.unwrap().reconciled.unwrap();
    assert!(reconciled.compared > 0 && !reconciled.repaired.contains_key(&Resource::Jobs), "{reconciled:?}");
    assert_eq!(ids(&host, Resource::Jobs).await, [2]);
}

#[tokio::test]
async fn a_pruned_job_that_changes_comes_back_whole() {
    let host = finished_and_open().await;
    host.pass(TimeDelta::days(31));
    let engine = pruning(&host).await;
    engine.sync_once().await.unwrap();
    host.tenant.lookups();
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "reopened"}));
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    let body = host.hatch.body(1);
    assert_eq!(body["phoneNumber"], "614-555-0800");
    assert_eq!(body["details"]["estimates"][0]["name"], "roof");
    assert_eq!(body["details"]["appointments"][0]["assignments"][0]["technicianName"], "Ted");
}

#[tokio::test]
async fn a_finished_job_whose_child_changed_lately_stays() {
    let host = finished_and_open().await;
    host.pass(TimeDelta::days(31));
    host.tenant.put(Resource::Estimates, json!({"id": 41, "name": "bigger roof"}));
    let engine = pruning(&host).await;
    assert_eq!(engine.sync_once().await.unwrap().pruned, 0);
    assert_eq!(ids(&host, Resource::Jobs).await, [1, 2]);
}

#[tokio::test]
async fn a_customer_whom_another_job_needs_stays() {
    let host = finished_and_open().await;
    host.job_of(3, 8);
    host.pass(TimeDelta::days(31));
    let engine = pruning(&host).await;
    assert_eq!(engine.sync_once().await.unwrap().pruned, 1);
    assert_eq!(ids(&host, Resource::Customers).await, [CUSTOMER, 8]);
    assert_eq!(ids(&host, Resource::Jobs).await, [2, 3]);
}

#[tokio::test]
async fn a_job_that_waits_for_delivery_is_not_pruned() {
    let host = finished_and_open().await;
    host.hatch.script(1, [Fate::Down, Fate::Down]);
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "last word"}));
    let engine = pruning(&host).await;
    engine.sync_once().await.unwrap();
    host.pass(TimeDelta::days(31));
    assert_eq!(engine.sync_once().await.unwrap().pruned, 0);
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.body(1)["details"]["summary"], "last word");
}

#[tokio::test]
async fn an_integration_that_is_added_after_pruning_gets_the_pruned_ones_too() {
    let host = finished_and_open().await;
    host.pass(TimeDelta::days(31));
    pruning(&host).await.sync_once().await.unwrap();
    let other = std::sync::Arc::new(crate::hatch::Hatch::called("another"));
    let builder = host.bare().integration(host.jobs()).integration(integration("later", mapping(), &other));
    builder.open().await.unwrap().sync_once().await.unwrap();
    let mut sent = other.sent();
    sent.sort_unstable();
    assert_eq!(sent, [1, 2]);
}

#[tokio::test]
async fn a_page_that_is_under_way_when_such_an_integration_begins_does_not_take_the_pruned_ones_from_it() {
    let host = finished_and_open().await;
    host.pass(TimeDelta::days(31));
    pruning(&host).await.sync_once().await.unwrap();
    let other = std::sync::Arc::new(crate::hatch::Hatch::called("another"));
    let hook = HoldOnce::after(|changes| {
        changes.iter().any(|change| matches!(change, Change::RemoveValue { key } if key == "cursor:jobs"))
    });
    let builder =
        Engine::builder(CONNECTION, host.tenant.clone(), hook.on(&host.store)).clock(host.clock.clone());
    let builder = builder.integration(host.jobs()).integration(integration("later", mapping(), &other));
    let engine = builder.open().await.unwrap();
    host.job(5);
    let page_under_way = host.tenant.hold(Resource::Jobs, Way::Feed);
    let set_back = hook.arm();
    let page = async {
        engine.ingest_page(Resource::Jobs).await.unwrap();
        set_back.open();
    };
    let run = async {
        page_under_way.reached().await;
        let run = engine.sync_once();
        tokio::pin!(run);
        for _ in 0..100 {
            let _ = futures::poll!(&mut run);
            tokio::task::yield_now().await;
        }
        page_under_way.open();
        run.await.unwrap()
    };
    tokio::join!(page, run);
    engine.sync_once().await.unwrap();
    let mut sent = other.sent();
    sent.sort_unstable();
    assert_eq!(sent, [1, 2, 5]);
}

#[tokio::test]
async fn an_erased_customer_is_nowhere_in_the_store() {
    let host = finished_and_open().await;
    // The customer is merged into another, and has a refused and a dirty opportunity and an event about one of them.
    host.customer(88, "614-555-8800");
    host.tenant.put(Resource::Customers, json!({"id": 8, "mergedToId": 88}));
    host.job_of(3, 88);
    host.hatch.script(1, [Fate::Rejected]);
    host.hatch.script(3, [Fate::Down]);
    let push =
        PushConfig { incoming: PushRule::to([NoteTarget::Job]).with_content(), ..PushConfig::default() };
    let engine = host.bare().integration(host.jobs().push(push)).open().await.unwrap();
    engine.sync_once().await.unwrap();
    let mut event = HatchEvent::new("e1", JOBS, "1", host.tenant.now(), HatchEventKind::IncomingMessage);
    event.content = Some("call me back".to_owned());
    let stored = serde_json::to_string(&event).unwrap();
    let waiting = sync_core::OutboxEvent {
        id: "e1".to_owned(),
        event: stored,
        state: r#"{"notes":[{"target":"job","id":1,"progress":"pending"}]}"#.to_owned(),
        at: host.tenant.now(),
    };
    assert!(host.store.add_event(CONNECTION, waiting).await.unwrap());

    let report = engine.erase(8).await.unwrap();

    assert_eq!((report.customers, report.base_records, report.events), (2, 2, 1));
    for (resource, left) in [
        (Resource::Jobs, vec![2]),
        (Resource::Customers, vec![CUSTOMER]),
        (Resource::CustomerContacts, vec![CUSTOMER * 10]),
        (Resource::Locations, vec![9]),
        (Resource::Appointments, vec![]),
        (Resource::Estimates, vec![]),
    ] {
        assert_eq!(ids(&host, resource).await, left, "{resource}");
    }
    assert!(host.store.delivered(CONNECTION, JOBS, &[1, 3]).await.unwrap().is_empty());
    assert!(host.store.dirty_among(CONNECTION, JOBS, &[1, 3]).await.unwrap().is_empty());
    assert!(host.store.dead_letters(CONNECTION).await.unwrap().is_empty());
    let event = host.store.event(CONNECTION, "e1").await.unwrap().unwrap();
    assert_eq!((event.status, event.event.event.as_str()), (EventStatus::Done, ""));
    // A second erasing finds nothing, and other customers' opportunities are delivered as before.
    assert_eq!(engine.erase(8).await.unwrap().base_records, 0);
    host.hatch.sent();
    host.tenant.put(Resource::Jobs, json!({"id": 2, "summary": "still here"}));
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [2]);
}

#[tokio::test]
async fn an_event_is_erased_with_the_customer_of_its_job_also_where_that_was_pruned_since() {
    let host = finished_and_open().await;
    let push =
        PushConfig { incoming: PushRule::to([NoteTarget::Job]).with_content(), ..PushConfig::default() };
    let pusher = host.bare().integration(host.jobs().push(push)).pusher();
    for (id, job) in [("theirs", "1"), ("another's", "2")] {
        let mut event = HatchEvent::new(id, JOBS, job, host.tenant.now(), HatchEventKind::IncomingMessage);
        event.content = Some("call me back".to_owned());
        pusher.push(event).await.unwrap();
    }
    host.pass(TimeDelta::days(31));
    let engine = pruning(&host).await;
    assert_eq!(engine.sync_once().await.unwrap().pruned, 1);

    assert_eq!(engine.erase(8).await.unwrap().events, 1);

    let event = async |id: &str| host.store.event(CONNECTION, id).await.unwrap().unwrap();
    assert_eq!(event("theirs").await.event.event, "");
    assert_eq!(event("another's").await.status, EventStatus::Waiting);
}

#[tokio::test]
async fn an_event_about_a_pruned_job_is_erased_with_the_customer_who_gets_its_note() {
    let host = finished_and_open().await;
    let engine = host.bare().integration(host.jobs()).open().await.unwrap();
    for (id, customer) in [("theirs", 8), ("another's", CUSTOMER)] {
        let mut event = HatchEvent::new(id, JOBS, "77", host.tenant.now(), HatchEventKind::IncomingMessage);
        event.content = Some("call me back".to_owned());
        let waiting = sync_core::OutboxEvent {
            id: id.to_owned(),
            event: serde_json::to_string(&event).unwrap(),
            state: format!(r#"{{"notes":[{{"target":"customer","id":{customer},"progress":"pending"}}]}}"#),
            at: host.tenant.now(),
        };
        assert!(host.store.add_event(CONNECTION, waiting).await.unwrap());
    }

    assert_eq!(engine.erase(8).await.unwrap().events, 1);

    let event = async |id: &str| host.store.event(CONNECTION, id).await.unwrap().unwrap();
    assert_eq!(event("theirs").await.event.event, "");
    assert_eq!(event("another's").await.status, EventStatus::Waiting);
}
