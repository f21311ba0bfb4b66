//! Fields that are served with values that do not fit them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::record::Object;

/// A field of a record that a fault served with a value that does not fit it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OddField {
    /// The record's resource, by its list's path.
    pub resource: &'static str,
    /// The record, as [`WorldHandle::record`](crate::WorldHandle::record) knows it.
    pub id: i64,
    /// The field within the record, as a JSON pointer (RFC 6901).
    pub path: String,
    /// The value that the record holds.
    pub plain: Value,
    /// The value that was served in its place; `None` where the field was left out.
    pub shown: Option<Value>,
    /// True if every later answer shows the odd value too, until the record changes. Otherwise the value stood in one answer alone.
    pub lasting: bool,
}

impl OddField {
    /// Puts the odd value into a record. A record that has no such field stays as it is.
    pub(crate) fn apply(&self, record: &mut Object) {
        let Some((parent, name)) = self.path.rsplit_once('/') else { return };
        match (&self.shown, parent) {
            (Some(shown), "") => {
                if let Some(field) = record.get_mut(name) {
                    *field = shown.clone();
                }
            }
            (None, "") => {
                record.remove(name);
            }
            (shown, _) => {
                let mut names = parent.split('/').skip(1);
                let first = names.next().and_then(|name| record.get_mut(name));
                let parent = names.try_fold(first, |value, name| {
                    let value = value?;
                    Some(match value {
                        Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
                        other => other.get_mut(name),
                    })
                });
                match (parent.flatten(), shown) {
                    (Some(Value::Array(items)), Some(shown)) => {
                        if let Some(item) = name.parse::<usize>().ok().and_then(|index| items.get_mut(index))
                        {
                            *item = shown.clone();
                        }
                    }
                    (Some(Value::Object(members)), Some(shown)) => {
                        if let Some(member) = members.get_mut(name) {
                            *member = shown.clone();
                        }
                    }
                    (Some(Value::Object(members)), None) => {
                        members.remove(name);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The odd fields of all records that have not changed since.
#[derive(Debug, Default)]
pub(super) struct Oddities(BTreeMap<(&'static str, i64), Vec<OddField>>);

impl Oddities {
    pub(super) fn add(&mut self, odd: OddField) {
        let fields = self.0.entry((odd.resource, odd.id)).or_default();
        fields.retain(|known| known.path != odd.path || known.lasting && !odd.lasting);
        fields.push(odd);
    }

    /// Ends the oddities of a record, which has changed.
    pub(super) fn end(&mut self, resource: &'static str, id: i64) {
        self.0.remove(&(resource, id));
    }

    /// The odd fields of one record.
    pub(super) fn of(&self, resource: &'static str, id: i64) -> &[OddField] {
        self.0.get(&(resource, id)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &OddField> {
        self.0.values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn applied(path: &str, shown: Option<Value>) -> Value {
        let record = json!({ "id": 1, "tags": [1, 2], "job": { "id": 3 }, "items": [{ "total": 1.5 }] });
        let odd = OddField {
            resource: "jobs",
            id: 1,
            path: path.to_owned(),
            plain: Value::Null,
            shown,
            lasting: true,
        };
        let mut record = record.as_object().unwrap().clone();
        odd.apply(&mut record);
        record.into()
    }

    #[test]
    fn a_field_becomes_odd_wherever_it_is_in_its_record() {
        let odd = || Some(json!("odd"));
        assert_eq!(applied("/id", odd())["id"], "odd");
        assert_eq!(applied("/tags/1", odd())["tags"], json!([1, "odd"]));
        assert_eq!(applied("/job/id", odd())["job"]["id"], "odd");
        assert_eq!(applied("/items/0/total", odd())["items"], json!([{ "total": "odd" }]));
        assert_eq!(applied("/job/id", None)["job"], json!({}));
        assert_eq!(applied("/id", None).get("id"), None);
    }

    #[test]
    fn a_field_that_is_not_there_changes_nothing() {
        let plain = applied("/nothing", None);
        for path in ["/none/at/all", "/tags/7", "/job/number", "/id/of", ""] {
            assert_eq!(applied(path, Some(json!("odd"))), plain, "{path}");
        }
    }
}
