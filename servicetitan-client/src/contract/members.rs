//! Bodies from JSON. The library only writes them; the test makes them from the schemas.

use std::collections::BTreeMap;

use serde::de::{Deserialize as _, Deserializer, Error};
use serde_json::{Map, Value};

use crate::model::Change;
use crate::model::kept::Slot;
use crate::model::unread::Expected;
use crate::model::value::{WireValue, read_alone};

/// The members of an object that a body has not taken yet.
pub(crate) struct Members(Map<String, Value>);

impl Members {
    pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Members, D::Error> {
        Map::deserialize(deserializer).map(Members)
    }

    pub(crate) fn must<T: WireValue, E: Error>(&mut self, name: &str) -> Result<T, E> {
        self.may(name)?.ok_or_else(|| E::custom(format!("{name} must be there")))
    }

    pub(crate) fn may<T: WireValue, E: Error>(&mut self, name: &str) -> Result<Option<T>, E> {
        Ok(match self.may_clear(name)? {
            Change::Set(value) => Some(value),
            Change::Keep | Change::Clear => None,
        })
    }

    pub(crate) fn may_clear<T: WireValue, E: Error>(&mut self, name: &str) -> Result<Change<T>, E> {
        match self.0.remove(name) {
            None => Ok(Change::Keep),
            Some(Value::Null) => Ok(Change::Clear),
            Some(value) => read_alone::<T, _>(value)
                .map_err(|error| error.to_string())
                .and_then(|value| value.ok_or_else(|| "it does not fit".to_owned()))
                .map(Change::Set)
                .map_err(|error| E::custom(format!("{name}: {error}"))),
        }
    }

    /// Nothing may be left.
    pub(crate) fn end<E: Error>(self) -> Result<(), E> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(E::custom(format!("the body does not know {name}"))),
        }
    }
}

/// The only maps are in bodies.
impl WireValue for BTreeMap<String, String> {
    const EXPECTED: Expected = Expected::Object;

    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        _: Slot<'_>,
        into: &mut Option<Self>,
    ) -> Result<(), D::Error> {
        *into = Some(BTreeMap::deserialize(deserializer)?);
        Ok(())
    }

    fn sample() -> Value {
        serde_json::json!({"Color": "red"})
    }
}
