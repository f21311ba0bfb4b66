//! Values of fields and lists: how any JSON is read into one, and how one is written.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize as _, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::kept::{Kept, KeptOf, Reading, Slot};
use super::unread::{Expected, Path, UnreadField};

/// A value that can be written into a field or a list.
pub(crate) trait WireWrite {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A value that stands in a field or in a list.
pub(crate) trait WireValue: WireWrite + Sized {
    const EXPECTED: Expected;
    /// Whether there are fields inside, which may have problems of their own.
    const NESTS: bool = false;
    /// Whether a field inside must be there. Such an object can stand only where it must be there itself: it could not be kept as it came.
    const NEEDS_A_FIELD: bool = false;

    /// Reads whatever comes. `into` becomes `None` if it is null, or does not fit; then the slot has kept it.
    #[inline]
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        slot: Slot<'_>,
        into: &mut Option<Self>,
    ) -> Result<(), D::Error> {
        // A deserializer cannot be asked twice.
        deserializer.deserialize_any(AnyKind { slot, into })
    }

    /// Gives a scalar's reading.
    fn of_scalar(_: Json<'_>) -> Reading<Self> {
        Reading::Misfit
    }

    /// Reads a list. It fits no other types than those that say so.
    #[cold]
    fn read_list<'de, A: SeqAccess<'de>>(
        items: A,
        slot: Slot<'_>,
        into: &mut Option<Self>,
    ) -> Result<(), A::Error> {
        slot.misfit(Value::deserialize(SeqAccessDeserializer::new(items))?, Self::EXPECTED);
        *into = None;
        Ok(())
    }

    /// Reads an object. It fits no other types than those that say so.
    #[cold]
    fn read_object<'de, A: MapAccess<'de>>(
        members: A,
        slot: Slot<'_>,
        into: &mut Option<Self>,
    ) -> Result<(), A::Error> {
        slot.misfit(object_as_it_came(members)?, Self::EXPECTED);
        *into = None;
        Ok(())
    }

    /// Writes the value, as it came where that was kept.
    fn write_kept<S: Serializer>(&self, kept: KeptOf<'_>, serializer: S) -> Result<S::Ok, S::Error> {
        match kept.whole().filter(|value| self.is_reading_of(&value.came)) {
            Some(value) => value.serialize(serializer),
            None => self.write(serializer),
        }
    }

    /// Returns whether this is what was read of a value that came.
    fn is_reading_of(&self, _came: &serde_json::Value) -> bool {
        false
    }

    /// Reports the problems of the value and inside of it.
    fn find_unread(&self, kept: KeptOf<'_>, path: &Path<'_>, found: &mut Vec<UnreadField>) {
        kept.find_unread(false, path, found);
    }

    /// The number, if the value is one that can be an ID.
    fn as_id(&self) -> Option<i64> {
        None
    }

    /// A value as ServiceTitan would send it, with all its fields.
    #[cfg(test)]
    fn sample() -> Value;

    /// Leaves nothing but what was read.
    #[cfg(test)]
    fn forget_kept(&mut self) {}
}

/// Makes scalars usable in fields and lists.
macro_rules! scalar_value {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::model::value::WireValue for $type {
            const EXPECTED: $crate::model::unread::Expected = <$type as $crate::model::scalar::Scalar>::EXPECTED;
            #[inline]
            fn of_scalar(json: $crate::model::value::Json<'_>) -> $crate::model::kept::Reading<Self> {
                $crate::model::scalar::reading(json)
            }
            fn is_reading_of(&self, came: &::serde_json::Value) -> bool {
                <$type as $crate::model::scalar::Scalar>::of_value(came).value().as_ref() == Some(self)
            }
            fn as_id(&self) -> Option<i64> {
                $crate::model::scalar::Scalar::id(self)
            }
            #[cfg(test)]
            fn sample() -> ::serde_json::Value {
                <$type as $crate::model::scalar::Scalar>::sample()
            }
        }
    )+};
}
pub(crate) use scalar_value;

