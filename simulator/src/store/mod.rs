//! The records of the world: one collection for each resource, with notes and a clock beside them.

mod collection;
mod notes;
mod oddities;
mod record;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::resources::{RESOURCES, Resource, named};
use crate::time;
pub(crate) use collection::{Collection, FeedPosition};
use notes::Notes;
pub use notes::{Note, NoteParent};
pub use oddities::OddField;
use oddities::Oddities;
pub(crate) use record::{Object, REVISION_FIELD, ROW_FIELD, Record, id_at, value_at};

/// Everything the tenant holds.
#[derive(Debug)]
pub(crate) struct Store {
    collections: HashMap<&'static str, Collection>,
    notes: Notes,
    sequence: u64,
    next_id: i64,
    now: DateTime<Utc>,
    empty: Collection,
    oddities: Oddities,
    /// By base record, the number of changes to anything that its opportunity shows since the world was grown.
    revisions: HashMap<(&'static str, i64), u64>,
    reveal_revisions: bool,
}

impl Store {
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        let collections = RESOURCES.iter().map(|resource| (resource.name, Collection::default())).collect();
        Self {
            collections,
            notes: Notes::default(),
            sequence: 0,
            next_id: 10_000_019,
            now,
            empty: Collection::default(),
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

    /// An ID that no other record of any resource has, so that a mixed-up ID finds nothing.
    pub(crate) fn fresh_id(&mut self) -> i64 {
        self.next_id += 7;
        self.next_id
    }

    /// Adds a record, or replaces the one with its ID. The JSON gets its `id`, times and `active` from here where
    /// the resource has such fields.
    pub(crate) fn put(
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

    /// Adds or replaces a row whose record shows the ID `shown`.
    pub(crate) fn put_showing(
        &mut self,
        resource: &'static Resource,
        (row, shown): (i64, i64),
        (created, modified): (DateTime<Utc>, DateTime<Utc>),
        active: bool,
        mut json: Object,
    ) {
        json.insert("id".into(), shown.into());
        json.insert("createdOn".into(), time::wire(created).into());
        if resource.has_modified_on {
            json.insert("modifiedOn".into(), time::wire(modified).into());
        }
        json.insert("active".into(), active.into());
        self.sequence += 1;
        if self.reveal_revisions {
            json.insert(REVISION_FIELD.into(), self.sequence.into());
            if row != shown {
                json.insert(ROW_FIELD.into(), row.into());
            }
        }
        self.oddities.end(resource.name, row);
        let record =
            Record { id: row, created, modified, active, deleted: false, json, sequence: self.sequence };
        self.collections.entry(resource.name).or_default().put(resource, record);
    }

    /// Changes a record and marks it as modified now; false when there is no such record.
    pub(crate) fn change(
        &mut self,
        resource: &'static Resource,
        id: i64,
        change: impl FnOnce(&mut Object),
    ) -> bool {
        let Some(record) = self.of(resource.name).get(id).cloned() else { return false };
        let shown = record.shown_id();
        let mut json = record.json;
        change(&mut json);
        let active = json.get("active").and_then(Value::as_bool).unwrap_or(record.active);
        let now = self.now;
        self.put_showing(resource, (id, shown), (record.created, now), active, json);
        true
    }

    /// Deletes a record: its export shows it as inactive from now on, and nothing else shows it.
    pub(crate) fn delete(&mut self, resource: &'static Resource, id: i64) -> bool {
        let found = self.change(resource, id, |json| {
            json.insert("active".into(), false.into());
        });
        let record = self.collections.get_mut(resource.name).and_then(|them| them.get_mut(id));
        if let Some(record) = record {
            record.deleted = true;
        }
        found
    }

    /// The rows of the contacts that share the ID of one, itself included, with the resource of each: customers' before locations'.
    pub(crate) fn rows_of_contact(&self, shown: i64) -> Vec<(&'static Resource, i64)> {
        let contacts = RESOURCES.iter().copied().filter(|resource| resource.owner_of_contact.is_some());
        contacts
            .flat_map(|resource| {
                let rows = self.of(resource.name).children("id", shown).map(|row| row.id);
                rows.map(move |row| (resource, row)).collect::<Vec<_>>()
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
