//! Feeds: cursors, start dates, and failures.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use hatch_mapping::{ObjectSelection, OpportunityModel};
use serde_json::json;
use sync_core::testing::HookedStore;
use sync_core::{Clock, ConnectionStatus, Engine, Priority, Resource, SourceErrorKind, Store, SyncError};

use crate::hatch::Fate;
use crate::host::{CONNECTION, CUSTOMER, Host, JOBS, integration, jobs, mapping};
use crate::store_hooks::CountCommits;
use crate::tenant::Way;

#[tokio::test]
async fn the_first_run_starts_ninety_days_back_by_the_servers_clock_and_keeps_that_day() {
    let host = Host::new();
    // The host's clock is wrong by years.
    host.clock.pass(TimeDelta::days(-3000));
    host.tenant.put_old(Resource::Jobs, 95, json!({"id": 1, "customerId": CUSTOMER}));
    host.tenant.put_old(Resource::Jobs, 85, json!({"id": 2, "customerId": CUSTOMER}));
    host.sync().await;
    assert_eq!(host.hatch.sent(), [2]);
    let start = host.store.value(CONNECTION, "start").await.unwrap().unwrap();
    assert!(start.starts_with("2026-03-03T00:00:00"), "{start}");
    host.pass(TimeDelta::days(10));
    host.clock.pass(TimeDelta::days(9000));
    host.sync().await;
    assert_eq!(host.store.value(CONNECTION, "start").await.unwrap().unwrap(), start);
}

#[tokio::test]
async fn a_run_goes_on_where_the_last_one_stopped_and_an_idle_one_asks_each_feed_once() {
    let host = Host::new();
    host.tenant.page_size(1);
    for id in 1..=5 {
        host.job(id);
    }
    let report = host.sync().await;
    assert_eq!(report.feeds[&Resource::Jobs].changed, 5);
    assert!(report.feeds[&Resource::Jobs].pages >= 5);
    let before = host.tenant.requests();
    let idle = host.sync().await;
    assert_eq!(host.tenant.requests() - before, idle.feeds.len());
    assert_eq!(idle.feeds[&Resource::Jobs].changed, 0);
}

#[tokio::test]
async fn a_first_read_is_a_backfill_and_the_next_is_not() {
    let host = Host::new();
    host.job(1);
    host.sync().await;
    assert_eq!(host.tenant.priority(Resource::Jobs, Way::Feed), Some(Priority::Backfill));
    host.sync().await;
    assert_eq!(host.tenant.priority(Resource::Jobs, Way::Feed), Some(Priority::Incremental));
}

#[tokio::test]
async fn an_older_version_that_a_feed_repeats_changes_nothing() {
    let host = Host::new();
    host.tenant.put(Resource::Jobs, json!({"id": 1, "customerId": CUSTOMER, "summary": "old"}));
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "new"}));
    host.sync().await;
    // The third record of the feeds is the old version, behind customer, contact and location.
    host.tenant.repeat(3);
    let report = host.sync().await;
    assert_eq!(report.feeds[&Resource::Jobs].changed, 0);
    assert_eq!(host.hatch.body(1)["details"]["summary"], "new");
}

#[tokio::test]
async fn a_feed_that_fails_for_now_is_named_and_the_rest_goes_on() {
    let host = Host::new();
    host.job(1);
    host.tenant.fail_once(Resource::Estimates, Way::Feed, SourceErrorKind::Temporary);
    let report = host.sync().await;
    assert!(report.feeds[&Resource::Estimates].error.is_some());
    assert_eq!(report.feeds[&Resource::Estimates].lag_seconds, None);
    assert_eq!(report.feeds[&Resource::Jobs].lag_seconds, Some(0));
    assert_eq!(jobs(&report).delivered, 1);
    assert!(host.sync().await.feeds[&Resource::Estimates].error.is_none());
}

#[tokio::test]
async fn a_last_page_without_a_position_is_ingested_and_read_again_in_the_next_run() {
    let host = Host::new();
    host.job(1);
    host.tenant.name_positions(Resource::Jobs, false);
    let report = host.sync().await;
    let feed = &report.feeds[&Resource::Jobs];
    assert_eq!((feed.changed, feed.error.as_deref(), feed.lag_seconds), (1, None, Some(0)));
    assert_eq!(jobs(&report).delivered, 1);
    host.job(2);
    let report = host.sync().await;
    let feed = &report.feeds[&Resource::Jobs];
    assert_eq!((feed.changed, feed.unchanged, feed.error.as_deref()), (1, 1, None));
    assert_eq!(host.hatch.sent(), [1, 2]);
}

