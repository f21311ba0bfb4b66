//! The conformance suite of stores, and a store with hooks for the tests of hosts.
//!
//! # Testing a host's own store
//!
//! A host that keeps its data elsewhere implements [`Store`](crate::Store), and one macro tests every promise of the trait. Each case is a
//! separate test, named after the promise. A case gets an empty store, and a guard that lives as long as the store, such as a temporary
//! folder.
//!
//! ```
//! # mod sync_store {
//! use sync_core::{Change, Epoch, Role, Store, StoreError};
//! # use async_trait::async_trait;
//! # use sync_core::{DeadLetter, Delivered, Dirty, ExportPart, Exported, MirrorRecord, OutboxEvent, Resource, StoredEvent};
//!
//! /// The store of a host.
//! pub struct SyncStore {
//!     # inner: sync_core::MemoryStore,
//!     // a pool of database connections, …
//! }
//!
//! impl SyncStore {
//!     pub async fn connect(url: &str) -> Result<Self, StoreError> {
//!         // …
//!         # let _ = url;
//!         # Ok(SyncStore { inner: sync_core::MemoryStore::new() })
//!     }
//! }
//!
//! #[async_trait]
//! impl Store for SyncStore {
//!     async fn open(&self, connection: &str, role: Role) -> Result<Epoch, StoreError> {
//!         // INSERT … ON CONFLICT DO UPDATE SET epoch = epoch + 1 RETURNING epoch
//!         # self.inner.open(connection, role).await
//!     }
//!
//!     async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
//!         // The role may not write what belongs to the other one.
//!         epoch.permit(&changes)?;
//!         // In one transaction: compare the epoch, then apply the changes in their order.
//!         # self.inner.commit(connection, epoch, changes).await
//!     }
//!
//!     // … and the reads.
//!     # async fn open_all(&self, connection: &str) -> Result<[Epoch; 2], StoreError> {
//!     #     self.inner.open_all(connection).await
//!     # }
//!     # async fn check_epoch(&self, connection: &str, epoch: Epoch) -> Result<(), StoreError> {
//!     #     self.inner.check_epoch(connection, epoch).await
//!     # }
//!     # async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
//!     #     self.inner.add_event(connection, event).await
//!     # }
//!     # async fn values(&self, connection: &str, keys: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
//!     #     self.inner.values(connection, keys).await
//!     # }
//!     # async fn records(&self, connection: &str, resource: Resource, ids: &[i64]) -> Result<Vec<MirrorRecord>, StoreError> {
//!     #     self.inner.records(connection, resource, ids).await
//!     # }
//!     # async fn linked(&self, connection: &str, resource: Resource, parent: Resource, ids: &[i64]) -> Result<Vec<MirrorRecord>, StoreError> {
//!     #     self.inner.linked(connection, resource, parent, ids).await
//!     # }
//!     # async fn record_ids(&self, connection: &str, resource: Resource, after: Option<i64>, limit: usize) -> Result<Vec<i64>, StoreError> {
//!     #     self.inner.record_ids(connection, resource, after, limit).await
//!     # }
//!     # async fn completeness(&self, connection: &str, children: Resource, ids: &[i64]) -> Result<Vec<(i64, bool)>, StoreError> {
//!     #     self.inner.completeness(connection, children, ids).await
//!     # }
//!     # async fn dirty(&self, connection: &str, integration: &str, after: u64, limit: usize) -> Result<Vec<Dirty>, StoreError> {
//!     #     self.inner.dirty(connection, integration, after, limit).await
//!     # }
//!     # async fn dirty_among(&self, connection: &str, integration: &str, ids: &[i64]) -> Result<Vec<Dirty>, StoreError> {
//!     #     self.inner.dirty_among(connection, integration, ids).await
//!     # }
//!     # async fn dirty_count(&self, connection: &str, integration: &str) -> Result<u64, StoreError> {
//!     #     self.inner.dirty_count(connection, integration).await
//!     # }
//!     # async fn delivered(&self, connection: &str, integration: &str, ids: &[i64]) -> Result<Vec<Delivered>, StoreError> {
//!     #     self.inner.delivered(connection, integration, ids).await
//!     # }
//!     # async fn dead_letters(&self, connection: &str) -> Result<Vec<DeadLetter>, StoreError> {
//!     #     self.inner.dead_letters(connection).await
//!     # }
//!     # async fn outbox(&self, connection: &str, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
//!     #     self.inner.outbox(connection, after, limit).await
//!     # }
//!     # async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError> {
//!     #     self.inner.event(connection, id).await
//!     # }
//!     # async fn export(&self, connection: &str, part: ExportPart, after: Option<&Exported>, limit: usize) -> Result<Vec<Exported>, StoreError> {
//!     #     self.inner.export(connection, part, after, limit).await
//!     # }
//! }
//! # }
//!
//! // tests/promises.rs
//! mod promises {
//!     # use super::sync_store::SyncStore;
//!     async fn empty_store() -> (SyncStore, ()) {
//!         let store = SyncStore::connect("postgres://localhost/sync_test").await;
//!         (store.expect("a database for tests"), ())
//!     }
//!
//!     sync_core::store_conformance!(empty_store().await);
//! }
//! # fn main() {}
//! ```
//!
//! The trait is small: [`commit`](crate::Store::commit) is the only method that writes more than one row, and each read is one query.
//! `sync-core/src/memory.rs` is the simplest implementation; `adapters/sqlite-store` and `adapters/postgres-store` are the ones in SQL.
//!
//! # Testing a host against a failing store
//!
//! [`HookedStore`] wraps any store and lets a test refuse, delay or hold back its calls.

mod hooked_store;
pub mod store_conformance;

pub use hooked_store::{HookedStore, StoreCall, StoreHook, StoreMethod, StoreWork};
