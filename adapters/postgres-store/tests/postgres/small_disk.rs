//! A disk that is full: that of a tablespace, for the table of records.

use postgres_store::PostgresStore;
use sync_core::{Change, MirrorRecord, Resource, Role, Store, StoreError};

use crate::server::{Schema, session, value};

/// A job whose body of a megabyte cannot be compressed.
fn incompressible_job(id: i64) -> Change {
    let mut state = id.unsigned_abs() + 1;
    let mut next = || {
        // A step of xorshift, whose letters no compression makes smaller.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b' ' + u8::try_from(state % 90).unwrap_or_default())
    };
    let body = Some((0..1_000_000).map(|_| next()).collect());
    Change::PutRecord(MirrorRecord { body, ..MirrorRecord::absent(Resource::Jobs, id) })
}

/// Commits a page with a cursor.
async fn commit(store: &PostgresStore, jobs: std::ops::Range<i64>, cursor: &str) -> Result<(), StoreError> {
    let epoch = store.open("acme", Role::Syncing).await?;
    let mut changes: Vec<Change> = jobs.map(incompressible_job).collect();
    changes.push(value("cursor", cursor));
    store.commit("acme", epoch, changes).await
}

#[tokio::test]
#[ignore = "needs POSTGRES_SMALL_DISK: a folder of the server on a disk of 16 MB, which `.ci/postgres` mounts for root"]
async fn a_full_disk_undoes_the_commit_and_once_there_is_room_the_same_commit_succeeds() {
    let disk =
        std::env::var("POSTGRES_SMALL_DISK").expect("POSTGRES_SMALL_DISK names a folder of the server");
    let schema = Schema::fresh();
    let store = schema.store().await;
    let admin = session().await;
    let tablespace = format!("small_{}", std::process::id());
    admin.batch_execute(&format!("CREATE TABLESPACE {tablespace} LOCATION '{disk}'")).await.unwrap();
    let other = format!(
        "ALTER TABLE {{s}}.records SET TABLESPACE {tablespace};
         CREATE TABLE {{s}}.other (text text) TABLESPACE {tablespace};
         ALTER TABLE {{s}}.other ALTER COLUMN text SET STORAGE EXTERNAL;
         INSERT INTO {{s}}.other SELECT repeat('x', 1000000) FROM generate_series(1, 9)"
    );
    admin.batch_execute(&schema.sql(&other)).await.unwrap();
    commit(&store, 0..1, "1").await.unwrap();

    for _ in 0..2 {
        let error = commit(&store, 1..9, "2").await.unwrap_err();
        let told =
            matches!(&error, StoreError::Unavailable(message) if message.contains("disk is full; make room"));
        assert!(told && error.is_temporary(), "{error}");
        assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("1"));
        let ids = store.record_ids("acme", Resource::Jobs, None, 100).await.unwrap();
        assert_eq!(ids, [0]);
    }

    // The pages of the undone rows are free again after a vacuum.
    for statement in ["DROP TABLE {s}.other", "VACUUM {s}.records", "CHECKPOINT"] {
        admin.batch_execute(&schema.sql(statement)).await.unwrap();
    }
    commit(&store, 1..9, "2").await.unwrap();
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("2"));
    assert_eq!(store.record_ids("acme", Resource::Jobs, None, 100).await.unwrap().len(), 9);

    admin.batch_execute(&schema.sql("DROP SCHEMA {s} CASCADE")).await.unwrap();
    admin.batch_execute(&format!("DROP TABLESPACE {tablespace}")).await.unwrap();
}
