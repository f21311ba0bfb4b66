//! Files of older schemas, made by the releases that wrote them, opened by this one.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod contents;
#[path = "../reading/mod.rs"]
mod reading;

use std::path::PathBuf;

use rusqlite::Connection;
use sqlite_store::SqliteStore;
use sync_core::{Change, Dirty, Link, MemoryStore, Resource, Role, Store, StoreError};
use tempfile::TempDir;

use contents::ASKED;

/// The files of older schemas, oldest first.
const OLDER: [&[u8]; 3] =
    [include_bytes!("schema_1.db"), include_bytes!("schema_2.db"), include_bytes!("schema_3.db")];

/// Copies of the files of older schemas, each with its version.
fn older() -> impl Iterator<Item = (i64, TempDir, PathBuf)> {
    OLDER.iter().zip(1..).map(|(file, version)| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sync.db");
        std::fs::write(&path, file).unwrap();
        (version, folder, path)
    })
}

/// A copy of the file as schema 1 wrote it.
fn schema_1() -> (TempDir, PathBuf) {
    let (_, folder, path) = older().next().unwrap();
    (folder, path)
}

fn version(path: &PathBuf) -> i64 {
    Connection::open(path).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_file_of_an_older_schema_answers_after_its_upgrade_what_was_put_into_it() {
    let wanted = MemoryStore::new();
    contents::fill(&wanted).await;
    let wanted = reading::read(&wanted, &ASKED).await.unwrap();
    for (schema, _folder, path) in older() {
        assert_eq!(version(&path), schema);
        for _ in 0..2 {
            let store = SqliteStore::open(&path).await.unwrap();
            let held = reading::read(&store, &ASKED).await.unwrap();
            store.close().await;
            for (connection, held) in &held {
                assert_eq!(held, &wanted[connection], "{connection} of schema {schema}");
            }
        }
        assert_eq!(version(&path), 4);
    }
}

#[tokio::test]
async fn the_files_of_schemas_2_and_3_have_keys_in_both_of_their_tables() {
    for (schema, _folder, path) in older().skip(1) {
        let database = Connection::open(path).unwrap();
        for table in ["keys", "recent_keys"] {
            let sql = format!("SELECT count(*) FROM {table}");
            assert!(
                database.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap() > 0,
                "{table} of schema {schema}"
            );
        }
    }
}

#[tokio::test]
async fn what_was_read_before_the_upgrade_can_be_cleared_after_it_unless_it_was_marked_since() {
    for (schema, _folder, path) in older() {
        let before = MemoryStore::new();
        contents::fill(&before).await;
        let read = before.dirty("north", "jobs", 0, usize::MAX).await.unwrap();
        let store = SqliteStore::open(&path).await.unwrap();
        let epoch = store.open("north", Role::Syncing).await.unwrap();
        let marked = Change::MarkDirty { integration: "jobs".to_owned(), id: read[0].id };
        store.commit("north", epoch, vec![marked]).await.unwrap();
        let clear = |dirty: &Dirty| Change::ClearDirty { integration: "jobs".to_owned(), dirty: *dirty };
        store.commit("north", epoch, read.iter().map(clear).collect()).await.unwrap();
        let left = store.dirty("north", "jobs", 0, usize::MAX).await.unwrap();
        assert_eq!(left.iter().map(|dirty| dirty.id).collect::<Vec<_>>(), [read[0].id], "of schema {schema}");
    }
}

#[tokio::test]
async fn an_upgraded_file_goes_on_like_one_that_was_made_by_this_release() {
    for (schema, folder, path) in older() {
        let upgraded = SqliteStore::open(&path).await.unwrap();
        let new = SqliteStore::open(folder.path().join("new.db")).await.unwrap();
        contents::fill(&new).await;
        let more = || {
            let waiting = [40, 41, 3].map(|id| Change::MarkDirty { integration: "jobs".to_owned(), id });
            let mut changes = vec![
                Change::RemoveRecord { resource: Resource::Estimates, id: 2, owner: 0 },
                Change::RemoveResource { resource: Resource::Invoices },
                Change::RemoveOpportunity { integration: "jobs".to_owned(), id: 42 },
            ];
            changes.extend(waiting);
            changes
        };
        let mut read = Vec::new();
        for store in [&upgraded, &new] {
            let epoch = store.open("north", Role::Syncing).await.unwrap();
            assert_eq!(epoch.number, 3);
            store.commit("north", epoch, more()).await.unwrap();
            read.push(reading::read(store, &ASKED).await.unwrap());
        }
        assert_eq!(read[0], read[1], "schema {schema}");
    }
}

#[tokio::test]
async fn an_upgraded_file_has_the_tables_of_one_that_was_made_by_this_release() {
    for (older, folder, path) in older() {
        let new = folder.path().join("new.db");
        SqliteStore::open(&path).await.unwrap().close().await;
        SqliteStore::open(&new).await.unwrap().close().await;
        let schema = |path: &PathBuf| -> Vec<String> {
            let database = Connection::open(path).unwrap();
            let mut statement = database
                .prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name")
                .unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        assert_eq!(schema(&path), schema(&new), "schema {older}");
        let database = Connection::open(&path).unwrap();
        let check: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
    }
}

#[tokio::test]
async fn contacts_of_schema_1_belong_to_their_first_owner_and_another_one_may_have_them_too() {
    let (_folder, path) = schema_1();
    let store = SqliteStore::open(&path).await.unwrap();
    for (contacts, owner) in
        [(Resource::CustomerContacts, Resource::Customers), (Resource::LocationContacts, Resource::Locations)]
    {
        let mut kept = store.records("north", contacts, &[1]).await.unwrap();
        assert_eq!((kept.len(), kept[0].owner, kept[0].linked_to(owner)), (1, 1, Some(1)), "{contacts}");
        let links = vec![Link { resource: owner, id: 2 }];
        let of_another = kept.remove(0).linked_with(links);
        let epoch = store.open("north", Role::Syncing).await.unwrap();
        store.commit("north", epoch, vec![Change::PutRecord(of_another)]).await.unwrap();
        let found = store.linked("north", contacts, owner, &[1, 2]).await.unwrap();
        let mut owners: Vec<i64> = found.iter().map(|record| record.owner).collect();
        owners.sort_unstable();
        assert_eq!(owners, [1, 2], "{contacts}");
    }
    // Nothing else has an owner.
    assert_eq!(store.records("north", Resource::Estimates, &[2]).await.unwrap()[0].owner, 0);
    // Nobody pushed before there were roles.
    assert_eq!(store.open("north", Role::Pushing).await.unwrap().number, 1);
}

#[tokio::test]
async fn a_file_of_an_older_schema_is_not_read_without_its_upgrade_and_stays_as_it_is() {
    for ((_, _folder, path), file) in older().zip(OLDER) {
        let error = SqliteStore::open_read_only(&path).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Refused(message) if message.contains("older schema")),
            "{error}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), file);
    }
}

#[tokio::test]
async fn an_upgrade_that_fails_leaves_the_file_as_it_was() {
    for (schema, _folder, path) in older() {
        // A table that the upgrade cannot make, because it is there.
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE young_keys (id INTEGER)").unwrap();
        SqliteStore::open(&path).await.unwrap_err();
        assert_eq!(version(&path), schema);
        Connection::open(&path).unwrap().execute_batch("DROP TABLE young_keys").unwrap();

        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(store.value("north", "cursor/jobs").await.unwrap().as_deref(), Some("page-7"));
    }
}
