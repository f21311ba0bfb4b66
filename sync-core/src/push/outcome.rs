//! Outcomes of a push.

use hatch_mapping::NoteTarget;
use thiserror::Error;

use crate::StoreError;

/// The outcome of a pushed event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushOutcome {
    /// The event was stored. Notes that the report shows as waiting will be written.
    Stored(PushReport),
    /// An event with this ID was stored before; nothing was done.
    Replay,
    /// The push configuration has no target for this kind of event; nothing was stored.
    NotConfigured,
}

/// The notes of one event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushReport {
    /// Each target that the push configuration names, with the outcome of its note.
    pub notes: Vec<(NoteTarget, NoteOutcome)>,
}

/// The outcome of one note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteOutcome {
    /// The note is in ServiceTitan.
    Written,
    /// The note waits and will be tried again.
    Waiting,
    /// The record has no such target, such as the job of a membership.
    NotApplicable,
    /// The note is a dead letter, or was discarded as one.
    DeadLettered,
}

/// The reason why an event was not stored.
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
