//! Reading a line's records one by one, so that a record that cannot be read costs itself and not the line, and a bad field costs the field.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use servicetitan_client::model::{Fields, UnknownFields};

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
    pub(crate) fn one<T: DeserializeOwned + Fields>(
        &mut self,
        key: &str,
        json: Option<&RawValue>,
    ) -> Option<T> {
        let record = read_one(key, json?.get());
        self.unless_lost(key, record)
    }

    /// Reads the records in the list under a key. An object is a list of one, and `{}` an empty one, as in the lists within a record.
    pub(crate) fn list<T: DeserializeOwned + Fields>(
        &mut self,
        key: &str,
        json: Option<&RawValue>,
    ) -> Vec<T> {
        let Some(json) = json else { return Vec::new() };
        let items = match read_one::<Map<String, Value>>(key, json.get()) {
            Ok(fields) if fields.is_empty() => Vec::new(),
            Ok(_) => vec![json],
            Err(_) => match read_one::<Vec<&RawValue>>(key, json.get()) {
                Ok(items) => items,
                Err(reason) => {
                    self.lost.push(reason);
                    return Vec::new();
                }
            },
        };
        let records = (0..).zip(items).filter_map(|(index, item): (usize, _)| {
            let at = format!("{key}[{index}]");
            let record = read_one(&at, item.get());
            self.unless_lost(&at, record)
        });
        records.collect()
    }

    /// Takes the contacts out of a record: ServiceTitan has them apart, and so its model knows no such field.
    pub(crate) fn contacts<T: DeserializeOwned + Fields>(
        &mut self,
        owner: &str,
        fields: &mut UnknownFields,
    ) -> Vec<T> {
        let items = match fields.remove("contacts") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(Value::Object(fields)) if fields.is_empty() => return Vec::new(),
            Some(contact @ Value::Object(_)) => vec![contact],
            Some(_) => {
                self.lost.push(format!("{owner}.contacts: expected a list"));
                return Vec::new();
            }
        };
        let contacts = (0..).zip(items).filter_map(|(index, item): (usize, _)| {
            let at = format!("{owner}.contacts[{index}]");
            let contact = serde_path_to_error::deserialize(item).map_err(|error| reason(&at, &error));
            self.unless_lost(&at, contact)
        });
        contacts.collect()
    }

    /// Notes the fields of a record that read as absent, since their values do not fit. `at` is the record's path.
    pub(crate) fn note_unread(&mut self, at: &str, record: &impl Fields) {
        let unread = record.unread_fields().into_iter();
        self.lost.extend(unread.map(|field| format!("{at}.{}: {}", field.path, field.reason)));
    }

    fn unless_lost<T: Fields>(&mut self, at: &str, record: Result<T, String>) -> Option<T> {
        match record {
            Ok(record) => {
                self.note_unread(at, &record);
                Some(record)
            }
            Err(reason) => {
                self.lost.push(reason);
                None
            }
        }
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
