//! Pushing: from Hatch's events to ServiceTitan's notes.

use hatch_mapping::HatchEvent;

use super::Engine;
use crate::{PushError, PushOutcome, PushReport, Role, StoreError, SyncError};

impl Engine {
    /// Turns an event of Hatch into the notes that the integration's push configuration asks for.
    ///
    /// The event is stored under its ID before this answers; a second one with that ID is ignored. Its notes are tried at once, ahead of
    /// all sync traffic and beside those of other targets. A note that fails is tried again by [`run`](Self::run),
    /// [`run_pushes`](Self::run_pushes) or [`push_pending`](Self::push_pending), for
    /// [as long as is allowed](crate::EngineBuilder::dead_letter_notes_after), and then is a dead letter.
    ///
    /// The answer waits for the first try of the notes, and of those ahead of them on their targets, each of which takes up to ServiceTitan's
    /// time limit. Dropping the future is safe, yet a note that was just being sent then has to be looked for before it is tried again: a web
    /// handler, which is dropped when the caller hangs up, should [`accept`](Self::accept) the event instead, or push on a task of its own.
    ///
    /// An engine that was [opened for syncing only](crate::EngineBuilder::open_syncing) stores the event, as [`accept`](Self::accept) does.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn push(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        if self.push.is_open() { self.push.push(event).await } else { self.push.accept(event).await }
    }

    /// Stores an event as [`push`](Self::push) does, and answers without waiting for its notes: [`run`](Self::run) or
    /// [`run_pushes`](Self::run_pushes), which has to be under way, writes them at once. For web handlers, whose caller does not wait long.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn accept(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        self.push.accept(event).await
    }

    /// Tries every note that waits now, also those that failed a moment ago, and reports each event that waited by its ID, oldest first.
    /// Only a note that may still be under way is left for later.
    ///
    /// # Errors
    ///
    /// When the store fails, and in an engine that was [opened for syncing only](crate::EngineBuilder::open_syncing). A note that cannot be
    /// written now waits for the next call.
    pub async fn push_pending(&self) -> Result<Vec<(String, PushReport)>, SyncError> {
        self.refuse_if_elsewhere()?;
        self.push.push_pending().await
    }

    /// Writes the notes that wait, each when its time has come, until the token given to
    /// [`EngineBuilder::cancellation`](crate::EngineBuilder::cancellation) is cancelled; a note that is just being sent then is finished.
    /// Also writes the notes of events that were pushed elsewhere. [`run`](Self::run) does this beside the syncs.
    ///
    /// # Errors
    ///
    /// A failure of the store that will not go away by itself, such as a fenced connection.
    pub async fn run_pushes(&self) -> Result<(), SyncError> {
        self.refuse_if_elsewhere()?;
        self.push.run().await
    }

    /// Returns whether notes of Hatch's events wait, here or for the process that pushes.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn has_waiting_events(&self) -> Result<bool, SyncError> {
        self.push.has_waiting_events().await
    }

    /// Fails in an engine that was opened for syncing only.
    fn refuse_if_elsewhere(&self) -> Result<(), StoreError> {
        if self.push.is_open() { Ok(()) } else { Err(StoreError::WrongRole { held: Role::Syncing }) }
    }

    /// Lets the dead-lettered notes of an event wait again, as if the event had come now. A note that may have been written all the same
    /// is looked for first; where another one goes is decided anew. The dead letter goes. Returns whether there was a note to retry.
    ///
    /// If the future is dropped in the midst, the event may wait until the connection is opened again.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn retry_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        self.push.retry_event(integration, id).await
    }

    /// Discards the dead-lettered notes of an event, and its content if no other note waits. Returns whether there were any.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn discard_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        self.push.discard_event(integration, id).await
    }
}
