//! Opportunities: dirty marks, deliveries and dead letters.

use sync_core::{DeadLetter, Delivered, Dirty, StoreError};

use crate::keys::Key;
use crate::row::{self, Columns, Digits, Stored};
use crate::scope::{Scope, at_most, behind};

/// The place of an opportunity's row; `None` if the opportunity is neither dirty nor delivered.
fn place(scope: Scope<'_>, integration: i64, id: i64) -> Result<Option<i64>, StoreError> {
    scope.place(Key::opportunity(integration, id))
}

/// The dirty opportunities of an integration behind a place in the queue, by rising place.
pub(crate) fn dirty(
    scope: Scope<'_>,
    integration: i64,
    after: u64,
    limit: usize,
) -> Result<Vec<Dirty>, StoreError> {
    let sql = "SELECT id, queued, mark FROM opportunities WHERE integration = ? AND queued > ? ORDER BY queued LIMIT ?";
    scope.rows(sql, [integration, behind(after), at_most(limit)], row::dirty)
}

/// The dirty ones of these opportunities.
pub(crate) fn dirty_among(scope: Scope<'_>, integration: i64, ids: &[i64]) -> Result<Vec<Dirty>, StoreError> {
    let sql = "SELECT id, queued, mark FROM opportunities WHERE place = ? AND queued IS NOT NULL";
    among(scope, integration, ids, sql, row::dirty)
}

/// The number of dirty opportunities of an integration.
pub(crate) fn dirty_count(scope: Scope<'_>, integration: &str) -> Result<u64, StoreError> {
    let Some(code) = scope.integration(integration)? else { return Ok(0) };
    let sql = "SELECT count(*) FROM opportunities WHERE integration = ? AND queued IS NOT NULL";
    Ok(scope.row(sql, [code], |row| row.number(0))?.unwrap_or(0))
}

/// The last deliveries and claims of these opportunities.
pub(crate) fn delivered(
    scope: Scope<'_>,
    integration: &str,
    ids: &[i64],
) -> Result<Vec<Delivered>, StoreError> {
    let Some(code) = scope.integration(integration)? else { return Ok(Vec::new()) };
    let sql = "SELECT id, fingerprint, contact, at_seconds, at_nanoseconds FROM opportunities
               WHERE place = ? AND contact IS NOT NULL";
    among(scope, code, ids, sql, row::delivered)
}

/// The last deliveries and claims of an integration behind an ID, by rising ID.
pub(crate) fn delivered_page(
    scope: Scope<'_>,
    integration: i64,
    behind: Option<i64>,
    limit: usize,
) -> Result<Vec<Delivered>, StoreError> {
    let sql = "SELECT id, fingerprint, contact, at_seconds, at_nanoseconds FROM opportunities
               WHERE place = ? AND contact IS NOT NULL";
    let mut lowest = behind.map_or(Some(i64::MIN), |id| id.checked_add(1));
    let mut page = Vec::new();
    while let Some(from) = lowest
        && page.len() < limit
    {
        let from = Key::opportunity(integration, from);
        let keys = scope.database.ids_from(&scope.file.context, from, limit - page.len())?;
        lowest = keys.last().and_then(|(id, _)| id.checked_add(1));
        let places = keys.into_iter().map(|(_, place)| [place]);
        page.extend(scope.rows_of_each(sql, places, row::delivered)?);
    }
    Ok(page)
}

