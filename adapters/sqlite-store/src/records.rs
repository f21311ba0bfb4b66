//! The mirror: records, their links, and marks about the completeness of their children.

use std::collections::BTreeSet;

use sync_core::{Link, MirrorRecord, Resource, StoreError};

use crate::keys::Key;
use crate::row::{self, Stored, links_from_text, links_to_text};
use crate::scope::Scope;

/// Reads a record.
const RECORD: &str = "SELECT id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds, links, body, owner
                      FROM records WHERE place = ?";

/// Reads a record's ID.
const ID: &str = "SELECT id FROM records WHERE place = ?";

/// The records of a resource with these IDs.
pub(crate) fn by_ids(
    scope: Scope<'_>,
    resource: Resource,
    ids: &[i64],
) -> Result<Vec<MirrorRecord>, StoreError> {
    let code = scope.file.codes.of(resource)?;
    found(scope, resource, ids.iter().map(|id| own_key(scope, resource, code, *id)))
}

/// The records of a resource that belong to one of these parents.
pub(crate) fn linked(
    scope: Scope<'_>,
    resource: Resource,
    parent: Resource,
    parent_ids: &[i64],
) -> Result<Vec<MirrorRecord>, StoreError> {
    found(scope, resource, child_keys(scope, resource, parent, parent_ids)?)
}

/// The IDs of a resource's records that belong to one of these parents, rising.
pub(crate) fn linked_ids(
    scope: Scope<'_>,
    resource: Resource,
    parent: Resource,
    parent_ids: &[i64],
) -> Result<Vec<i64>, StoreError> {
    let places = places(scope, child_keys(scope, resource, parent, parent_ids)?)?;
    // A record of several owners has a place for each.
    let ids: BTreeSet<i64> = scope.rows_of_each(ID, places, |row| row.get(0))?.into_iter().collect();
    Ok(ids.into_iter().collect())
}

fn child_keys(
    scope: Scope<'_>,
    resource: Resource,
    parent: Resource,
    parent_ids: &[i64],
) -> Result<impl Iterator<Item = Key>, StoreError> {
    let (code, parent) = (scope.file.codes.of(resource)?, scope.file.codes.of(parent)?);
    Ok(parent_ids.iter().map(move |id| Key::parent(scope.connection, code, parent, *id)))
}

fn found(
    scope: Scope<'_>,
    resource: Resource,
    keys: impl Iterator<Item = Key>,
) -> Result<Vec<MirrorRecord>, StoreError> {
    scope.rows_of_each(RECORD, places(scope, keys)?, |row| row::record(row, resource, &scope.file.codes))
}

/// The places of the records under these keys, as a statement takes them. A child of two parents has one.
fn places(
    scope: Scope<'_>,
    keys: impl Iterator<Item = Key>,
) -> Result<impl Iterator<Item = [i64; 1]>, StoreError> {
    let places: BTreeSet<i64> = scope.places(keys)?.into_iter().map(|(_, place)| place).collect();
    Ok(places.into_iter().map(|place| [place]))
}

/// The IDs of a resource's records from `lowest` on, rising.
pub(crate) fn ids(
    scope: Scope<'_>,
    resource: Resource,
    lowest: i64,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    let mut lowest = Some(lowest);
    // A record of several owners has a place for each.
    let mut found = BTreeSet::new();
    while let Some(from) = lowest
        && found.len() < limit
    {
        let places;
        (places, lowest) = whole_places(scope, resource, from, limit - found.len())?;
        let sql = "SELECT id FROM records WHERE place = ? AND body IS NOT NULL";
        let places = places.into_iter().map(|place| [place]);
        found.extend(scope.rows_of_each(sql, places, |row| row.get::<i64>(0))?);
    }
    Ok(found.into_iter().collect())
}

