//! A durable [`Store`](sync_core::Store) on PostgreSQL, for a host that runs the engine in many processes.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use postgres_store::{PostgresOptions, PostgresStore};
//! use secrecy::SecretString;
//! use sync_core::{Change, Role, Store, StoreError};
//!
//! # async fn host(password: SecretString) -> Result<(), StoreError> {
//! let options = PostgresOptions::from_url("postgres://sync@db.example/sync")?
//!     .password(&password)
//!     .schema("servicetitan_hatch");
//! // Makes the schema and its tables where they are missing. Ten processes may do so at once.
//! let store = Arc::new(PostgresStore::open(&options).await?);
//!
//! let epoch = store.open("acme", Role::Syncing).await?;
//! let cursor = Change::SetValue { key: "cursor/jobs".into(), value: "page-7".into() };
//! store.commit("acme", epoch, vec![cursor]).await?;
//!
//! // Any process may read, and store events of Hatch. One that opens the connection for syncing fences the first one off.
//! let elsewhere = PostgresStore::open(&options).await?;
//! assert_eq!(elsewhere.value("acme", "cursor/jobs").await?.as_deref(), Some("page-7"));
//! elsewhere.open("acme", Role::Syncing).await?;
//! assert!(matches!(store.check_epoch("acme", epoch).await, Err(StoreError::Fenced { .. })));
//! # Ok(())
//! # }
//! ```
//!
//! An engine takes it as any other store: `Engine::builder("acme", source, store)`. PostgreSQL 13 is the oldest server whose SQL suffices; the
//! tests run on 15.
//!
//! # What does a call cost?
//!
//! A read is one statement, whatever the number of IDs. A commit is two round trips, whatever its size: the first one begins the transaction,
//! locks the connection's epoch and reads the versions that incoming records may replace; the second one writes each kind of change with one
//! statement over a set (`INSERT … SELECT … FROM unnest(…)`), at most twelve, and ends the transaction. The changes are grouped in memory so
//! that they come to what they would come to one by one, which a test holds against the memory store with random commits.
//!
//! # Why tokio-postgres, and not sqlx?
//!
//! Because of the two round trips: tokio-postgres sends statements one behind the other without waiting for answers (pipelining), which sqlx
//! has no words for, so that a commit would wait for the network a dozen times, and wake its task as often. Its TLS is whatever is plugged in
//! (here rustls), and its pool, deadpool, is one that a host may have already (feature `deadpool`).
//!
//! # How is a connection fenced?
//!
//! Syncing and pushing are roles with an epoch each. `epochs` has a row for each connection and role. An opening writes the row, a commit locks it first of all and keeps it locked until its
//! transaction ends. So they come one after the other: when an opening is answered, every commit under the older epoch has either ended, or
//! will see the newer epoch and be refused, however long ago it began. Commits of one role come one after the other for the same reason;
//! those of the other role wait for them only where both give out numbers (marks and dead letters), and those of different connections share no row. A worker that stops in the middle of a commit (a frozen machine) loses its transaction after
//! ten seconds, and with it the lock.
//!
//! Events have a lock of their own, so that pushing waits for no commit; `outbox.rs` tells why their positions become visible in order.
//!
//! # What happens when something breaks?
//!
//! A transaction that lost a deadlock or failed to serialise, and a session that was cut (a restarted server, a killed backend, a proxy), is
//! tried again at once, three times in all: a commit may be repeated by the store's contract. What fails then has left nothing half-done, and its
//! error says what to do. A server that is gone, a full disk or a quota is [temporary](sync_core::StoreError::is_temporary): the engine goes on
//! later. A wrong password, a missing database or right, or a certificate that is not trusted is
//! [refused](sync_core::StoreError::Refused): the engine stops. No error shows a password or a row.
//!
//! # Sizing
//!
//! Bytes and rows for each job, indexes included, after a backfill of the simulator's tenant (10,000 jobs and 1,000 memberships, default
//! selections; the bench `store` prints this for any size):
//!
//! | table | rows | bytes | of that in indexes |
//! |---|---|---|---|
//! | `records` | 7.0 | 6,090 | 300 |
//! | `links` | 7.4 | 780 | 390 |
//! | `delivered` | 0.9 | 280 | 50 |
//! | `dirty`, as large as the backlog was | 0 | 210 | 110 |
//! | the others | 0.5 | 60 | 30 |
//!
//! So a tenant with 10,000 jobs in its window takes some 75 MB, and a thousand of them 75 GB, of which 1 GB is indexes for each 12. Rows are
//! written twice as a rule (claimed, settled; put, replaced), and vacuuming gives the room back to the same table. Pruning
//! (`EngineBuilder::retention`) is what keeps it from growing.
//!
//! The engine's CPU for a delivered opportunity is 1.9 times the memory store's, and for a record that is only read from a feed 1.6 to 1.8 times.
//!
//! A fleet's sessions are its processes times [`pool_size`](PostgresOptions::pool_size); keep them below the server's `max_connections`, or put
//! PgBouncer in between: in transaction mode it needs `max_prepared_statements` above 0 (from 1.21), and since it does not pass on
//! `statement_timeout`, that is set for the user (`ALTER ROLE sync SET statement_timeout = '30s'`) and `options` goes into its
//! `ignore_startup_parameters`.
//!
//! # Tuning
//!
//! The tables bring their own settings: a fill factor where rows are written again and again (`delivered`, `dirty`, `connections`), vacuuming
//! of the queue `dirty` after 5,000 dead rows instead of a share of the table, and bodies compressed by lz4 where the server has it. What is
//! left to an operator: `shared_buffers` that hold the indexes and the records of the connections that sync at the same time, `max_wal_size` so
//! that checkpoints come by time during a backfill, and `autovacuum_max_workers` above 3 for a fleet of thousands. `synchronous_commit` stays on;
//! the store warns when it is off, since a commit that was answered may then be lost.
//!
//! # Privileges
//!
//! Opening a store for the first time, or by a release with a newer schema, needs `CREATE` on the database (for the schema) or a schema that
//! the user owns. Afterwards `USAGE` on the schema and `SELECT`, `INSERT`, `UPDATE` and `DELETE` on its tables are enough:
//!
//! ```sql
//! CREATE ROLE sync LOGIN PASSWORD '…';
//! GRANT USAGE ON SCHEMA servicetitan_hatch TO sync;
//! GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA servicetitan_hatch TO sync;
//! ```
//!
//! Such a user opens it with [`without_migrations`](PostgresOptions::without_migrations), so that a release which needs a newer schema says so.
//!
//! # Backup and restore
//!
//! The schema is consistent in itself, so that any consistent copy will do: `pg_dump --schema=servicetitan_hatch`, or the server's continuous
//! archiving. It holds customers' data: keep copies no longer than the data itself may be kept, since
//! what was erased here is still in them.
//!
//! After a restore the store is a state of the past, which the engine catches up with: cursors stand where they stood, so that the feeds bring again
//! what came since; an opportunity delivered since is compared with an older fingerprint, and sent again. Two things are not made good by
//! themselves: an event that was pushed since is not known any more and has to be pushed again by the host, and one whose notes
//! were written since waits again; its reference keeps the notes from being written twice. Restore with no process running, and let
//! each open its connection anew: epochs that were given out since would be given out a second time.
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Choosing a store](../../../docs/book/choosing-a-store.html), [Writing a store](../../../docs/book/writing-a-store.html).

mod commit;
mod deliveries;
mod epochs;
mod error;
mod export;
mod open;
mod options;
mod outbox;
mod parts;
#[cfg(test)]
mod plans;
mod records;
mod row;
mod schema;
mod session;
mod statements;
mod store;
mod tls;
mod values;

pub use options::PostgresOptions;
pub use store::PostgresStore;
