//! The details of an opportunity.

mod build;
mod node;

use std::fmt;
use std::sync::OnceLock;

use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::joined::JoinedRecord;
use crate::path::{DetailPath, MissingDetail};
use crate::{MappingWarning, ObjectSelection};
use node::Node;

/// The details of an opportunity: the base record's own fields at the top, and the joined objects under their names.
///
/// Details become JSON when they are written or first read, so that an opportunity costs little as long as nobody reads its details.
#[derive(Clone, Default)]
pub struct Details {
    /// The records; `None` for details that came as JSON.
    records: Option<Node>,
    json: OnceLock<Map<String, Value>>,
}

impl Details {
    /// Returns the details of a joined record, with a warning for each record that is missing.
    pub(crate) fn of(record: &JoinedRecord<'_>, selection: &ObjectSelection) -> (Self, Vec<MappingWarning>) {
        let (records, warnings) = build::build_tree(record, selection);
        (Details { records: Some(records), json: OnceLock::new() }, warnings)
    }

    /// Returns the value at a path, such as `customer:contacts:1:value`.
    pub fn get(&self, path: &DetailPath) -> Option<&Value> {
        self.read(path).ok()
    }

    /// Returns the value at a path.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] names the part of the path at which the details end.
    pub fn read(&self, path: &DetailPath) -> Result<&Value, MissingDetail> {
        path.read(self.as_map())
    }

    /// Returns the value at a path as text, for Hatch's `status`; `None` for a list, an object or null. The rest of the details stays unwritten.
    pub(crate) fn text_at(&self, path: &DetailPath) -> Option<String> {
        let value = match &self.records {
            Some(records) => records.value_at(path.steps()),
            None => self.get(path).cloned(),
        };
        match value? {
            Value::String(text) => Some(text),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
            number_or_boolean => Some(number_or_boolean.to_string()),
        }
    }

    /// Returns the details as JSON.
    pub fn as_map(&self) -> &Map<String, Value> {
        self.json.get_or_init(|| match self.records.as_ref().map(serde_json::to_value) {
            Some(Ok(Value::Object(map))) => map,
            // Models are objects with text names, and writing those into memory cannot fail.
            _ => Map::new(),
        })
    }

    /// Returns every leaf with its path, in the order of names. A leaf is a value that is neither a list nor an object, or an empty one of these.
    pub fn flatten(&self) -> Vec<(DetailPath, &Value)> {
        let mut leaves = Vec::new();
        for (name, value) in self.as_map() {
            add_leaves(DetailPath::root().name(name), value, &mut leaves);
        }
        leaves
    }
}

fn add_leaves<'a>(path: DetailPath, value: &'a Value, leaves: &mut Vec<(DetailPath, &'a Value)>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                add_leaves(path.name(name), value, leaves);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                add_leaves(path.item(index + 1), value, leaves);
            }
        }
        _ => leaves.push((path, value)),
    }
}

impl From<Map<String, Value>> for Details {
    /// Returns details that were kept as JSON, for rules and paths to read from.
    fn from(details: Map<String, Value>) -> Self {
        Details { records: None, json: OnceLock::from(details) }
    }
}

impl Serialize for Details {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.records {
            Some(records) => records.serialize(serializer),
            None => self.as_map().serialize(serializer),
        }
    }
}

/// Details are equal when their JSON is.
impl PartialEq for Details {
    fn eq(&self, other: &Self) -> bool {
        self.as_map() == other.as_map()
    }
}

/// Prints no content: it is a customer's, and stays out of logs.
impl fmt::Debug for Details {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Details").finish_non_exhaustive()
    }
}
