//! Fields that a model does not know.
//!
//! # Why no `serde_json::Map`?
//!
//! A map of serde_json takes some 640 bytes for its first member, and so does each object inside. ServiceTitan adds fields to all records of a kind
//! at once: pages of such records took twice the memory, and half of the time of a feed went into getting it from the system. Here a field takes what its name
//! and value need, and a text of up to 24 bytes, as nearly all names have, no allocation of its own.

use std::fmt;

use compact_str::CompactString;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

/// The fields of a record that its model does not know, by name. They are written back with the record.
///
/// ```
/// use serde_json::json;
/// use servicetitan_client::model::CustomField;
///
/// let mut field: CustomField = serde_json::from_value(json!({ "name": "Gate code", "isNew": true })).unwrap();
/// assert_eq!(field.extra.get("isNew"), Some(json!(true)));
/// field.extra.insert("colour", "red");
/// assert_eq!(serde_json::to_string(&field).unwrap(), r#"{"name":"Gate code","colour":"red","isNew":true}"#);
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct UnknownFields {
    /// By rising name.
    fields: Vec<(CompactString, Json)>,
}

impl UnknownFields {
    /// Returns `true` if the model knows all fields of the record.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Returns the names of the fields, rising.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }

    /// Returns the value of a field. The value is made anew for each call.
    pub fn get(&self, name: &str) -> Option<Value> {
        let place = self.place(name).ok()?;
        self.fields.get(place).map(|(_, value)| value.clone().into())
    }

    /// Sets a field. Returns the value that it replaces.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.put(name.into().into(), value.into().into()).map(Value::from)
    }

    /// Removes a field. Returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.place(name).ok()?;
        Some(self.fields.remove(place).1.into())
    }

    /// Sets a field as it came. Of one that comes twice the last one counts.
    pub(crate) fn put(&mut self, name: CompactString, value: Json) -> Option<Json> {
        match self.place(&name) {
            Ok(place) => self.fields.get_mut(place).map(|(_, old)| std::mem::replace(old, value)),
            Err(place) => {
                if self.fields.is_empty() {
                    // Most records have none or one, and a vector begins with room for four.
                    self.fields.reserve_exact(1);
                }
                self.fields.insert(place, (name, value));
                None
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.fields.iter().map(|(name, value)| (&**name, value))
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.fields.binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

/// Content stays out of logs.
impl fmt::Debug for UnknownFields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UnknownFields({})", self.fields.len())
    }
}

impl From<Map<String, Value>> for UnknownFields {
    fn from(map: Map<String, Value>) -> Self {
        let fields = map.into_iter().map(|(name, value)| (CompactString::from(name), value.into()));
        let mut fields: Vec<_> = fields.collect();
        fields.sort_by(|(one, _), (other, _)| one.cmp(other));
        UnknownFields { fields }
    }
}

impl From<UnknownFields> for Map<String, Value> {
    fn from(unknown: UnknownFields) -> Self {
        unknown.fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    }
}

/// Any JSON, in little room. It is written as the `Value` of the same JSON is: members by rising name.
#[derive(Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(CompactString),
    List(Vec<Json>),
    /// By rising name.
    Object(Vec<(CompactString, Json)>),
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(value),
            Value::Number(number) => Json::Number(number),
            Value::String(text) => Json::Text(text.into()),
            Value::Array(items) => Json::List(items.into_iter().map(Json::from).collect()),
            Value::Object(members) => Json::Object(UnknownFields::from(members).fields),
        }
    }
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => value.into(),
            Json::Number(number) => Value::Number(number),
            Json::Text(text) => Value::String(text.into()),
            Json::List(items) => items.into_iter().map(Value::from).collect(),
            Json::Object(members) => {
                members.into_iter().map(|(name, value)| (String::from(name), Value::from(value))).collect()
            }
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(number) => number.serialize(serializer),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items),
            Json::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

/// The members that an object gets room for with the first one: room for one alone would have to be moved mostly.
const MEMBERS: usize = 4;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.into()))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        Json::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = UnknownFields::default();
        while let Some(name) = members.next_key()? {
            if object.is_empty() {
                object.fields.reserve(MEMBERS);
            }
            object.put(name, members.next_value()?);
        }
        Ok(Json::Object(object.fields))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let number = prop_oneof![
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
        ];
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            number,
            any::<String>().prop_map(Value::from),
        ];
        scalar.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".{0,3}", inner), 0..6)
                    .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_is_read_and_written_as_serde_json_does(value in any_json()) {
            let text = serde_json::to_string(&value).unwrap();
            let json: Json = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::to_string(&json).unwrap(), text);
            prop_assert_eq!(&serde_json::to_value(&json).unwrap(), &value);
            prop_assert!(serde_json::from_value::<Json>(value.clone()).unwrap() == json);
            prop_assert!(Json::from(value.clone()) == json);
            prop_assert_eq!(Value::from(json), value);
        }
    }

    #[test]
    fn members_come_by_rising_name_and_the_last_of_two_counts() {
        let text = r#"{"b":1,"a":{"z":0,"y":[1,2.50,"x"],"z":null},"":false,"b":2}"#;
        let json: Json = serde_json::from_str(text).unwrap();
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), value.to_string());
    }

    #[test]
    fn fields_are_found_replaced_and_removed_by_name() {
        let mut fields = UnknownFields::default();
        for (name, number) in [("m", 1), ("z", 2), ("a", 3), ("m", 4)] {
            let replaced = fields.insert(name, number);
            assert_eq!(replaced, (number == 4).then(|| 1.into()));
        }
        assert_eq!(fields.names().collect::<Vec<_>>(), ["a", "m", "z"]);
        assert_eq!(fields.remove("z"), Some(2.into()));
        assert_eq!((fields.get("z"), fields.get("m")), (None, Some(4.into())));
        assert_eq!(format!("{fields:?}"), "UnknownFields(2)");
        let map: Map<String, Value> = fields.clone().into();
        assert_eq!(Value::from(map.clone()), serde_json::json!({ "a": 3, "m": 4 }));
        assert!(UnknownFields::from(map) == fields);
    }
}
