//! Events of Hatch, waiting and finished.

use sync_core::{EventStatus, OutboxEvent, StoreError, StoredEvent};

use crate::keys::Database;
use crate::row::{self, Stored, event_status};
use crate::scope::{Scope, StoreFile, at_most, behind};

/// Stores an event as [`add`] does. Makes the connection where it was never opened.
pub(crate) fn add_event(
    database: &Database,
    file: &StoreFile,
    connection: &str,
    event: &OutboxEvent,
) -> Result<bool, StoreError> {
    let unnamed = Scope { database, file, connection: 0 };
    unnamed.run("INSERT INTO connections (name) VALUES (?) ON CONFLICT DO NOTHING", [connection])?;
    let Some(scope) = Scope::find(database, file, connection)? else { return Ok(false) };
    add(scope, event)
}

/// Stores an event unless its ID is known. Answers whether it did.
pub(crate) fn add(scope: Scope<'_>, event: &OutboxEvent) -> Result<bool, StoreError> {
    let at = Stored::from(event.at);
    let sql = "INSERT INTO events (connection, id, event, state, at_seconds, at_nanoseconds) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT DO NOTHING";
    let OutboxEvent { id, event, state, .. } = event;
    Ok(scope.run(sql, (scope.connection, id, event, state, at.seconds, at.nanoseconds))? == 1)
}

/// The waiting events behind a position, in the order in which they were stored.
pub(crate) fn waiting(scope: Scope<'_>, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
    let sql = "SELECT place, id, event, state, finished, at_seconds, at_nanoseconds FROM events
               WHERE connection = ? AND finished = 0 AND place > ? ORDER BY place LIMIT ?";
    scope.rows(sql, [scope.connection, behind(after), at_most(limit)], row::event)
}

/// The event with this ID.
pub(crate) fn event(scope: Scope<'_>, id: &str) -> Result<Option<StoredEvent>, StoreError> {
    let sql = "SELECT place, id, event, state, finished, at_seconds, at_nanoseconds FROM events
               WHERE connection = ? AND id = ?";
    scope.row(sql, (scope.connection, id), row::event)
}

/// Replaces an event's state. The content of one that is done is forgotten.
pub(crate) fn set_event(
    scope: Scope<'_>,
    id: &str,
    state: &str,
    status: EventStatus,
) -> Result<(), StoreError> {
    let finished = event_status(status);
    if status == EventStatus::Done {
        let sql = "UPDATE events SET event = '', state = '', finished = ? WHERE connection = ? AND id = ?";
        scope.run(sql, (finished, scope.connection, id))?;
    } else {
        let sql = "UPDATE events SET state = ?, finished = ? WHERE connection = ? AND id = ?";
        scope.run(sql, (state, finished, scope.connection, id))?;
    }
    Ok(())
}
