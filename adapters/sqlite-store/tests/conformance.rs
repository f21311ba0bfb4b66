//! The promises of every store, kept by this one.

// A test reports by panicking.
#![allow(clippy::unwrap_used)]

use sqlite_store::SqliteStore;
use tempfile::TempDir;

async fn empty_store() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (SqliteStore::open(folder.path().join("sync.db")).await.unwrap(), folder)
}

sync_core::store_conformance!(empty_store().await);
