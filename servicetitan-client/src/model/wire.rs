//! How a model is read and written: the [`model!`] macro and the traits behind it.
//!
//! # Why not derive it with `#[serde(flatten)]`?
//!
//! A model must keep the fields that it does not know. With serde that is a flattened map, and serde's
//! `flatten` first buffers *every* value of the object, which costs more than the decoding itself. The macro
//! writes the plain visitor that derive would write, and puts a field it does not know into `extra` when it
//! meets it.
//!
//! # Why does a model remember which fields were null?
//!
//! ServiceTitan leaves some optional fields out and sends others as `null`. Both read as `None`; a record that is
//! written back must still look like the one that came. One bit per field remembers the difference.
//!
//! # Why does every type take whatever comes?
//!
//! A field whose value does not fit costs that field and not the record. A deserializer cannot go back once a value was asked for as one kind of
//! JSON and turns out to be another, so each type asks for any kind ([`value`](super::value)) and keeps what it cannot read: see
//! [`scalar`](super::scalar) for the table of readings and [`kept`](super::kept) for where the rest goes.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess};
use serde::ser::{Serialize, SerializeMap, Serializer};
#[cfg(test)]
use serde_json::Value;

use super::kept::{Kept, KeptOf, Slot};
use super::unread::{Path, UnreadField};
use super::value::{WireValue, WriteValue};

/// The type of a model's field: a value that must be there, or an `Option` of one.
pub(crate) trait WireField: Sized {
    type Value: WireValue;
    /// Whether the object is no record without the field.
    const MUST_BE_THERE: bool;

    /// The field, of what was read; `None` if it must be there and is not.
    fn of(value: Option<Self::Value>) -> Option<Self>;
    fn write<S: Serializer>(&self, kept: KeptOf<'_>, serializer: S) -> Result<S::Ok, S::Error>;
    fn is_empty(&self) -> bool;
    fn find_unread(&self, kept: KeptOf<'_>, path: &Path<'_>, found: &mut Vec<UnreadField>);
    fn as_id(&self) -> Option<i64>;
    #[cfg(test)]
    fn sample() -> Value;
    #[cfg(test)]
    fn forget_kept(&mut self);
}

impl<T: WireValue> WireField for Option<T> {
    type Value = T;
    const MUST_BE_THERE: bool = false;

    #[inline]
    fn of(value: Option<T>) -> Option<Self> {
        const {
            assert!(!T::NEEDS_A_FIELD, "a model with a field that must be there cannot be left out");
        }
        Some(value)
    }

    #[inline]
    fn write<S: Serializer>(&self, kept: KeptOf<'_>, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) if kept.is_empty() => serializer.serialize_some(&WriteValue(value)),
            Some(value) => value.write_kept(kept, serializer),
            None => match kept.whole().filter(|value| value.misfit.is_some()) {
                Some(value) => value.serialize(serializer),
                None => serializer.serialize_none(),
            },
        }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.is_none()
    }

    #[inline]
    fn find_unread(&self, kept: KeptOf<'_>, path: &Path<'_>, found: &mut Vec<UnreadField>) {
        match self {
            Some(value) if T::NESTS || !kept.is_empty() => value.find_unread(kept, path, found),
            Some(_) => {}
            None => kept.find_unread(true, path, found),
        }
    }

    fn as_id(&self) -> Option<i64> {
        self.as_ref().and_then(T::as_id)
    }

    #[cfg(test)]
    fn sample() -> Value {
        T::sample()
    }

    #[cfg(test)]
    fn forget_kept(&mut self) {
        self.iter_mut().for_each(T::forget_kept);
    }
}

/// Makes a value type usable as a field that must be there. A value that does not fit is an error: without it there is no record.
macro_rules! required_field {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::model::wire::WireField for $type {
            type Value = $type;
            const MUST_BE_THERE: bool = true;

            #[inline]
            fn of(value: Option<Self>) -> Option<Self> {
                value
            }
            #[inline]
            fn write<S: ::serde::Serializer>(
                &self,
                kept: $crate::model::kept::KeptOf<'_>,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                if kept.is_empty() {
                    return $crate::model::value::WireWrite::write(self, serializer);
                }
                $crate::model::value::WireValue::write_kept(self, kept, serializer)
            }
            #[inline]
            fn is_empty(&self) -> bool {
                false
            }
            #[inline]
            fn find_unread(
                &self,
                kept: $crate::model::kept::KeptOf<'_>,
                path: &$crate::model::unread::Path<'_>,
                found: &mut Vec<$crate::model::unread::UnreadField>,
            ) {
                if <$type as $crate::model::value::WireValue>::NESTS {
                    $crate::model::value::WireValue::find_unread(self, kept, path, found);
                }
            }
            fn as_id(&self) -> Option<i64> {
                $crate::model::value::WireValue::as_id(self)
            }
            #[cfg(test)]
            fn sample() -> ::serde_json::Value {
                <$type as $crate::model::value::WireValue>::sample()
            }
            #[cfg(test)]
            fn forget_kept(&mut self) {
                $crate::model::value::WireValue::forget_kept(self);
            }
        }
    )+};
}
pub(crate) use required_field;

