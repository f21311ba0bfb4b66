//! From Hatch's events to ServiceTitan's notes.
//!
//! An event is stored before the call answers ([`intake`]). Where its notes go is decided once and kept ([`lookup`]). In memory, each
//! target has a lane of the notes that wait for it ([`lanes`]): notes of one target go one after the other, in the order of their events,
//! and targets do not wait for each other. A note is claimed in the store, written, and noted as written ([`write`]). What a crash or an
//! unclear failure leaves behind is settled by reading the target's notes and looking for the note's reference, no earlier than
//! ServiceTitan's own time limit, since until then the write may still be under way.
//!
//! An event whose record could not be looked for yet has no targets, so it holds back only the later events of its own opportunity: a note
//! of another opportunity of the same customer may come before it. Holding back every customer's notes for one that ServiceTitan cannot name
//! would be worse.

mod dead;
mod intake;
mod lanes;
mod lookup;
mod run;
mod state;
mod write;

use std::time::Duration;

use futures::future::join_all;
use hatch_mapping::{HatchEvent, NoteTarget};
use thiserror::Error;

use intake::Prepared;
pub use intake::Pusher;
use lanes::Entry;
pub(super) use lanes::Lanes;
use state::Progress;
pub(super) use state::{concerns_customer, event_of};
use write::Drive;
pub(super) use write::integration_of;

use super::Engine;
use crate::{StoreError, SyncError};

/// ServiceTitan gives up a request after 100 seconds. Until then a note that was sent may still appear.
const SERVICETITAN_TIMEOUT: Duration = Duration::from_secs(100);

/// How long a note is tried before it becomes a dead letter, unless
/// [`EngineBuilder::give_up_notes_after`](crate::EngineBuilder::give_up_notes_after) says otherwise.
pub const GIVE_UP_NOTES_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// What became of a pushed event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushOutcome {
    /// The event was stored, and its notes are as the report says. What is not written yet will be.
    Stored(PushReport),
    /// An event with this ID was stored before; nothing was done.
    Replay,
    /// The push configuration has no target for this kind of event; nothing was stored.
    NotConfigured,
}

/// The notes of one event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushReport {
    /// Each target that the push configuration names, and what became of its note.
    pub notes: Vec<(NoteTarget, NoteOutcome)>,
}

/// What became of one note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteOutcome {
    /// It is in ServiceTitan.
    Written,
    /// It waits and will be tried again.
    Waiting,
    /// The record has no such target, such as the job of a membership.
    NotApplicable,
    /// It was given up and is among the dead letters, or was discarded from there.
    GivenUp,
}

/// Why an event was not stored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PushError {
    /// The event has no ID, so that it could not be told from the next one without.
    #[error("the event has no ID: give each event of Hatch its own, by which it is known if it comes again")]
    NoId,
    /// No integration has this name.
    #[error("no integration is called {0:?}")]
    UnknownIntegration(String),
    /// ServiceTitan has no record for the opportunity, and without one there is nowhere to put a note.
    #[error("ServiceTitan has no record for the opportunity {0:?}")]
    NoServiceTitanRecord(String),
    /// The store failed; push again.
    #[error("the event could not be stored: {0}")]
    Store(#[from] StoreError),
}

impl Engine {
    /// Turns an event of Hatch into the notes that the integration's push configuration asks for.
    ///
    /// The event is stored under its ID before this answers; a second one with that ID is ignored. Its notes are tried at once, ahead of
    /// all sync traffic and beside those of other targets. What fails is tried again by [`run`](Self::run),
    /// [`run_pushes`](Self::run_pushes) or [`push_pending`](Self::push_pending), for
    /// [as long as is allowed](crate::EngineBuilder::give_up_notes_after), and then is a dead letter.
    ///
    /// The answer waits for the first try of the notes, and of those ahead of them on their targets, each of which takes up to ServiceTitan's
    /// time limit. Dropping the future is safe, yet a note
    /// that was just being sent then has to be looked for before it is tried again: a web handler, which is dropped when the caller hangs
    /// up, should [`accept`](Self::accept) the event instead, or push on a task of its own.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn push(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        let (stored, state) = match self.intake().prepare(event).await? {
            Prepared::Event { stored, state } => (stored, state),
            Prepared::Nothing(outcome) => return Ok(outcome),
        };
        let id = stored.id.clone();
        // Nobody else takes it up before this call has hold of it.
        let loading = self.lanes.loading.lock().await;
        if !self.store.add_event(&self.connection, stored).await? {
            return Ok(PushOutcome::Replay);
        }
        // From here on the event is safe: what fails now is tried again.
        let loaded = self.load_locked().await;
        drop(loading);
        let Some(entry) = self.lanes.entry(&id) else {
            if let Err(error) = loaded {
                tracing::warn!(event = %id, %error, "an event waits in the outbox");
            }
            return Ok(PushOutcome::Stored(state.report()));
        };
        if let Err(error) = self.push_entry(&entry).await {
            tracing::warn!(event = %id, %error, "an event waits in the outbox");
        }
        let state = entry.state.lock().await;
        Ok(PushOutcome::Stored(state.report()))
    }

    /// Stores an event as [`push`](Self::push) does, and answers without waiting for its notes: [`run`](Self::run) or
    /// [`run_pushes`](Self::run_pushes), which has to be under way, writes them at once. For web handlers, whose caller does not wait long.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn accept(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        let outcome = self.intake().take(event).await?;
        self.lanes.changed.notify_one();
        Ok(outcome)
    }

    /// Tries the notes of one event.
    async fn push_entry(&self, entry: &Entry) -> Result<(), SyncError> {
        if !entry.state.lock().await.is_decided() {
            for key in self.lanes.lanes_of(entry) {
                self.drive(&key, Drive::for_event(entry)).await?;
            }
        }
        let targets = self.lanes.lanes_of(entry);
        let drives = targets.iter().map(|key| self.drive(key, Drive::for_event(entry)));
        join_all(drives).await.into_iter().collect()
    }

    /// Tries every note that waits now, also those that failed a moment ago, and reports each event that waited by its ID, oldest first.
    /// Only a note that may still be under way is left for later.
    ///
    /// # Errors
    ///
    /// When the store fails. A note that cannot be written now waits for the next call.
    pub async fn push_pending(&self) -> Result<Vec<(String, PushReport)>, SyncError> {
        self.load_outbox().await?;
        let entries = self.lanes.entries();
        self.drive_all(self.lanes.keys(true)).await?;
        self.drive_all(self.lanes.keys(false)).await?;
        let mut reports = Vec::new();
        for entry in entries {
            reports.push((entry.id.clone(), entry.state.lock().await.report()));
        }
        Ok(reports)
    }
}

/// What a caller is told about a note.
fn outcome(progress: &Progress) -> NoteOutcome {
    match progress {
        Progress::Pending | Progress::Claimed => NoteOutcome::Waiting,
        Progress::Written => NoteOutcome::Written,
        Progress::NotApplicable => NoteOutcome::NotApplicable,
        Progress::GivenUp { .. } | Progress::Discarded => NoteOutcome::GivenUp,
    }
}
