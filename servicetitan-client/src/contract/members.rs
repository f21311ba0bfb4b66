//! Bodies from JSON. The library only writes them; the test makes them from the schemas.

use serde::de::{Deserialize as _, Deserializer, Error};
use serde_json::{Map, Value};

use crate::model::Change;
use crate::model::wire::WireValue;

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
            Some(value) => {
                T::read(value).map(Change::Set).map_err(|error| E::custom(format!("{name}: {error}")))
            }
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