#[tokio::test]
async fn a_feed_that_cannot_go_on_is_ingested_as_far_as_it_goes_and_named() {
    let host = Host::new();
    host.tenant.page_size(1);
    for id in 1..=3 {
        host.job(id);
    }
    host.tenant.name_positions(Resource::Jobs, false);
    for run in 1..=2 {
        let report = host.sync().await;
        let feed = &report.feeds[&Resource::Jobs];
        assert!(feed.error.as_deref().unwrap().contains("cannot go on"), "{feed:?}");
        assert_eq!((feed.pages, feed.lag_seconds, feed.refused), (1, None, false), "run {run}");
        assert_eq!(feed.stands_still.as_ref().unwrap().request, "the feed of jobs from 2026-03-03");
    }
    assert_eq!(host.hatch.sent(), [1]);
    host.tenant.name_positions(Resource::Jobs, true);
    let report = host.sync().await;
    assert_eq!(report.feeds[&Resource::Jobs].error, None);
    assert_eq!(host.hatch.sent(), [2, 3]);
}

#[tokio::test]
async fn the_lag_of_a_feed_that_fails_grows() {
    let host = Host::new();
    host.sync().await;
    host.tenant.refuse(Resource::Estimates, Way::Feed, SourceErrorKind::Temporary);
    host.pass(TimeDelta::minutes(15));
    host.sync().await;
    host.pass(TimeDelta::minutes(15));
    assert_eq!(host.sync().await.feeds[&Resource::Estimates].lag_seconds, Some(30 * 60));
}

#[tokio::test]
async fn a_feed_without_its_scope_is_asked_once_in_a_run_and_its_children_are_not_taken_for_complete() {
    let host = Host::new();
    host.tenant.put_old(Resource::Jobs, 200, json!({"id": 1, "customerId": CUSTOMER}));
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "came back"}));
    for id in 2..=5 {
        host.job(id);
    }
    host.tenant.put(Resource::Estimates, json!({"id": 21, "jobId": 2, "name": "two"}));
    host.tenant.put_old(Resource::Estimates, 200, json!({"id": 11, "jobId": 1, "name": "one"}));
    for way in [Way::Feed, Way::Children] {
        host.tenant.refuse(Resource::Estimates, way, SourceErrorKind::MissingScope);
    }
    let report = host.sync().await;
    assert!(report.feeds[&Resource::Estimates].error.as_deref().unwrap().contains("MissingScope"));
    assert_eq!(jobs(&report).delivered, 5);
    assert!(host.tenant.lookups().iter().all(|it| !it.starts_with("estimates")));

    for way in [Way::Feed, Way::Children] {
        host.tenant.allow(Resource::Estimates, way);
    }
    let report = host.sync().await;
    assert_eq!(jobs(&report).delivered, 2, "{report:?}");
    assert_eq!(host.hatch.body(1)["details"]["estimates"][0]["name"], "one");
    assert_eq!(host.hatch.body(2)["details"]["estimates"][0]["name"], "two");
}

#[tokio::test]
async fn a_refused_feed_holds_up_only_the_integrations_that_cannot_do_without() {
    let host = Host::new();
    host.job(1);
    host.tenant.put(Resource::Memberships, json!({"id": 5, "customerId": CUSTOMER}));
    let mut config = mapping();
    config.model = OpportunityModel::Membership;
    config.selection = ObjectSelection::none();
    config.external_id_prefix = Some("9".to_owned());
    host.tenant.refuse(Resource::MembershipTypes, Way::Feed, SourceErrorKind::MissingScope);
    let engine = host
        .bare()
        .integration(host.jobs())
        .integration(integration("memberships", config, &host.hatch))
        .open()
        .await
        .unwrap();
    let report = engine.sync_once().await.unwrap();
    assert_eq!(jobs(&report).delivered, 1);
    assert_eq!(report.integrations["memberships"].waiting, 1);
    assert!(report.integrations["memberships"].error.is_some());

    host.tenant.refuse(Resource::Customers, Way::Feed, SourceErrorKind::Refused);
    assert!(matches!(engine.sync_once().await, Err(SyncError::Source(_))));
}

