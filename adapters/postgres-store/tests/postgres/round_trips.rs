//! What a commit costs on the wire.

use chrono::DateTime;
use postgres_store::PostgresStore;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, EventStatus, Link, MirrorRecord, OutboxEvent, Resource, Role, Store,
};

use crate::proxy::Proxy;
use crate::server::{Schema, job, mark};

fn record(id: i64) -> Change {
    let links = vec![Link { resource: Resource::Jobs, id: id % 7 }];
    let body = Some("{}".to_owned());
    Change::PutRecord(MirrorRecord { links, body, ..MirrorRecord::absent(Resource::Appointments, id) })
}

/// Changes of every kind that belongs to syncing, so many of each where there can be many.
fn changes(count: i64) -> Vec<Change> {
    let at = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
    let jobs = || "jobs".to_owned();
    let mut changes = vec![
        Change::RemoveResource { resource: Resource::Zones },
        Change::RemoveIntegration { integration: "old".to_owned() },
    ];
    for id in 0..count {
        changes.extend([
            record(id),
            record(count + id),
            Change::RemoveRecord { resource: Resource::Appointments, id: 2 * count + id, owner: 0 },
            Change::MarkComplete { children: Resource::Appointments, parent_id: id },
            Change::MarkIncomplete { children: Resource::Estimates, parent_id: id },
            Change::SetValue { key: format!("key {id}"), value: "v".to_owned() },
            Change::RemoveValue { key: format!("old key {id}") },
            mark(id),
            Change::ClearDirty { integration: jobs(), dirty: Dirty { id: count + id, place: 1, mark: 1 } },
            Change::SetDelivered {
                integration: jobs(),
                delivered: Delivered { id, fingerprint: None, contact: "c".to_owned(), at },
            },
            Change::RemoveOpportunity { integration: jobs(), id: 2 * count + id },
            Change::PutDeadLetter(DeadLetter {
                integration: jobs(),
                subject: format!("job:{id}"),
                reason: "refused".to_owned(),
                at,
            }),
            Change::RemoveDeadLetter { integration: jobs(), subject: format!("job:{}", count + id) },
        ]);
    }
    changes
}

/// Changes of every kind that belongs to pushing.
fn changes_of_events(count: i64) -> Vec<Change> {
    let at = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
    let integration = || "jobs".to_owned();
    let of = |id: i64| {
        [
            Change::SetEvent { id: id.to_string(), state: "{}".to_owned(), status: EventStatus::Waiting },
            Change::PutDeadLetter(DeadLetter {
                integration: integration(),
                subject: format!("event:{id}"),
                reason: "refused".to_owned(),
                at,
            }),
            Change::RemoveDeadLetter { integration: integration(), subject: format!("event:{}", count + id) },
        ]
    };
    (0..count).flat_map(of).collect()
}

async fn proxied() -> (PostgresStore, Proxy, Schema) {
    let (schema, proxy) = (Schema::fresh(), Proxy::start().await);
    let store = PostgresStore::open(&schema.options_at(&proxy.url()).pool_size(1)).await.unwrap();
    (store, proxy, schema)
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_commit_of_any_size_is_a_handful_of_statements_in_two_round_trips() {
    let (store, proxy, _schema) = proxied().await;
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    // Some of those that are to be removed are there, and what is prepared is prepared once for each session.
    let removed_later = || vec![record(20), record(4_000)];
    for warming_up in [changes(1), removed_later(), changes(10), removed_later()] {
        store.commit("acme", epoch, warming_up).await.unwrap();
    }

    proxy.reset(None);
    store.commit("acme", epoch, changes(10)).await.unwrap();
    let small = proxy.counts();
    proxy.reset(None);
    store.commit("acme", epoch, changes(2_000)).await.unwrap();
    let large = proxy.counts();

    assert_eq!((small.statements, small.preparations), (large.statements, 0), "{small:?} {large:?}");
    // BEGIN, the lock, the versions, eleven sets and COMMIT.
    assert_eq!(large.statements, 15);
    // The server begins to answer a large commit while it still comes in, so that only the small one tells how often the store waits.
    assert!(small.round_trips <= 3, "{small:?}");
    assert_eq!(store.dirty_count("acme", "jobs").await.unwrap(), 2_000);

    let epoch = store.open("acme", Role::Pushing).await.unwrap();
    store.commit("acme", epoch, changes_of_events(2)).await.unwrap();
    proxy.reset(None);
    store.commit("acme", epoch, changes_of_events(10)).await.unwrap();
    let small = proxy.counts();
    proxy.reset(None);
    store.commit("acme", epoch, changes_of_events(2_000)).await.unwrap();
    assert_eq!((small.statements, small.preparations), (proxy.counts().statements, 0));
    assert!(small.statements <= 8 && small.round_trips <= 3, "{small:?}");
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn the_first_commit_of_a_session_stays_below_a_dozen_round_trips() {
    let (store, proxy, _schema) = proxied().await;
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    proxy.reset(None);
    store.commit("acme", epoch, changes(10)).await.unwrap();
    let counts = proxy.counts();
    assert!(counts.preparations > 0 && counts.round_trips <= 12, "{counts:?}");
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_read_and_an_event_are_one_round_trip() {
    let (store, proxy, _schema) = proxied().await;
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    let event = |id: i64| OutboxEvent {
        id: id.to_string(),
        event: "{}".to_owned(),
        state: "{}".to_owned(),
        at: DateTime::UNIX_EPOCH,
    };
    store.commit("acme", epoch, (0..500).map(|id| job(id, 10)).collect()).await.unwrap();
    let ids: Vec<i64> = (0..500).collect();
    store.records("acme", Resource::Jobs, &ids).await.unwrap();
    store.add_event("acme", event(1)).await.unwrap();
    store.check_epoch("acme", epoch).await.unwrap();

    proxy.reset(None);
    assert_eq!(store.records("acme", Resource::Jobs, &ids).await.unwrap().len(), 500);
    assert_eq!(proxy.counts().statements, 1);
    proxy.reset(None);
    assert!(store.add_event("acme", event(2)).await.unwrap());
    assert_eq!(proxy.counts().statements, 1);
    proxy.reset(None);
    store.check_epoch("acme", epoch).await.unwrap();
    assert_eq!(proxy.counts().statements, 1);
    proxy.reset(None);
    store.records("acme", Resource::Jobs, &[]).await.unwrap();
    assert_eq!(proxy.counts().messages, 0);
}
