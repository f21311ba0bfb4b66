//! The gate in front of the sink: the epoch, asked right before an upsert leaves.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::mirror::Mirror;
use crate::{Gate, StoreError};

/// Open as long as the connection was not opened elsewhere, and the store can tell.
pub(super) struct EpochGate<'a> {
    mirror: &'a Mirror,
    /// Protects the reason why the gate is shut, until the sender takes it.
    failure: Mutex<Option<StoreError>>,
}

impl<'a> EpochGate<'a> {
    pub(super) fn new(mirror: &'a Mirror) -> Self {
        EpochGate { mirror, failure: Mutex::default() }
    }

    /// The reason why the gate is shut, if it is.
    pub(super) fn take_failure(&self) -> Option<StoreError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[async_trait]
impl Gate for EpochGate<'_> {
    async fn is_open(&self) -> bool {
        let checked = self.mirror.check_epoch().await;
        let open = checked.is_ok();
        if let Err(error) = checked {
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
        open
    }
}
