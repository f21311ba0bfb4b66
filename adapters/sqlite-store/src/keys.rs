//! Keys: where rows are that are found by an ID.
//!
//! IDs come in any order, and SQLite's log takes whole pages: a page of a feed would change, and write, pages all over the table of keys. So a
//! commit appends its keys to `recent_keys`, and they move to `keys` many at a time, in order. Each connection of SQLite keeps the recent ones
//! in memory, as its transaction sees them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rusqlite::Connection;
use sync_core::StoreError;

use crate::error::Context;

/// How many recent keys there may be. With more of them each one moves more cheaply, and each thread has more of them in memory.
const RECENT: usize = 16_000;

/// A connection of SQLite, and the recent keys as its transaction sees them.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) connection: Connection,
    recent: RefCell<Recent>,
}

/// An ID, and of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// The connection's row.
    pub(crate) connection: i64,
    /// The number of the resource that is looked for; 0 for opportunities.
    pub(crate) resource: i64,
    /// Of records, the number of the resource whose ID follows, or one of the constants below; of opportunities, the integration's number.
    pub(crate) parent: i64,
    /// The ID.
    pub(crate) parent_id: i64,
}

impl Key {
    /// As a parent: the ID is the record's own.
    pub(crate) const OWN: i64 = 0;
    /// As a parent: the ID is the record's own, of a resource in which records of several owners share IDs.
    pub(crate) const OWN_OF_OWNED: i64 = -2;
    /// As a parent: the place tells whether all children of the ID are there, 1 or 0.
    pub(crate) const COMPLETENESS: i64 = -1;
    /// As a resource: the place is an opportunity's.
    pub(crate) const OPPORTUNITIES: i64 = 0;

    fn has_one_place(self) -> bool {
        self.parent == Self::OWN || self.resource == Self::OPPORTUNITIES
    }
}

#[derive(Debug, Default)]
struct Recent {
    /// How often keys were moved before these came; `None` until they are read.
    moves: Option<i64>,
    /// The number of the last one that was read or written.
    last: i64,
    /// Whether a place is there under a key from now on.
    keys: BTreeMap<(Key, i64), bool>,
}

impl Database {
    pub(crate) fn new(connection: Connection) -> Self {
        Database { connection, recent: RefCell::default() }
    }

