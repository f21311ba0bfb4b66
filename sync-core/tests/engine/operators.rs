//! Dead letters, pauses, repeated deliveries.

use chrono::TimeDelta;
use serde_json::json;
use sync_core::{Redelivery, Resource, SyncError};

use crate::hatch::Fate;
use crate::host::{Host, JOBS, jobs};

/// Returns a host with three jobs: two delivered, the second one refused.
async fn with_a_dead_letter() -> Host {
    let host = Host::new();
    for id in 1..=3 {
        host.job(id);
    }
    host.hatch.script(2, [Fate::Rejected]);
    host.sync().await;
    host.hatch.sent();
    host
}

#[tokio::test]
async fn a_dead_letter_is_listed_and_retried() {
    let host = with_a_dead_letter().await;
    let engine = host.engine().await;
    let letters = engine.dead_letters().await.unwrap();
    assert_eq!((letters.len(), letters[0].subject.as_str()), (1, "job:2"));
    assert!(engine.retry_dead_letter(&letters[0]).await.unwrap());
    assert!(engine.dead_letters().await.unwrap().is_empty());
    assert!(!engine.retry_dead_letter(&letters[0]).await.unwrap());
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [2]);
}

#[tokio::test]
async fn a_discarded_dead_letter_is_not_tried_until_its_record_changes() {
    let host = with_a_dead_letter().await;
    let engine = host.engine().await;
    let letters = engine.dead_letters().await.unwrap();
    assert!(engine.discard_dead_letter(&letters[0]).await.unwrap());
    assert!(!engine.discard_dead_letter(&letters[0]).await.unwrap());
    engine.sync_once().await.unwrap();
    assert!(host.hatch.sent().is_empty());
    host.tenant.put(Resource::Jobs, json!({"id": 2, "summary": "again"}));
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [2]);
}

#[tokio::test]
async fn a_paused_integration_takes_changes_in_and_delivers_them_when_it_is_resumed() {
    let host = Host::new();
    host.engine().await.pause(JOBS).await.unwrap();
    host.job(1);
    let report = host.sync().await;
    assert!(jobs(&report).paused);
    assert_eq!((jobs(&report).waiting, report.feeds[&Resource::Jobs].changed), (1, 1));
    let engine = host.engine().await;
    assert!(engine.deliver_batch(JOBS, 0).await.unwrap().report.paused);
    assert!(engine.deliver_now(JOBS, &[1]).await.unwrap().paused);
    assert!(host.hatch.sent().is_empty());
    engine.resume(JOBS).await.unwrap();
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert!(matches!(engine.pause("other").await, Err(SyncError::Configuration(_))));
}

#[tokio::test]
async fn what_was_edited_in_hatch_is_undone_by_delivering_again() {
    let host = with_a_dead_letter().await;
    let engine = host.engine().await;
    assert_eq!(engine.redeliver(JOBS, &Redelivery::of([1, 99])).await.unwrap(), 1);
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [1]);
    assert_eq!(engine.redeliver(JOBS, &Redelivery::default()).await.unwrap(), 3);
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [1, 2, 3]);
    engine.sync_once().await.unwrap();
    assert!(host.hatch.sent().is_empty());
}

#[tokio::test]
async fn delivering_again_goes_by_when_records_changed_and_when_they_were_delivered() {
    let host = with_a_dead_letter().await;
    host.pass(TimeDelta::hours(1));
    let (server, own) = (host.tenant.now(), sync_core::Clock::now(host.clock.as_ref()));
    host.tenant.put(Resource::Jobs, json!({"id": 3, "summary": "later"}));
    let engine = host.engine().await;
    engine.sync_once().await.unwrap();
    host.hatch.sent();
    let mut which = Redelivery::default();
    which.modified_since = Some(server);
    assert_eq!(engine.redeliver(JOBS, &which).await.unwrap(), 1);
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [3]);
    let mut which = Redelivery::default();
    which.delivered_before = Some(own);
    assert_eq!(engine.redeliver(JOBS, &which).await.unwrap(), 2);
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [1, 2]);
}
