//! Keys: the places of rows by IDs.
//!
//! IDs come in any order, and SQLite's log takes whole pages: 500 records of a feed would change 500 keys all over the table, and nearly each of its
//! pages would be written for each page of the feed. So a commit appends its keys to `recent_keys`, and the recent keys move to `keys` in order,
//! many at a time. Each connection of SQLite holds the recent keys in memory, as its transaction sees them.
//!
//! In a file of millions of keys, the recent ones would again change nearly as many pages as they are. So they move to a small table first, `young_keys`, and from there range by
//! range to `keys`: the keys of a range lie close together in both tables.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use foldhash::fast::RandomState;
use rusqlite::Connection;
use smallvec::SmallVec;
use sync_core::StoreError;

use crate::error::Context;

/// The greatest number of recent keys. With a greater one, a move writes fewer pages for each key, and each thread holds more keys in memory
/// (about 100 bytes for each).
const RECENT: i64 = 32_000;

/// The greatest number of young keys. With a greater one, a move to `keys` writes fewer pages for each key, and one to `young_keys` more.
const YOUNG: i64 = 1_000_000;

/// The number of young keys that move to `keys` at once: more than recent keys, so that the young ones do not become more and more.
const RANGE: i64 = 2 * RECENT;

/// A connection of SQLite, and the recent keys as its transaction sees them.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) connection: Connection,
    recent: RefCell<Recent>,
}

/// The greatest number of keys in memory of which nothing is known but that nobody has them.
const MOST_KNOWN: usize = 2 * RECENT as usize;

/// An ID, and the space that it belongs to.
///
/// A space is one number, which SQLite compares faster than several: of an integration's opportunities, its negative code; of records,
/// the connection's row, the code of their resource, and a *slot*, which tells whose ID it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    space: i64,
    pub(crate) id: i64,
}

/// Bits of a space for the slot, and as many for the resource's code.
const SLOT_BITS: u32 = 10;

/// The slot of marks about the completeness of a parent's children. The place is no row but the mark: 1 for complete, 0 for incomplete.
const COMPLETENESS: i64 = 0;

/// The slot of records' own IDs.
const OWN: i64 = 1;

/// The slot of records' own IDs, of a resource in which records of several owners share IDs.
const OWN_OF_OWNED: i64 = 2;

impl Key {
    /// The greatest code of a resource that fits into a space. A parent's slot is its code and 2.
    pub(crate) const GREATEST_CODE: i64 = (1 << SLOT_BITS) - 3;

    fn new(connection: i64, resource: i64, slot: i64, id: i64) -> Self {
        Key { space: connection << (2 * SLOT_BITS) | resource << SLOT_BITS | slot, id }
    }

    /// The key of the record with this ID of its own, or of the records of several owners with this ID.
    pub(crate) fn own(connection: i64, resource: i64, has_owner: bool, id: i64) -> Self {
        Key::new(connection, resource, if has_owner { OWN_OF_OWNED } else { OWN }, id)
    }

    /// The key of the records that belong to a parent.
    pub(crate) fn parent(connection: i64, resource: i64, parent: i64, id: i64) -> Self {
        Key::new(connection, resource, parent + 2, id)
    }

    /// The key of the mark about the completeness of a parent's children.
    pub(crate) fn completeness(connection: i64, children: i64, id: i64) -> Self {
        Key::new(connection, children, COMPLETENESS, id)
    }

    /// The key of an opportunity.
    pub(crate) fn opportunity(integration: i64, id: i64) -> Self {
        Key { space: -integration, id }
    }

    fn has_one_place(self) -> bool {
        self.space < 0 || self.space & ((1 << SLOT_BITS) - 1) == OWN
    }
}

#[derive(Debug, Default)]
struct Recent {
    /// The number of moves before these keys; `None` until they are read.
    moves: Option<i64>,
    /// The number of the last key that was read or written.
    last: i64,
    places: HashMap<Key, Places, RandomState>,
    /// Changes that are still to be written, in their order.
    unwritten: Vec<(Key, i64, bool)>,
    /// By key of an opportunity that was new and has been dirty ever since: its place in the queue.
    queued: HashMap<Key, i64, RandomState>,
}

