//! Failures of steps, as the journal keeps them.

use serde::{Deserialize, Serialize};
use sync_core::{StoreError, SyncError};

/// Number of characters of a reason that the journal keeps.
const LONGEST_REASON: usize = 300;

/// A step that failed. Holds no customer data, as errors of the engine hold none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind, which says when the step is tried again.
    pub kind: FailureKind,
    /// The reason in words.
    pub reason: String,
}

/// The kind of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// Another worker opened the connection since: this one's writes are refused. Tried again at once, under a new opening.
    Fenced,
    /// Tried again after a while.
    Temporary,
    /// Stays until somebody changes something, such as credentials. Tried again with the next cycle.
    Lasting,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, reason: &str) -> Self {
        Failure { kind, reason: reason.chars().take(LONGEST_REASON).collect() }
    }

    pub(crate) fn of_unknown_connection() -> Self {
        Failure::new(FailureKind::Lasting, "the host has no connection of this name")
    }

    pub(crate) fn is_fenced(&self) -> bool {
        self.kind == FailureKind::Fenced
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        let kind = match &error {
            SyncError::Store(StoreError::Fenced { .. }) => FailureKind::Fenced,
            error if error.is_temporary() => FailureKind::Temporary,
            _ => FailureKind::Lasting,
        };
        Failure::new(kind, &error.to_string())
    }
}