#[tokio::test]
async fn wrong_credentials_end_the_run() {
    let host = Host::new();
    host.tenant.refuse(Resource::Estimates, Way::Feed, SourceErrorKind::Auth);
    let error = host.engine().await.sync_once().await.unwrap_err();
    assert!(!error.is_temporary());
}

#[tokio::test]
async fn a_record_that_does_not_fit_is_named_and_counted_and_the_rest_goes_on() {
    let host = Host::new();
    host.job(1);
    host.tenant.spoil(Resource::Jobs, "jobs 2 at active: expected a boolean");
    let report = host.sync().await;
    assert_eq!(report.feeds[&Resource::Jobs].problems, ["jobs 2 at active: expected a boolean"]);
    assert_eq!(report.feeds[&Resource::Jobs].unreadable, 1);
    assert_eq!(jobs(&report).delivered, 1);
}

#[tokio::test]
async fn children_that_start_earlier_save_their_reads() {
    for (days, lookups) in [(0, 2), (30, 0)] {
        let host = Host::new();
        // Created 100 days ago, changed now.
        host.tenant.put_old(Resource::Jobs, 100, json!({"id": 1, "customerId": CUSTOMER, "locationId": 9}));
        host.tenant.put_old(Resource::Estimates, 99, json!({"id": 11, "jobId": 1, "name": "early"}));
        host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "again"}));
        let builder = host.bare().start_children_earlier(days).integration(host.jobs());
        builder.open().await.unwrap().sync_once().await.unwrap();
        let of_job = host.tenant.lookups().into_iter().filter(|it| it.ends_with("of jobs 1"));
        assert_eq!(of_job.count(), lookups, "{days}");
        assert_eq!(host.hatch.body(1)["details"]["estimates"][0]["name"], "early");
    }
}

#[tokio::test]
async fn a_sink_that_is_down_does_not_keep_feeds_from_being_read() {
    let host = Host::new();
    host.job(1);
    host.hatch.script(1, [Fate::Down]);
    let report = host.sync().await;
    assert_eq!(report.feeds[&Resource::Jobs].changed, 1);
    assert_eq!(host.store.dirty_count(CONNECTION, JOBS).await.unwrap(), 1);
}

#[tokio::test]
async fn a_feed_that_cannot_be_read_tells_since_when_and_at_which_request_until_it_can() {
    let host = Host::new();
    host.job(1);
    host.sync().await;
    host.tenant.refuse(Resource::Jobs, Way::Feed, SourceErrorKind::Temporary);
    let since = host.clock.now();
    for _ in 0..2 {
        let report = host.sync().await;
        let standstill = report.feeds[&Resource::Jobs].stands_still.clone().unwrap();
        assert_eq!(standstill.since, since);
        assert!(standstill.request.starts_with("the feed of jobs from "), "{standstill:?}");
        assert!(report.feeds[&Resource::Customers].stands_still.is_none());
        let status = ConnectionStatus::read(host.store.as_ref(), CONNECTION).await.unwrap();
        assert_eq!(status.feeds[&Resource::Jobs].stands_still, Some(standstill));
        host.pass(TimeDelta::minutes(15));
    }
    host.tenant.allow(Resource::Jobs, Way::Feed);
    assert!(host.sync().await.feeds[&Resource::Jobs].stands_still.is_none());
    let status = ConnectionStatus::read(host.store.as_ref(), CONNECTION).await.unwrap();
    assert!(status.feeds[&Resource::Jobs].stands_still.is_none());
}

#[tokio::test]
async fn recent_changes_are_asked_for_once_the_head_was_reached_and_repeating_them_costs_neither_upserts_nor_commits()
 {
    let host = Host::new();
    host.job(1);
    host.sync().await;
    host.tenant.hold_back();
    host.job(2);
    let count = Arc::new(CountCommits::default());
    let store = Arc::new(HookedStore::new(host.store.clone(), count.clone()));
    let builder = || {
        Engine::builder(CONNECTION, host.tenant.clone(), store.clone())
            .clock(host.clock.clone())
            .integration(host.jobs())
    };
    let patient = builder().include_recent_changes(false).open().await.unwrap();
    patient.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [1]);
    count.take();
    patient.sync_once().await.unwrap();
    let idle = count.take();

    let engine = builder().open().await.unwrap();
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert_eq!(host.hatch.sent(), [2]);
    count.take();
    for _ in 0..3 {
        let report = engine.sync_once().await.unwrap();
        assert_eq!((report.feeds[&Resource::Jobs].unchanged, count.take()), (1, idle), "{report:?}");
    }
    assert_eq!((host.hatch.sent(), idle), (vec![], 1));
}

