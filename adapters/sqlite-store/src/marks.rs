//! Dirty marks that a caller can know.
//!
//! A backfill marks the same opportunity again and again: for its record, and for each child. The purpose of a new mark is to void reads of the old one.
//! As long as no caller has read the old mark, a new one would tell nothing: the opportunity keeps its mark, and nothing is written. Written each
//! time, such marks were a third of all bytes of a backfill, all over the table.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use sync_core::{Dirty, StoreError};

use crate::error::Context;

/// The highest places in the queue whose marks a caller may know. Only the writing thread uses them, so that no mark is given out between
/// the decision not to write a new one and the commit.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// By connection: opportunities that were dirty when the file was opened may have been read before.
    at_opening: HashMap<i64, i64>,
    /// By integration: the highest place given out since.
    given_out: Mutex<HashMap<i64, i64>>,
}

impl Marks {
    /// Reads the places of a file that has just been opened.
    pub(crate) fn read(database: &Connection, context: &Context) -> Result<Self, StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let mut statement = database.prepare("SELECT id, last_mark FROM connections").map_err(failed)?;
        let marks = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
        let at_opening = marks.collect::<Result<_, _>>().map_err(failed)?;
        Ok(Marks { at_opening, given_out: Mutex::default() })
    }

    /// The highest place of an integration whose mark a caller may know.
    pub(crate) fn known(&self, connection: i64, integration: i64) -> i64 {
        let at_opening = self.at_opening.get(&connection).copied().unwrap_or(0);
        self.given_out().get(&integration).copied().unwrap_or(0).max(at_opening)
    }

    /// Notes that a caller gets to know these marks.
    pub(crate) fn give_out(&self, integration: i64, dirty: &[Dirty]) {
        let highest = dirty.iter().filter_map(|dirty| i64::try_from(dirty.place).ok()).max().unwrap_or(0);
        let mut given_out = self.given_out();
        let known = given_out.entry(integration).or_default();
        *known = highest.max(*known);
    }

    fn given_out(&self) -> MutexGuard<'_, HashMap<i64, i64>> {
        self.given_out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
