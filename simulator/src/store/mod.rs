//! The records of the world: one collection per resource, ordered by ID and by change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::resources::{RESOURCES, Resource};
use crate::time;

/// The field that carries a record's revision where the world reveals them.
pub(crate) const REVISION_FIELD: &str = "simulatorRevision";

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// One record, with what lists and exports order and filter by beside its JSON.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: i64,
    pub(crate) created: DateTime<Utc>,
    pub(crate) modified: DateTime<Utc>,
    pub(crate) active: bool,
    /// Gone from lists and lookups; the export still shows it, as inactive.
    pub(crate) deleted: bool,
    /// The record as the export shows it; lists leave out what their schema lacks.
    pub(crate) json: Object,
    /// Where the latest change stands among all changes: records changed in the same moment keep an order.
    sequence: u64,
}

impl Record {
    /// Where the latest change stands among all changes.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }
}

/// Where an export stands: everything up to this change was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FeedPosition {
    pub(crate) modified: DateTime<Utc>,
    pub(crate) sequence: u64,
}

/// All records of one resource.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    records: BTreeMap<i64, Record>,
    feed: BTreeMap<FeedPosition, i64>,
    /// By the path of an ID field, the records that name an ID there.
    parents: HashMap<&'static str, HashMap<i64, BTreeSet<i64>>>,
}

impl Collection {
    pub(crate) fn get(&self, id: i64) -> Option<&Record> {
        self.records.get(&id)
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The records whose `field` names `parent`, by ID.
    pub(crate) fn children(&self, field: &str, parent: i64) -> impl Iterator<Item = &Record> {
        self.parents
            .get(field)
            .and_then(|parents| parents.get(&parent))
            .into_iter()
            .flatten()
            .filter_map(|id| self.records.get(id))
    }

    /// The records changed after `position`, oldest change first.
    pub(crate) fn changed_after(
        &self,
        position: FeedPosition,
    ) -> impl Iterator<Item = (FeedPosition, &Record)> {
        self.feed
            .range((std::ops::Bound::Excluded(position), std::ops::Bound::Unbounded))
            .filter_map(|(at, id)| self.records.get(id).map(|record| (*at, record)))
    }

    fn put(&mut self, resource: &'static Resource, record: Record) {
        if let Some(old) = self.records.remove(&record.id) {
            self.feed.remove(&FeedPosition { modified: old.modified, sequence: old.sequence });
            for field in resource.id_fields() {
                if let Some(parent) = id_at(&old.json, field)
                    && let Some(children) =
                        self.parents.get_mut(field).and_then(|parents| parents.get_mut(&parent))
                {
                    children.remove(&old.id);
                }
            }
        }
        for field in resource.id_fields() {
            if let Some(parent) = id_at(&record.json, field) {
                self.parents.entry(field).or_default().entry(parent).or_default().insert(record.id);
            }
        }
        self.feed.insert(FeedPosition { modified: record.modified, sequence: record.sequence }, record.id);
        self.records.insert(record.id, record);
    }
}

/// The value at a path of names joined by dots.
pub(crate) fn value_at<'a>(json: &'a Object, path: &str) -> Option<&'a Value> {
    let mut names = path.split('.');
    let mut value = json.get(names.next()?)?;
    for name in names {
        value = value.get(name)?;
    }
    Some(value)
}

/// The ID at a path; 0 and null name nothing.
pub(crate) fn id_at(json: &Object, path: &str) -> Option<i64> {
    value_at(json, path).and_then(Value::as_i64).filter(|id| *id != 0)
}

/// A value that no reader of times can read.
pub(crate) fn wrong_time() -> Value {
    json!({ "seconds": 17 })
}

/// A note on a job, customer or location.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The note's ID. ServiceTitan shows it for customers and locations only.
    pub id: i64,
    /// What the note says.
    pub text: String,
    /// Whether it is pinned to the top.
    pub is_pinned: bool,
    /// When it was written, by the world's clock.
    pub created_on: DateTime<Utc>,
}

/// What a note hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteParent {
    /// A job.
    Job,
    /// A customer.
    Customer,
    /// A location.
    Location,
}

