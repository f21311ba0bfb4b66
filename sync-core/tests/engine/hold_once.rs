//! A hook of the store that holds the answer of one commit back.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sync_core::testing::{HookedStore, StoreCall, StoreHook};
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
