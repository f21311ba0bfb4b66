//! The front for a process that only pushes.

use std::fmt;
use std::time::Duration;

use hatch_mapping::HatchEvent;

use crate::push::Push;
use crate::{DeadLetter, PushError, PushOutcome, PushReport, PushedStep, SyncError};

/// Writes the notes of Hatch's events for a connection that another process syncs, or nobody at the moment. Built by
/// [`EngineBuilder::open_pushing`](crate::EngineBuilder::open_pushing) from the same configuration.
///
/// A connection has one of them at a time: opening another one, or an [`Engine`](crate::Engine) for both roles, fences this one off, and
/// its next write fails with [`StoreError::Fenced`](crate::StoreError::Fenced).
pub struct PushEngine {
    push: Push,
}

impl PushEngine {
    pub(super) fn new(push: Push) -> Self {
        PushEngine { push }
    }

    /// Turns an event of Hatch into notes, as [`Engine::push`](crate::Engine::push) does.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn push(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        self.push.push(event).await
    }

    /// Stores an event and answers without waiting for its notes, as [`Engine::accept`](crate::Engine::accept) does.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn accept(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        self.push.accept(event).await
    }

    /// Tries every note that waits now, as [`Engine::push_pending`](crate::Engine::push_pending) does.
    ///
    /// # Errors
    ///
    /// When the store fails, or another process pushes now.
    pub async fn push_pending(&self) -> Result<Vec<(String, PushReport)>, SyncError> {
        self.push.push_pending().await
    }

    /// One step of pushing: writes the notes that are due, also those of events that were pushed elsewhere, and begins no further note once the
    /// time is up. A note that is being written then is finished, which takes up to the client's own deadline. Repeating it does no harm.
    ///
    /// # Errors
    ///
    /// When the store fails, or another process pushes now.
    pub async fn push_within(&self, bound: Duration) -> Result<PushedStep, SyncError> {
        self.push.push_within(bound).await
    }

    /// Writes the notes that wait until the builder's token is cancelled, as [`Engine::run_pushes`](crate::Engine::run_pushes) does.
    ///
    /// # Errors
    ///
    /// A failure of the store that will not go away by itself, such as another process that pushes now.
    pub async fn run(&self) -> Result<(), SyncError> {
        self.push.run().await
    }

    /// The dead letters of events, oldest first.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, SyncError> {
        self.push.dead_letters().await
    }

    /// Retries an event's dead-lettered notes, as [`Engine::retry_event`](crate::Engine::retry_event) does.
    ///
    /// # Errors
    ///
    /// When the store fails, or another process pushes now.
    pub async fn retry_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        self.push.retry_event(integration, id).await
    }

    /// Discards an event's dead-lettered notes, as [`Engine::discard_event`](crate::Engine::discard_event) does.
    ///
    /// # Errors
    ///
    /// When the store fails, or another process pushes now.
    pub async fn discard_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        self.push.discard_event(integration, id).await
    }
}

impl fmt::Debug for PushEngine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PushEngine")
            .field("connection", &self.push.connection())
            .finish_non_exhaustive()
    }
}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<PushEngine>();
};
