//! The rules of webhooks, without sockets and on tokio's paused clock.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]
#![cfg(feature = "servicetitan")]

mod fixture;

use std::sync::atomic::Ordering;

use fixture::{CONNECTION, Host, KEY, NOW, job, job_updated, record, webhook};
use futures::future::join_all;
use hatch_mapping::SelectableObject;
use serde_json::json;
use servicetitan_client::webhooks::WebhookVerifier;
use sync_core::{IgnoredWebhook, OnWebhookError, Priority, Resource, Store, WebhookOutcome, webhook_subject};

fn brought_forward(resource: Resource, id: i64, affected: u64, delivered: u64) -> WebhookOutcome {
    WebhookOutcome::BroughtForward { resource, id, affected, delivered }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_a_webhook_tells_of_is_delivered_at_once_as_it_is_now_and_not_as_the_webhook_says() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    let engine = host.engine().await;
    let outcome = job_updated(&engine, "e1", 42).await.unwrap();
    assert_eq!(outcome, brought_forward(Resource::Jobs, 42, 1, 1));
    assert_eq!(host.delivered("/details/summary"), ["leak"]);
    assert_eq!(host.delivered("/phoneNumber"), ["614-555-0100"]);
}

#[tokio::test(start_paused = true)]
async fn a_payload_that_does_not_fit_still_tells_which_record_it_is_about() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    let engine = host.engine().await;
    let told = json!({ "job": { "id": 42, "modifiedOn": "yesterday" }, "tenantId": 1234 });
    let (headers, body) = webhook("tn.jpm.job-updated", "e1", &told);
    let outcome = engine.on_webhook(&headers, &body).await.unwrap();
    assert_eq!(outcome, brought_forward(Resource::Jobs, 42, 1, 1));
    for told in [json!({ "job": { "id": "x" } }), json!({ "job": 42 }), json!({})] {
        let (headers, body) = webhook("tn.jpm.job-updated", "e2", &told);
        let outcome = engine.on_webhook(&headers, &body).await.unwrap();
        assert!(matches!(outcome, WebhookOutcome::Ignored { .. }), "{outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_cursor_moves() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    job_updated(&host.engine().await, "e1", 42).await.unwrap();
    for resource in Resource::ALL {
        assert_eq!(host.store.value(CONNECTION, &format!("cursor:{resource}")).await.unwrap(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_is_read_ahead_of_a_backfill_and_behind_notes() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    job_updated(&host.engine().await, "e1", 42).await.unwrap();
    let (resource, ids, priority) = host.titan.reads.lock().unwrap()[0].clone();
    assert_eq!((resource, ids, priority), (Resource::Jobs, vec![42], Priority::Incremental));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_came_before_is_ignored_also_after_a_restart() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    job_updated(&host.engine().await, "e1", 42).await.unwrap();
    let engine = host.engine().await;
    let reads = host.titan.reads.lock().unwrap().len();
    assert_eq!(job_updated(&engine, "e1", 42).await.unwrap(), WebhookOutcome::Duplicate);
    assert_eq!(host.titan.reads.lock().unwrap().len(), reads);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_comes_twice_at_once_is_taken_once() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    let engine = host.engine().await;
    let both = join_all([job_updated(&engine, "e1", 42), job_updated(&engine, "e1", 42)]).await;
    let duplicates = both.iter().filter(|it| matches!(it, Ok(WebhookOutcome::Duplicate))).count();
    assert_eq!((duplicates, host.delivered("").len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_older_than_the_mirror_changes_nothing() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "new"));
    let engine = host.engine().await;
    job_updated(&engine, "e1", 42).await.unwrap();
    // The list may lag behind the feed.
    host.titan.put(job(42, "2026-03-30T12:00:00Z", "old"));
    let outcome = job_updated(&engine, "e2", 42).await.unwrap();
    assert_eq!(outcome, WebhookOutcome::Unchanged { resource: Resource::Jobs, id: 42 });
    assert_eq!(host.delivered("/details/summary"), ["new"]);
}

#[tokio::test(start_paused = true)]
async fn a_base_record_enters_only_if_it_was_modified_since_the_start() {
    let host = Host::new();
    host.titan.put(job(1, "2025-12-30T23:59:59Z", "old"));
    host.titan.put(job(2, "2025-12-31T00:00:00Z", "new"));
    let engine = host.engine().await;
    let ignored = WebhookOutcome::Ignored { reason: IgnoredWebhook::BeforeStart(Resource::Jobs, 1) };
    assert_eq!(job_updated(&engine, "e1", 1).await.unwrap(), ignored);
    assert_eq!(job_updated(&engine, "e2", 2).await.unwrap(), brought_forward(Resource::Jobs, 2, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn an_appointment_and_an_invoice_bring_their_job_forward() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    let engine = host.engine().await;
    job_updated(&engine, "e1", 42).await.unwrap();
    let later = "2026-03-31T12:01:00Z";
    let of_job = [(Resource::Jobs, 42)];
    let appointment = json!({ "jobId": 42, "status": "Dispatched", "active": true });
    host.titan.put(record(Resource::Appointments, 5, later, &appointment, &of_job));
    let invoice = json!({ "job": { "id": 42 }, "total": "12.50", "active": true });
    host.titan.put(record(Resource::Invoices, 6, later, &invoice, &of_job));
    let told = json!({ "appointment": { "id": 5, "jobId": 42 } });
    let (headers, body) = webhook("tn.jpm.job-appointment-updated", "e2", &told);
    let outcome = engine.on_webhook(&headers, &body).await.unwrap();
    assert_eq!(outcome, brought_forward(Resource::Appointments, 5, 1, 1));
    let (headers, body) = webhook("tn.acc.invoice-updated", "e3", &json!({ "invoice": { "id": 6 } }));
    let outcome = engine.on_webhook(&headers, &body).await.unwrap();
    assert_eq!(outcome, brought_forward(Resource::Invoices, 6, 1, 1));
    assert_eq!(host.delivered("/details/appointments/0/id"), [json!(null), json!(5), json!(5)]);
    assert_eq!(host.delivered("/details/invoices/0/id"), [json!(null), json!(null), json!(6)]);
}

#[tokio::test(start_paused = true)]
async fn a_child_never_pulls_in_a_job_that_the_mirror_does_not_have() {
    let host = Host::new();
    host.titan.put(job(42, "2020-01-01T00:00:00Z", "old"));
    host.titan.put(record(Resource::Appointments, 5, NOW, &json!({ "jobId": 42 }), &[(Resource::Jobs, 42)]));
    let engine = host.engine().await;
    let (headers, body) =
        webhook("tn.jpm.job-appointment-updated", "e1", &json!({ "appointment": { "id": 5 } }));
    let outcome = engine.on_webhook(&headers, &body).await.unwrap();
    assert_eq!(outcome, brought_forward(Resource::Appointments, 5, 0, 0));
    assert!(host.delivered("").is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_no_opportunity_shows_is_ignored_and_said_so_without_a_read() {
    let host = Host::new();
    let engine = host.engine_selecting([SelectableObject::Appointments]).await;
    let ignored = |event_type: &'static str, data: serde_json::Value| {
        let (headers, body) = webhook(event_type, "e1", &data);
        let engine = &engine;
        async move {
            match engine.on_webhook(&headers, &body).await.unwrap() {
                WebhookOutcome::Ignored { reason } => reason,
                outcome => panic!("{outcome:?}"),
            }
        }
    };
    for event_type in ["tn.crm.lead-updated", "tn.dis.zone-deleted", "tn.new.thing"] {
        let reason = ignored(event_type, json!({ "lead": { "id": 1 } })).await;
        assert_eq!(reason, IgnoredWebhook::Type(event_type.to_owned()));
    }
    let reason = ignored("tn.acc.invoice-updated", json!({ "invoice": { "id": 6 } })).await;
    assert_eq!(reason, IgnoredWebhook::NotNeeded(Resource::Invoices));
    let reason = ignored("tn.jpm.job-updated", json!({ "job": { "id": 42 }, "tenantId": 99 })).await;
    assert_eq!(reason, IgnoredWebhook::OtherTenant);
    assert!(host.titan.reads.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_record_that_servicetitan_does_not_have_is_left_to_the_feeds() {
    let host = Host::new();
    let outcome = job_updated(&host.engine().await, "e1", 42).await.unwrap();
    assert_eq!(outcome, WebhookOutcome::Ignored { reason: IgnoredWebhook::NoSuchRecord(Resource::Jobs, 42) });
}

#[tokio::test(start_paused = true)]
async fn what_servicetitan_did_not_sign_is_refused_and_nothing_is_read() {
    let host = Host::new();
    let engine = host.engine().await;
    let (mut headers, body) = webhook("tn.jpm.job-updated", "e1", &json!({ "job": { "id": 42 } }));
    let error = engine.on_webhook(&headers, &body[1..]).await.unwrap_err();
    assert_eq!(error.status(), 401, "{error}");
    headers.clear();
    assert_eq!(engine.on_webhook(&headers, &body).await.unwrap_err().status(), 401);
    assert!(host.titan.reads.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_engine_without_a_key_takes_none() {
    let host = Host::new();
    let mapper = hatch_mapping::Mapper::new(hatch_mapping::MapperConfig::new(
        hatch_mapping::OpportunityModel::Job,
        "custom:test",
    ));
    let integration = sync_core::Integration::new("jobs", mapper.unwrap(), host.hatch.clone());
    let builder = sync_core::Engine::builder(CONNECTION, host.titan.clone(), host.store.clone());
    let engine = builder.integration(integration).open().await.unwrap();
    assert!(matches!(job_updated(&engine, "e1", 42).await, Err(OnWebhookError::NotConfigured)));
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_read_in_batches() {
    let host = Host::new();
    for id in 1..=240 {
        host.titan.put(job(id, NOW, "leak"));
    }
    let engine = host.engine().await;
    let events: Vec<(String, i64)> = (1..=240).map(|id| (format!("e{id}"), id)).collect();
    let outcomes = join_all(events.iter().map(|(event, id)| job_updated(&engine, event, *id))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(host.delivered("").len(), 240);
    let reads = host.titan.reads_of(Resource::Jobs);
    // The first request has the webhooks that arrived before it; the others are full.
    assert!(
        reads.len() <= 6,
        "{} requests for {:?} records",
        reads.len(),
        reads.iter().map(Vec::len).collect::<Vec<_>>()
    );
    assert!(reads.iter().all(|ids| ids.len() <= 50));
}

#[tokio::test(start_paused = true)]
async fn a_webhook_whose_record_cannot_be_read_is_not_taken_and_works_when_it_comes_again() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    let engine = host.engine().await;
    host.titan.unreachable.store(true, Ordering::SeqCst);
    assert_eq!(job_updated(&engine, "e1", 42).await.unwrap_err().status(), 503);
    host.titan.unreachable.store(false, Ordering::SeqCst);
    let outcome = job_updated(&engine, "e1", 42).await.unwrap();
    assert_eq!(outcome, brought_forward(Resource::Jobs, 42, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_the_sink_does_not_take_now_waits_for_the_next_run() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    let engine = host.engine().await;
    host.hatch.down.store(true, Ordering::SeqCst);
    let outcome = job_updated(&engine, "e1", 42).await.unwrap();
    assert_eq!(outcome, brought_forward(Resource::Jobs, 42, 1, 0));
    host.hatch.down.store(false, Ordering::SeqCst);
    engine.deliver_batch("jobs", 0).await.unwrap();
    assert_eq!(host.delivered("/details/summary"), ["leak"]);
}

#[tokio::test(start_paused = true)]
async fn the_memory_of_events_is_bounded() {
    let host = Host::new();
    let engine = host.engine().await;
    host.titan.put(job(42, NOW, "leak"));
    for burst in 0..40 {
        let events: Vec<String> = (0..300).map(|index| format!("event {burst} {index}")).collect();
        join_all(events.iter().map(|event| job_updated(&engine, event, 42))).await;
    }
    let mut kept = 0;
    for slot in 0..1024 {
        let value = host.store.value(CONNECTION, &format!("seen-webhooks:{slot}")).await.unwrap();
        let count = value.unwrap_or_default().split(' ').count();
        assert!(count <= 8, "{count} in one value");
        kept += count;
    }
    assert!(kept > 6000, "only {kept} of 12,000 are known");
    assert_eq!(job_updated(&engine, "event 39 299", 42).await.unwrap(), WebhookOutcome::Duplicate);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_another_process_was_told_of_is_brought_forward_once() {
    let host = Host::new();
    host.titan.put(job(42, NOW, "leak"));
    let (headers, body) = webhook("tn.jpm.job-updated", "e1", &json!({ "job": { "id": 42 } }));
    let event = WebhookVerifier::new(KEY).unwrap().receive(&headers, &body).unwrap();
    let (resource, id) = webhook_subject(&event).unwrap();
    let engine = host.builder([]).open().await.unwrap();
    let outcome = engine.bring_forward(&event.id, resource, id).await.unwrap();
    assert_eq!(outcome, brought_forward(Resource::Jobs, 42, 1, 1));
    let outcome = engine.bring_forward(&event.id, resource, id).await.unwrap();
    assert_eq!(outcome, WebhookOutcome::Duplicate);
    let refused = engine.on_webhook(&headers, &body).await;
    assert!(matches!(refused, Err(OnWebhookError::NotConfigured)), "{refused:?}");
}
