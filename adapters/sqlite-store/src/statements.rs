//! The number of statements that SQLite carries out for a commit, against the accepted figures in `benches/guards.toml`.

use std::cell::Cell;

use chrono::DateTime;
use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use sync_core::{Change, Delivered, Dirty, Epoch, Link, MirrorRecord, Resource, Role, Store};

use crate::SqliteStore;

thread_local! {
    /// Statements that this thread began: each thread owns one connection.
    static STATEMENTS: Cell<u64> = const { Cell::new(0) };
}

/// Has the statements of a connection counted.
pub(crate) fn counted(mut connection: Connection) -> Connection {
    let count = |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(..) = event {
            STATEMENTS.set(STATEMENTS.get() + 1);
        }
    };
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count)).unwrap();
    connection
}

/// Returns the number of statements that the writing thread has begun.
async fn begun(store: &SqliteStore) -> u64 {
    store.write(|_, _| Ok(STATEMENTS.get()), |_| {}).await.unwrap()
}

/// Returns the number of statements of a commit, with those of its transaction.
async fn statements_of(store: &SqliteStore, epoch: Epoch, changes: Vec<Change>) -> f64 {
    let before = begun(store).await;
    let before_nothing = begun(store).await;
    store.commit("acme", epoch, changes).await.unwrap();
    // Asking takes a transaction too.
    let of_asking = before_nothing - before;
    (begun(store).await - before_nothing - of_asking) as f64
}

/// Returns a page of a feed: records with two parents each, whose opportunities become dirty, and the cursor.
fn page(ids: std::ops::Range<i64>) -> Vec<Change> {
    let parent = |resource, id| Link { resource, id };
    let record = |id| MirrorRecord {
        links: vec![parent(Resource::Customers, id / 3), parent(Resource::Locations, id / 2)],
        body: Some(format!(r#"{{"id":{id}}}"#)),
        ..MirrorRecord::absent(Resource::Jobs, id)
    };
    let mark = |id| Change::MarkDirty { integration: "jobs".to_owned(), id };
    let mut changes: Vec<Change> = ids.flat_map(|id| [Change::PutRecord(record(id)), mark(id)]).collect();
    changes.push(Change::SetValue { key: "cursor".to_owned(), value: "next".to_owned() });
    changes
}

/// Returns the settlement of deliveries, as the engine commits it.
fn settlement(dirty: &[Dirty]) -> Vec<Change> {
    let settle = |dirty: &Dirty| {
        let delivered = Delivered {
            id: dirty.id,
            fingerprint: Some("0".repeat(64)),
            contact: "1".repeat(64),
            at: DateTime::UNIX_EPOCH,
        };
        [
            Change::SetDelivered { integration: "jobs".to_owned(), delivered },
            Change::ClearDirty { integration: "jobs".to_owned(), dirty: *dirty },
        ]
    };
    dirty.iter().flat_map(settle).collect()
}

#[tokio::test]
async fn a_commit_takes_no_more_statements_than_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("sync.db")).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, page(0..500)).await.unwrap();
    // Half of the records are there already.
    let of_page = statements_of(&store, epoch, page(250..750)).await;
    let dirty = store.dirty("acme", "jobs", 0, 8).await.unwrap();
    assert_eq!(dirty.len(), 8);
    let of_settlement = statements_of(&store, epoch, settlement(&dirty)).await;
    guards::check([
        ("sqlite.statements_per_record_of_a_page", of_page / 500.0),
        ("sqlite.statements_per_delivery", of_settlement / 8.0),
    ]);
}
