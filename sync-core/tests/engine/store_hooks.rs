//! Hooks of the store: one holds a commit's answer back, another counts commits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sync_core::testing::{HookedStore, StoreCall, StoreHook, StoreMethod};
use sync_core::{Change, MemoryStore, StoreError};

use crate::tenant::Gate;

/// Holds the answer of a commit back, once.
pub(crate) struct HoldOnce {
    which: fn(&[Change]) -> bool,
    gate: Mutex<Option<Arc<Gate>>>,
}

impl HoldOnce {
    /// Returns a hook that holds back the answer of the first matching commit after each call of [`arm`](Self::arm).
    pub(crate) fn after(which: fn(&[Change]) -> bool) -> Arc<Self> {
        Arc::new(HoldOnce { which, gate: Mutex::default() })
    }

    pub(crate) fn arm(&self) -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        *self.gate.lock().unwrap() = Some(gate.clone());
        gate
    }

    pub(crate) fn on(self: &Arc<Self>, store: &Arc<MemoryStore>) -> Arc<HookedStore> {
        Arc::new(HookedStore::new(store.clone(), self.clone()))
    }
}

#[async_trait]
impl StoreHook for HoldOnce {
    async fn after(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        let gate = if (self.which)(call.changes) { self.gate.lock().unwrap().take() } else { None };
        if let Some(gate) = gate {
            gate.hold().await;
        }
        Ok(())
    }
}

/// Counts the commits that settle deliveries, each of which takes its time.
#[derive(Default)]
pub(crate) struct SlowSettlements(AtomicUsize);

impl SlowSettlements {
    /// Returns the number of commits that settled deliveries.
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl StoreHook for SlowSettlements {
    async fn before(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        if call.changes.iter().any(|change| matches!(change, Change::ClearDirty { .. })) {
            self.0.fetch_add(1, Ordering::SeqCst);
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }
}

/// Counts the commits.
#[derive(Default)]
pub(crate) struct CountCommits(AtomicUsize);

impl CountCommits {
    /// Returns the number of commits since the last call.
    pub(crate) fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl StoreHook for CountCommits {
    async fn after(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        if call.method == StoreMethod::Commit {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }
}
