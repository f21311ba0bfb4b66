//! Opportunities: which of them wait, and what was delivered or given up.

use sync_core::{DeadLetter, Delivered, Dirty, StoreError};

use crate::row::{Digits, Stored};
use crate::scope::{Scope, at_most, behind};

/// Those of an integration that wait behind a place, by rising place.
pub(crate) fn dirty(
    scope: Scope<'_>,
    integration: i64,
    after: u64,
    limit: usize,
) -> Result<Vec<Dirty>, StoreError> {
    let sql = "SELECT id, place, mark FROM opportunities WHERE integration = ? AND place > ? ORDER BY place LIMIT ?";
    scope.rows(sql, [integration, behind(after), at_most(limit)], |row| row.dirty())
}

/// Those of these opportunities that wait.
pub(crate) fn dirty_among(scope: Scope<'_>, integration: i64, ids: &[i64]) -> Result<Vec<Dirty>, StoreError> {
    let sql =
        "SELECT id, place, mark FROM opportunities WHERE integration = ? AND id = ? AND place IS NOT NULL";
    let mut found = Vec::new();
    scope.rows_of_each(sql, ids.iter().map(|id| [integration, *id]), |row| {
        found.push(row.dirty()?);
        Ok(())
    })?;
    Ok(found)
}

/// How many of an integration wait.
pub(crate) fn dirty_count(scope: Scope<'_>, integration: &str) -> Result<u64, StoreError> {
    let Some(code) = scope.integration(integration)? else { return Ok(0) };
    let sql = "SELECT count(*) FROM opportunities WHERE integration = ? AND place IS NOT NULL";
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
               WHERE integration = ? AND id = ? AND contact IS NOT NULL";
    let mut found = Vec::new();
    scope.rows_of_each(sql, ids.iter().map(|id| [code, *id]), |row| {
        found.push(row.delivered()?);
        Ok(())
    })?;
    Ok(found)
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
    scope
        .run("INSERT INTO integrations (connection, name) VALUES (?, ?)", (scope.connection, integration))?;
    Ok(scope.database.last_insert_rowid())
}

/// Marks an opportunity. One that waits keeps its place, and its mark too if nobody can [know](crate::marks::Marks) it yet.
pub(crate) fn mark_dirty(
    scope: Scope<'_>,
    integration: i64,
    id: i64,
    mark: i64,
    known: i64,
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO opportunities (integration, id, place, mark, reserved) VALUES (?1, ?2, ?3, ?3, zeroblob(68))
         ON CONFLICT (integration, id) DO UPDATE SET
             place = coalesce(place, excluded.place), mark = excluded.mark
         WHERE place IS NULL OR place <= ?4";
    scope.run(sql, [integration, id, mark, known])?;
    Ok(())
}

/// Takes an opportunity out of those that wait, if this is its newest mark.
pub(crate) fn clear_dirty(scope: Scope<'_>, integration: i64, dirty: Dirty) -> Result<(), StoreError> {
    // A mark that does not fit was never given out, so that nothing waits under it.
    let Ok(mark) = i64::try_from(dirty.mark) else { return Ok(()) };
    let sql =
        "UPDATE opportunities SET place = NULL, mark = NULL WHERE integration = ? AND id = ? AND mark = ?
               RETURNING row, contact IS NULL";
    let cleared: Option<(i64, bool)> =
        scope.row(sql, [integration, dirty.id, mark], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Some((row, true)) = cleared {
        // It was never delivered and waits no more: nothing is left to know of it.
        scope.run("DELETE FROM opportunities WHERE row = ?", [row])?;
    }
    Ok(())
}

/// Notes what was delivered, or that it is about to be.
pub(crate) fn set_delivered(
    scope: Scope<'_>,
    integration: i64,
    delivered: Delivered,
) -> Result<(), StoreError> {
    let at = Stored::from(delivered.at);
    let sql = "INSERT INTO opportunities (integration, id, fingerprint, contact, at_seconds, at_nanoseconds)
               VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (integration, id) DO UPDATE SET fingerprint = excluded.fingerprint, contact = excluded.contact,
                   at_seconds = excluded.at_seconds, at_nanoseconds = excluded.at_nanoseconds, reserved = NULL";
    let (fingerprint, contact) = (delivered.fingerprint.map(Digits), Digits(delivered.contact));
    scope.run(sql, (integration, delivered.id, fingerprint, contact, at.seconds, at.nanoseconds))?;
    Ok(())
}

/// Removes an opportunity, waiting or delivered.
pub(crate) fn remove(scope: Scope<'_>, integration: i64, id: i64) -> Result<(), StoreError> {
    scope.run("DELETE FROM opportunities WHERE integration = ? AND id = ?", [integration, id])?;
    Ok(())
}

/// Removes the opportunities of an integration, and its number.
pub(crate) fn remove_integration(scope: Scope<'_>, code: i64) -> Result<(), StoreError> {
    scope.run("DELETE FROM opportunities WHERE integration = ?", [code])?;
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
