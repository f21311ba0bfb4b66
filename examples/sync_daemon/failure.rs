//! Failures of the program, by exit code.

use std::fmt;

use sync_core::{SourceErrorKind, StoreError, SyncError};

/// Reason for which the program did not complete its task.
#[derive(Debug)]
pub enum Failure {
    /// A feed or a delivery failed and is named; the others were done. The next run retries it.
    Partly(String),
    /// The command line asks for something that does not exist.
    Usage(String),
    /// The configuration file or an environment variable has to be changed.
    Configuration(String),
    /// ServiceTitan or Hatch refused the credentials, the tenant or a scope.
    Refused(String),
    /// The store cannot be used.
    Store(String),
    /// ServiceTitan cannot be reached; the same call may succeed later.
    Unreachable(String),
}

impl Failure {
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Partly(_) => 1,
            // As clap exits for a wrong command line.
            Failure::Usage(_) => 2,
            Failure::Configuration(_) => 3,
            Failure::Refused(_) => 4,
            Failure::Store(_) => 5,
            Failure::Unreachable(_) => 6,
        }
    }

    /// Returns the same failure with the name of its connection in the message.
    pub fn of(self, connection: &str) -> Self {
        let at = |message| format!("connection {connection:?}: {message}");
        match self {
            Failure::Partly(message) => Failure::Partly(at(message)),
            Failure::Usage(message) => Failure::Usage(at(message)),
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
            | Failure::Usage(message)
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
