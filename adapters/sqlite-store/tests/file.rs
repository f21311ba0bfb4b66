//! What becomes of the file: opening it again, twice, read-only, and refusing what is not ours.

// A test reports by panicking.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sqlite_store::SqliteStore;
use sync_core::{
    Change, DeadLetter, Delivered, MirrorRecord, OutboxEvent, Resource, Role, Store, StoreError,
};
use tempfile::TempDir;

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sync.db");
    (folder, path)
}

fn cursor(value: &str) -> Change {
    Change::SetValue { key: "cursor".to_owned(), value: value.to_owned() }
}

/// Something in every table.
async fn filled(path: &Path) -> SqliteStore {
    let store = SqliteStore::open(path).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    let at = "2026-03-01T12:00:00.1234567Z".parse().unwrap();
    let integration = "jobs".to_owned();
    let delivered = Delivered { id: 42, fingerprint: Some("f".into()), contact: "c".into(), at };
    let letter =
        DeadLetter { integration: "jobs".into(), subject: "job:7".into(), reason: "refused".into(), at };
    let changes = vec![
        cursor("7"),
        Change::PutRecord(MirrorRecord::absent(Resource::Jobs, 42)),
        Change::MarkComplete { children: Resource::Appointments, parent_id: 42 },
        Change::MarkDirty { integration: integration.clone(), id: 42 },
        Change::SetDelivered { integration, delivered },
        Change::PutDeadLetter(letter),
    ];
    store.commit("acme", epoch, changes).await.unwrap();
    let event = OutboxEvent { id: "e".into(), event: "{}".into(), state: "{}".into(), at };
    store.add_event("acme", event).await.unwrap();
    store
}

async fn assert_filled(store: &SqliteStore) {
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("7"));
    assert_eq!(store.records("acme", Resource::Jobs, &[42]).await.unwrap().len(), 1);
    assert_eq!(store.completeness("acme", Resource::Appointments, &[42]).await.unwrap(), [(42, true)]);
    assert_eq!(store.dirty_count("acme", "jobs").await.unwrap(), 1);
    assert_eq!(store.delivered("acme", "jobs", &[42]).await.unwrap().len(), 1);
    assert_eq!(store.dead_letters("acme").await.unwrap().len(), 1);
    assert_eq!(store.outbox("acme", 0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_store_that_is_opened_again_has_everything_and_a_newer_epoch() {
    let (_folder, path) = file();
    filled(&path).await.close().await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_filled(&store).await;
    assert_eq!(store.open("acme", Role::Syncing).await.unwrap().number, 2);
}

#[tokio::test]
async fn what_was_answered_is_in_the_files_without_any_closing() {
    let (folder, path) = file();
    let store = filled(&path).await;
    // What a process that is killed now would leave behind.
    let left = folder.path().join("left.db");
    std::fs::copy(&path, &left).unwrap();
    std::fs::copy(folder.path().join("sync.db-wal"), folder.path().join("left.db-wal")).unwrap();
    assert_filled(&SqliteStore::open(&left).await.unwrap()).await;
    drop(store);
}

#[tokio::test]
async fn a_second_writer_is_refused_by_the_name_of_the_file_until_the_first_is_gone() {
    let (folder, path) = file();
    let first = filled(&path).await;
    let roundabout = folder.path().join(".").join("sync.db");
    for path in [&path, &roundabout] {
        let error = SqliteStore::open(path).await.unwrap_err();
        assert!(matches!(&error, StoreError::Locked(message) if message.contains("sync.db")), "{error}");
        assert!(!error.is_temporary());
    }
    drop(first);
    assert_filled(&SqliteStore::open(&path).await.unwrap()).await;
}

#[tokio::test]
async fn a_lock_file_that_a_dead_process_left_means_nothing() {
    let (folder, path) = file();
    std::fs::write(folder.path().join("sync.db.lock"), "").unwrap();
    SqliteStore::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_read_only_store_sees_each_commit_of_the_writer_and_cannot_write() {
    let (_folder, path) = file();
    let writer = filled(&path).await;
    let reader = SqliteStore::open_read_only(&path).await.unwrap();
    assert_filled(&reader).await;

    let epoch = writer.open("acme", Role::Syncing).await.unwrap();
    writer.commit("acme", epoch, vec![cursor("8")]).await.unwrap();
    assert_eq!(reader.value("acme", "cursor").await.unwrap().as_deref(), Some("8"));

    assert!(matches!(reader.open("acme", Role::Syncing).await, Err(StoreError::Locked(_))));
    assert!(matches!(reader.commit("acme", epoch, vec![cursor("9")]).await, Err(StoreError::Locked(_))));
    assert_eq!(writer.value("acme", "cursor").await.unwrap().as_deref(), Some("8"));
}

#[tokio::test]
async fn a_store_can_be_read_when_nobody_writes() {
    let (_folder, path) = file();
    filled(&path).await.close().await;
    assert_filled(&SqliteStore::open_read_only(&path).await.unwrap()).await;
}

#[tokio::test]
async fn reading_only_makes_no_file() {
    let (_folder, path) = file();
    let error = SqliteStore::open_read_only(&path).await.unwrap_err();
    assert!(matches!(&error, StoreError::Refused(message) if message.contains("is not there")), "{error}");
    assert!(!path.exists());
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_no_failing_disk() {
    let folder = tempfile::tempdir().unwrap();
    for error in [
        SqliteStore::open(folder.path()).await.unwrap_err(),
        SqliteStore::open_read_only(folder.path()).await.unwrap_err(),
    ] {
        let told = matches!(&error, StoreError::Refused(message) if message.contains("is a folder"));
        assert!(told, "{error}");
    }
}

#[tokio::test]
async fn a_closed_store_is_whole_in_its_file_and_closed_for_all_who_share_it() {
    let (folder, path) = file();
    let store = std::sync::Arc::new(filled(&path).await);
    let shared = std::sync::Arc::clone(&store);
    store.close().await;
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    assert_filled(&SqliteStore::open(&copy).await.unwrap()).await;
    assert!(matches!(shared.value("acme", "cursor").await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_file_of_a_newer_release_is_refused_and_left_as_it_is() {
    let (_folder, path) = file();
    filled(&path).await.close().await;
    let database = Connection::open(&path).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    database.close().unwrap();
    let before = std::fs::read(&path).unwrap();

    for error in
        [SqliteStore::open(&path).await.unwrap_err(), SqliteStore::open_read_only(&path).await.unwrap_err()]
    {
        assert!(matches!(&error, StoreError::NewerSchema(message) if message.contains("99")), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let (_folder, path) = file();
    let database = Connection::open(&path).unwrap();
    database.execute_batch("CREATE TABLE invoices (id INTEGER)").unwrap();
    database.close().unwrap();
    let before = std::fs::read(&path).unwrap();

    let error = SqliteStore::open(&path).await.unwrap_err();

    assert!(matches!(&error, StoreError::Damaged(message) if message.contains("another program")), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let (_folder, path) = file();
    std::fs::write(&path, "not a database, and long enough to be looked at. ".repeat(100)).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let (folder, _) = file();
    let error = SqliteStore::open(folder.path().join("missing").join("sync.db")).await.unwrap_err();
    assert!(matches!(&error, StoreError::Refused(message) if message.contains("missing")), "{error}");
}
