//! The error of the engine's runs.

use thiserror::Error;

use crate::{SourceError, SourceErrorKind, StoreError};

/// A failure to build the engine, or the end of a run before its work was done. Earlier commits stay; the next run goes on from there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The store refused or failed.
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    /// ServiceTitan refused or failed.
    #[error("ServiceTitan: {0}")]
    Source(#[from] SourceError),
    /// The engine was built with settings that cannot work, or asked for an integration that it does not have.
    #[error("the engine's configuration is wrong: {0}")]
    Configuration(String),
    /// The engine was asked to stop. Earlier commits stay.
    #[error("the engine was asked to stop")]
    Cancelled,
    /// ServiceTitan's answer has no time, from which the start date of the first sync is taken.
    #[error(
        "ServiceTitan's answer has no `Date` header, which the start date of the first sync is taken from: look for a proxy that removes it"
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
