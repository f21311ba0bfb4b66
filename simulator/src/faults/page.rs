//! Faults within a page of records, or within a single one.

use serde_json::{Value, json};

use super::FaultKind;
use super::odd::{odd_field, text_field};
use crate::resources::Resource;
use crate::store::{Object, OddField, Store};

/// Disturbs an answer as the fault says; other faults leave it as it is. `throw` decides where.
pub(crate) fn disturb(
    kind: &FaultKind,
    throw: u64,
    store: &mut Store,
    resource: &'static Resource,
    answer: &mut Value,
) {
    match kind {
        FaultKind::NoContinuation { null, has_more } => {
            if let Some(envelope) = answer.as_object_mut() {
                envelope.insert("hasMore".into(), (*has_more).into());
                if *null {
                    envelope.insert("continueFrom".into(), Value::Null);
                } else {
                    envelope.remove("continueFrom");
                }
            }
        }
        FaultKind::UnreadableCounts => {
            answer["pageSize"] = "fifty".into();
            answer["totalCount"] = json!({ "value": "many" });
        }
        FaultKind::NullData if answer["data"].as_array().is_some_and(Vec::is_empty) => {
            answer["data"] = Value::Null;
        }
        _ => disturb_records(kind, throw, store, resource, answer),
    }
}

fn disturb_records(
    kind: &FaultKind,
    throw: u64,
    store: &mut Store,
    resource: &'static Resource,
    answer: &mut Value,
) {
    if let Some(records) = answer.get_mut("data").and_then(Value::as_array_mut) {
        match kind {
            FaultKind::RepeatedRecord => {
                let first = records.first().cloned();
                records.extend(first);
            }
            FaultKind::OutOfOrder => records.reverse(),
            FaultKind::NullRecord => records.insert(records.len() / 2, Value::Null),
            _ => {
                // The first one from the middle on that it can happen to.
                let middle = records.len() / 2;
                records.rotate_left(middle);
                let mut all = records.iter_mut().filter_map(Value::as_object_mut);
                all.any(|record| make_odd(kind, throw, store, resource, record));
                let end = records.len() - middle;
                records.rotate_left(end);
            }
        }
    } else if let Value::Object(record) = answer {
        make_odd(kind, throw, store, resource, record);
    }
}

/// Gives a record that is just being served an odd field, and notes it. False where it has no field that this can happen to.
fn make_odd(
    kind: &FaultKind,
    throw: u64,
    store: &mut Store,
    resource: &'static Resource,
    record: &mut Object,
) -> bool {
    let found = match kind {
        FaultKind::WrongType => Some(("/createdOn".to_owned(), Some(json!({ "seconds": 17 })), true)),
        FaultKind::OddField { value, lasting } => {
            odd_field(record, *value, throw).map(|(path, shown)| (path, Some(shown), *lasting))
        }
        FaultKind::NoId => Some(("/id".to_owned(), None, false)),
        FaultKind::InvalidUtf8 => text_field(record, throw).map(|(path, text)| {
            // Replaced by a byte that is no UTF-8 once the body is written.
            (path, Some(format!("{text}{}", char::REPLACEMENT_CHARACTER).into()), false)
        }),
        _ => None,
    };
    let Some((path, shown, lasting)) = found else { return false };
    let Some(id) = store.row_of(resource, &Value::Object(record.clone())) else { return false };
    let plain = Value::Object(record.clone()).pointer(&path).cloned().unwrap_or_default();
    let odd = OddField { resource: resource.name, id, path, plain, shown, lasting };
    odd.apply(record);
    store.note_oddity(odd);
    true
}
