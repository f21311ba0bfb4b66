//! The details of an opportunity.

mod build;
mod node;

use std::fmt;
use std::sync::OnceLock;

use serde::de::Deserialize;
use serde::ser::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use crate::joined::JoinedRecord;
use crate::path::{DetailPath, MissingDetail};
use crate::{MappingWarning, ObjectSelection};

/// The details of an opportunity: the base record's own fields at the top, and the joined objects under their names.
///
/// Details are JSON text, written once. An opportunity that is compared, hashed and sent copies this text; only somebody who reads the details pays for
/// parsing it.
///
/// `Serialize` hands the text on as it is, which needs the serializer of `serde_json`. For another format, serialise [`Details::as_map`].
#[derive(Clone)]
pub struct Details {
    text: Box<RawValue>,
    parsed: OnceLock<Map<String, Value>>,
}

/// Details as they are made, with what the mapper reads of them before they are text.
pub(crate) struct Built {
    pub(crate) details: Details,
    /// The value at the path that the caller named, as text; `None` for a list, an object or null.
    pub(crate) text_at: Option<String>,
    /// One for each record that is missing.
    pub(crate) warnings: Vec<MappingWarning>,
}

impl Details {
    /// Returns the details of a joined record, and the value at a path as text: reading it before the details are written costs one field, not all.
    pub(crate) fn build(
        record: &JoinedRecord<'_>,
        selection: &ObjectSelection,
        path: Option<&DetailPath>,
    ) -> Built {
        let (tree, warnings) = build::build_tree(record, selection);
        let text_at = path.and_then(|path| as_text(tree.value_at(path.steps())?));
        Built { details: Details::written(&tree), text_at, warnings }
    }

    fn written(details: &impl Serialize) -> Self {
        // Records are objects with text names, and writing those into memory cannot fail.
        Details { text: to_raw_value(details).unwrap_or_default(), parsed: OnceLock::new() }
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

    /// Returns the details as a map. The first call parses the text.
    pub fn as_map(&self) -> &Map<String, Value> {
        self.parsed.get_or_init(|| {
            let mut text = serde_json::Deserializer::from_str(self.text.get());
            // Records were read within serde_json's limit of depth, and stand a few levels deeper here.
            text.disable_recursion_limit();
            Map::deserialize(&mut text).unwrap_or_default()
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

fn as_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        number_or_boolean => Some(number_or_boolean.to_string()),
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
        Details { text: Details::written(&details).text, parsed: OnceLock::from(details) }
    }
}

impl Default for Details {
    /// Returns details without a field.
    fn default() -> Self {
        Details::from(Map::new())
    }
}

impl Serialize for Details {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
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