    /// Reads what became of the keys since the last transaction. Called first in each.
    pub(crate) fn refresh(&self, context: &Context) -> Result<(), StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let mut recent = self.recent.borrow_mut();
        let mut statement = self.connection.prepare_cached("SELECT moves FROM key_moves").map_err(failed)?;
        let moves = statement.query_row([], |row| row.get(0)).map_err(failed)?;
        if recent.moves != Some(moves) {
            *recent = Recent { moves: Some(moves), ..Recent::default() };
        }
        let sql = "SELECT number, connection, resource, parent, parent_id, place, is_there FROM recent_keys
                   WHERE number > ? ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query([recent.last]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let key = || {
                let key = Key {
                    connection: row.get(1)?,
                    resource: row.get(2)?,
                    parent: row.get(3)?,
                    parent_id: row.get(4)?,
                };
                Ok((row.get(0)?, (key, row.get(5)?), row.get(6)?))
            };
            let (number, key, is_there) = key().map_err(failed)?;
            recent.last = number;
            recent.keys.insert(key, is_there);
        }
        Ok(())
    }

    /// Forgets what a transaction changed that was undone.
    pub(crate) fn forget_recent(&self) {
        *self.recent.borrow_mut() = Recent::default();
    }

    /// The places under a key, rising.
    pub(crate) fn places(&self, context: &Context, key: Key) -> Result<Vec<i64>, StoreError> {
        let recent = self.recent.borrow();
        let changed = recent.keys.range((key, i64::MIN)..=(key, i64::MAX));
        let (mut places, mut gone) = (Vec::new(), Vec::new());
        for ((_, place), is_there) in changed {
            if *is_there { places.push(*place) } else { gone.push(*place) }
        }
        if key.has_one_place() && !places.is_empty() {
            return Ok(places);
        }
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let sql =
            "SELECT place FROM keys WHERE connection = ? AND resource = ? AND parent = ? AND parent_id = ?";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let parameters = [key.connection, key.resource, key.parent, key.parent_id];
        let mut rows = statement.query(parameters).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let place = row.get(0).map_err(failed)?;
            if !gone.contains(&place) && !places.contains(&place) {
                places.push(place);
            }
        }
        places.sort_unstable();
        Ok(places)
    }

    /// The keys of a resource and parent with IDs from `lowest` on, by rising ID, at most `limit`.
    pub(crate) fn keys_from(
        &self,
        context: &Context,
        lowest: Key,
        limit: usize,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let recent = self.recent.borrow();
        let highest = Key { parent_id: i64::MAX, ..lowest };
        let changed = recent.keys.range((lowest, i64::MIN)..=(highest, i64::MAX));
        let mut found: BTreeMap<(i64, i64), bool> =
            changed.map(|((key, place), is_there)| ((key.parent_id, *place), *is_there)).collect();
        let gone = found.values().filter(|is_there| !**is_there).count();
        let sql = "SELECT parent_id, place FROM keys
                   WHERE connection = ? AND resource = ? AND parent = ? AND parent_id >= ? ORDER BY parent_id, place LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        // Those that are gone may be among them.
        let enough = i64::try_from(limit.saturating_add(gone)).unwrap_or(i64::MAX);
        let parameters = [lowest.connection, lowest.resource, lowest.parent, lowest.parent_id, enough];
        let mut rows = statement.query(parameters).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let key = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
            found.entry(key).or_insert(true);
        }
        Ok(found.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key).take(limit).collect())
    }

    /// Notes that a place is under a key from now on, or is no more.
    pub(crate) fn set_key(
        &self,
        context: &Context,
        key: Key,
        place: i64,
        is_there: bool,
    ) -> Result<(), StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be written", &error);
        let mut recent = self.recent.borrow_mut();
        if recent.keys.get(&(key, place)) == Some(&is_there) {
            return Ok(());
        }
        let sql = "INSERT INTO recent_keys (connection, resource, parent, parent_id, place, is_there) VALUES (?, ?, ?, ?, ?, ?)";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let Key { connection, resource, parent, parent_id } = key;
        recent.last =
            statement.insert((connection, resource, parent, parent_id, place, is_there)).map_err(failed)?;
        recent.keys.insert((key, place), is_there);
        Ok(())
    }

    /// Moves the recent keys to the others, once they are many.
    pub(crate) fn move_recent_if_many(&self, context: &Context) -> Result<(), StoreError> {
        if self.recent.borrow().keys.len() > RECENT { self.move_recent(context) } else { Ok(()) }
    }

    /// Moves the recent keys to the others.
    fn move_recent(&self, context: &Context) -> Result<(), StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be written", &error);
        let mut recent = self.recent.borrow_mut();
        let put = "INSERT INTO keys (connection, resource, parent, parent_id, place) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
        let remove = "DELETE FROM keys
                      WHERE connection = ? AND resource = ? AND parent = ? AND parent_id = ? AND place = ?";
        let mut put = self.connection.prepare_cached(put).map_err(failed)?;
        let mut remove = self.connection.prepare_cached(remove).map_err(failed)?;
        for ((key, place), is_there) in &recent.keys {
            let statement = if *is_there { &mut put } else { &mut remove };
            let parameters = [key.connection, key.resource, key.parent, key.parent_id, *place];
            statement.execute(parameters).map_err(failed)?;
        }
        for sql in ["DELETE FROM recent_keys", "UPDATE key_moves SET moves = moves + 1"] {
            self.connection.prepare_cached(sql).map_err(failed)?.execute([]).map_err(failed)?;
        }
        *recent = Recent { moves: recent.moves.map(|moves| moves + 1), ..Recent::default() };
        Ok(())
    }

    /// Removes all keys of a resource, or those of one parent, with the rows of this table that they lead to.
    pub(crate) fn remove_keys(
        &self,
        context: &Context,
        connection: i64,
        resource: i64,
        parent: Option<i64>,
        rows: &str,
    ) -> Result<(), StoreError> {
        self.move_recent(context)?;
        let failed = |error: rusqlite::Error| context.failed("be written", &error);
        // A row of a resource is found by its own ID; those of one parent all are.
        let (own, of_owned) = parent.map_or((Key::OWN, Key::OWN_OF_OWNED), |parent| (parent, parent));
        let sql = format!(
            "DELETE FROM {rows} WHERE place IN
             (SELECT place FROM keys WHERE connection = ? AND resource = ? AND parent IN (?, ?))"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
        statement.execute((connection, resource, own, of_owned)).map_err(failed)?;
        let sql =
            "DELETE FROM keys WHERE connection = ?1 AND resource = ?2 AND parent = coalesce(?3, parent)";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        statement.execute((connection, resource, parent)).map_err(failed)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sync_core::{Change, Link, MirrorRecord, Resource, Role, Store};

    use super::RECENT;
    use crate::SqliteStore;
    use crate::scope::Scope;

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
        let counts = |scope: Scope<'_>| {
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
        let moved = i64::try_from(RECENT / 2 + 1).unwrap();
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
