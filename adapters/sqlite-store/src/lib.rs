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
//! # Sizing
//!
//! A backfill of the default selection leaves about 6 records and 7 KB in the file for each job or membership; `benches/README.md` has the
//! figures. Next to the file, its log grows to 64 MiB, and to more while another process reads. An upgrade from an older schema needs room for the
//! file twice more until it is done; afterwards the file keeps its size, and new data fills the free half.
//!
//! | table | rows | bytes for each |
//! |---|---|---|
//! | `records` | one for each record of ServiceTitan in the mirror | its JSON, and about 60 |
//! | `keys` | one for each record, for each record that it belongs to, for each opportunity, and for each set of children that was read on its own | 18 |
//! | `opportunities` | one for each job or membership of an integration | 95 |
//! | `events`, `dead_letters` | one for each event of Hatch, and for each opportunity or event that was given up | theirs, and about 50 |
//!
//! # Backup and restore
//!
//! - While the store is open: `sqlite3 sync.db ".backup copy.db"` copies a consistent state beside a running engine. A plain copy of the files
//!   would not be one.
//! - While it is [closed](SqliteStore::close): the file alone is whole, and any copy of it will do.
//! - To restore, stop whoever has the store open, remove `<file>-wal` and `<file>-shm`, and put the copy in place of the file. The engine goes on from
//!   the copy's cursors: what changed since comes again, an opportunity that was delivered since is delivered once more, and an event that
//!   was stored since is unknown (pushed again, it becomes a second note).
//! - The file holds customers' data in the clear: keep copies as safe as the file itself.
//!
//! # What lies beside the file
//!
//! `<file>-wal` and `<file>-shm` belong to SQLite and to the file. `<file>.lock` is empty, and locked while a process has the store open for
//! writing; it may stay behind and means nothing then. The folder must be on a local disk: SQLite's write-ahead log and the lock do not
//! work over a network share.
//!
//! # Why threads of its own?
//!
//! SQLite's calls block, and a commit of a page makes thousands of them. Two threads own a connection of SQLite each: a call
//! hands its whole work over to one of them and waits for one answer, whether it is about one record or a thousand. The one writes, and reads as long
//! as there is nothing to write; the other reads meanwhile. Commits that wait at
//! the same time share a transaction, and so one wait for the disk: many connections together are faster than it answers.
//! [`check_epoch`](sync_core::Store::check_epoch) is answered from memory, since nobody else can open a connection meanwhile.
//!
//! # Why a lock file, when SQLite locks?
//!
//! SQLite lets processes write in turn. Two engines on one file would fence each other off without end; the second is told at once
//! instead, with the name of the file.
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Choosing a store](../../../docs/book/choosing-a-store.html), [Writing a store](../../../docs/book/writing-a-store.html).

mod commit;
mod deliveries;
mod error;
mod export;
mod keys;
mod lock;
mod marks;
mod open;
mod outbox;
mod records;
mod row;
mod schema;
mod scope;
#[cfg(test)]
mod statements;
mod store;
mod thread;
mod transaction;

pub use open::SqliteStore;
