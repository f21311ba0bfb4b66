//! Why a run stopped.

use thiserror::Error;

use crate::{SourceError, SourceErrorKind, StoreError};

/// Why the engine could not be built, or why a run stopped. What was committed before stays; the next run goes on from there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The store refused or failed.
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    /// ServiceTitan refused or failed.
    #[error("ServiceTitan: {0}")]
    Source(#[from] SourceError),
    /// The engine was built in a way that cannot work.
    #[error("the engine cannot be built: {0}")]
    Configuration(String),
    /// The engine was asked to stop. What was committed before stays.
    #[error("the engine was asked to stop")]
    Cancelled,
    /// ServiceTitan did not tell its time, which the start date is taken from.
    #[error(
        "ServiceTitan's answer has no `Date` header, so that the start of the first sync cannot be fixed"
    )]
    NoServerTime,
}

impl SyncError {
    /// Whether the same run may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            SyncError::Store(error) => error.is_temporary(),
            SyncError::Source(error) => error.kind == SourceErrorKind::Temporary,
            SyncError::Configuration(_) => false,
            SyncError::NoServerTime | SyncError::Cancelled => true,
        }
    }
}
