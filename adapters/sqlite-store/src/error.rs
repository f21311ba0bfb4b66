//! SQLite's errors in the words of the store.

use std::fmt;
use std::path::PathBuf;

use rusqlite::{Error, ErrorCode};
use sync_core::StoreError;

/// The file that a message is about.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) file: PathBuf,
}

impl fmt::Display for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the store {}", self.file.display())
    }
}

impl Context {
    /// Turns an error of SQLite into the store's: "the store <file> could not <what>: …".
    pub(crate) fn failed(&self, what: &str, error: &Error) -> StoreError {
        let advice = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                return StoreError::Damaged(format!(
                    "{self} is damaged ({error}): restore it from a copy, or begin with an empty file"
                ));
            }
            Some(ErrorCode::DiskFull) => {
                "its disk is full; make room, and the next run goes on where this one stopped"
            }
            Some(ErrorCode::SystemIoFailure) => "reading or writing its disk failed; look at the disk",
            Some(ErrorCode::DatabaseBusy) => "another program holds it; close that one",
            Some(ErrorCode::ReadOnly) => {
                return StoreError::Refused(format!(
                    "{self} could not {what}: it may not be written; look at the permissions of the file and its folder ({error})"
                ));
            }
            Some(ErrorCode::CannotOpen) => {
                "it cannot be opened; see that its folder exists and may be written"
            }
            _ => return self.unreadable(what, error),
        };
        StoreError::Unavailable(format!("{self} could not {what}: {advice} ({error})"))
    }

    fn unreadable(&self, what: &str, error: &Error) -> StoreError {
        match error {
            Error::InvalidColumnType(_, column, _) => self.damaged(column),
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..) => self.damaged("value"),
            // Its own text repeats the whole statement.
            Error::SqlInputError { msg, .. } => {
                StoreError::Unavailable(format!("{self} could not {what}: {msg}"))
            }
            _ => StoreError::Unavailable(format!("{self} could not {what}: {error}")),
        }
    }

    /// A column holds what this store never writes.
    pub(crate) fn damaged(&self, column: &str) -> StoreError {
        StoreError::Damaged(format!(
            "{self} holds a `{column}` that cannot be read: restore it from a copy, or begin with an empty file"
        ))
    }

    /// The store was closed by one of those who share it.
    pub(crate) fn closed(&self) -> StoreError {
        StoreError::Unavailable(format!("{self} was closed: open it again"))
    }
}