/// Values that are written as their serde implementation does.
macro_rules! written_by_serde {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::model::value::WireWrite for $type {
            fn write<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(self, serializer)
            }
        }
    )+};
}
pub(crate) use written_by_serde;

written_by_serde!(std::collections::BTreeMap<String, String>);

/// A JSON scalar that came.
#[derive(Clone, Copy)]
pub(crate) enum Json<'a> {
    Bool(bool),
    Integer(i64),
    /// Beyond the range of `i64`.
    LargeInteger(u64),
    Float(f64),
    Text(&'a str),
}

impl From<Json<'_>> for Value {
    fn from(json: Json<'_>) -> Value {
        match json {
            Json::Bool(value) => value.into(),
            Json::Integer(number) => number.into(),
            Json::LargeInteger(number) => number.into(),
            Json::Float(number) => number.into(),
            Json::Text(text) => text.into(),
        }
    }
}

/// Takes whatever comes. The value goes right to its place, since handing it back through every call of the decoding costs more than reading it.
struct AnyKind<'a, T> {
    slot: Slot<'a>,
    into: &'a mut Option<T>,
}

impl<T: WireValue> AnyKind<'_, T> {
    #[inline]
    fn scalar<E>(self, json: Json<'_>) -> Result<(), E> {
        *self.into = match T::of_scalar(json) {
            Reading::Plain(value) => Some(value),
            Reading::Odd(value) => {
                self.slot.odd(json.into());
                Some(value)
            }
            Reading::Misfit => {
                self.slot.misfit(json.into(), T::EXPECTED);
                None
            }
        };
        Ok(())
    }

    #[inline]
    fn null<E>(self) -> Result<(), E> {
        *self.into = None;
        self.slot.null(T::EXPECTED);
        Ok(())
    }
}

impl<'de, T: WireValue> Visitor<'de> for AnyKind<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    #[inline]
    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.scalar(Json::Bool(value))
    }

    #[inline]
    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.scalar(Json::Integer(number))
    }

    #[inline]
    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        match i64::try_from(number) {
            Ok(number) => self.scalar(Json::Integer(number)),
            Err(_) => self.scalar(Json::LargeInteger(number)),
        }
    }

    #[inline]
    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.scalar(Json::Float(number))
    }

    #[inline]
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.scalar(Json::Text(text))
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<(), E> {
        self.null()
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.null()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        T::read_list(items, self.slot, self.into)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        T::read_object(members, self.slot, self.into)
    }
}

pub(crate) fn object_as_it_came<'de, A: MapAccess<'de>>(members: A) -> Result<Value, A::Error> {
    Value::deserialize(MapAccessDeserializer::new(members))
}

/// Reads a value that stands by itself, and drops what would be kept of it.
pub(crate) fn read_alone<'de, T: WireValue, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let mut value = None;
    T::read(deserializer, Slot::of(&mut Kept::default(), 0), &mut value)?;
    Ok(value)
}

/// Reads a value that stands by itself and must be there.
///
/// # Errors
/// The reason if it does not fit.
pub(crate) fn read_or_fail<'de, T: WireValue, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut kept = Kept::default();
    let mut value = None;
    T::read(deserializer, Slot::of(&mut kept, 0), &mut value)?;
    value.ok_or_else(|| D::Error::custom(kept.reason(T::EXPECTED)))
}

pub(crate) struct WriteValue<'a, T>(pub(crate) &'a T);

impl<T: WireWrite> Serialize for WriteValue<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// A list that is a body of its own.
#[cfg(feature = "http")]
#[allow(dead_code, reason = "which families write depends on those that are built")]
pub(crate) struct WriteList<'a, T>(pub(crate) &'a [T]);

#[cfg(feature = "http")]
impl<T: WireWrite> Serialize for WriteList<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(WriteValue))
    }
}