/// The rows of these opportunities.
fn among<T>(
    scope: Scope<'_>,
    integration: i64,
    ids: &[i64],
    sql: &str,
    read: impl Fn(&Columns<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let places = scope.places(ids.iter().map(|id| Key::opportunity(integration, *id)))?;
    scope.rows_of_each(sql, places.into_iter().map(|(_, place)| [place]), read)
}

/// The dead letters, oldest first.
pub(crate) fn dead_letters(scope: Scope<'_>) -> Result<Vec<DeadLetter>, StoreError> {
    let sql = "SELECT integration, subject, reason, at_seconds, at_nanoseconds FROM dead_letters
               WHERE connection = ? ORDER BY place";
    scope.rows(sql, [scope.connection], |row| {
        Ok(DeadLetter { integration: row.get(0)?, subject: row.get(1)?, reason: row.get(2)?, at: row.at(3)? })
    })
}

/// The code of an integration. A new name gets a code.
pub(crate) fn number_of(scope: Scope<'_>, integration: &str) -> Result<i64, StoreError> {
    if let Some(code) = scope.integration(integration)? {
        return Ok(code);
    }
    scope.insert("INSERT INTO integrations (connection, name) VALUES (?, ?)", (scope.connection, integration))
}

/// Marks an opportunity as dirty. A dirty one keeps its place, and also its mark if no caller can [know](crate::marks::Marks) that mark yet.
pub(crate) fn mark_dirty(
    scope: Scope<'_>,
    integration: i64,
    id: i64,
    mark: i64,
    known: i64,
) -> Result<(), StoreError> {
    let key = Key::opportunity(integration, id);
    if scope.database.queued(key).is_some_and(|queued| queued > known) {
        return Ok(());
    }
    if let Some(place) = place(scope, integration, id)? {
        let sql = "UPDATE opportunities SET queued = coalesce(queued, ?1), mark = ?1
                   WHERE place = ?2 AND (queued IS NULL OR queued <= ?3)";
        scope.run(sql, [mark, place, known])?;
        return Ok(());
    }
    let sql = "INSERT INTO opportunities (integration, id, queued, mark, reserved) VALUES (?1, ?2, ?3, ?3, zeroblob(68))";
    let place = scope.insert(sql, [integration, id, mark])?;
    scope.database.note_queued(key, Some(mark));
    scope.set_keys([key], place, true);
    Ok(())
}

/// Clears an opportunity's dirty mark, if this is the newest one.
pub(crate) fn clear_dirty(scope: Scope<'_>, integration: i64, dirty: Dirty) -> Result<(), StoreError> {
    // A mark above `i64::MAX` was never given out.
    let Ok(mark) = i64::try_from(dirty.mark) else { return Ok(()) };
    scope.database.note_queued(Key::opportunity(integration, dirty.id), None);
    let Some(place) = place(scope, integration, dirty.id)? else { return Ok(()) };
    let sql = "UPDATE opportunities SET queued = NULL, mark = NULL WHERE place = ? AND mark = ? RETURNING contact IS NULL";
    let never_delivered = scope.row(sql, [place, mark], |row| row.get(0))?;
    // The row of an opportunity that was never delivered has nothing more to tell.
    if never_delivered == Some(true) { remove(scope, integration, dirty.id) } else { Ok(()) }
}

/// Stores a delivery and clears the dirty mark of its opportunity, as [`set_delivered`] and [`clear_dirty`] do, with one change of the row.
pub(crate) fn settle(
    scope: Scope<'_>,
    integration: i64,
    delivered: Delivered,
    dirty: Dirty,
) -> Result<(), StoreError> {
    let place = place(scope, integration, delivered.id)?;
    let (Some(place), Ok(mark)) = (place, i64::try_from(dirty.mark)) else {
        // A row that is new waits for nothing.
        return set_delivered(scope, integration, delivered);
    };
    scope.database.note_queued(Key::opportunity(integration, delivered.id), None);
    let at = Stored::from(delivered.at);
    let (fingerprint, contact) = (delivered.fingerprint.map(Digits), Digits(delivered.contact));
    let sql = "UPDATE opportunities SET fingerprint = ?1, contact = ?2, at_seconds = ?3, at_nanoseconds = ?4, reserved = NULL,
                                        queued = iif(mark = ?5, NULL, queued), mark = iif(mark = ?5, NULL, mark)
               WHERE place = ?6";
    scope.run(sql, (fingerprint, contact, at.seconds, at.nanoseconds, mark, place))?;
    Ok(())
}

/// Stores a delivery or a claim.
pub(crate) fn set_delivered(
    scope: Scope<'_>,
    integration: i64,
    delivered: Delivered,
) -> Result<(), StoreError> {
    let at = Stored::from(delivered.at);
    let (fingerprint, contact) = (delivered.fingerprint.map(Digits), Digits(delivered.contact));
    if let Some(place) = place(scope, integration, delivered.id)? {
        let sql = "UPDATE opportunities SET fingerprint = ?, contact = ?, at_seconds = ?, at_nanoseconds = ?, reserved = NULL
                   WHERE place = ?";
        scope.run(sql, (fingerprint, contact, at.seconds, at.nanoseconds, place))?;
        return Ok(());
    }
    let sql = "INSERT INTO opportunities (integration, id, fingerprint, contact, at_seconds, at_nanoseconds)
               VALUES (?, ?, ?, ?, ?, ?)";
    let place =
        scope.insert(sql, (integration, delivered.id, fingerprint, contact, at.seconds, at.nanoseconds))?;
    scope.set_keys([Key::opportunity(integration, delivered.id)], place, true);
    Ok(())
}

/// Removes an opportunity's dirty mark and its delivery.
pub(crate) fn remove(scope: Scope<'_>, integration: i64, id: i64) -> Result<(), StoreError> {
    scope.database.note_queued(Key::opportunity(integration, id), None);
    let Some(place) = place(scope, integration, id)? else { return Ok(()) };
    scope.run("DELETE FROM opportunities WHERE place = ?", [place])?;
    scope.set_keys([Key::opportunity(integration, id)], place, false);
    Ok(())
}

/// Removes the opportunities of an integration, and its code.
pub(crate) fn remove_integration(scope: Scope<'_>, code: i64) -> Result<(), StoreError> {
    scope.database.remove_opportunities(&scope.file.context, code)?;
    scope.run("DELETE FROM integrations WHERE code = ?", [code])?;
    Ok(())
}

/// Adds a dead letter behind all others, and removes the one with the same integration and subject.
pub(crate) fn put_dead_letter(scope: Scope<'_>, letter: &DeadLetter) -> Result<(), StoreError> {
    remove_dead_letter(scope, &letter.integration, &letter.subject)?;
    let at = Stored::from(letter.at);
    let sql =
        "INSERT INTO dead_letters (connection, integration, subject, reason, at_seconds, at_nanoseconds)
               VALUES (?, ?, ?, ?, ?, ?)";
    let DeadLetter { integration, subject, reason, .. } = letter;
    scope.run(sql, (scope.connection, integration, subject, reason, at.seconds, at.nanoseconds))?;
    Ok(())
}

/// Removes a dead letter.
pub(crate) fn remove_dead_letter(
    scope: Scope<'_>,
    integration: &str,
    subject: &str,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM dead_letters WHERE connection = ? AND integration = ? AND subject = ?";
    scope.run(sql, (scope.connection, integration, subject))?;
    Ok(())
}