/// The records of a resource behind an ID and an owner, by rising ID and owner, at most `limit`.
pub(crate) fn page(
    scope: Scope<'_>,
    resource: Resource,
    behind: Option<(i64, i64)>,
    limit: usize,
) -> Result<Vec<MirrorRecord>, StoreError> {
    let codes = &scope.file.codes;
    let mut lowest = Some(behind.map_or(i64::MIN, |(id, _)| id));
    let mut page = Vec::new();
    while let Some(from) = lowest
        && page.len() < limit
    {
        let places;
        (places, lowest) = whole_places(scope, resource, from, limit)?;
        let places = places.into_iter().map(|place| [place]);
        let records = scope.rows_of_each(RECORD, places, |row| row::record(row, resource, codes))?;
        page.extend(records.into_iter().filter(|it| behind.is_none_or(|behind| (it.id, it.owner) > behind)));
    }
    page.sort_by_key(|record| (record.id, record.owner));
    page.truncate(limit);
    Ok(page)
}

/// The places of a resource's records from an ID on: of about `limit` records, and of an ID those of all owners. Also returns the ID to go on from;
/// `None` at the end.
fn whole_places(
    scope: Scope<'_>,
    resource: Resource,
    from: i64,
    limit: usize,
) -> Result<(Vec<i64>, Option<i64>), StoreError> {
    let code = scope.file.codes.of(resource)?;
    let key = |id| own_key(scope, resource, code, id);
    let mut keys = scope.database.ids_from(&scope.file.context, key(from), limit)?;
    let last = keys.last().map(|(id, _)| *id);
    if let Some(last) = last {
        keys.retain(|(id, _)| *id != last);
        keys.extend(scope.places([key(last)])?);
    }
    Ok((keys.into_iter().map(|(_, place)| place).collect(), last.and_then(|id| id.checked_add(1))))
}

/// The marks about these parents' children of a resource: `true` for complete.
pub(crate) fn completeness(
    scope: Scope<'_>,
    children: Resource,
    parent_ids: &[i64],
) -> Result<Vec<(i64, bool)>, StoreError> {
    let code = scope.file.codes.of(children)?;
    let marks = scope.places(parent_ids.iter().map(|id| Key::completeness(scope.connection, code, *id)))?;
    Ok(marks.into_iter().map(|(id, mark)| (id, mark != 0)).collect())
}

/// The marks about children of a resource behind a parent's ID, by rising ID.
pub(crate) fn completeness_page(
    scope: Scope<'_>,
    children: Resource,
    behind: Option<i64>,
    limit: usize,
) -> Result<Vec<(i64, bool)>, StoreError> {
    let Some(lowest) = behind.map_or(Some(i64::MIN), |id| id.checked_add(1)) else { return Ok(Vec::new()) };
    let lowest = Key::completeness(scope.connection, scope.file.codes.of(children)?, lowest);
    let marks = scope.database.ids_from(&scope.file.context, lowest, limit)?;
    Ok(marks.into_iter().map(|(id, mark)| (id, mark != 0)).collect())
}

/// The part of a mirrored record that decides whether another version replaces it.
struct Kept {
    place: i64,
    version: MirrorRecord,
    links: String,
}

/// The key of a resource's records by their own ID.
fn own_key(scope: Scope<'_>, resource: Resource, code: i64, id: i64) -> Key {
    Key::own(scope.connection, code, resource.owner().is_some(), id)
}

fn kept(
    scope: Scope<'_>,
    resource: Resource,
    code: i64,
    id: i64,
    owner: i64,
) -> Result<Option<Kept>, StoreError> {
    let places = scope.places([own_key(scope, resource, code, id)])?;
    let sql = "SELECT modified_seconds, modified_nanoseconds, body IS NOT NULL, links, place FROM records
               WHERE place = ? AND owner = ?";
    let places = places.into_iter().map(|(_, place)| [place, owner]);
    let kept = scope.rows_of_each(sql, places, |row| {
        let mut version = MirrorRecord::absent(resource, id);
        version.modified_on = row.time(0)?;
        version.body = row.get::<bool>(2)?.then(String::new);
        Ok(Kept { place: row.get(4)?, version, links: row.get(3)? })
    })?;
    Ok(kept.into_iter().next())
}