/// Everything the tenant holds.
#[derive(Debug)]
pub(crate) struct Store {
    collections: HashMap<&'static str, Collection>,
    notes: HashMap<(NoteParent, i64), Vec<Note>>,
    sequence: u64,
    next_id: i64,
    now: DateTime<Utc>,
    empty: Collection,
    /// Records with a field of the wrong type.
    damaged: BTreeSet<(&'static str, i64)>,
    /// By base record, how often what its opportunity is made of has changed since the world was grown.
    revisions: HashMap<(&'static str, i64), u64>,
    reveal_revisions: bool,
}

impl Store {
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        let collections = RESOURCES.iter().map(|resource| (resource.name, Collection::default())).collect();
        Self {
            collections,
            notes: HashMap::new(),
            sequence: 0,
            next_id: 10_000_019,
            now,
            empty: Collection::default(),
            damaged: BTreeSet::new(),
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

    /// Notes that what the opportunities of these base records are made of has changed.
    pub(crate) fn move_on(&mut self, bases: &[(&'static str, i64)]) {
        for base in bases {
            *self.revisions.entry(*base).or_default() += 1;
        }
    }

    /// How often what a base record's opportunity is made of has changed.
    pub(crate) fn revision(&self, resource: &str, id: i64) -> u64 {
        let known = RESOURCES.iter().find(|known| known.name == resource);
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
        mut json: Object,
    ) {
        json.insert("id".into(), id.into());
        json.insert("createdOn".into(), time::wire(created).into());
        if resource.has_modified_on {
            json.insert("modifiedOn".into(), time::wire(modified).into());
        }
        json.insert("active".into(), active.into());
        self.sequence += 1;
        if self.reveal_revisions {
            json.insert(REVISION_FIELD.into(), self.sequence.into());
        }
        self.damaged.remove(&(resource.name, id));
        let record = Record { id, created, modified, active, deleted: false, json, sequence: self.sequence };
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
        let mut json = record.json;
        change(&mut json);
        let active = json.get("active").and_then(Value::as_bool).unwrap_or(record.active);
        let now = self.now;
        self.put(resource, id, record.created, now, active, json);
        true
    }

    /// Deletes a record: its export shows it as inactive from now on, and nothing else shows it.
    pub(crate) fn delete(&mut self, resource: &'static Resource, id: i64) -> bool {
        let found = self.change(resource, id, |json| {
            json.insert("active".into(), false.into());
        });
        let record = self.collections.get_mut(resource.name).and_then(|them| them.records.get_mut(&id));
        if let Some(record) = record {
            record.deleted = true;
        }
        found
    }

    /// Gives a record a field of the wrong type until it changes. Its `modifiedOn` stays.
    pub(crate) fn damage(&mut self, resource: &'static Resource, id: i64) {
        let record = self.collections.get_mut(resource.name).and_then(|them| them.records.get_mut(&id));
        if let Some(record) = record {
            record.json.insert("createdOn".into(), wrong_time());
            self.damaged.insert((resource.name, id));
        }
    }

    /// The records with a field of the wrong type.
    pub(crate) fn damaged(&self) -> impl Iterator<Item = (&'static str, i64)> {
        self.damaged.iter().copied()
    }

    /// How many records each resource has.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = (&'static str, usize)> {
        RESOURCES.iter().map(|resource| (resource.name, self.of(resource.name).len()))
    }

    pub(crate) fn notes(&self, parent: NoteParent, id: i64) -> &[Note] {
        self.notes.get(&(parent, id)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn all_notes(&self) -> usize {
        self.notes.values().map(Vec::len).sum()
    }

    /// Every note with what it hangs on, in the order of writing.
    pub(crate) fn every_note(&self) -> impl Iterator<Item = (NoteParent, i64, &Note)> {
        let mut notes: Vec<_> = self
            .notes
            .iter()
            .flat_map(|((parent, id), notes)| notes.iter().map(|note| (*parent, *id, note)))
            .collect();
        notes.sort_unstable_by_key(|(_, _, note)| note.id);
        notes.into_iter()
    }

    pub(crate) fn add_note(&mut self, parent: NoteParent, id: i64, text: String, is_pinned: bool) -> Note {
        let note = Note { id: self.fresh_id(), text, is_pinned, created_on: self.now };
        self.notes.entry((parent, id)).or_default().push(note.clone());
        note
    }
}