/// Reads a field's value. One that came before under the same name does not count.
#[inline]
pub(crate) fn read_field<'de, F: WireField, A: MapAccess<'de>>(
    map: &mut A,
    kept: &mut Kept,
    nulls: &mut NullFields,
    field: u8,
    into: &mut Option<F::Value>,
) -> Result<(), A::Error> {
    if !kept.is_empty() {
        kept.forget(field);
    }
    map.next_value_seed(Field::<F> { kept, field, into })?;
    if into.is_none() {
        nulls.set(field);
    }
    Ok(())
}

struct Field<'a, F: WireField> {
    kept: &'a mut Kept,
    field: u8,
    into: &'a mut Option<F::Value>,
}

impl<'de, F: WireField> DeserializeSeed<'de> for Field<'_, F> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        F::Value::read(deserializer, Slot::of(self.kept, self.field), self.into)?;
        if F::MUST_BE_THERE && self.into.is_none() {
            // Failing here and not later tells the path.
            return Err(D::Error::custom(self.kept.reason(F::Value::EXPECTED)));
        }
        Ok(())
    }
}

pub(crate) struct WriteField<'a, T>(pub(crate) &'a T, pub(crate) KeptOf<'a>);

impl<T: WireField> Serialize for WriteField<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(self.1, serializer)
    }
}

/// What all models can do: their fields written into an object that has others beside them, and the fields that could not be read.
pub trait Fields: Serialize {
    /// Writes the fields that the model has, its unknown ones included, as far as they are wanted by their JSON names.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn write_fields<M: SerializeMap>(
        &self,
        map: &mut M,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), M::Error>;

    /// Returns the fields, at any depth, that read as absent because the value that came does not fit, with their paths and without values. Empty for
    /// a record as ServiceTitan's schema has it, which costs no allocation.
    fn unread_fields(&self) -> Vec<UnreadField>;

    /// Returns the record's ID as a number, if it has a numeric one.
    fn numeric_id(&self) -> Option<i64>;
}

/// Returns whether a field of this name is a record's ID.
pub(crate) const fn names_the_id(name: &str) -> bool {
    matches!(name.as_bytes(), b"id")
}

/// The fields of a model that came as `null`, one bit each in the order of their declaration.
///
/// Packed, since a `u128` would have all models begin at multiples of 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[repr(Rust, packed(8))]
pub(crate) struct NullFields(u128);

impl NullFields {
    #[inline]
    pub(crate) fn set(&mut self, field: u8) {
        self.0 |= 1 << field;
    }
    #[inline]
    pub(crate) fn contains(self, field: u8) -> bool {
        self.0 & (1 << field) != 0
    }
}

