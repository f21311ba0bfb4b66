//! A store that a crash can hit before and after each of its changes.

use std::sync::{Arc, mpsc};

use async_trait::async_trait;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, MirrorRecord, OutboxEvent, Resource, Role, Store,
    StoreError, StoredEvent,
};

use crate::chaos::Chaos;

pub struct CrashingStore {
    pub inner: Arc<dyn Store>,
    pub chaos: Arc<Chaos>,
    /// Whether the store works on threads of its own, or on a server.
    pub has_threads: bool,
    /// Whether its calls take time, in which others go on.
    pub is_slow: bool,
}

impl CrashingStore {
    async fn take_time(&self) {
        if self.is_slow {
            self.chaos.linger().await;
        }
    }
}

/// Holds tokio's paused clock while a store's own threads or its server work, which it cannot see: it would take the wait for them for idleness and jump
/// to the next timer.
pub async fn held<T>(has_threads: bool, call: impl Future<Output = T>) -> T {
    if !has_threads {
        return call.await;
    }
    let (done, until_done) = mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || until_done.recv());
    let answer = call.await;
    drop(done);
    answer
}

/// Passes every call on: reads as they are, writes between two points.
macro_rules! crashing {
    (
        writes { $($write:ident($($write_name:ident: $write_type:ty),*) -> $written:ty;)* }
        reads { $($read:ident($($read_name:ident: $read_type:ty),*) -> $found:ty;)* }
    ) => {
        #[async_trait]
        impl Store for CrashingStore {
            $(async fn $write(&self, connection: &str, $($write_name: $write_type),*) -> Result<$written, StoreError> {
                self.chaos.point().await;
                self.take_time().await;
                let done = held(self.has_threads, self.inner.$write(connection, $($write_name),*)).await;
                self.take_time().await;
                self.chaos.point().await;
                done
            })*
            $(async fn $read(&self, connection: &str, $($read_name: $read_type),*) -> Result<$found, StoreError> {
                self.take_time().await;
                let found = held(self.has_threads, self.inner.$read(connection, $($read_name),*)).await;
                self.take_time().await;
                found
            })*
        }
    };
}

crashing! {
    writes {
        open(role: Role) -> Epoch;
        commit(epoch: Epoch, changes: Vec<Change>) -> ();
        add_event(event: OutboxEvent) -> bool;
    }
    reads {
        check_epoch(epoch: Epoch) -> ();
        value(key: &str) -> Option<String>;
        records(resource: Resource, ids: &[i64]) -> Vec<MirrorRecord>;
        linked(resource: Resource, parent: Resource, parent_ids: &[i64]) -> Vec<MirrorRecord>;
        record_ids(resource: Resource, after: Option<i64>, limit: usize) -> Vec<i64>;
        completeness(children: Resource, parent_ids: &[i64]) -> Vec<(i64, bool)>;
        dirty(integration: &str, after: u64, limit: usize) -> Vec<Dirty>;
        dirty_among(integration: &str, ids: &[i64]) -> Vec<Dirty>;
        dirty_count(integration: &str) -> u64;
        delivered(integration: &str, ids: &[i64]) -> Vec<Delivered>;
        dead_letters() -> Vec<DeadLetter>;
        outbox(after: u64, limit: usize) -> Vec<StoredEvent>;
        event(id: &str) -> Option<StoredEvent>;
    }
}
