//! Opportunities: which of them wait, and what was delivered or given up.

use sync_core::{DeadLetter, Delivered, Dirty, StoreError};

use crate::keys::Key;
use crate::row::{self, Columns, Digits, Stored};
use crate::scope::{Scope, at_most, behind};

/// The place of an opportunity; `None` if it neither waits nor was delivered.
fn place(scope: Scope<'_>, integration: i64, id: i64) -> Result<Option<i64>, StoreError> {
    scope.place(key(scope, integration, id))
}

fn key(scope: Scope<'_>, integration: i64, id: i64) -> Key {
    scope.key(Key::OPPORTUNITIES, integration, id)
}

/// Those of an integration that wait behind a place in the queue, by rising place.
pub(crate) fn dirty(
    scope: Scope<'_>,
    integration: i64,
    after: u64,
    limit: usize,
) -> Result<Vec<Dirty>, StoreError> {
    let sql = "SELECT id, queued, mark FROM opportunities WHERE integration = ? AND queued > ? ORDER BY queued LIMIT ?";
    scope.rows(sql, [integration, behind(after), at_most(limit)], row::dirty)
}

/// Those of these opportunities that wait.
pub(crate) fn dirty_among(scope: Scope<'_>, integration: i64, ids: &[i64]) -> Result<Vec<Dirty>, StoreError> {
    let sql = "SELECT id, queued, mark FROM opportunities WHERE place = ? AND queued IS NOT NULL";
    among(scope, integration, ids, sql, row::dirty)
}

/// How many of an integration wait.
pub(crate) fn dirty_count(scope: Scope<'_>, integration: &str) -> Result<u64, StoreError> {
    let Some(code) = scope.integration(integration)? else { return Ok(0) };
    let sql = "SELECT count(*) FROM opportunities WHERE integration = ? AND queued IS NOT NULL";
    Ok(scope.row(sql, [code], |row| row.number(0))?.unwrap_or(0))
}

/// What was noted last about the delivery of these opportunities.
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

/// The rows of these opportunities.
fn among<T>(
    scope: Scope<'_>,
    integration: i64,
    ids: &[i64],
    sql: &str,
    read: impl Fn(&Columns<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut places = Vec::new();
    for id in ids {
        places.extend(place(scope, integration, *id)?);
    }
    scope.rows_of_each(sql, places.into_iter().map(|place| [place]), read)
}

/// The dead letters, oldest first.
pub(crate) fn dead_letters(scope: Scope<'_>) -> Result<Vec<DeadLetter>, StoreError> {
    let sql = "SELECT integration, subject, reason, at_seconds, at_nanoseconds FROM dead_letters
               WHERE connection = ? ORDER BY place";
    scope.rows(sql, [scope.connection], |row| {
        Ok(DeadLetter { integration: row.get(0)?, subject: row.get(1)?, reason: row.get(2)?, at: row.at(3)? })
    })
}

/// The number of an integration, which gets one if it has none.
pub(crate) fn number_of(scope: Scope<'_>, integration: &str) -> Result<i64, StoreError> {
    if let Some(code) = scope.integration(integration)? {
        return Ok(code);
    }
    scope.insert("INSERT INTO integrations (connection, name) VALUES (?, ?)", (scope.connection, integration))
}

/// Marks an opportunity. One that waits keeps its place, and its mark too if nobody can [know](crate::marks::Marks) it yet.
pub(crate) fn mark_dirty(
    scope: Scope<'_>,
    integration: i64,
    id: i64,
    mark: i64,
    known: i64,
) -> Result<(), StoreError> {
    if let Some(place) = place(scope, integration, id)? {
        let sql = "UPDATE opportunities SET queued = coalesce(queued, ?1), mark = ?1
                   WHERE place = ?2 AND (queued IS NULL OR queued <= ?3)";
        scope.run(sql, [mark, place, known])?;
        return Ok(());
    }
    let sql = "INSERT INTO opportunities (integration, id, queued, mark, reserved) VALUES (?1, ?2, ?3, ?3, zeroblob(68))";
    let place = scope.insert(sql, [integration, id, mark])?;
    scope.set_key(key(scope, integration, id), place, true)
}

/// Takes an opportunity out of those that wait, if this is its newest mark.
pub(crate) fn clear_dirty(scope: Scope<'_>, integration: i64, dirty: Dirty) -> Result<(), StoreError> {
    // A mark that does not fit was never given out, so that nothing waits under it.
    let Ok(mark) = i64::try_from(dirty.mark) else { return Ok(()) };
    let Some(place) = place(scope, integration, dirty.id)? else { return Ok(()) };
    let sql = "UPDATE opportunities SET queued = NULL, mark = NULL WHERE place = ? AND mark = ? RETURNING contact IS NULL";
    let never_delivered = scope.row(sql, [place, mark], |row| row.get(0))?;
    // Nothing is left to know of one that was never delivered and waits no more.
    if never_delivered == Some(true) { remove(scope, integration, dirty.id) } else { Ok(()) }
}

/// Notes what was delivered, or that it is about to be.
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
    scope.set_key(key(scope, integration, delivered.id), place, true)
}

/// Removes an opportunity, waiting or delivered.
pub(crate) fn remove(scope: Scope<'_>, integration: i64, id: i64) -> Result<(), StoreError> {
    let Some(place) = place(scope, integration, id)? else { return Ok(()) };
    scope.run("DELETE FROM opportunities WHERE place = ?", [place])?;
    scope.set_key(key(scope, integration, id), place, false)
}

/// Removes the opportunities of an integration, and its number.
pub(crate) fn remove_integration(scope: Scope<'_>, code: i64) -> Result<(), StoreError> {
    let (database, context) = (scope.database, &scope.file.context);
    database.remove_keys(context, scope.connection, Key::OPPORTUNITIES, Some(code), "opportunities")?;
    scope.run("DELETE FROM integrations WHERE code = ?", [code])?;
    Ok(())
}

/// Puts a dead letter behind all others, instead of one about the same.
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