#[tokio::test]
async fn a_last_page_without_a_position_costs_no_more_commits_than_an_idle_feed() {
    let host = Host::new();
    host.job(1);
    host.tenant.name_positions(Resource::Jobs, false);
    host.sync().await;
    let count = Arc::new(CountCommits::default());
    let store = Arc::new(HookedStore::new(host.store.clone(), count.clone()));
    let builder = Engine::builder(CONNECTION, host.tenant.clone(), store).clock(host.clock.clone());
    let engine = builder.integration(host.jobs()).open().await.unwrap();
    host.hatch.sent();
    let report = engine.sync_once().await.unwrap();
    assert_eq!((report.feeds[&Resource::Jobs].unchanged, count.take()), (1, 1), "{report:?}");
    assert_eq!(host.hatch.sent(), [0; 0]);
}

#[tokio::test]
async fn bad_fields_are_counted_by_resource_and_path_once_for_each_version_of_a_record() {
    let host = Host::new();
    host.job(1);
    host.tenant.put_old(Resource::Customers, 400, json!({"id": 8, "name": "Old Eight"}));
    host.job_of(2, 8);
    host.tenant.garble(Resource::Jobs, 1, "completedOn");
    host.tenant.garble(Resource::Jobs, 2, "items[].total");
    // By a lookup.
    host.tenant.garble(Resource::Customers, 8, "balance");
    host.tenant.name_positions(Resource::Jobs, false);
    let report = host.sync().await;
    let counts = &report.bad_fields;
    assert_eq!((counts[&Resource::Jobs]["completedOn"], counts[&Resource::Jobs]["items[].total"]), (1, 1));
    assert_eq!(counts[&Resource::Customers]["balance"], 1);
    assert_eq!(report.feeds[&Resource::Jobs].unreadable, 0);
    assert!(host.sync().await.bad_fields.is_empty(), "they came again unchanged");
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "changed"}));
    assert_eq!(host.sync().await.bad_fields[&Resource::Jobs]["completedOn"], 1);
    let status = ConnectionStatus::read(host.store.as_ref(), CONNECTION).await.unwrap();
    assert_eq!(status.bad_fields[&Resource::Jobs]["completedOn"], 2);
}

#[tokio::test]
async fn a_base_record_whose_customer_or_times_cannot_be_read_enters_with_a_warning_that_is_counted() {
    let host = Host::new();
    host.job(1);
    host.tenant.put(Resource::Jobs, json!({"id": 1, "createdOn": "soon"}));
    host.tenant.put(Resource::Jobs, json!({"id": 2, "customerId": {"name": "Ann"}, "locationId": 9}));
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).no_contact_key), (1, 1), "{report:?}");
    let body = host.hatch.body(1);
    assert_eq!((&body["externalCreatedAt"], &body["details"]["createdOn"]), (&json!(null), &json!("soon")));
    let told = ["the customer ID cannot be read", "the time of creation cannot be read"];
    assert_eq!(jobs(&report).unreadable, BTreeMap::from(told.map(|warning| (warning.to_owned(), 1))));
}

#[tokio::test]
async fn the_first_read_of_jobs_waits_for_the_other_feeds_and_a_later_one_does_not() {
    let host = Host::new();
    host.job(1);
    let engine = host.engine().await;
    let mut asked = Vec::new();
    for _ in 0..2 {
        let gate = host.tenant.hold(Resource::Customers, Way::Feed);
        let while_customers_are_read = async {
            gate.reached().await;
            asked.push(host.tenant.priority(Resource::Jobs, Way::Feed));
            gate.open();
        };
        let (report, ()) = tokio::join!(engine.sync_once(), while_customers_are_read);
        assert!(report.unwrap().feeds.contains_key(&Resource::Jobs));
    }
    // In the second run, jobs are read before the customers have come.
    assert_eq!(asked, [None, Some(Priority::Incremental)]);
    assert_eq!(host.hatch.sent(), [1]);
}

#[tokio::test]
async fn a_feed_that_fails_does_not_keep_the_first_jobs_from_being_read() {
    let host = Host::new();
    host.job(1);
    host.tenant.refuse(Resource::Appointments, Way::Feed, SourceErrorKind::Temporary);
    let report = host.sync().await;
    assert!(report.feeds[&Resource::Appointments].error.is_some());
    assert_eq!(host.hatch.sent(), [1]);
}
