//! Odd values: the fields that each kind can happen to, and the value that it puts there.

use serde_json::{Value, json};

use super::OddValue;
use crate::store::{Object, REVISION_FIELD, ROW_FIELD};
use crate::time;

/// A field of a record and its value.
struct Field<'a> {
    path: String,
    name: &'a str,
    value: &'a Value,
}

/// A field of the record that the odd value can happen to, with the value that it has then; `throw` decides among several.
pub(super) fn odd_field(record: &Object, value: OddValue, throw: u64) -> Option<(String, Value)> {
    let mut fitting = fields(record)
        .into_iter()
        .filter_map(|field| odd(value, &field).map(|odd| (field.path, odd)))
        .collect::<Vec<_>>();
    if fitting.is_empty() {
        return None;
    }
    let index = usize::try_from(throw % fitting.len() as u64).ok()?;
    Some(fitting.swap_remove(index))
}

/// A text of the record, as a path and its value; `throw` decides among several.
pub(super) fn text_field(record: &Object, throw: u64) -> Option<(String, String)> {
    let fields = fields(record);
    let texts: Vec<&Field<'_>> = fields.iter().filter(|field| is_text(field)).collect();
    let index = usize::try_from(throw % (texts.len() as u64).max(1)).ok()?;
    let field = texts.get(index)?;
    Some((field.path.clone(), field.value.as_str()?.to_owned()))
}

/// All fields of a record with those of the objects within it, however deep.
fn fields(record: &Object) -> Vec<Field<'_>> {
    fn collect<'a>(at: &str, members: &'a Object, found: &mut Vec<Field<'a>>) {
        for (name, value) in members {
            if name == REVISION_FIELD || name == ROW_FIELD {
                continue;
            }
            let path = format!("{at}/{name}");
            match value {
                Value::Object(members) => collect(&path, members, found),
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        if let Value::Object(members) = item {
                            collect(&format!("{path}/{index}"), members, found);
                        }
                    }
                }
                _ => {}
            }
            found.push(Field { path, name, value });
        }
    }
    let mut found = Vec::new();
    collect("", record, &mut found);
    found
}

/// The odd value for a field; `None` where it cannot happen to it.
fn odd(value: OddValue, field: &Field<'_>) -> Option<Value> {
    let plain = field.value;
    let moment = || plain.as_str().filter(|text| text.contains('T')).and_then(time::parse);
    let id = || plain.as_i64().filter(|_| field.name == "id" || field.name.ends_with("Id"));
    let text = || is_text(field).then(|| plain.as_str()).flatten();
    match value {
        OddValue::WordForTime => moment().map(|_| "soon".into()),
        OddValue::DateForTime => moment().map(|time| time.format("%Y-%m-%d").to_string().into()),
        OddValue::ScreenTime => moment().map(|time| time.format("%-m/%-d/%Y %-I:%M %p").to_string().into()),
        OddValue::ZeroTime => moment().map(|_| "0000-00-00".into()),
        OddValue::TextForId => id().map(|id| id.to_string().into()),
        // No ID of the world is beyond what a float can hold.
        #[allow(clippy::cast_precision_loss)]
        OddValue::FloatForId => id().map(|id| json!(id as f64)),
        OddValue::GroupedAmount => is_amount(plain).then(|| "1,234.50".into()),
        OddValue::BooleanAsText => plain.as_bool().map(|flag| flag.to_string().into()),
        OddValue::TextForBoolean => plain.as_bool().map(|_| "perhaps".into()),
        OddValue::ObjectForText => text().map(|text| json!({ "value": text })),
        OddValue::NumberForText => text().map(|_| 12_345.into()),
        OddValue::EmptyObjectForList => plain.as_array().map(|_| json!({})),
        OddValue::ObjectForList => plain.as_array().map(|items| {
            let first = items.first().filter(|item| item.is_object());
            first.cloned().unwrap_or_else(|| json!({ "id": 1 }))
        }),
        OddValue::TextForList => plain.as_array().map(|_| "none".into()),
        OddValue::NullAmongIds => plain.as_array().filter(|_| field.name.ends_with("Ids")).map(|items| {
            let mut items = items.clone();
            items.push(Value::Null);
            items.into()
        }),
    }
}

fn is_amount(value: &Value) -> bool {
    value.is_f64() || value.as_str().is_some_and(|text| text.contains('.') && text.parse::<f64>().is_ok())
}

fn is_text(field: &Field<'_>) -> bool {
    field.value.as_str().is_some_and(|text| time::parse(text).is_none()) && !is_amount(field.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_odd_value_happens_to_a_field_that_it_does_not_fit() {
        let record = json!({ "id": 7, "createdOn": "2026-07-04T15:05:09.1234567Z", "active": true, "name": "Ann",
            "tagTypeIds": [1], "total": 2.5, "items": [{ "total": "0.00" }] });
        let record = record.as_object().unwrap();
        for (value, expected) in [
            (OddValue::WordForTime, json!({ "/createdOn": "soon" })),
            (OddValue::DateForTime, json!({ "/createdOn": "2026-07-04" })),
            (OddValue::ScreenTime, json!({ "/createdOn": "7/4/2026 3:05 PM" })),
            (OddValue::ZeroTime, json!({ "/createdOn": "0000-00-00" })),
            (OddValue::TextForId, json!({ "/id": "7" })),
            (OddValue::FloatForId, json!({ "/id": 7.0 })),
            (OddValue::GroupedAmount, json!({ "/total": "1,234.50", "/items/0/total": "1,234.50" })),
            (OddValue::BooleanAsText, json!({ "/active": "true" })),
            (OddValue::TextForBoolean, json!({ "/active": "perhaps" })),
            (OddValue::ObjectForText, json!({ "/name": { "value": "Ann" } })),
            (OddValue::NumberForText, json!({ "/name": 12_345 })),
            (OddValue::EmptyObjectForList, json!({ "/tagTypeIds": {}, "/items": {} })),
            (OddValue::ObjectForList, json!({ "/tagTypeIds": { "id": 1 }, "/items": { "total": "0.00" } })),
            (OddValue::TextForList, json!({ "/tagTypeIds": "none", "/items": "none" })),
            (OddValue::NullAmongIds, json!({ "/tagTypeIds": [1, null] })),
        ] {
            let found: Object = (0..9).filter_map(|throw| odd_field(record, value, throw)).collect();
            assert_eq!(Value::Object(found), expected, "{value:?}");
        }
    }

    #[test]
    fn a_record_without_such_a_field_stays_plain() {
        let record = json!({ "id": 7 });
        assert_eq!(odd_field(record.as_object().unwrap(), OddValue::WordForTime, 0), None);
        assert_eq!(text_field(record.as_object().unwrap(), 0), None);
    }
}
