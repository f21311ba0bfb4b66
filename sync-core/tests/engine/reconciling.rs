//! Reconciling the mirror with ServiceTitan's lists.

use chrono::TimeDelta;
use serde_json::json;
use sync_core::{Priority, Resource, SourceErrorKind};

use crate::host::{CUSTOMER, Host, jobs};
use crate::tenant::Way;

/// Returns a host with two delivered jobs, a day later.
async fn a_day_later() -> Host {
    let host = Host::new();
    host.job(1);
    host.job(2);
    host.sync().await;
    host.hatch.sent();
    host.pass(TimeDelta::hours(12));
    host
}

#[tokio::test]
async fn what_a_feed_missed_is_repaired_a_day_later_and_reported() {
    let host = a_day_later().await;
    host.tenant.put_unseen(Resource::Jobs, json!({"id": 1, "summary": "missed"}));
    host.tenant.put_unseen(Resource::Estimates, json!({"id": 41, "jobId": 2, "name": "missed too"}));
    assert!(host.sync().await.reconciled.is_none());
    host.pass(TimeDelta::hours(12));
    let report = host.sync().await;
    let reconciled = report.reconciled.clone().unwrap();
    assert_eq!(
        reconciled.repaired.into_iter().collect::<Vec<_>>(),
        [(Resource::Jobs, 1), (Resource::Estimates, 1)]
    );
    assert_eq!(jobs(&report).delivered, 2);
    assert_eq!(host.hatch.body(1)["details"]["summary"], "missed");
    assert_eq!(host.hatch.body(2)["details"]["estimates"][0]["name"], "missed too");

    host.pass(TimeDelta::hours(24));
    let reconciled = host.sync().await.reconciled.unwrap();
    assert!(reconciled.repaired.is_empty() && reconciled.problems.is_empty(), "{reconciled:?}");
}

#[tokio::test]
async fn what_is_not_compared_because_its_feed_fails_for_now_is_compared_in_the_next_reconciliation() {
    let host = a_day_later().await;
    host.tenant.put_unseen(Resource::Estimates, json!({"id": 41, "jobId": 2, "name": "missed"}));
    host.pass(TimeDelta::hours(12));
    host.tenant.fail_once(Resource::Estimates, Way::Feed, SourceErrorKind::Temporary);
    let reconciled = host.sync().await.reconciled.unwrap();
    assert!(reconciled.repaired.is_empty(), "{reconciled:?}");
    host.pass(TimeDelta::hours(24));
    let reconciled = host.sync().await.reconciled.unwrap();
    assert_eq!(reconciled.repaired.into_iter().collect::<Vec<_>>(), [(Resource::Estimates, 1)]);
}

#[tokio::test]
async fn a_change_that_its_feed_has_not_told_yet_was_not_missed() {
    let host = a_day_later().await;
    host.pass(TimeDelta::hours(12));
    host.tenant.put_unseen(Resource::Jobs, json!({"id": 1, "summary": "just now"}));
    let reconciled = host.sync().await.reconciled.unwrap();
    assert!(reconciled.repaired.is_empty(), "{reconciled:?}");
}

#[tokio::test]
async fn a_job_that_servicetitan_has_no_more_is_gone() {
    let host = a_day_later().await;
    host.pass(TimeDelta::hours(12));
    host.tenant.vanish(Resource::Jobs, 1);
    let builder = host.bare().integration(host.jobs().deliver_deletions());
    let report = builder.open().await.unwrap().sync_once().await.unwrap();
    assert_eq!(report.reconciled.unwrap().gone, 1);
    assert_eq!(host.hatch.body(1)["status"], "deleted");
    host.pass(TimeDelta::hours(24));
    let builder = host.bare().integration(host.jobs().deliver_deletions());
    assert_eq!(builder.open().await.unwrap().sync_once().await.unwrap().reconciled.unwrap().gone, 0);
}

#[tokio::test]
async fn a_reconciliation_leaves_the_limit_to_others_and_a_list_that_is_refused_to_the_next() {
    let host = a_day_later().await;
    host.pass(TimeDelta::hours(12));
    host.tenant.put_unseen(Resource::Customers, json!({"id": CUSTOMER, "name": "Ann Other"}));
    host.pass(TimeDelta::hours(2));
    host.tenant.refuse(Resource::Jobs, Way::Ids, SourceErrorKind::Temporary);
    let reconciled = host.sync().await.reconciled.unwrap();
    assert_eq!(reconciled.repaired.len(), 1);
    assert_eq!(reconciled.problems.len(), 1, "{reconciled:?}");
    assert_eq!(host.tenant.priority(Resource::Jobs, Way::Ids), Some(Priority::Backfill));
    assert_eq!(host.hatch.body(1)["firstName"], "Ann");
    assert_eq!(host.hatch.body(1)["lastName"], "Other");
}

#[tokio::test]
async fn a_clock_that_jumps_costs_a_reconciliation_too_many_and_not_one_too_few() {
    let host = a_day_later().await;
    host.clock.pass(TimeDelta::days(-400));
    assert!(host.sync().await.reconciled.is_some());
    assert!(host.sync().await.reconciled.is_none());
    host.clock.pass(TimeDelta::days(400));
    assert!(host.sync().await.reconciled.is_some());
}

#[tokio::test]
async fn a_host_may_do_without() {
    let host = a_day_later().await;
    host.pass(TimeDelta::days(10));
    let engine = host.bare().reconcile_every(None).integration(host.jobs()).open().await.unwrap();
    assert!(engine.sync_once().await.unwrap().reconciled.is_none());
}