/// Declares a model: a struct that reads and writes one of ServiceTitan's JSON objects and loses nothing.
///
/// Each line is a field: its JSON name, its Rust name and its type. A type that is not an `Option` must be there: without it there is no record.
/// `extra` (fields that the model does not know) is added by the macro. `Debug` prints a record's name and no
/// content, so that a log line cannot leak a customer.
macro_rules! model {
    ($(
        $(#[$meta:meta])*
        pub struct $model:ident {
            $( $(#[doc = $doc:literal])* $wire:literal => $field:ident : $type:ty ),+ $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $model {
            $( $(#[doc = $doc])* pub $field: $type, )+
            /// Fields that ServiceTitan sent and this model does not know.
            pub extra: $crate::model::UnknownFields,
            nulls: $crate::model::wire::NullFields,
            kept: $crate::model::kept::Kept,
        }

        impl $model {
            /// Returns the fields, at any depth, that read as absent because the value that came does not fit its type. The values are kept and
            /// written back as they came.
            pub fn unread_fields(&self) -> Vec<$crate::model::UnreadField> {
                let mut found = Vec::new();
                $crate::model::value::WireValue::find_unread(
                    self,
                    $crate::model::kept::KeptOf::NOTHING,
                    &$crate::model::unread::Path::ROOT,
                    &mut found,
                );
                found
            }
        }

        const _: () = {
            use $crate::model::field_names::{FieldNames, NextName};
            use $crate::model::kept::{Kept, KeptOf, Slot};
            use $crate::model::unread::{Expected, Path, UnreadField};
            use $crate::model::value::WireValue;
            use $crate::model::wire::{NullFields, WireField, WriteField, read_field};

            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[derive(Clone, Copy)]
            #[repr(u8)]
            enum Index { $( $field, )+ }

            static NAMES: FieldNames = FieldNames::of(&[$( $wire ),+]);
            /// To be matched: on an enum that is a table of jumps, on numbers a chain of comparisons.
            static FIELDS: &[Index] = &[$( Index::$field ),+];

            impl ::std::fmt::Debug for $model {
                fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    formatter.debug_struct(stringify!($model)).finish_non_exhaustive()
                }
            }

            fn read_members<'de, A: ::serde::de::MapAccess<'de>>(mut map: A) -> Result<$model, A::Error> {
                $( let mut $field: Option<<$type as WireField>::Value> = None; )+
                let mut extra = $crate::model::UnknownFields::default();
                let mut nulls = NullFields::default();
                let mut kept = Kept::default();
                let mut unknown = ::compact_str::CompactString::default();
                while let Some(field) = map.next_key_seed(NextName { names: &NAMES, unknown: &mut unknown })? {
                    match FIELDS.get(usize::from(field)) {
                        $( Some(Index::$field) => {
                            let field = Index::$field as u8;
                            read_field::<$type, A>(&mut map, &mut kept, &mut nulls, field, &mut $field)?;
                        } )+
                        None => {
                            let name = ::std::mem::take(&mut unknown);
                            extra.put(name, map.next_value()?);
                        }
                    }
                }
                Ok($model {
                    $( $field: match <$type as WireField>::of($field) {
                        Some(value) => value,
                        None => return Err(::serde::de::Error::missing_field($wire)),
                    }, )+
                    extra,
                    nulls,
                    kept,
                })
            }

            /// A record that stands by itself.
            struct Record;

            impl<'de> ::serde::de::Visitor<'de> for Record {
                type Value = $model;
                fn expecting(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    formatter.write_str("an object")
                }
                fn visit_map<A: ::serde::de::MapAccess<'de>>(self, map: A) -> Result<$model, A::Error> {
                    read_members(map)
                }
            }

            impl $crate::model::value::WireWrite for $model {
                fn write<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use ::serde::ser::SerializeMap;
                    let mut map = serializer.serialize_map(None)?;
                    $crate::model::Fields::write_fields(self, &mut map, |_| true)?;
                    map.end()
                }
            }

            impl WireValue for $model {
                const EXPECTED: Expected = Expected::Object;
                const NESTS: bool = true;
                const NEEDS_A_FIELD: bool = false $( || <$type as WireField>::MUST_BE_THERE )+;

                #[inline]
                fn read_object<'de, A: ::serde::de::MapAccess<'de>>(
                    members: A,
                    _: Slot<'_>,
                    into: &mut Option<Self>,
                ) -> Result<(), A::Error> {
                    *into = Some(read_members(members)?);
                    Ok(())
                }
                fn find_unread(&self, _: KeptOf<'_>, path: &Path<'_>, found: &mut Vec<UnreadField>) {
                    $( if <<$type as WireField>::Value as WireValue>::NESTS || !self.kept.is_empty() {
                        let kept = self.kept.of(Index::$field as u8);
                        WireField::find_unread(&self.$field, kept, &path.field($wire), found);
                    } )+
                }
                #[cfg(test)]
                fn sample() -> ::serde_json::Value {
                    let mut members = ::serde_json::Map::new();
                    $( members.insert($wire.to_owned(), <$type as WireField>::sample()); )+
                    members.into()
                }
                #[cfg(test)]
                fn forget_kept(&mut self) {
                    self.kept = Kept::default();
                    $( WireField::forget_kept(&mut self.$field); )+
                }
            }

            impl<'de> ::serde::Deserialize<'de> for $model {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(Record)
                }
            }

            impl ::serde::Serialize for $model {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    $crate::model::value::WireWrite::write(self, serializer)
                }
            }

            impl $crate::model::Fields for $model {
                fn write_fields<M: ::serde::ser::SerializeMap>(
                    &self,
                    map: &mut M,
                    wanted: impl Fn(&str) -> bool,
                ) -> Result<(), M::Error> {
                    $( if (!WireField::is_empty(&self.$field) || self.nulls.contains(Index::$field as u8)) && wanted($wire) {
                        map.serialize_entry($wire, &WriteField(&self.$field, self.kept.of(Index::$field as u8)))?;
                    } )+
                    for (name, value) in self.extra.iter().filter(|(name, _)| wanted(name)) {
                        map.serialize_entry(name, value)?;
                    }
                    Ok(())
                }
                fn unread_fields(&self) -> Vec<UnreadField> {
                    $model::unread_fields(self)
                }
                fn numeric_id(&self) -> Option<i64> {
                    $( if $crate::model::wire::names_the_id($wire) {
                        return WireField::as_id(&self.$field);
                    } )+
                    None
                }
            }
        };

        $crate::model::wire::required_field!($model);
        $crate::model::described!($model { $( $wire: $type = concat!($($doc),*) ),+ });
    )+};
}
pub(crate) use model;
