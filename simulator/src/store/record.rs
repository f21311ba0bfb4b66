//! One record of the world, and the ways into its JSON.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// The field that carries a record's revision where the world reveals them.
pub(crate) const REVISION_FIELD: &str = "simulatorRevision";

/// Beside the revision, the row of a record that shares its ID with others.
pub(crate) const ROW_FIELD: &str = "simulatorRow";

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// One record, with the values that lists and exports order and filter by beside its JSON.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// The row of the record within the world: its ID, except for a contact that belongs to a further owner. Such a contact has a row for
    /// each owner, and all of them show the same ID.
    pub(crate) id: i64,
    pub(crate) created: DateTime<Utc>,
    pub(crate) modified: DateTime<Utc>,
    pub(crate) active: bool,
    /// Gone from lists and lookups; the export still shows it, as inactive.
    pub(crate) deleted: bool,
    /// The record as the export shows it; lists leave out fields that their schema lacks.
    pub(crate) json: Object,
    /// The place of the latest change among all changes: records changed in the same moment keep an order.
    pub(super) sequence: u64,
}

impl Record {
    /// The place of the latest change among all changes.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The ID that the record shows.
    pub(crate) fn shown_id(&self) -> i64 {
        self.json.get("id").and_then(Value::as_i64).unwrap_or(self.id)
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
