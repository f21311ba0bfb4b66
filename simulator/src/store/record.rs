//! One record of the world, and the ways into its JSON.

use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::resources::Resource;
use crate::time;

/// The field that carries a record's revision where the world reveals them.
pub(crate) const REVISION_FIELD: &str = "simulatorRevision";

/// Beside the revision, the row of a record that shares its ID with others.
pub(crate) const ROW_FIELD: &str = "simulatorRow";

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// The values of a record that lists and exports order and filter by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// The row of the record within the world: its ID, except for a contact that belongs to a further owner. Such a contact has a row for
    /// each owner, and all of them show the same ID.
    pub(crate) id: i64,
    pub(crate) created: DateTime<Utc>,
    pub(crate) modified: DateTime<Utc>,
    pub(crate) active: bool,
    /// Gone from lists and lookups; the export still shows it, as inactive.
    pub(crate) deleted: bool,
    /// The place of the latest change among all changes: records changed in the same moment keep an order.
    pub(crate) sequence: u64,
}

/// The position of an export: everything up to this change was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FeedPosition {
    pub(crate) modified: DateTime<Utc>,
    pub(crate) sequence: u64,
}

impl FeedPosition {
    /// The position of a record's latest change.
    pub(crate) fn of(entry: &Entry) -> Self {
        Self { modified: entry.modified, sequence: entry.sequence }
    }
}

/// One record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) entry: Entry,
    /// The record as the export shows it; lists leave out fields that their schema lacks.
    pub(crate) json: Object,
}

impl Deref for Record {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.entry
    }
}

impl Record {
    /// A record that shows the ID `shown`. Its JSON gets `id`, times and `active` from here where the resource has such fields, and its
    /// revision where these are revealed.
    pub(crate) fn new(
        resource: &Resource,
        entry: Entry,
        shown: i64,
        mut json: Object,
        reveal_revision: bool,
    ) -> Self {
        json.insert("id".into(), shown.into());
        json.insert("createdOn".into(), time::wire(entry.created).into());
        if resource.has_modified_on {
            json.insert("modifiedOn".into(), time::wire(entry.modified).into());
        }
        json.insert("active".into(), entry.active.into());
        if reveal_revision {
            json.insert(REVISION_FIELD.into(), entry.sequence.into());
            if entry.id == shown {
                // A record that was made like one of several owners.
                json.remove(ROW_FIELD);
            } else {
                json.insert(ROW_FIELD.into(), entry.id.into());
            }
        }
        Self { entry, json }
    }

    /// The ID that the record shows.
    pub(crate) fn shown_id(&self) -> i64 {
        self.json.get("id").and_then(Value::as_i64).unwrap_or(self.id)
    }
}

/// A record that the store holds, or one that was made from the seed just now.
#[derive(Debug)]
pub(crate) enum RecordRef<'a> {
    Kept(&'a Record),
    Grown(Arc<Record>),
}

impl Deref for RecordRef<'_> {
    type Target = Record;

    fn deref(&self) -> &Record {
        match self {
            Self::Kept(record) => record,
            Self::Grown(record) => record,
        }
    }
}

impl RecordRef<'_> {
    pub(crate) fn into_owned(self) -> Record {
        match self {
            Self::Kept(record) => record.clone(),
            Self::Grown(record) => Arc::unwrap_or_clone(record),
        }
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

/// The IDs at a path: that of a single one, or those of a list.
pub(crate) fn ids_at(json: &Object, path: &str) -> Vec<i64> {
    match value_at(json, path) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_i64).collect(),
        Some(value) => value.as_i64().filter(|id| *id != 0).into_iter().collect(),
        None => Vec::new(),
    }
}
