//! Sessions that are cut at any point, and answers that get lost.

use std::sync::Arc;

use chrono::DateTime;
use postgres_store::PostgresStore;
use sync_core::{Change, Epoch, Link, MirrorRecord, OutboxEvent, Resource, Role, Store, StoreError};

use crate::fencing::until_waiting;
use crate::proxy::{Cut, Proxy};
use crate::server::{Schema, job, mark, session, value};

fn changes() -> Vec<Change> {
    let child = MirrorRecord {
        links: vec![Link { resource: Resource::Jobs, id: 1 }],
        body: Some("{}".to_owned()),
        ..MirrorRecord::absent(Resource::Appointments, 5)
    };
    vec![
        value("cursor", "1"),
        job(1, 100),
        Change::PutRecord(child),
        mark(1),
        Change::MarkComplete { children: Resource::Estimates, parent_id: 1 },
    ]
}

/// Whether the commit is there; it is whole or not at all.
async fn is_there(store: &PostgresStore, connection: &str) -> bool {
    let parts = [
        store.value(connection, "cursor").await.unwrap().is_some(),
        store.records(connection, Resource::Jobs, &[1]).await.unwrap().len() == 1,
        store.linked(connection, Resource::Appointments, Resource::Jobs, &[1]).await.unwrap().len() == 1,
        store.dirty_count(connection, "jobs").await.unwrap() == 1,
        store.completeness(connection, Resource::Estimates, &[1]).await.unwrap() == [(1, true)],
    ];
    assert!(parts.iter().all(|part| *part == parts[0]), "the commit is there in part: {parts:?}");
    parts[0]
}