/// Puts a record, if it replaces the one there.
pub(crate) fn put(scope: Scope<'_>, record: &MirrorRecord) -> Result<(), StoreError> {
    let codes = &scope.file.codes;
    let code = codes.of(record.resource)?;
    let links = links_to_text(&record.links, codes)?;
    let time = |time: Option<Stored>| (time.map(|it| it.seconds), time.map(|it| it.nanoseconds));
    let created = time(record.created_on.map(Stored::from));
    let modified = time(record.modified_on.map(Stored::from));
    match kept(scope, record.resource, code, record.id, record.owner)? {
        None => {
            let sql =
                "INSERT INTO records (connection, resource, id, owner, created_seconds, created_nanoseconds,
                                            modified_seconds, modified_nanoseconds, links, body)
                       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            let (connection, id, owner, body) = (scope.connection, record.id, record.owner, &record.body);
            let place = scope.insert(
                sql,
                (connection, code, id, owner, created.0, created.1, modified.0, modified.1, &links, body),
            )?;
            let own = own_key(scope, record.resource, code, id);
            scope.set_keys([own].into_iter().chain(link_keys(scope, code, &record.links)?), place, true);
            Ok(())
        }
        Some(kept) if record.replaces(&kept.version) => {
            let sql = "UPDATE records SET created_seconds = ?, created_nanoseconds = ?, modified_seconds = ?,
                                          modified_nanoseconds = ?, links = ?, body = ?
                       WHERE place = ?";
            let (place, body) = (kept.place, &record.body);
            scope.run(sql, (created.0, created.1, modified.0, modified.1, &links, body, place))?;
            if kept.links == links {
                return Ok(());
            }
            let (before, now) = (links_of(scope, &kept)?, &record.links);
            scope.set_keys(link_keys(scope, code, &before)?, place, false);
            scope.set_keys(link_keys(scope, code, now)?, place, true);
            Ok(())
        }
        Some(_) => Ok(()),
    }
}

/// Removes a record and its links.
pub(crate) fn remove(scope: Scope<'_>, resource: Resource, id: i64, owner: i64) -> Result<(), StoreError> {
    let code = scope.file.codes.of(resource)?;
    let Some(kept) = kept(scope, resource, code, id, owner)? else { return Ok(()) };
    scope.set_keys(link_keys(scope, code, &links_of(scope, &kept)?)?, kept.place, false);
    scope.set_keys([own_key(scope, resource, code, id)], kept.place, false);
    scope.run("DELETE FROM records WHERE place = ?", [kept.place])?;
    Ok(())
}

/// Removes all records of a resource with their links, and every mark about children of this resource.
pub(crate) fn remove_resource(scope: Scope<'_>, resource: Resource) -> Result<(), StoreError> {
    let code = scope.file.codes.of(resource)?;
    scope.database.remove_records(&scope.file.context, scope.connection, code)
}

/// Marks a parent's children of a resource as complete or incomplete.
pub(crate) fn mark_completeness(
    scope: Scope<'_>,
    children: Resource,
    parent_id: i64,
    complete: bool,
) -> Result<(), StoreError> {
    let key = Key::completeness(scope.connection, scope.file.codes.of(children)?, parent_id);
    let mark = i64::from(complete);
    let marked = scope.place(key)?;
    if marked == Some(mark) {
        return Ok(());
    }
    if let Some(contrary) = marked {
        scope.set_keys([key], contrary, false);
    }
    scope.set_keys([key], mark, true);
    Ok(())
}

/// The keys of a record by its parents.
fn link_keys(scope: Scope<'_>, code: i64, links: &[Link]) -> Result<Vec<Key>, StoreError> {
    let key =
        |link: &Link| Ok(Key::parent(scope.connection, code, scope.file.codes.of(link.resource)?, link.id));
    links.iter().map(key).collect()
}

fn links_of(scope: Scope<'_>, kept: &Kept) -> Result<Vec<Link>, StoreError> {
    links_from_text(&kept.links, &scope.file.codes).ok_or_else(|| scope.file.context.damaged("links"))
}