/// The places under a key.
#[derive(Debug, Default)]
struct Places {
    /// The places that were added (`true`) or removed.
    changed: SmallVec<[(i64, bool); 1]>,
    /// True if the tables that keys move to are known to have no place under this key. Nothing gets in there but by a move.
    none_moved: bool,
}

impl Recent {
    /// Adds a place under a key, or removes the place there. Returns `false` if it was added or removed before.
    fn set(&mut self, key: Key, place: i64, is_there: bool) -> bool {
        let places = &mut self.places.entry(key).or_default().changed;
        match places.iter_mut().find(|(known, _)| *known == place) {
            Some((_, known)) => std::mem::replace(known, is_there) != is_there,
            None => {
                places.push((place, is_there));
                true
            }
        }
    }

    /// Notes that `keys` has no place under a key.
    fn note_none_moved(&mut self, key: Key) {
        // A host may ask for any number of IDs that nobody has.
        if self.places.len() < MOST_KNOWN || self.places.contains_key(&key) {
            self.places.entry(key).or_default().none_moved = true;
        }
    }
}

impl Database {
    pub(crate) fn new(connection: Connection) -> Self {
        Database { connection, recent: RefCell::default() }
    }

    /// Reads the recent keys since the last transaction. Each transaction begins with this.
    pub(crate) fn refresh(&self, context: &Context) -> Result<(), StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let mut recent = self.recent.borrow_mut();
        let mut statement = self.connection.prepare_cached("SELECT moves FROM key_moves").map_err(failed)?;
        let moves = statement.query_row([], |row| row.get(0)).map_err(failed)?;
        if recent.moves != Some(moves) {
            *recent = Recent { moves: Some(moves), ..Recent::default() };
        }
        let sql =
            "SELECT number, space, id, place, is_there FROM recent_keys WHERE number > ? ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query([recent.last]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let key = || {
                let key = Key { space: row.get(1)?, id: row.get(2)? };
                Ok((row.get(0)?, key, row.get(3)?, row.get(4)?))
            };
            let (number, key, place, is_there) = key().map_err(failed)?;
            recent.last = number;
            recent.set(key, place, is_there);
        }
        Ok(())
    }

    /// Drops the recent keys from memory after a rollback. The next refresh reads them again.
    pub(crate) fn forget_recent(&self) {
        *self.recent.borrow_mut() = Recent::default();
    }

    /// The places under these keys, each with its ID.
    pub(crate) fn places(
        &self,
        context: &Context,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let all = "SELECT place FROM keys WHERE space = ?1 AND id = ?2
                   UNION ALL SELECT place FROM young_keys WHERE space = ?1 AND id = ?2";
        // One that is found in the first table is not sought in the other.
        let first = format!("{all} LIMIT 1");
        let (mut all_of_key, mut first_of_key) = (None, None);
        let mut recent = self.recent.borrow_mut();
        let mut found = Vec::new();
        for key in keys {
            let known = recent.places.get(&key);
            let changed = known.map_or(&[][..], |known| known.changed.as_slice());
            let before = found.len();
            found.extend(changed.iter().filter(|(_, is_there)| *is_there).map(|(place, _)| (key.id, *place)));
            let has_all = key.has_one_place() && found.len() > before;
            if has_all || known.is_some_and(|known| known.none_moved) {
                continue;
            }
            let (prepared, sql) =
                if key.has_one_place() { (&mut first_of_key, &*first) } else { (&mut all_of_key, all) };
            let statement = match prepared {
                Some(statement) => statement,
                none => none.insert(self.connection.prepare_cached(sql).map_err(failed)?),
            };
            let mut rows = statement.query([key.space, key.id]).map_err(failed)?;
            let mut is_moved = false;
            while let Some(row) = rows.next().map_err(failed)? {
                is_moved = true;
                let place = row.get(0).map_err(failed)?;
                // A recent key was added above, or was removed; one may be in both tables.
                let is_known = changed.iter().any(|(known, _)| *known == place);
                if !is_known && !found[before..].contains(&(key.id, place)) {
                    found.push((key.id, place));
                }
            }
            if !is_moved {
                recent.note_none_moved(key);
            }
        }
        Ok(found)
    }

    /// The place in the queue of an opportunity that was new a short while ago and has been dirty ever since.
    pub(crate) fn queued(&self, key: Key) -> Option<i64> {
        self.recent.borrow().queued.get(&key).copied()
    }

    /// Notes the place in the queue of a new opportunity; `None` once it may not be dirty any more.
    pub(crate) fn note_queued(&self, key: Key, place: Option<i64>) {
        let queued = &mut self.recent.borrow_mut().queued;
        match place {
            Some(place) => queued.insert(key, place),
            None => queued.remove(&key),
        };
    }

    /// The IDs of a space from `lowest` on with their places, by rising ID, at most `limit`.
    pub(crate) fn ids_from(
        &self,
        context: &Context,
        lowest: Key,
        limit: usize,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let recent = self.recent.borrow();
        let changed =
            recent.places.iter().filter(|(key, _)| key.space == lowest.space && key.id >= lowest.id);
        let mut found: BTreeMap<(i64, i64), bool> = changed
            .flat_map(|(key, places)| {
                places.changed.iter().map(|(place, is_there)| ((key.id, *place), *is_there))
            })
            .collect();
        let gone = found.values().filter(|is_there| !**is_there).count();
        // Those that are gone may be among them.
        let enough = i64::try_from(limit.saturating_add(gone)).unwrap_or(i64::MAX);
        for table in ["keys", "young_keys"] {
            let sql = format!(
                "SELECT id, place FROM {table} WHERE space = ? AND id >= ? ORDER BY id, place LIMIT ?"
            );
            let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
            let mut rows = statement.query([lowest.space, lowest.id, enough]).map_err(failed)?;
            while let Some(row) = rows.next().map_err(failed)? {
                let key = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
                found.entry(key).or_insert(true);
            }
        }
        Ok(found.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key).take(limit).collect())
    }

    /// Adds a place under each of these keys, or removes the place there. The transaction must [write](Self::write_keys) them before it ends.
    pub(crate) fn set_keys(&self, keys: impl IntoIterator<Item = Key>, place: i64, is_there: bool) {
        let mut recent = self.recent.borrow_mut();
        for key in keys {
            if recent.set(key, place, is_there) {
                recent.unwritten.push((key, place, is_there));
            }
        }
    }

    /// Writes the changes of keys, all with one statement: taking a statement from rusqlite's cache for each record costs more than a row.
    pub(crate) fn write_keys(&self, context: &Context) -> Result<(), StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be written", &error);
        let mut recent = self.recent.borrow_mut();
        if recent.unwritten.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO recent_keys (space, id, place, is_there) VALUES (?, ?, ?, ?)";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        for (key, place, is_there) in std::mem::take(&mut recent.unwritten) {
            recent.last = statement.insert((key.space, key.id, place, is_there)).map_err(failed)?;
        }
        Ok(())
    }

    /// Moves the recent keys to `young_keys`, once they are many.
    pub(crate) fn move_recent_if_many(&self, context: &Context) -> Result<(), StoreError> {
        // They are numbered from 1 on.
        if self.recent.borrow().last > RECENT { self.move_recent(context) } else { Ok(()) }
    }

    /// Moves the recent keys to `young_keys`, and a range of those to `keys` once they are many.
    fn move_recent(&self, context: &Context) -> Result<(), StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be written", &error);
        let mut recent = self.recent.borrow_mut();
        let put = "INSERT INTO young_keys (space, id, place) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        let mut put = self.connection.prepare_cached(put).map_err(failed)?;
        let remove = |table| {
            let sql = format!("DELETE FROM {table} WHERE space = ? AND id = ? AND place = ?");
            self.connection.prepare_cached(&sql).map_err(failed)
        };
        let (mut remove_young, mut remove_old) = (remove("young_keys")?, remove("keys")?);
        let mut changes: Vec<(Key, i64, bool)> = recent
            .places
            .iter()
            .flat_map(|(key, places)| {
                places.changed.iter().map(|(place, is_there)| (*key, *place, *is_there))
            })
            .collect();
        changes.sort_unstable();
        let mut more = 0;
        for (key, place, is_there) in changes {
            let row = [key.space, key.id, place];
            if is_there {
                more += i64::from(put.execute(row).map_err(failed)? > 0);
            } else {
                more -= i64::from(remove_young.execute(row).map_err(failed)? > 0);
                remove_old.execute(row).map_err(failed)?;
            }
        }
        self.connection
            .prepare_cached("DELETE FROM recent_keys")
            .and_then(|mut statement| statement.execute([]))
            .map_err(failed)?;
        let sql = "UPDATE key_moves SET moves = moves + 1, young = young + ?";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([more]))
            .map_err(failed)?;
        *recent = Recent { moves: recent.moves.map(|moves| moves + 1), ..Recent::default() };
        self.move_young_if_above(YOUNG, RANGE).map_err(failed)
    }

    /// Moves a range of the young keys to `keys`, once they are more than `most`: the ones that follow the range before.
    fn move_young_if_above(&self, most: i64, range: i64) -> rusqlite::Result<()> {
        let sql = "SELECT young, space, id, place FROM key_moves";
        let (young, behind) = self.connection.prepare_cached(sql)?.query_row([], |row| {
            Ok((row.get::<_, i64>(0)?, [row.get::<_, i64>(1)?, row.get(2)?, row.get(3)?]))
        })?;
        if young <= most {
            return Ok(());
        }
        let sql = "SELECT space, id, place FROM young_keys WHERE (space, id, place) > (?, ?, ?)
                   ORDER BY space, id, place LIMIT ?";
        let [space, id, place] = behind;
        let mut next_keys = self.connection.prepare_cached(sql)?;
        let keys: Vec<[i64; 3]> = next_keys
            .query_map([space, id, place, range], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?
            .collect::<rusqlite::Result<_>>()?;
        let sql = "INSERT INTO keys (space, id, place) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        let mut put = self.connection.prepare_cached(sql)?;
        for key in &keys {
            put.execute(*key)?;
        }
        let last = keys.last().copied().unwrap_or(behind);
        let sql = "DELETE FROM young_keys
                   WHERE (space, id, place) > (?1, ?2, ?3) AND (space, id, place) <= (?4, ?5, ?6)";
        let [[from_space, from_id, from_place], [to_space, to_id, to_place]] = [behind, last];
        let bounds = [from_space, from_id, from_place, to_space, to_id, to_place];
        self.connection.prepare_cached(sql)?.execute(bounds)?;
        // Behind the last key comes the first.
        let moved = i64::try_from(keys.len()).unwrap_or(range);
        let is_at_end = moved < range;
        let next = if is_at_end { [i64::MIN; 3] } else { last };
        let sql = "UPDATE key_moves SET young = young - ?, space = ?, id = ?, place = ?";
        let [space, id, place] = next;
        self.connection.prepare_cached(sql)?.execute([moved, space, id, place])?;
        Ok(())
    }

    /// Removes the opportunities of an integration, and their keys.
    pub(crate) fn remove_opportunities(&self, context: &Context, integration: i64) -> Result<(), StoreError> {
        let space = -integration;
        self.remove_keys(context, "opportunities", [space, space], space..=space)
    }

    /// Removes the records of a resource, and all keys of the resource.
    pub(crate) fn remove_records(
        &self,
        context: &Context,
        connection: i64,
        resource: i64,
    ) -> Result<(), StoreError> {
        let space = |slot| Key::new(connection, resource, slot, 0).space;
        let spaces = space(0)..=space((1 << SLOT_BITS) - 1);
        self.remove_keys(context, "records", [space(OWN), space(OWN_OF_OWNED)], spaces)
    }

    /// Removes keys, and the rows of a table at the places in two of their spaces.
    fn remove_keys(
        &self,
        context: &Context,
        table: &str,
        rows: [i64; 2],
        spaces: RangeInclusive<i64>,
    ) -> Result<(), StoreError> {
        self.move_recent(context)?;
        let failed = |error: rusqlite::Error| context.failed("be written", &error);
        for keys in ["keys", "young_keys"] {
            let sql = format!(
                "DELETE FROM {table} WHERE place IN (SELECT place FROM {keys} WHERE space IN (?, ?))"
            );
            self.connection.execute(&sql, rows).map_err(failed)?;
        }
        for keys in ["keys", "young_keys"] {
            let sql = format!("DELETE FROM {keys} WHERE space BETWEEN ? AND ?");
            self.connection.execute(&sql, [spaces.start(), spaces.end()]).map_err(failed)?;
        }
        // Counted anew rather than by the rows removed: it happens once in the life of a selection.
        let sql = "UPDATE key_moves SET young = (SELECT count(*) FROM young_keys)";
        self.connection.execute(sql, []).map_err(failed)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rusqlite::Connection;
    use sync_core::{Change, Link, MirrorRecord, Resource, Role, Store};

    use super::{Database, Key, RECENT};
    use crate::SqliteStore;
    use crate::error::Context;
    use crate::schema;
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
            let sql = "SELECT (SELECT count(*) FROM recent_keys),
                              (SELECT count(*) FROM keys) + (SELECT count(*) FROM young_keys)";
            Ok(scope.row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?.unwrap_or_default())
        };
        store.read("acme", counts).await.unwrap()
    }

    #[tokio::test]
    async fn another_process_that_reads_finds_each_record_before_its_keys_have_moved_and_after() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("sync.db")).await.unwrap();
        let epoch = store.open("acme", Role::Syncing).await.unwrap();
        let reader = SqliteStore::open_read_only(store.path()).await.unwrap();
        // Each has two keys: those of the second range move what is there, later ones stay for a while.
        let half = RECENT / 2;
        let mut all = 0;
        for more in [100, half, 100, half - 200, 50] {
            let changes = (all..all + more).map(record).map(Change::PutRecord).collect();
            store.commit("acme", epoch, changes).await.unwrap();
            all += more;
            assert_eq!(children(&reader, 3).await, children(&store, 3).await, "{all}");
            let gone = record(all - 7);
            store.commit("acme", epoch, vec![Change::remove(&gone)]).await.unwrap();
            let left = reader.records("acme", Resource::Jobs, &[gone.id, record(all - 8).id]).await.unwrap();
            assert_eq!(left.iter().map(|it| it.id).collect::<Vec<_>>(), [record(all - 8).id], "{all}");
            let (recent, moved) = (keys(&reader).await, keys(&store).await);
            assert_eq!(recent, moved, "{all}");
        }
        assert!(keys(&reader).await.1 > 0, "none has moved");
        let changes = vec![Change::RemoveResource { resource: Resource::Jobs }];
        store.commit("acme", epoch, changes).await.unwrap();
        assert!(children(&reader, 3).await.is_empty());
    }

    #[tokio::test]
    async fn records_are_found_replaced_and_removed_alike_before_their_keys_have_moved_and_after() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("sync.db")).await.unwrap();
        let epoch = store.open("acme", Role::Syncing).await.unwrap();
        // Each has two keys: the first half moves, some of the second stay.
        let moved = RECENT / 2 + 1;
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

    /// A step of the writing thread: a key's place is added or removed, the recent keys move, or a range of the young ones does.
    #[derive(Debug, Clone)]
    enum Step {
        Set { id: i64, place: i64, is_there: bool },
        MoveRecent,
        MoveYoung,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => (0..20_i64, 0..3_i64, any::<bool>())
                .prop_map(|(id, place, is_there)| Step::Set { id, place, is_there }),
            1 => Just(Step::MoveRecent),
            2 => Just(Step::MoveYoung),
        ]
    }

    proptest! {
        #[test]
        fn keys_are_found_wherever_they_have_moved_to(steps in prop::collection::vec(step(), 0..80)) {
            let context = Context { file: "keys.db".into() };
            let mut connection = Connection::open_in_memory().unwrap();
            schema::migrate(&mut connection, &context).unwrap();
            let database = Database::new(connection);
            database.refresh(&context).unwrap();
            let key = |id| Key::parent(1, 2, 3, id);
            let mut wanted = BTreeSet::new();
            for step in steps {
                match step {
                    Step::Set { id, place, is_there } => {
                        database.set_keys([key(id)], place, is_there);
                        database.write_keys(&context).unwrap();
                        if is_there { wanted.insert((id, place)) } else { wanted.remove(&(id, place)) };
                    }
                    Step::MoveRecent => database.move_recent(&context).unwrap(),
                    Step::MoveYoung => database.move_young_if_above(2, 3).unwrap(),
                }
                database.refresh(&context).unwrap();
                let mut found = database.places(&context, (0..20).map(key)).unwrap();
                found.sort_unstable();
                prop_assert_eq!(&found, &wanted.iter().copied().collect::<Vec<_>>());
                prop_assert_eq!(database.ids_from(&context, key(0), 100).unwrap(), found);
                let counted = "SELECT young = (SELECT count(*) FROM young_keys) FROM key_moves";
                prop_assert!(database.connection.query_row(counted, [], |row| row.get::<_, bool>(0)).unwrap());
            }
        }
    }
}
