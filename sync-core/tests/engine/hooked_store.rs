//! A store that lets a test in before and after each commit.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, MemoryStore, MirrorRecord, OutboxEvent, Resource, Role,
    Store, StoreError, StoredEvent,
};

use crate::tenant::Gate;

#[async_trait]
pub(crate) trait Hook: Send + Sync {
    /// An error keeps the commit from being made.
    async fn before(&self, _: &[Change]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn after(&self, _: &[Change]) {}
}

/// Holds a commit's answer back, once.
pub(crate) struct HoldOnce {
    which: fn(&[Change]) -> bool,
    gate: Mutex<Option<Arc<Gate>>>,
}

impl HoldOnce {
    /// Holds back the answer to the next such commit, from when [`arm`](Self::arm) is called.
    pub(crate) fn after(which: fn(&[Change]) -> bool) -> Arc<Self> {
        Arc::new(HoldOnce { which, gate: Mutex::default() })
    }

    pub(crate) fn arm(&self) -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        *self.gate.lock().unwrap() = Some(gate.clone());
        gate
    }
}

#[async_trait]
impl Hook for HoldOnce {
    async fn after(&self, changes: &[Change]) {
        let gate = if (self.which)(changes) { self.gate.lock().unwrap().take() } else { None };
        if let Some(gate) = gate {
            gate.hold().await;
        }
    }
}

/// Counts the commits.
#[derive(Default)]
pub(crate) struct CountCommits(AtomicUsize);

impl CountCommits {
    /// Number of commits since the last call.
    pub(crate) fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl Hook for CountCommits {
    async fn after(&self, _: &[Change]) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

pub(crate) struct HookedStore {
    inner: Arc<MemoryStore>,
    hook: Arc<dyn Hook>,
}

impl HookedStore {
    pub(crate) fn new(inner: Arc<MemoryStore>, hook: Arc<dyn Hook>) -> Arc<Self> {
        Arc::new(HookedStore { inner, hook })
    }
}

/// Passes every read on.
macro_rules! hooked {
    ($($read:ident($($name:ident: $type:ty),*) -> $found:ty;)*) => {
        #[async_trait]
        impl Store for HookedStore {
            async fn open(&self, connection: &str, role: Role) -> Result<Epoch, StoreError> {
                self.inner.open(connection, role).await
            }

            async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
                self.hook.before(&changes).await?;
                self.inner.commit(connection, epoch, changes.clone()).await?;
                self.hook.after(&changes).await;
                Ok(())
            }

            async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
                self.inner.add_event(connection, event).await
            }

            $(async fn $read(&self, connection: &str, $($name: $type),*) -> Result<$found, StoreError> {
                self.inner.$read(connection, $($name),*).await
            })*
        }
    };
}

hooked! {
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
