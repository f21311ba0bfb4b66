//! The field names of a model, found without comparing a name with each of them.

use std::fmt;

use compact_str::CompactString;
use serde::de::{DeserializeSeed, Deserializer, Visitor};

const PLACES: usize = 256;
/// A model's field names, hashed when the crate is compiled.
pub(crate) struct FieldNames {
    names: &'static [&'static str],
    /// At a name's hash, or behind it where that place was taken, the name's place in the list.
    places: [u8; PLACES],
}

/// The place of a name that the model does not have.
pub(crate) const UNKNOWN: u8 = u8::MAX;

/// Reads a field's name: gives the field's place in the declaration, or [`UNKNOWN`] and the name itself.
pub(crate) struct NextName<'a> {
    pub(crate) names: &'static FieldNames,
    pub(crate) unknown: &'a mut CompactString,
}

impl FieldNames {
    /// A table of the names, of which there may be 128: a model has one bit for each.
    pub(crate) const fn of(names: &'static [&'static str]) -> FieldNames {
        assert!(names.len() <= 128, "a model has too many fields");
        let mut places = [UNKNOWN; PLACES];
        let mut index = 0;
        while index < names.len() {
            let mut place = hash(names[index].as_bytes());
            while places[place] != UNKNOWN {
                place = (place + 1) % PLACES;
            }
            places[place] = index as u8;
            index += 1;
        }
        FieldNames { names, places }
    }

    #[inline]
    fn find(&self, name: &str) -> u8 {
        let mut place = hash(name.as_bytes());
        loop {
            let index = self.places[place];
            // Half of the places are free, so that the search ends.
            match self.names.get(usize::from(index)) {
                None => return UNKNOWN,
                Some(known) if same(known.as_bytes(), name.as_bytes()) => return index,
                Some(_) => place = (place + 1) % PLACES,
            }
        }
    }
}

/// Length, ends and middle tell most of a model's names apart.
#[inline]
const fn hash(name: &[u8]) -> usize {
    let [first, .., last] = name else { return name.len() };
    let middle = name[name.len() / 2];
    (name.len() * 7 + *first as usize * 3 + *last as usize * 31 + middle as usize * 11) % PLACES
}

/// Compares two names. Most have four to sixteen letters, and comparing these by two loads is cheaper than a call.
#[inline]
fn same(known: &[u8], name: &[u8]) -> bool {
    if known.len() != name.len() {
        return false;
    }
    match known.len() {
        4..8 => {
            let ends = |name: &[u8]| Some((*name.first_chunk::<4>()?, *name.last_chunk::<4>()?));
            ends(known) == ends(name)
        }
        8..=16 => {
            let ends = |name: &[u8]| {
                Some((u64::from_ne_bytes(*name.first_chunk()?), u64::from_ne_bytes(*name.last_chunk()?)))
            };
            ends(known) == ends(name)
        }
        _ => known == name,
    }
}

impl<'de> DeserializeSeed<'de> for NextName<'_> {
    type Value = u8;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u8, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NextName<'_> {
    type Value = u8;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field name")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<u8, E> {
        let field = self.names.find(name);
        if field == UNKNOWN {
            *self.unknown = name.into();
        }
        Ok(field)
    }
}

#[cfg(test)]
mod tests {
    use super::{FieldNames, UNKNOWN};

    #[test]
    fn every_name_is_found_and_no_other() {
        static NAMES: FieldNames = FieldNames::of(&[
            "id",
            "di",
            "createdOn",
            "createdBy",
            "",
            "a",
            "b",
            "active",
            "modifiedOn",
            "aa",
            "ab",
        ]);
        for (index, name) in NAMES.names.iter().enumerate() {
            assert_eq!(usize::from(NAMES.find(name)), index, "{name}");
        }
        for name in ["ID", "createdON", "c", "modifiedOn ", "ba"] {
            assert_eq!(NAMES.find(name), UNKNOWN, "{name}");
        }
    }

    #[test]
    fn as_many_names_as_a_model_can_have_are_found() {
        const NAMES: [&str; 128] = {
            const TEXT: &str = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx";
            let mut names = [TEXT; 128];
            let mut length = 0;
            while length < 128 {
                names[length] = TEXT.split_at(length).0;
                length += 1;
            }
            names
        };
        static TABLE: FieldNames = FieldNames::of(&NAMES);
        for (index, name) in NAMES.iter().enumerate() {
            assert_eq!(usize::from(TABLE.find(name)), index);
        }
    }
}
