//! A durable [`Store`](sync_core::Store) in one SQLite file: the embedded default for a host that runs the engine in one process.
//!
//! ```
//! use sqlite_store::SqliteStore;
//! use sync_core::{Change, Role, Store};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("sync.db");
//! let store = SqliteStore::open(&path).await?;
//! let epoch = store.open("acme", Role::Syncing).await?;
//! let cursor = Change::SetValue { key: "cursor/jobs".into(), value: "page-7".into() };
//! store.commit("acme", epoch, vec![cursor]).await?;
//!
//! // While it is open, another process may look, but not write.
//! let status = SqliteStore::open_read_only(&path).await?;
//! assert_eq!(status.value("acme", "cursor/jobs").await?.as_deref(), Some("page-7"));
//! assert!(SqliteStore::open(&path).await.is_err());
//!
//! // A process that ends closes the store: then the file alone is whole, and can be copied.
//! status.close().await;
//! store.close().await;
//! std::fs::copy(&path, path.with_extension("copy"))?;
//! # Ok(())
//! # }
//! ```
//!
//! # Threads
//!
//! One thread writes and two read, each with a connection of SQLite. A call hands its whole work over to one of them, a commit of any number of
//! changes or a read of any number of records, and waits for one answer. Commits that wait at the same time share a transaction, and so
//! one wait for the disk. [`check_epoch`](sync_core::Store::check_epoch) is answered from memory.
//!
//! # What lies beside the file
//!
//! `<file>-wal` and `<file>-shm` belong to SQLite and to the file. `<file>.lock` is empty, and locked while a process has the store open for
//! writing; it may stay behind and means nothing then. The folder must be on a local disk: SQLite's write-ahead log and the lock do not
//! work over a network share.

mod commit;
mod deliveries;
mod error;
mod lock;
mod marks;
mod open;
mod outbox;
mod records;
mod row;
mod schema;
mod scope;
mod store;
mod threads;
mod transaction;

pub use open::SqliteStore;
