//! Lists on the wire.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess};
use serde::ser::{Serialize as _, SerializeSeq as _, Serializer};
use serde_json::Map;
#[cfg(test)]
use serde_json::Value;

use super::kept::{KeptOf, Slot};
use super::unread::{Expected, Path, UnreadField};
use super::value::{WireValue, WireWrite, WriteValue, object_as_it_came, read_alone};

impl<T: WireWrite> WireWrite for Vec<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            list.serialize_element(&WriteValue(item))?;
        }
        list.end()
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    const EXPECTED: Expected = Expected::List;
    const NESTS: bool = T::NESTS;
    const NEEDS_A_FIELD: bool = T::NEEDS_A_FIELD;

    #[inline]
    fn read_list<'de, A: SeqAccess<'de>>(
        mut items: A,
        mut slot: Slot<'_>,
        into: &mut Option<Self>,
    ) -> Result<(), A::Error> {
        let list = into.insert(Vec::new());
        let mut place = 0;
        let mut item = None;
        while items.next_element_seed(Item { slot: slot.item(place), into: &mut item })?.is_some() {
            if let Some(item) = item.take() {
                if list.capacity() == 0 && T::NESTS {
                    // Many lists have one object, and a vector begins with room for four.
                    list.reserve_exact(1);
                }
                list.push(item);
            }
            place = place.saturating_add(1);
        }
        Ok(())
    }

    /// An empty object is an empty list, and an object is a list of one where objects are its elements.
    #[cold]
    fn read_object<'de, A: MapAccess<'de>>(
        members: A,
        slot: Slot<'_>,
        into: &mut Option<Self>,
    ) -> Result<(), A::Error> {
        let came = object_as_it_came(members)?;
        *into = None;
        if came.as_object().is_some_and(Map::is_empty) {
            *into = Some(Vec::new());
            slot.odd(came);
        } else if T::NESTS {
            *into = Some(Vec::from_iter(read_alone::<T, _>(came).map_err(A::Error::custom)?));
            slot.alone();
        } else {
            slot.misfit(came, Self::EXPECTED);
        }
        Ok(())
    }

    /// Elements that could not be read go back to their places, and what was read is written as it came.
    fn write_kept<S: Serializer>(&self, kept: KeptOf<'_>, serializer: S) -> Result<S::Ok, S::Error> {
        if let (Some(empty), true) = (kept.whole(), self.is_empty()) {
            return empty.serialize(serializer);
        }
        if let ([item], true) = (self.as_slice(), kept.is_alone()) {
            return item.write(serializer);
        }
        let unread = kept.items().filter(|(_, value)| value.misfit.is_some()).count();
        let mut list = serializer.serialize_seq(Some(self.len() + unread))?;
        let mut items = self.iter();
        let mut elements = kept.items().peekable();
        for place in 0.. {
            match (elements.next_if(|(at, _)| *at == place), items.len()) {
                (Some((_, value)), _) if value.misfit.is_some() => list.serialize_element(value)?,
                (read, 1..) => {
                    let Some(item) = items.next() else { break };
                    match read.filter(|(_, value)| item.is_reading_of(&value.came)) {
                        Some((_, value)) => list.serialize_element(value)?,
                        None => list.serialize_element(&WriteValue(item))?,
                    }
                }
                // The list has become shorter; what could not be read comes last.
                (_, 0) => match elements.next() {
                    Some((_, value)) if value.misfit.is_some() => list.serialize_element(value)?,
                    Some(_) => {}
                    None => break,
                },
            }
        }
        list.end()
    }

    fn find_unread(&self, kept: KeptOf<'_>, path: &Path<'_>, found: &mut Vec<UnreadField>) {
        kept.find_unread(false, path, found);
        if !T::NESTS {
            return;
        }
        let mut unread =
            kept.items().filter(|(_, value)| value.misfit.is_some()).map(|(at, _)| at).peekable();
        let mut place = 0;
        for item in self {
            while unread.next_if_eq(&place).is_some() {
                place += 1;
            }
            item.find_unread(KeptOf::NOTHING, &path.item(place), found);
            place += 1;
        }
    }

    #[cfg(test)]
    fn sample() -> Value {
        Value::Array(vec![T::sample(), T::sample()])
    }

    #[cfg(test)]
    fn forget_kept(&mut self) {
        self.iter_mut().for_each(T::forget_kept);
    }
}

struct Item<'a, T> {
    slot: Slot<'a>,
    into: &'a mut Option<T>,
}

impl<'de, T: WireValue> DeserializeSeed<'de> for Item<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        const {
            assert!(!T::NEEDS_A_FIELD, "a model with a field that must be there cannot stand in a list");
        }
        T::read(deserializer, self.slot, self.into)
    }
}
