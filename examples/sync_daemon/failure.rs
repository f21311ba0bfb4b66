//! What can go wrong, as the exit code tells it.

use std::fmt;

use sync_core::{SourceErrorKind, StoreError, SyncError};

/// Why the program ends without having done what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// Some of it was done: a feed or a delivery failed and is named. The next run goes on with the rest.
    Partly(String),
    /// The file, or a variable of the environment, has to be changed.
    Configuration(String),
    /// ServiceTitan or Hatch refuses: credentials, tenant or scopes.
    Refused(String),
    /// The store cannot be used.
    Store(String),
    /// ServiceTitan cannot be reached just now; the same call may work later.
    Unreachable(String),
}

impl Failure {
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Partly(_) => 1,
            // 2 is clap's, for a command line that is wrong.
            Failure::Configuration(_) => 3,
            Failure::Refused(_) => 4,
            Failure::Store(_) => 5,
            Failure::Unreachable(_) => 6,
        }
    }

    /// The same failure with the connection that it happened in.
    pub fn of(self, connection: &str) -> Self {
        let at = |message| format!("connection {connection:?}: {message}");
        match self {
            Failure::Partly(message) => Failure::Partly(at(message)),
            Failure::Configuration(message) => Failure::Configuration(at(message)),
            Failure::Refused(message) => Failure::Refused(at(message)),
            Failure::Store(message) => Failure::Store(at(message)),
            Failure::Unreachable(message) => Failure::Unreachable(at(message)),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Partly(message)
            | Failure::Configuration(message)
            | Failure::Refused(message)
            | Failure::Store(message)
            | Failure::Unreachable(message) => formatter.write_str(message),
        }
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        let message = error.to_string();
        match error {
            SyncError::Store(_) => Failure::Store(message),
            SyncError::Configuration(_) => Failure::Configuration(message),
            SyncError::Source(error) => match error.kind {
                SourceErrorKind::Temporary | SourceErrorKind::Unclear => Failure::Unreachable(message),
                _ => Failure::Refused(message),
            },
            _ => Failure::Unreachable(message),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Store(error.to_string())
    }
}
