//! A durable [`Store`](sync_core::Store) in one SQLite file: the embedded default for a host that runs the engine in one process.
//!
//! ```
//! use sql_store::SqlStore;
//! use sync_core::{Change, Store};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("sync.db");
//! let store = SqlStore::open(&path).await?;
//! let epoch = store.open("acme").await?;
//! let cursor = Change::SetValue { key: "cursor/jobs".into(), value: "page-7".into() };
//! store.commit("acme", epoch, vec![cursor]).await?;
//!
//! // While it is open, another process may look, but not write.
//! let status = SqlStore::open_read_only(&path).await?;
//! assert_eq!(status.value("acme", "cursor/jobs").await?.as_deref(), Some("page-7"));
//! assert!(SqlStore::open(&path).await.is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # What lies beside the file
//!
//! `<file>-wal` and `<file>-shm` belong to SQLite and to the file: copy the store while it is closed, or with SQLite's own backup.
//! `<file>.lock` is empty, and locked while a process has the store open for writing; it may stay behind and means nothing then.
//! The folder must be on a local disk: SQLite's write-ahead log and the lock do not work over a network share.
//!
//! # Why a lock file, when SQLite locks?
//!
//! SQLite lets processes write in turn. Two engines on one file would fence each other off without end; the second is told at once
//! instead, with the name of the file.

mod commit;
mod error;
mod file;
mod row;
mod schema;
mod store;

pub use store::SqlStore;
