//! The mirror: records, their links, and what is known of their children.

use std::collections::HashSet;

use sync_core::{Link, MirrorRecord, Resource, StoreError};

use crate::row::{Stored, links_from_text, links_to_text};
use crate::scope::{Scope, at_most};

/// The parent under which a record's own ID stands among the keys. Numbers of resources begin at 1.
const OWN: i64 = 0;

/// How many keys may wait in `recent_keys` until they move to `keys`. More of them move more cheaply, and fewer are cheaper to add to.
const RECENT_KEYS: i64 = 12_000;

/// Finds records by a key: connection, resource, parent and the parent's ID.
macro_rules! by_key {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM recent_keys AS keys CROSS JOIN records ON records.place = keys.place
             WHERE keys.connection = ?1 AND keys.resource = ?2 AND parent = ?3 AND parent_id = ?4
             UNION ALL
             SELECT ",
            $columns,
            " FROM keys CROSS JOIN records ON records.place = keys.place
             WHERE keys.connection = ?1 AND keys.resource = ?2 AND parent = ?3 AND parent_id = ?4"
        )
    };
}

/// The records of a resource with these IDs.
pub(crate) fn by_ids(
    scope: Scope<'_>,
    resource: Resource,
    ids: &[i64],
) -> Result<Vec<MirrorRecord>, StoreError> {
    found(scope, resource, OWN, ids)
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
    let sql = by_key!(
        "id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds, links, body, owner"
    );
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    scope.rows_of_each(sql, parent_ids.iter().map(|id| [scope.connection, code, parent, *id]), |row| {
        // A child of two of the parents is found twice.
        if seen.insert((row.get::<i64>(0)?, row.get::<i64>(7)?)) {
            found.push(row.record(resource, codes)?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The IDs of a resource's records from `lowest` on, rising.
pub(crate) fn ids(
    scope: Scope<'_>,
    resource: Resource,
    lowest: i64,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    let code = scope.file.codes.of(resource)?;
    // A record of several owners has a key for each.
    let sql = "SELECT parent_id FROM recent_keys AS keys CROSS JOIN records ON records.place = keys.place
               WHERE keys.connection = ?1 AND keys.resource = ?2 AND parent = ?3 AND parent_id >= ?4 AND body IS NOT NULL
               UNION
               SELECT parent_id FROM keys CROSS JOIN records ON records.place = keys.place
               WHERE keys.connection = ?1 AND keys.resource = ?2 AND parent = ?3 AND parent_id >= ?4 AND body IS NOT NULL
               ORDER BY 1 LIMIT ?5";
    scope.rows(sql, [scope.connection, code, OWN, lowest, at_most(limit)], |row| row.get(0))
}

/// What was marked about these parents' children of a resource.
pub(crate) fn completeness(
    scope: Scope<'_>,
    children: Resource,
    parent_ids: &[i64],
) -> Result<Vec<(i64, bool)>, StoreError> {
    let code = scope.file.codes.of(children)?;
    let sql = "SELECT parent_id, complete FROM completeness WHERE connection = ? AND children = ? AND parent_id = ?";
    let mut found = Vec::new();
    scope.rows_of_each(sql, parent_ids.iter().map(|id| [scope.connection, code, *id]), |row| {
        found.push((row.get(0)?, row.get(1)?));
        Ok(())
    })?;
    Ok(found)
}

/// A record that is there, as far as it decides what replaces it.
struct Kept {
    place: i64,
    version: MirrorRecord,
    links: String,
}

fn kept(
    scope: Scope<'_>,
    resource: Resource,
    code: i64,
    id: i64,
    owner: i64,
) -> Result<Option<Kept>, StoreError> {
    let sql =
        by_key!("records.place, modified_seconds, modified_nanoseconds, body IS NOT NULL, links, owner");
    let mut kept = None;
    scope.rows_of_each(sql, [[scope.connection, code, OWN, id]], |row| {
        if row.get::<i64>(5)? != owner {
            return Ok(());
        }
        let mut version = MirrorRecord::absent(resource, id);
        version.modified_on = row.time(1)?;
        version.body = row.get::<bool>(3)?.then(String::new);
        kept = Some(Kept { place: row.get(0)?, version, links: row.get(4)? });
        Ok(())
    })?;
    Ok(kept)
}

/// Puts a record, if it replaces the one there.
pub(crate) fn put(scope: Scope<'_>, record: &MirrorRecord) -> Result<(), StoreError> {
    let codes = &scope.file.codes;
    let code = codes.of(record.resource)?;
    let links = links_to_text(&record.links, codes)?;
    let (created, modified) = (record.created_on.map(Stored::from), record.modified_on.map(Stored::from));
    let (created_seconds, created_nanoseconds) =
        (created.map(|it| it.seconds), created.map(|it| it.nanoseconds));
    let (modified_seconds, modified_nanoseconds) =
        (modified.map(|it| it.seconds), modified.map(|it| it.nanoseconds));
    match kept(scope, record.resource, code, record.id, record.owner)? {
        None => {
            let sql =
                "INSERT INTO records (connection, resource, id, owner, created_seconds, created_nanoseconds,
                                            modified_seconds, modified_nanoseconds, links, body)
                       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            let times = (created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds);
            let key = (scope.connection, code, record.id, record.owner);
            scope.run(
                sql,
                (key.0, key.1, key.2, key.3, times.0, times.1, times.2, times.3, &links, &record.body),
            )?;
            let place = scope.database.last_insert_rowid();
            put_key(scope, code, OWN, record.id, place)?;
            put_links(scope, code, place, &record.links)
        }
        Some(kept) if record.replaces(&kept.version) => {
            let sql = "UPDATE records SET created_seconds = ?, created_nanoseconds = ?, modified_seconds = ?,
                                          modified_nanoseconds = ?, links = ?, body = ?
                       WHERE place = ?";
            let times = (created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds);
            scope.run(sql, (times.0, times.1, times.2, times.3, &links, &record.body, kept.place))?;
            if kept.links == links {
                return Ok(());
            }
            remove_links(scope, code, kept.place, &kept.links)?;
            put_links(scope, code, kept.place, &record.links)
        }
        Some(_) => Ok(()),
    }
}

/// Removes a record and its links.
pub(crate) fn remove(scope: Scope<'_>, resource: Resource, id: i64, owner: i64) -> Result<(), StoreError> {
    let code = scope.file.codes.of(resource)?;
    let Some(kept) = kept(scope, resource, code, id, owner)? else { return Ok(()) };
    remove_links(scope, code, kept.place, &kept.links)?;
    remove_key(scope, code, OWN, id, kept.place)?;
    scope.run("DELETE FROM records WHERE place = ?", [kept.place])?;
    Ok(())
}

/// Removes all records of a resource, and every mark about children of this resource.
pub(crate) fn remove_resource(scope: Scope<'_>, resource: Resource) -> Result<(), StoreError> {
    let code = scope.file.codes.of(resource)?;
    // There is no index of records by resource: their own keys tell their places.
    let sql = "DELETE FROM records WHERE place IN (
                   SELECT place FROM recent_keys WHERE connection = ?1 AND resource = ?2 AND parent = ?3
                   UNION ALL SELECT place FROM keys WHERE connection = ?1 AND resource = ?2 AND parent = ?3)";
    scope.run(sql, [scope.connection, code, OWN])?;
    for sql in [
        "DELETE FROM recent_keys WHERE connection = ? AND resource = ?",
        "DELETE FROM keys WHERE connection = ? AND resource = ?",
        "DELETE FROM completeness WHERE connection = ? AND children = ?",
    ] {
        scope.run(sql, [scope.connection, code])?;
    }
    Ok(())
}

/// Notes of a parent that its children are all there, or are not.
pub(crate) fn mark_completeness(
    scope: Scope<'_>,
    children: Resource,
    parent_id: i64,
    complete: bool,
) -> Result<(), StoreError> {
    let code = scope.file.codes.of(children)?;
    let sql = "INSERT INTO completeness (connection, children, parent_id, complete) VALUES (?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET complete = excluded.complete";
    scope.run(sql, (scope.connection, code, parent_id, complete))?;
    Ok(())
}

/// Moves the keys of the last records to all the others, once they are many.
pub(crate) fn move_recent_keys(scope: Scope<'_>) -> Result<(), StoreError> {
    let recent: Option<i64> = scope.row("SELECT count(*) FROM recent_keys", [], |row| row.get(0))?;
    if recent > Some(RECENT_KEYS) {
        scope.run("INSERT INTO keys SELECT * FROM recent_keys ORDER BY 1, 2, 3, 4, 5", [])?;
        scope.run("DELETE FROM recent_keys", [])?;
    }
    Ok(())
}

fn put_key(scope: Scope<'_>, code: i64, parent: i64, parent_id: i64, place: i64) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO recent_keys (connection, resource, parent, parent_id, place) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT DO NOTHING";
    scope.run(sql, [scope.connection, code, parent, parent_id, place])?;
    Ok(())
}

fn remove_key(
    scope: Scope<'_>,
    code: i64,
    parent: i64,
    parent_id: i64,
    place: i64,
) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM recent_keys
         WHERE connection = ? AND resource = ? AND parent = ? AND parent_id = ? AND place = ?",
        "DELETE FROM keys
         WHERE connection = ? AND resource = ? AND parent = ? AND parent_id = ? AND place = ?",
    ] {
        scope.run(sql, [scope.connection, code, parent, parent_id, place])?;
    }
    Ok(())
}

fn put_links(scope: Scope<'_>, code: i64, place: i64, links: &[Link]) -> Result<(), StoreError> {
    for link in links {
        put_key(scope, code, scope.file.codes.of(link.resource)?, link.id, place)?;
    }
    Ok(())
}

fn remove_links(scope: Scope<'_>, code: i64, place: i64, links: &str) -> Result<(), StoreError> {
    let codes = &scope.file.codes;
    let links = links_from_text(links, codes).ok_or_else(|| scope.file.context.damaged("links"))?;
    for link in links {
        remove_key(scope, code, codes.of(link.resource)?, link.id, place)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sync_core::{Change, Link, MirrorRecord, Resource, Role, Store};

    use crate::SqliteStore;
    use crate::records::RECENT_KEYS;

    /// A record of one of ten parents, in no order of IDs.
    fn record(number: i64) -> MirrorRecord {
        let links = vec![Link { resource: Resource::Customers, id: number % 10 }];
        let id = (number * 7919) % 100_003;
        MirrorRecord { links, body: Some("{}".to_owned()), ..MirrorRecord::absent(Resource::Jobs, id) }
    }

    async fn children(store: &SqliteStore, parent: i64) -> BTreeSet<i64> {
        let children = store.linked("acme", Resource::Jobs, Resource::Customers, &[parent]).await.unwrap();
        children.iter().map(|record| record.id).collect()
    }

    async fn keys(store: &SqliteStore) -> (i64, i64) {
        let counts = |scope: crate::scope::Scope<'_>| {
            let sql = "SELECT (SELECT count(*) FROM recent_keys), (SELECT count(*) FROM keys)";
            Ok(scope.row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?.unwrap_or_default())
        };
        store.read("acme", counts).await.unwrap()
    }

    #[tokio::test]
    async fn records_are_found_replaced_and_removed_alike_before_their_keys_have_moved_and_after() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("sync.db")).await.unwrap();
        let epoch = store.open("acme", Role::Syncing).await.unwrap();
        // Each has two keys: the first half moves, some of the second stay.
        let moved = RECENT_KEYS / 2 + 1;
        let all = moved + 100;
        for range in [0..moved, moved..all] {
            store.commit("acme", epoch, range.map(record).map(Change::PutRecord).collect()).await.unwrap();
        }
        assert_eq!(keys(&store).await, (200, 2 * moved));

        let ids: BTreeSet<i64> = (0..all).map(|number| record(number).id).collect();
        let found = store.record_ids("acme", Resource::Jobs, None, usize::MAX).await.unwrap();
        assert_eq!(found, ids.iter().copied().collect::<Vec<_>>());
        assert_eq!(store.records("acme", Resource::Jobs, &found).await.unwrap().len(), found.len());
        assert_eq!(children(&store, 3).await, (3..all).step_by(10).map(|number| record(number).id).collect());

        // One of each half goes to another parent, and one of each is removed.
        let elsewhere = |number| {
            let links = vec![Link { resource: Resource::Customers, id: 77 }];
            Change::PutRecord(MirrorRecord { links, ..record(number) })
        };
        let remove = |number| Change::remove(&record(number));
        let changes = vec![elsewhere(3), elsewhere(moved + 2), remove(13), remove(moved + 12)];
        let gone = [3, moved + 2, 13, moved + 12].map(|number| record(number).id);
        let parents: BTreeSet<i64> = [3, moved + 2, 13, moved + 12].map(|number| number % 10).into();
        store.commit("acme", epoch, changes).await.unwrap();
        for parent in parents {
            assert!(children(&store, parent).await.is_disjoint(&gone.into()));
        }
        assert_eq!(children(&store, 77).await, BTreeSet::from([gone[0], gone[1]]));
        let left = store.records("acme", Resource::Jobs, &gone).await.unwrap();
        assert_eq!(left.len(), 2);

        store.commit("acme", epoch, vec![Change::RemoveResource { resource: Resource::Jobs }]).await.unwrap();
        assert_eq!(keys(&store).await, (0, 0));
        assert!(store.record_ids("acme", Resource::Jobs, None, 1).await.unwrap().is_empty());
    }
}
