//! Upkeep in steps: as much as fits into a time, from the place that the store keeps.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use sync_core::{Change, Engine, ReconcileReport, Resource, Role, Store, UpkeepStep};

use crate::host::{CONNECTION, CUSTOMER, Host, jobs};
use crate::store_hooks::HoldOnce;

const HOUR: Duration = Duration::from_secs(3600);
const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

/// Number of jobs, in pages of ten.
const COUNT: i64 = 120;

/// Returns a host with many delivered jobs, a day later. Their feed missed a change of each one, another one an estimate, and one job is gone.
async fn a_day_later() -> Host {
    let host = Host::new();
    host.tenant.page_size(10);
    for id in 1..=COUNT {
        host.job(id);
    }
    host.sync().await;
    host.pass(TimeDelta::hours(12));
    for id in 1..=COUNT {
        host.tenant.put_unseen(Resource::Jobs, json!({"id": id, "summary": format!("missed {id}")}));
    }
    host.tenant.put_unseen(Resource::Estimates, json!({"id": 41, "jobId": 2, "name": "missed too"}));
    host.tenant.vanish(Resource::Jobs, 77);
    host.pass(TimeDelta::hours(12));
    host.hatch.sent();
    host
}

/// Reads every feed to its head, and returns from then on the requests of the upkeep.
async fn read_feeds(host: &Host) {
    let engine = host.engine().await;
    let feeds = engine.due_feeds().await.unwrap();
    assert!(engine.ingest_within(&feeds, HOUR).await.unwrap().unfinished.is_empty());
    host.tenant.lookups();
}

/// Takes one step with an engine of its own, as a worker does after another one died.
async fn step(host: &Host, bound: Duration) -> UpkeepStep {
    host.engine().await.upkeep_within(&[], bound).await.unwrap()
}

/// Takes steps of one page until the upkeep is done. Returns their number and the last one.
async fn to_the_end(host: &Host) -> (usize, UpkeepStep) {
    let mut steps = 1;
    let mut last = step(host, Duration::ZERO).await;
    while !last.is_done {
        assert_eq!(last, UpkeepStep::default());
        assert!(steps < 1_000, "the upkeep does not end");
        steps += 1;
        last = step(host, Duration::ZERO).await;
    }
    (steps, last)
}

/// The requests for lists since the last call.
fn lists(host: &Host) -> Vec<String> {
    let mut requests = host.tenant.lookups();
    requests.retain(|request| request.starts_with("list"));
    requests
}

/// The outcome in one go: the reconciliation, and the requests for lists.
async fn in_one_go() -> (Host, ReconcileReport, Vec<String>) {
    let host = a_day_later().await;
    read_feeds(&host).await;
    let step = step(&host, HOUR).await;
    assert!(step.is_done);
    let lists = lists(&host);
    (host, step.reconciled.unwrap(), lists)
}

/// Asserts that nothing is left to be repaired, and that Hatch has what ServiceTitan has.
async fn assert_repaired(host: &Host) {
    let report = host.sync().await;
    assert!(report.reconciled.is_none());
    assert_eq!(jobs(&report).delivered + 1, COUNT as u64, "all but the one that is gone");
    for id in (1..=COUNT).filter(|id| *id != 77) {
        assert_eq!(host.hatch.body(id)["details"]["summary"], format!("missed {id}"));
    }
    assert_eq!(host.hatch.body(2)["details"]["estimates"][0]["name"], "missed too");
}

