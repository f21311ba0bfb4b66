//! Reading a line's records one by one, so that a record that cannot be read costs itself and not the line.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A reader of records that keeps a list of its losses.
#[derive(Default)]
pub(crate) struct Records {
    lost: Vec<String>,
}

impl Records {
    /// Returns the losses, each with its path and without the value that stands there.
    pub(crate) fn into_lost(self) -> Vec<String> {
        self.lost
    }

    /// Reads the record under a key.
    pub(crate) fn one<T: DeserializeOwned>(&mut self, key: &str, json: Option<&RawValue>) -> Option<T> {
        let record = read_one(key, json?.get());
        self.unless_lost(record)
    }

    /// Reads the records in the list under a key.
    pub(crate) fn list<T: DeserializeOwned>(&mut self, key: &str, json: Option<&RawValue>) -> Vec<T> {
        let Some(json) = json else { return Vec::new() };
        let items = read_one::<Vec<&RawValue>>(key, json.get());
        let items = self.unless_lost(items).unwrap_or_default();
        let records = (0..)
            .zip(items)
            .map(|(index, item): (usize, _)| read_one(&format!("{key}[{index}]"), item.get()));
        records.filter_map(|record| self.unless_lost(record)).collect()
    }

    /// Takes the contacts out of a record: ServiceTitan has them apart, and so its model knows no such field.
    pub(crate) fn contacts<T: DeserializeOwned>(
        &mut self,
        owner: &str,
        fields: &mut Map<String, Value>,
    ) -> Vec<T> {
        let items = match fields.remove("contacts") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.lost.push(format!("{owner}.contacts: expected a list"));
                return Vec::new();
            }
        };
        let contacts = (0..).zip(items).map(|(index, item): (usize, _)| {
            serde_path_to_error::deserialize(item)
                .map_err(|error| reason(&format!("{owner}.contacts[{index}]"), &error))
        });
        contacts.filter_map(|contact| self.unless_lost(contact)).collect()
    }

    fn unless_lost<T>(&mut self, record: Result<T, String>) -> Option<T> {
        record.map_err(|reason| self.lost.push(reason)).ok()
    }
}

/// Reads one JSON value and nothing behind it. `at` is its path.
///
/// # Errors
///
/// A message with the path and the kind of fault.
pub(crate) fn read_one<'a, T: Deserialize<'a>>(at: &str, json: &'a str) -> Result<T, String> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let read = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| reason(at, &error))?;
    deserializer.end().map_err(|_| "there is more on the line than one JSON object")?;
    Ok(read)
}

/// Describes an error by its path and by what was expected there. The value that stands there is a customer's, and stays out of messages, which
/// may end up in a log.
fn reason(at: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let inner = error.inner();
    let message = inner.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    if inner.classify() != Category::Data {
        return format!("not JSON: {message} at column {}", inner.column());
    }
    let path = match error.path().to_string() {
        path if path == "." => at.to_owned(),
        path if at.is_empty() => path,
        path if path.starts_with('[') => format!("{at}{path}"),
        path => format!("{at}.{path}"),
    };
    let found = message.starts_with("invalid type: ") || message.starts_with("invalid value: ");
    let message = match message.rsplit_once(", expected ") {
        Some((_, expected)) if found => format!("expected {expected}"),
        _ => message.to_owned(),
    };
    if path.is_empty() { message } else { format!("{path}: {message}") }
}
