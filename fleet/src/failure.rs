//! Failures of connections.

use std::fmt;

use serde::Serialize;
use sync_core::{PushError, SourceErrorKind, StoreError, SyncError};
use thiserror::Error;

use crate::RegistryError;

/// A failure of one connection. The others go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Failure {
    /// The kind of failure, which says who has to do something.
    pub kind: FailureKind,
    /// The failure and its remedy, without secrets and customer data.
    pub message: String,
}

/// The kind of a [`Failure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// A failure that may pass by itself, such as a server that cannot be reached.
    Temporary,
    /// ServiceTitan refuses the credentials, or a resource that every opportunity needs.
    Refused,
    /// Another process has opened the connection.
    Fenced,
    /// The store is locked, or holds what this version cannot read.
    Store,
    /// The connection cannot be configured.
    Configuration,
    /// The code of a connection's cycle panicked, which is a bug. The message is in the host's standard error.
    Panicked,
}

impl Failure {
    pub(crate) fn panicked() -> Self {
        let message = "the cycle panicked: report the message in the standard error as a bug".to_owned();
        Failure { kind: FailureKind::Panicked, message }
    }
}

impl From<&SyncError> for Failure {
    fn from(error: &SyncError) -> Self {
        let kind = match error {
            error if error.is_temporary() => FailureKind::Temporary,
            SyncError::Store(StoreError::Fenced { .. }) => FailureKind::Fenced,
            SyncError::Store(_) => FailureKind::Store,
            SyncError::Source(error) if error.kind == SourceErrorKind::Unclear => FailureKind::Temporary,
            SyncError::Source(_) => FailureKind::Refused,
            _ => FailureKind::Configuration,
        };
        Failure { kind, message: error.to_string() }
    }
}

impl From<&RegistryError> for Failure {
    fn from(error: &RegistryError) -> Self {
        Failure { kind: FailureKind::Configuration, message: error.to_string() }
    }
}

impl From<&FleetError> for Failure {
    fn from(error: &FleetError) -> Self {
        match error {
            FleetError::Registry(error) => error.into(),
            FleetError::Open(error) => error.into(),
            error => Failure { kind: FailureKind::Configuration, message: error.to_string() },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// A connection cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FleetError {
    /// The registry has no such connection.
    #[error("no connection is called {0:?}")]
    Unknown(String),
    /// The connection is paused.
    #[error("connection {0:?} is paused: resume it in the registry first")]
    Paused(String),
    /// The fleet does not run yet, or is being stopped.
    #[error("the fleet is not running")]
    NotRunning,
    /// The registry cannot say how the engine is built.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The engine cannot be opened.
    #[error(transparent)]
    Open(#[from] SyncError),
}

/// An event of Hatch could not be stored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FleetPushError {
    /// The connection cannot be used.
    #[error(transparent)]
    Connection(#[from] FleetError),
    /// The event was refused, or the store failed. Nothing is stored.
    #[error(transparent)]
    Push(#[from] PushError),
}