#[tokio::test]
async fn steps_of_a_page_each_by_an_engine_of_its_own_do_what_one_step_does() {
    let (whole, reconciled, requests) = in_one_go().await;
    assert_eq!(reconciled.repaired[&Resource::Jobs], COUNT as u64 - 1);
    assert_eq!((reconciled.repaired[&Resource::Estimates], reconciled.gone), (1, 1));
    let cut = a_day_later().await;
    read_feeds(&cut).await;
    let (steps, last) = to_the_end(&cut).await;
    assert!(steps >= requests.len(), "{steps} steps for {} pages", requests.len());
    assert_eq!(last.reconciled, Some(reconciled));
    assert_eq!(lists(&cut), requests);
    assert_repaired(&whole).await;
    assert_repaired(&cut).await;
    // It is over: the next one is due a day later, from its own beginning.
    assert_eq!(step(&cut, HOUR).await, step(&whole, HOUR).await);
    cut.pass(TimeDelta::hours(25));
    read_feeds(&cut).await;
    let next = step(&cut, HOUR).await.reconciled.unwrap();
    assert!(next.repaired.is_empty() && next.gone == 0, "{next:?}");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_dies_within_a_step_has_that_step_repeated_and_no_other_one() {
    let (_, reconciled, requests) = in_one_go().await;
    let host = a_day_later().await;
    read_feeds(&host).await;
    for _ in 0..4 {
        assert!(!step(&host, Duration::ZERO).await.is_done);
    }
    host.tenant.hang(Some(Resource::Jobs));
    let dying = host.engine().await;
    assert!(tokio::time::timeout(HOUR, dying.upkeep_within(&[], HOUR)).await.is_err());
    host.tenant.hang(None);
    let (_, last) = to_the_end(&host).await;
    assert_eq!(last.reconciled, Some(reconciled));
    assert_eq!(lists(&host).len(), requests.len() + 1);
    assert_repaired(&host).await;
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_dies_just_after_a_commit_has_nothing_counted_twice_and_nothing_lost() {
    let (_, reconciled, requests) = in_one_go().await;
    for commit in [0, 3, 12, 13, 14] {
        let host = a_day_later().await;
        read_feeds(&host).await;
        for _ in 0..commit {
            assert!(!step(&host, Duration::ZERO).await.is_done);
        }
        let hook = HoldOnce::after(|changes| {
            changes
                .iter()
                .any(|change| matches!(change, Change::SetValue { key, .. } if key == "upkeep-place"))
        });
        let builder =
            Engine::builder(CONNECTION, host.tenant.clone(), hook.on(&host.store)).clock(host.clock.clone());
        let dying = builder.integration(host.jobs()).open().await.unwrap();
        hook.arm();
        assert!(
            tokio::time::timeout(HOUR, dying.upkeep_within(&[], Duration::ZERO)).await.is_err(),
            "{commit}"
        );
        let (_, last) = to_the_end(&host).await;
        assert_eq!(last.reconciled.as_ref(), Some(&reconciled), "{commit}");
        assert_eq!(lists(&host), requests, "{commit}: the page of that commit is not read again");
        assert_repaired(&host).await;
    }
}

#[tokio::test]
async fn a_webhooks_job_that_is_delivered_between_two_steps_is_not_repaired_again() {
    let host = a_day_later().await;
    read_feeds(&host).await;
    assert!(!step(&host, Duration::ZERO).await.is_done);
    host.tenant.put(Resource::Jobs, json!({"id": COUNT, "summary": "from its feed"}));
    let engine = host.engine().await;
    engine.ingest_page(Resource::Jobs).await.unwrap();
    assert_eq!(engine.deliver_now("jobs", &[COUNT]).await.unwrap().delivered, 1);
    let (_, last) = to_the_end(&host).await;
    assert_eq!(last.reconciled.unwrap().repaired[&Resource::Jobs], COUNT as u64 - 2);
    assert_eq!(host.hatch.body(COUNT)["details"]["summary"], "from its feed");
}

#[tokio::test]
async fn a_run_goes_on_with_the_upkeep_of_a_worker_that_died() {
    let (_, reconciled, _) = in_one_go().await;
    let host = a_day_later().await;
    read_feeds(&host).await;
    for _ in 0..6 {
        assert!(!step(&host, Duration::ZERO).await.is_done);
    }
    let report = host.sync().await;
    assert_eq!(report.reconciled, Some(reconciled));
    assert_eq!(lists(&host).iter().filter(|list| list.as_str() == "list jobs 1").count(), 1);
}

#[tokio::test]
async fn a_place_of_another_version_begins_the_upkeep_anew() {
    let (_, reconciled, _) = in_one_go().await;
    let host = a_day_later().await;
    read_feeds(&host).await;
    let epoch = host.store.open(CONNECTION, Role::Syncing).await.unwrap();
    let place = Change::SetValue { key: "upkeep-place".to_owned(), value: r#"{"phase":"new"}"#.to_owned() };
    host.store.commit(CONNECTION, epoch, vec![place]).await.unwrap();
    assert_eq!(step(&host, HOUR).await.reconciled, Some(reconciled));
}

#[tokio::test]
async fn a_prune_of_many_jobs_is_cut_into_steps_and_counts_each_job_once() {
    let host = Host::new();
    for id in 1..=450 {
        let job = json!({"id": id, "customerId": CUSTOMER, "jobStatus": "Completed", "active": true});
        host.tenant.put(Resource::Jobs, job);
    }
    host.job(451);
    let engine = async || {
        let builder = host.bare().retention(MONTH).reconcile_every(None).integration(host.jobs());
        builder.open().await.unwrap()
    };
    engine().await.sync_once().await.unwrap();
    host.pass(TimeDelta::days(32));
    let first = engine().await;
    first.ingest_within(&first.due_feeds().await.unwrap(), HOUR).await.unwrap();
    let mut steps = 0;
    let last = loop {
        steps += 1;
        let step = engine().await.upkeep_within(&[], Duration::ZERO).await.unwrap();
        if step.is_done {
            break step;
        }
    };
    assert!(steps >= 3, "{steps} steps");
    assert_eq!((last.pruned, last.reconciled), (450, None));
    let left = host.store.record_ids(CONNECTION, Resource::Jobs, None, 10).await.unwrap();
    assert_eq!(left, [451]);
}
