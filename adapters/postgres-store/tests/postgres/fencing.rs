//! Openings and commits come one after the other.

use std::sync::Arc;

use sync_core::{Change, Epoch, EventStatus, Resource, Role, Store, StoreError};
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::server::{Schema, job, mark, session, value};

/// Waits until so many sessions of the store wait for a lock. None of the calls that are to wait may end before.
pub(crate) async fn until_waiting<T>(
    watcher: &Client,
    schema: &Schema,
    sessions: i64,
    calls: &[&JoinHandle<T>],
) {
    loop {
        assert!(!calls.iter().any(|call| call.is_finished()), "a call that was to wait has ended");
        let waiting = watcher
            .query_one(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'",
                &[&schema.name],
            )
            .await
            .unwrap();
        if waiting.get::<_, i64>(0) >= sessions {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_commit_that_began_before_a_newer_opening_is_refused() {
    let schema = Schema::fresh();
    let store = Arc::new(schema.store().await);
    let old = store.open("acme", Role::Syncing).await.unwrap();
    let watcher = session().await;
    // An opening that is not answered yet: it has written the epoch's row, and not committed.
    let opener = session().await;
    let bump = schema.sql("BEGIN; UPDATE {s}.epochs SET epoch = epoch + 1");
    opener.batch_execute(&bump).await.unwrap();

    let committing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.commit("acme", old, vec![value("cursor", "old"), job(1, 10), mark(1)]).await }
    });
    until_waiting(&watcher, &schema, 1, &[&committing]).await;
    opener.batch_execute("COMMIT").await.unwrap();

    let refused = committing.await.unwrap().unwrap_err();
    assert!(matches!(refused, StoreError::Fenced { held, .. } if held == old.number), "{refused:?}");
    assert_eq!(store.value("acme", "cursor").await.unwrap(), None);
    assert!(store.records("acme", Resource::Jobs, &[1]).await.unwrap().is_empty());
    assert_eq!(store.dirty_count("acme", "jobs").await.unwrap(), 0);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn pushing_waits_neither_for_a_commit_of_syncing_nor_for_its_opening() {
    let schema = Schema::fresh();
    let store = schema.store().await;
    store.open("acme", Role::Syncing).await.unwrap();
    let pushing = store.open("acme", Role::Pushing).await.unwrap();
    let blocker = session().await;
    blocker
        .batch_execute(&schema.sql("BEGIN; UPDATE {s}.epochs SET epoch = epoch WHERE role = 'syncing'"))
        .await
        .unwrap();
    let set = Change::SetEvent { id: "a".to_owned(), state: "{}".to_owned(), status: EventStatus::Waiting };
    store.commit("acme", pushing, vec![set]).await.unwrap();
    store.check_epoch("acme", pushing).await.unwrap();
    store.open("acme", Role::Pushing).await.unwrap();
    blocker.batch_execute("ROLLBACK").await.unwrap();
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn an_opening_is_answered_after_the_commits_that_it_fences_off() {
    let schema = Schema::fresh();
    let store = Arc::new(schema.store().await);
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap();
    let watcher = session().await;
    // The commit stops in its middle: another session has the value that it is to write.
    let blocker = session().await;
    blocker.batch_execute(&schema.sql("BEGIN; SELECT FROM {s}.connection_values FOR UPDATE")).await.unwrap();
    let committing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.commit("acme", epoch, vec![value("cursor", "2")]).await }
    });
    until_waiting(&watcher, &schema, 1, &[&committing]).await;
    let opening = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.open("acme", Role::Syncing).await }
    });
    until_waiting(&watcher, &schema, 2, &[&opening]).await;
    blocker.batch_execute("COMMIT").await.unwrap();

    committing.await.unwrap().unwrap();
    assert_eq!(opening.await.unwrap().unwrap(), Epoch { number: epoch.number + 1, ..epoch });
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs POSTGRES_URL"]
async fn of_many_who_open_and_write_at_once_only_the_newest_goes_on_and_no_write_is_lost() {
    let schema = Schema::fresh();
    schema.store().await;
    let mut workers = Vec::new();
    for _ in 0..6 {
        let store = schema.store().await;
        workers.push(tokio::spawn(async move {
            let mut written = Vec::new();
            for _ in 0..5 {
                let epoch = store.open("acme", Role::Syncing).await.unwrap();
                for number in 0..5 {
                    let key = format!("{} {number}", epoch.number);
                    match store.commit("acme", epoch, vec![value(&key, "1"), mark(number)]).await {
                        Ok(()) => written.push(key),
                        Err(StoreError::Fenced { .. }) => break,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            written
        }));
    }
    let mut written = Vec::new();
    for worker in workers {
        written.extend(worker.await.unwrap());
    }
    // 30 openings, each with an epoch of its own; what was answered is there, and nothing else.
    let store = schema.store().await;
    assert_eq!(store.open("acme", Role::Syncing).await.unwrap(), Epoch { role: Role::Syncing, number: 31 });
    for epoch in 1..=30 {
        for number in 0..5 {
            let key = format!("{epoch} {number}");
            let there = store.value("acme", &key).await.unwrap().is_some();
            assert_eq!(there, written.contains(&key), "{key}");
        }
    }
    assert!(!written.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs POSTGRES_URL"]
async fn commits_of_one_epoch_at_once_all_count_and_give_each_mark_once() {
    let schema = Schema::fresh();
    let store = Arc::new(schema.store().await);
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    let commits = (0..8).map(|worker| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for round in 0..10 {
                let changes = vec![mark(worker * 10 + round), mark(1_000), job(7, 10), value("cursor", "v")];
                store.commit("acme", epoch, changes).await.unwrap();
            }
        })
    });
    for commit in commits.collect::<Vec<_>>() {
        commit.await.unwrap();
    }
    let waiting = store.dirty("acme", "jobs", 0, 1_000).await.unwrap();
    assert_eq!(waiting.len(), 81);
    let mut numbers: Vec<u64> = waiting.iter().map(|dirty| dirty.mark).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 81);
}
