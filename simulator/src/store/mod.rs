//! The records of the world: one collection for each resource, with notes and a clock beside them.

mod collection;
mod ground;
mod grown;
mod notes;
mod oddities;
mod record;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::resources::{JOBS, RESOURCES, Resource, named};
pub(crate) use collection::Collection;
pub(crate) use ground::Ground;
pub(crate) use grown::{Regrow, Unit};
use notes::Notes;
pub use notes::{Note, NoteParent};
pub use oddities::OddField;
use oddities::Oddities;
pub(crate) use record::{
    Entry, FeedPosition, Object, REVISION_FIELD, ROW_FIELD, Record, RecordRef, id_at, ids_at, value_at,
};

/// The distance between two IDs.
pub(crate) const ID_STEP: i64 = 7;

/// Everything the tenant holds.
#[derive(Debug)]
pub(crate) struct Store {
    collections: HashMap<&'static str, Collection>,
    /// The collection of names that no resource has.
    empty: Collection,
    notes: Notes,
    sequence: u64,
    next_id: i64,
    now: DateTime<Utc>,
    oddities: Oddities,
    /// By base record, the number of changes to anything that its opportunity shows since the world was grown.
    revisions: HashMap<(&'static str, i64), u64>,
    reveal_revisions: bool,
}

impl Store {
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        let collections =
            RESOURCES.iter().map(|resource| (resource.name, Collection::new(resource))).collect();
        Self {
            collections,
            empty: Collection::new(&JOBS),
            notes: Notes::default(),
            sequence: 0,
            next_id: 10_000_019,
            now,
            oddities: Oddities::default(),
            revisions: HashMap::new(),
            reveal_revisions: false,
        }
    }

    /// Lets every record carry its revision from now on.
    pub(crate) fn revealing_revisions(mut self, reveal: bool) -> Self {
        self.reveal_revisions = reveal;
        self
    }

    /// The latest change there is.
    pub(crate) fn last_sequence(&self) -> u64 {
        self.sequence
    }

