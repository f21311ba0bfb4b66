//! Steps that end after some time.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use sync_core::{Engine, Resource, SourceErrorKind};

use crate::hatch::Fate;
use crate::host::{Host, JOBS};
use crate::tenant::Way;

/// Reads every feed to its head, in steps without any time. Returns their number.
async fn ingest(engine: &Engine) -> usize {
    let mut feeds = engine.feeds();
    let mut steps = 0;
    while !feeds.is_empty() {
        feeds = engine.ingest_within(&feeds, Duration::ZERO).await.unwrap().unfinished;
        steps += 1;
    }
    steps
}

/// Delivers everything, in steps without any time. Returns the numbers of steps and of delivered opportunities.
async fn deliver(engine: &Engine) -> (usize, u64) {
    let (mut next, mut steps, mut delivered) = (Some(0), 0, 0);
    while let Some(after) = next {
        let batch = engine.deliver_within(JOBS, after, Duration::ZERO).await.unwrap();
        (next, steps, delivered) = (batch.next, steps + 1, delivered + batch.report.delivered);
    }
    (steps, delivered)
}

#[tokio::test]
async fn steps_without_any_time_get_to_the_end_and_do_what_a_run_does() {
    let host = Host::new();
    host.tenant.page_size(10);
    for id in 1..=40 {
        host.customer(100 + id, &format!("614-555-{:04}", 1000 + id));
        host.job_of(id, 100 + id);
    }
    let engine = host.engine().await;
    assert!(ingest(&engine).await >= 4, "a page of each feed and step");
    let (steps, delivered) = deliver(&engine).await;
    assert_eq!(delivered, 40);
    assert!(steps >= 3, "{steps} steps");
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent().len(), 40);
}

#[tokio::test]
async fn with_enough_time_everything_is_one_step() {
    let host = Host::new();
    host.tenant.page_size(2);
    for id in 1..=9 {
        host.job(id);
    }
    let engine = host.engine().await;
    let long = Duration::from_secs(3600);
    let read = engine.ingest_within(&engine.feeds(), long).await.unwrap();
    assert_eq!((read.unfinished, read.feeds[&Resource::Jobs].pages), (vec![], 5));
    let batch = engine.deliver_within(JOBS, 0, long).await.unwrap();
    assert_eq!((batch.report.delivered, batch.report.waiting, batch.next), (9, 0, None));
}

#[tokio::test]
async fn an_opportunity_that_fails_does_not_keep_the_steps_from_their_end() {
    let host = Host::new();
    for id in 1..=40 {
        host.customer(100 + id, &format!("614-555-{:04}", 1000 + id));
        host.job_of(id, 100 + id);
    }
    host.hatch.script(1, [Fate::Down; 50]);
    let engine = host.engine().await;
    ingest(&engine).await;
    assert_eq!(deliver(&engine).await.1, 39);
}

#[tokio::test]
async fn a_feed_that_fails_is_named_and_the_others_are_read() {
    let host = Host::new();
    host.job(1);
    host.tenant.fail_once(Resource::Estimates, Way::Feed, SourceErrorKind::Temporary);
    let engine = host.engine().await;
    let read = engine.ingest_within(&engine.feeds(), Duration::from_secs(60)).await.unwrap();
    let failed: Vec<Resource> =
        read.feeds.iter().filter(|(_, feed)| feed.error.is_some()).map(|(resource, _)| *resource).collect();
    assert_eq!(failed, [Resource::Estimates]);
    assert_eq!((read.feeds[&Resource::Jobs].changed, read.held_up.len()), (1, 0));
}

#[tokio::test]
async fn an_engine_that_was_opened_for_the_step_reconciles_once_a_day() {
    let host = Host::new();
    host.job(1);
    let engine = host.engine().await;
    ingest(&engine).await;
    deliver(&engine).await;
    assert_eq!(engine.upkeep_if_due(&[]).await.unwrap(), None);
    host.hatch.sent();
    host.pass(TimeDelta::hours(12));
    host.tenant.put_unseen(Resource::Estimates, json!({"id": 41, "jobId": 1, "name": "missed"}));
    assert_eq!(host.engine().await.upkeep_if_due(&[]).await.unwrap(), None);
    host.pass(TimeDelta::hours(12));
    // The feed of the estimates failed in this cycle: what it missed is left to the next reconciliation.
    let reconciled = host.engine().await.upkeep_if_due(&[Resource::Estimates]).await.unwrap().unwrap();
    assert!(reconciled.repaired.is_empty(), "{reconciled:?}");
    host.pass(TimeDelta::hours(24));
    let engine = host.engine().await;
    let reconciled = engine.upkeep_if_due(&[]).await.unwrap().unwrap();
    assert_eq!(reconciled.repaired.into_iter().collect::<Vec<_>>(), [(Resource::Estimates, 1)]);
    assert_eq!(deliver(&engine).await.1, 1);
}

#[tokio::test]
async fn an_upsert_that_waited_while_another_engine_was_opened_is_not_sent() {
    let host = Host::new();
    host.job(1);
    let engine = host.engine().await;
    ingest(&engine).await;
    host.hatch.script(1, [Fate::Down]);
    deliver(&engine).await;
    host.hatch.sent();
    let elsewhere = host.engine().await;
    assert!(engine.deliver_within(JOBS, 0, Duration::ZERO).await.is_err());
    assert!(host.hatch.sent().is_empty());
    assert_eq!(deliver(&elsewhere).await.1, 1);
}
