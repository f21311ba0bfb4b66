//! Which marks of waiting opportunities somebody can know.
//!
//! A backfill marks the same opportunity over and over: for its record, and for each of its children. A new mark voids what was read under the
//! one before. Where nobody can have read that, the opportunity keeps it, and nothing is written.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use sync_core::{Dirty, StoreError};

use crate::error::Context;

/// The places up to which marks may be known. Asked and changed on the writing thread only, so that no mark is given out between a
/// question and the commit that rests on its answer.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// By connection: what waited when the file was opened may have been read before.
    at_opening: HashMap<i64, i64>,
    /// By integration: the highest place that was given out since.
    given_out: Mutex<HashMap<i64, i64>>,
}

impl Marks {
    /// The marks of a file that has just been opened.
    pub(crate) fn read(database: &Connection, context: &Context) -> Result<Self, StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let mut statement = database.prepare("SELECT id, last_mark FROM connections").map_err(failed)?;
        let marks = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
        let at_opening = marks.collect::<Result<_, _>>().map_err(failed)?;
        Ok(Marks { at_opening, given_out: Mutex::default() })
    }

    /// The place up to which marks of an integration may be known.
    pub(crate) fn known(&self, connection: i64, integration: i64) -> i64 {
        let at_opening = self.at_opening.get(&connection).copied().unwrap_or(0);
        self.given_out().get(&integration).copied().unwrap_or(0).max(at_opening)
    }

    /// Notes that these are given out.
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
