//! SQLite's errors in the words of the store.

use std::fmt;
use std::path::PathBuf;

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

/// What SQLite's primary result codes mean to whoever runs this.
const BUSY: u32 = 5;
const READ_ONLY: u32 = 8;
const IO: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;
const NOT_A_DATABASE: u32 = 26;

/// Turns an error of SQLite into the store's: "the store <file> could not <do what>: …".
pub(crate) fn because<'a>(
    context: &'a Context,
    what: &'a str,
) -> impl Fn(sqlx::Error) -> StoreError + Send + Sync + 'a {
    move |error| {
        let code = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .and_then(|code| code.parse::<u32>().ok())
            .map(|code| code & 0xff);
        let damaged =
            format!("{context} is damaged ({error}): restore it from a copy, or begin with an empty file");
        let advice = match code {
            Some(CORRUPT | NOT_A_DATABASE) => return StoreError::Damaged(damaged),
            Some(FULL) => "its disk is full; make room, and the next run goes on where this one stopped",
            Some(IO) => "reading or writing its disk failed; look at the disk",
            Some(BUSY) => "another program holds it; close that one",
            Some(READ_ONLY) => "it may not be written; look at the permissions of the file and its folder",
            Some(CANNOT_OPEN) => "it cannot be opened; see that its folder exists and may be written",
            _ => return StoreError::Unavailable(format!("{context} could not {what}: {error}")),
        };
        StoreError::Unavailable(format!("{context} could not {what}: {advice} ({error})"))
    }
}
