//! A store under the clock. `HookedStore` would copy the changes of every commit for its hook, which would count as the engine's work.

use std::sync::Arc;

use async_trait::async_trait;
use benches::stage::Stage;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, ExportPart, Exported, MirrorRecord, OutboxEvent, Resource,
    Role, Store, StoreError, StoredEvent,
};
use tokio::runtime::Handle;

use crate::clock::timed;
use crate::threads::on;

/// A store, as the stage of storing.
pub(crate) struct Storing {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) threads: Handle,
}

/// Writes the methods of the store.
macro_rules! timed_methods {
    ($($method:ident($($name:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl Store for Storing {
            $(async fn $method(&self, connection: &str, $($name: $type),*) -> Result<$answer, StoreError> {
                timed(Stage::Store, on(&self.threads, self.store.$method(connection, $($name),*))).await
            })*
        }
    };
}

timed_methods! {
    open(role: Role) -> Epoch;
    open_all() -> [Epoch; 2];
    check_epoch(epoch: Epoch) -> ();
    commit(epoch: Epoch, changes: Vec<Change>) -> ();
    add_event(event: OutboxEvent) -> bool;
    values(keys: &[&str]) -> Vec<(String, String)>;
    value(key: &str) -> Option<String>;
    records(resource: Resource, ids: &[i64]) -> Vec<MirrorRecord>;
    linked(resource: Resource, parent: Resource, parent_ids: &[i64]) -> Vec<MirrorRecord>;
    linked_ids(resource: Resource, parent: Resource, parent_ids: &[i64]) -> Vec<i64>;
    record_ids(resource: Resource, after: Option<i64>, limit: usize) -> Vec<i64>;
    completeness(children: Resource, parent_ids: &[i64]) -> Vec<(i64, bool)>;
    dirty(integration: &str, after: u64, limit: usize) -> Vec<Dirty>;
    dirty_among(integration: &str, ids: &[i64]) -> Vec<Dirty>;
    dirty_count(integration: &str) -> u64;
    delivered(integration: &str, ids: &[i64]) -> Vec<Delivered>;
    dead_letters() -> Vec<DeadLetter>;
    outbox(after: u64, limit: usize) -> Vec<StoredEvent>;
    event(id: &str) -> Option<StoredEvent>;
    export(part: ExportPart, after: Option<&Exported>, limit: usize) -> Vec<Exported>;
}
