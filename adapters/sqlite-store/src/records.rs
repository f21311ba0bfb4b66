//! The mirror: records, their links, and what is known of their children.

use std::collections::BTreeSet;

use sync_core::{Link, MirrorRecord, Resource, StoreError};

use crate::keys::Key;
use crate::row::{self, Stored, links_from_text, links_to_text};
use crate::scope::Scope;

/// The records of a resource with these IDs.
pub(crate) fn by_ids(
    scope: Scope<'_>,
    resource: Resource,
    ids: &[i64],
) -> Result<Vec<MirrorRecord>, StoreError> {
    found(scope, resource, own(resource), ids)
}

/// The records of a resource that belong to one of these parents.
pub(crate) fn linked(
    scope: Scope<'_>,
    resource: Resource,
    parent: Resource,
    parent_ids: &[i64],
) -> Result<Vec<MirrorRecord>, StoreError> {
    found(scope, resource, scope.file.codes.of(parent)?, parent_ids)
}

fn found(
    scope: Scope<'_>,
    resource: Resource,
    parent: i64,
    parent_ids: &[i64],
) -> Result<Vec<MirrorRecord>, StoreError> {
    let (codes, code) = (&scope.file.codes, scope.file.codes.of(resource)?);
    // A child of two of the parents is found twice.
    let mut places = BTreeSet::new();
    for id in parent_ids {
        places.extend(scope.places(scope.key(code, parent, *id))?);
    }
    let sql =
        "SELECT id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds, links, body, owner
         FROM records WHERE place = ?";
    scope.rows_of_each(sql, places.into_iter().map(|place| [place]), |row| row::record(row, resource, codes))
}

/// The IDs of a resource's records from `lowest` on, rising.
pub(crate) fn ids(
    scope: Scope<'_>,
    resource: Resource,
    lowest: i64,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    let mut lowest = Some(scope.key(scope.file.codes.of(resource)?, own(resource), lowest));
    // A record of several owners has a place for each.
    let mut found = BTreeSet::new();
    while let Some(from) = lowest
        && found.len() < limit
    {
        let mut keys = scope.database.keys_from(&scope.file.context, from, limit - found.len())?;
        let last = keys.last().map(|(id, _)| *id);
        if let Some(parent_id) = last {
            let places = scope.places(Key { parent_id, ..from })?;
            keys.retain(|(id, _)| *id != parent_id);
            keys.extend(places.into_iter().map(|place| (parent_id, place)));
        }
        lowest = last.and_then(|id| id.checked_add(1)).map(|parent_id| Key { parent_id, ..from });
        let sql = "SELECT id FROM records WHERE place = ? AND body IS NOT NULL";
        let places = keys.into_iter().map(|(_, place)| [place]);
        found.extend(scope.rows_of_each(sql, places, |row| row.get::<i64>(0))?);
    }
    Ok(found.into_iter().collect())
}

/// What was marked about these parents' children of a resource.
pub(crate) fn completeness(
    scope: Scope<'_>,
    children: Resource,
    parent_ids: &[i64],
) -> Result<Vec<(i64, bool)>, StoreError> {
    let code = scope.file.codes.of(children)?;
    let mut found = Vec::new();
    for id in parent_ids {
        let mark = scope.place(scope.key(code, Key::COMPLETENESS, *id))?;
        found.extend(mark.map(|mark| (*id, mark != 0)));
    }
    Ok(found)
}

/// A record that is there, as far as it decides what replaces it.
struct Kept {
    place: i64,
    version: MirrorRecord,
    links: String,
}

/// Returns the parent under which the records of a resource stand by their own IDs.
fn own(resource: Resource) -> i64 {
    if resource.owner().is_some() { Key::OWN_OF_OWNED } else { Key::OWN }
}

fn kept(
    scope: Scope<'_>,
    resource: Resource,
    code: i64,
    id: i64,
    owner: i64,
) -> Result<Option<Kept>, StoreError> {
    let places = scope.places(scope.key(code, own(resource), id))?;
    let sql = "SELECT modified_seconds, modified_nanoseconds, body IS NOT NULL, links, place FROM records
               WHERE place = ? AND owner = ?";
    let places = places.into_iter().map(|place| [place, owner]);
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
            scope.set_key(scope.key(code, own(record.resource), id), place, true)?;
            set_links(scope, code, place, &record.links, true)
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
            set_links(scope, code, place, &links_of(scope, &kept)?, false)?;
            set_links(scope, code, place, &record.links, true)
        }
        Some(_) => Ok(()),
    }
}

/// Removes a record and its links.
pub(crate) fn remove(scope: Scope<'_>, resource: Resource, id: i64, owner: i64) -> Result<(), StoreError> {
    let code = scope.file.codes.of(resource)?;
    let Some(kept) = kept(scope, resource, code, id, owner)? else { return Ok(()) };
    set_links(scope, code, kept.place, &links_of(scope, &kept)?, false)?;
    scope.set_key(scope.key(code, own(resource), id), kept.place, false)?;
    scope.run("DELETE FROM records WHERE place = ?", [kept.place])?;
    Ok(())
}

/// Removes all records of a resource with their links, and every mark about children of this resource.
pub(crate) fn remove_resource(scope: Scope<'_>, resource: Resource) -> Result<(), StoreError> {
    let code = scope.file.codes.of(resource)?;
    scope.database.remove_keys(&scope.file.context, scope.connection, code, None, "records")
}

/// Notes of a parent that its children are all there, or are not.
pub(crate) fn mark_completeness(
    scope: Scope<'_>,
    children: Resource,
    parent_id: i64,
    complete: bool,
) -> Result<(), StoreError> {
    let key = scope.key(scope.file.codes.of(children)?, Key::COMPLETENESS, parent_id);
    let mark = i64::from(complete);
    let marked = scope.place(key)?;
    if marked == Some(mark) {
        return Ok(());
    }
    if let Some(contrary) = marked {
        scope.set_key(key, contrary, false)?;
    }
    scope.set_key(key, mark, true)
}

fn set_links(
    scope: Scope<'_>,
    code: i64,
    place: i64,
    links: &[Link],
    are_there: bool,
) -> Result<(), StoreError> {
    for link in links {
        let parent = scope.file.codes.of(link.resource)?;
        scope.set_key(scope.key(code, parent, link.id), place, are_there)?;
    }
    Ok(())
}

fn links_of(scope: Scope<'_>, kept: &Kept) -> Result<Vec<Link>, StoreError> {
    links_from_text(&kept.links, &scope.file.codes).ok_or_else(|| scope.file.context.damaged("links"))
}