    /// Counts a change to something that the opportunities of these base records show.
    pub(crate) fn count_revision(&mut self, bases: &[(&'static str, i64)]) {
        for base in bases {
            *self.revisions.entry(*base).or_default() += 1;
        }
    }

    /// The number of changes to anything that a base record's opportunity shows.
    pub(crate) fn revision(&self, resource: &str, id: i64) -> u64 {
        let known = named(resource);
        known.and_then(|known| self.revisions.get(&(known.name, id))).copied().unwrap_or_default()
    }

    /// The world's present.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Moves the world's present on.
    pub(crate) fn advance(&mut self, by: chrono::Duration) -> DateTime<Utc> {
        self.now += by.max(chrono::Duration::zero());
        self.now
    }

    /// The records of a resource; an unknown name has none.
    pub(crate) fn of(&self, resource: &str) -> &Collection {
        self.collections.get(resource).unwrap_or(&self.empty)
    }

    /// Adds or replaces a row whose record shows the ID `shown`.
    pub(crate) fn put_showing(
        &mut self,
        resource: &'static Resource,
        (row, shown): (i64, i64),
        (created, modified): (DateTime<Utc>, DateTime<Utc>),
        active: bool,
        json: Object,
    ) {
        let record = self.changed(resource, (row, shown), (created, modified), active, json);
        self.oddities.end(resource.name, row);
        if let Some(collection) = self.collections.get_mut(resource.name) {
            collection.put(record);
        }
    }

    /// As [`put_showing`](Self::put_showing), of a record that the source of the planted ones makes again: an index of it is kept. A record that
    /// is replaced has to name the records that it named. [`seal`](Self::seal) has to follow before the order of changes or children are asked for.
    pub(crate) fn plant_showing(
        &mut self,
        unit: Unit,
        resource: &'static Resource,
        (row, shown): (i64, i64),
        (created, modified): (DateTime<Utc>, DateTime<Utc>),
        active: bool,
        json: Object,
    ) {
        let record = self.changed(resource, (row, shown), (created, modified), active, json);
        if let Some(collection) = self.collections.get_mut(resource.name) {
            collection.plant(unit, record);
        }
    }

    /// A row as it is after the change that is made now.
    fn changed(
        &mut self,
        resource: &'static Resource,
        (row, shown): (i64, i64),
        (created, modified): (DateTime<Utc>, DateTime<Utc>),
        active: bool,
        json: Object,
    ) -> Record {
        self.sequence += 1;
        let entry = Entry { id: row, created, modified, active, deleted: false, sequence: self.sequence };
        Record::new(resource, entry, shown, json, self.reveal_revisions)
    }

    /// The point from which the next records grow: the last ID that was given out, and the latest change.
    pub(crate) fn growth(&self) -> (i64, u64) {
        (self.next_id, self.sequence)
    }

    /// Takes records that have grown elsewhere from where this store stands, up to an ID and a change. An index of them is kept, and
    /// [`seal`](Self::seal) names the source that makes them again.
    pub(crate) fn plant(
        &mut self,
        unit: Unit,
        records: impl IntoIterator<Item = (&'static Resource, Record)>,
        (next_id, sequence): (i64, u64),
    ) {
        for (resource, record) in records {
            if let Some(collection) = self.collections.get_mut(resource.name) {
                collection.plant(unit, record);
            }
        }
        (self.next_id, self.sequence) = (next_id, sequence);
    }

    /// Puts planted records into order, and lets them be made by this source from now on.
    pub(crate) fn seal(&mut self, source: &Arc<dyn Regrow>) {
        self.collections.values_mut().for_each(|collection| collection.seal(source));
    }

    /// Changes a record and marks it as modified now; false when there is no such record.
    pub(crate) fn change(
        &mut self,
        resource: &'static Resource,
        id: i64,
        change: impl FnOnce(&mut Object),
    ) -> bool {
        let Some(record) = self.of(resource.name).get(id).map(RecordRef::into_owned) else { return false };
        let shown = record.shown_id();
        let Record { entry, mut json } = record;
        change(&mut json);
        let active = json.get("active").and_then(Value::as_bool).unwrap_or(entry.active);
        let now = self.now;
        self.put_showing(resource, (id, shown), (entry.created, now), active, json);
        true
    }

    /// Deletes a record: its export shows it as inactive from now on, and nothing else shows it.
    pub(crate) fn delete(&mut self, resource: &'static Resource, id: i64) -> bool {
        let found = self.change(resource, id, |json| {
            json.insert("active".into(), false.into());
        });
        if let Some(collection) = self.collections.get_mut(resource.name) {
            collection.delete(id);
        }
        found
    }

    /// The rows of the contacts that share the ID of one, itself included, with the resource of each: customers' before locations'.
    pub(crate) fn rows_of_contact(&self, shown: i64) -> Vec<(&'static Resource, i64)> {
        let contacts = RESOURCES.iter().copied().filter(|resource| resource.owner_of_contact.is_some());
        contacts
            .flat_map(|resource| {
                let rows = self.of(resource.name).child_ids("id", shown).into_iter();
                rows.map(move |row| (resource, row))
            })
            .collect()
    }

    /// The row of a record as an answer shows it: contacts of several owners show the same ID.
    pub(crate) fn row_of(&self, resource: &'static Resource, shown: &Value) -> Option<i64> {
        let id = shown.get("id")?.as_i64()?;
        let Some(owner) = resource.owner_of_contact else { return Some(id) };
        let rows = self.of(resource.name).children("id", id);
        let owned = rows.filter(|row| row.json.get(owner) == shown.get(owner)).map(|row| row.id);
        owned.min()
    }

    /// Notes that a field was served with a value that does not fit it. Its record's `modifiedOn` stays.
    pub(crate) fn note_oddity(&mut self, odd: OddField) {
        self.oddities.add(odd);
    }

    /// The odd fields of all records that have not changed since.
    pub(crate) fn oddities(&self) -> impl Iterator<Item = &OddField> {
        self.oddities.all()
    }

    /// A record as answers show it, with the oddities that last.
    pub(crate) fn shown(&self, resource: &'static Resource, record: &Record) -> Object {
        let mut json = record.json.clone();
        for odd in self.oddities.of(resource.name, record.id).iter().filter(|odd| odd.lasting) {
            odd.apply(&mut json);
        }
        json
    }

    /// The number of records of each resource.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = (&'static str, usize)> {
        RESOURCES.iter().map(|resource| (resource.name, self.of(resource.name).len()))
    }

    /// The notes of one record, oldest first.
    pub(crate) fn notes(&self, parent: NoteParent, id: i64) -> &[Note] {
        self.notes.of(parent, id)
    }

    pub(crate) fn note_count(&self) -> usize {
        self.notes.count()
    }

    /// Every note with its record, in the order of writing.
    pub(crate) fn all_notes(&self) -> impl Iterator<Item = (NoteParent, i64, &Note)> {
        self.notes.all()
    }

    pub(crate) fn add_note(&mut self, parent: NoteParent, id: i64, text: String, is_pinned: bool) -> Note {
        let note = Note { id: self.fresh_id(), text, is_pinned, created_on: self.now };
        self.notes.add(parent, id, note.clone());
        note
    }

    /// The records with an odd field; on demand only those whose odd value stood in one answer alone.
    pub(crate) fn odd_records(&self, only_transient: bool) -> BTreeSet<(&'static str, i64)> {
        let odd = self.oddities.all().filter(|odd| !(only_transient && odd.lasting));
        odd.map(|odd| (odd.resource, odd.id)).collect()
    }
}

impl Ground for Store {
    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn fresh_id(&mut self) -> i64 {
        self.next_id += ID_STEP;
        self.next_id
    }

    fn job_count(&self) -> usize {
        self.of(JOBS.name).len()
    }

    fn put(
        &mut self,
        resource: &'static Resource,
        id: i64,
        created: DateTime<Utc>,
        modified: DateTime<Utc>,
        active: bool,
        json: Object,
    ) {
        self.put_showing(resource, (id, id), (created, modified), active, json);
    }
}