async fn end_sessions(schema: &Schema) {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    session().await.execute(sql, &[&schema.name]).await.unwrap();
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_commit_that_is_cut_at_any_message_is_whole_or_not_there_and_can_be_repeated() {
    let (schema, proxy) = (Schema::fresh(), Proxy::start().await);
    let direct = schema.store().await;
    let store = PostgresStore::open(&schema.options_at(&proxy.url()).pool_size(1)).await.unwrap();
    let mut cut_at = 0;
    loop {
        let connection = format!("cut at {cut_at}");
        let epoch = direct.open(&connection, Role::Syncing).await.unwrap();
        // The session is there and has its statements prepared.
        store.check_epoch(&connection, epoch).await.unwrap();
        proxy.reset(Some(Cut::Message(cut_at)));
        let done = store.commit(&connection, epoch, changes()).await;
        proxy.reset(None);
        let Err(error) = done else { break };
        assert!(error.is_temporary(), "{error}");
        // Whatever the server still did with what it had got is done once an opening is answered.
        let epoch = direct.open(&connection, Role::Syncing).await.unwrap();
        is_there(&direct, &connection).await;
        store.commit(&connection, epoch, changes()).await.unwrap();
        assert!(is_there(&direct, &connection).await);
        cut_at += 1;
    }
    assert!(cut_at > 10, "the commit was over after {cut_at} messages");
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_commit_whose_answer_got_lost_is_repeated_and_answered() {
    let (schema, proxy) = (Schema::fresh(), Proxy::start().await);
    let store = PostgresStore::open(&schema.options_at(&proxy.url())).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    proxy.reset(Some(Cut::AnswerToCommit));
    store.commit("acme", epoch, changes()).await.unwrap();
    assert!(is_there(&store, "acme").await);
    assert_eq!(store.dirty("acme", "jobs", 0, 10).await.unwrap()[0].mark, 2, "it was not carried out twice");
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn sessions_that_were_ended_in_the_pool_are_replaced_without_a_word() {
    let schema = Schema::fresh();
    let store = schema.store().await;
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    for round in 1..4_u64 {
        end_sessions(&schema).await;
        store.commit("acme", epoch, changes()).await.unwrap();
        end_sessions(&schema).await;
        assert!(is_there(&store, "acme").await);
        end_sessions(&schema).await;
        let event = OutboxEvent {
            id: round.to_string(),
            event: "{}".to_owned(),
            state: "{}".to_owned(),
            at: DateTime::UNIX_EPOCH,
        };
        assert!(store.add_event("acme", event).await.unwrap());
        end_sessions(&schema).await;
        assert_eq!(store.outbox("acme", 0, 10).await.unwrap().len() as u64, round);
        end_sessions(&schema).await;
        store.check_epoch("acme", epoch).await.unwrap();
        end_sessions(&schema).await;
        assert_eq!(
            store.open("other", Role::Syncing).await.unwrap(),
            Epoch { role: Role::Syncing, number: round }
        );
    }
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_commit_whose_session_is_ended_in_its_middle_is_carried_out_again() {
    let schema = Schema::fresh();
    let store = Arc::new(schema.store().await);
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "0")]).await.unwrap();
    let (watcher, blocker) = (session().await, session().await);
    blocker.batch_execute(&schema.sql("BEGIN; SELECT FROM {s}.connection_values FOR UPDATE")).await.unwrap();
    let committing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.commit("acme", epoch, changes()).await }
    });
    until_waiting(&watcher, &schema, 1, &[&committing]).await;
    end_sessions(&schema).await;
    blocker.batch_execute("COMMIT").await.unwrap();
    committing.await.unwrap().unwrap();
    assert!(is_there(&store, "acme").await);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_worker_that_freezes_in_a_commit_loses_its_lock_and_is_fenced_when_it_wakes() {
    let (schema, proxy) = (Schema::fresh(), Proxy::start().await);
    let direct = Arc::new(schema.store().await);
    let store = Arc::new(PostgresStore::open(&schema.options_at(&proxy.url())).await.unwrap());
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, vec![value("other", "1"), job(7, 10)]).await.unwrap();
    // The first round trip gets through: BEGIN, and three messages each for the lock and the versions.
    proxy.reset(Some(Cut::Frozen(7)));
    let committing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.commit("acme", epoch, changes()).await }
    });
    while proxy.counts().messages < 8 {
        tokio::task::yield_now().await;
    }
    let opening = tokio::spawn({
        let direct = Arc::clone(&direct);
        async move { direct.open("acme", Role::Syncing).await }
    });
    until_waiting(&session().await, &schema, 1, &[&opening]).await;

    // The server ends the idle transaction by itself.
    assert_eq!(opening.await.unwrap().unwrap(), Epoch { number: epoch.number + 1, ..epoch });
    let refused = committing.await.unwrap().unwrap_err();
    assert!(matches!(refused, StoreError::Fenced { .. }), "{refused}");
    assert!(!is_there(&direct, "acme").await);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn calls_whose_answer_nobody_asks_for_keep_neither_session_nor_lock() {
    let schema = Schema::fresh();
    let store = PostgresStore::open(&schema.options().pool_size(2)).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    // Started, and left alone from then on, as a stream does whose consumer is busy.
    let mut checks: Vec<_> = (0..6).map(|_| store.check_epoch("acme", epoch)).collect();
    let mut commits: Vec<_> = (0..6).map(|id| store.commit("acme", epoch, vec![mark(id)])).collect();
    for call in checks.iter_mut().chain(&mut commits) {
        assert!(futures::poll!(call).is_pending());
    }
    store.commit("acme", epoch, changes()).await.unwrap();
    for call in checks.into_iter().chain(commits) {
        call.await.unwrap();
    }
    assert_eq!(store.dirty_count("acme", "jobs").await.unwrap(), 6);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_server_that_is_out_of_reach_is_temporary_and_what_follows_goes_on() {
    let (schema, proxy) = (Schema::fresh(), Proxy::start().await);
    let store = PostgresStore::open(&schema.options_at(&proxy.url())).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    proxy.reset(Some(Cut::Everything));
    for error in [
        store.value("acme", "cursor").await.unwrap_err(),
        store.check_epoch("acme", epoch).await.unwrap_err(),
        store.commit("acme", epoch, changes()).await.unwrap_err(),
        store.open("acme", Role::Syncing).await.unwrap_err(),
    ] {
        assert!(error.is_temporary(), "{error}");
        assert!(error.to_string().contains("see that"), "{error}");
    }
    proxy.reset(None);
    store.commit("acme", epoch, changes()).await.unwrap();
    assert!(is_there(&store, "acme").await);
}
