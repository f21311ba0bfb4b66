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

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value that can be written into a field or a list.
pub(crate) trait WireWrite {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A value that stands in a field or in a list.
pub(crate) trait WireValue: WireWrite + Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Values whose own serde implementation is what the wire has.
macro_rules! wire_by_serde {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::model::wire::WireValue for $type {
            fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                ::serde::Deserialize::deserialize(deserializer)
            }
        }
        $crate::model::wire::written_by_serde!($type);
    )+};
}
pub(crate) use wire_by_serde;

/// Values that are written as their serde implementation does.
macro_rules! written_by_serde {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::model::wire::WireWrite for $type {
            fn write<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(self, serializer)
            }
        }
    )+};
}
pub(crate) use written_by_serde;

wire_by_serde!(i32, i64, f64, bool, String, BTreeMap<String, String>, serde_json::Value);

impl<T: WireValue> WireValue for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: WireValue> Visitor<'de> for Items<T> {
            type Value = Vec<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element_seed(ReadValue(PhantomData))? {
                    list.push(item);
                }
                Ok(list)
            }
        }
        deserializer.deserialize_seq(Items(PhantomData))
    }
}

impl<T: WireWrite> WireWrite for Vec<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            list.serialize_element(&WriteValue(item))?;
        }
        list.end()
    }
}

/// What a model's field may be: a value that must be there, or an `Option` of one.
pub(crate) trait WireField: Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    /// What the field is when the object lacks it; `None` if it must be there.
    fn missing() -> Option<Self>;
    fn is_empty(&self) -> bool;
}

impl<T: WireValue> WireField for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nullable<T>(PhantomData<T>);
        impl<'de, T: WireValue> Visitor<'de> for Nullable<T> {
            type Value = Option<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value or null")
            }
            fn visit_none<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }
            fn visit_unit<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }
            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
                T::read(deserializer).map(Some)
            }
        }
        deserializer.deserialize_option(Nullable(PhantomData))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&WriteValue(value)),
            None => serializer.serialize_none(),
        }
    }

    fn missing() -> Option<Self> {
        Some(None)
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

/// Makes a value type usable as a field that must be there.
macro_rules! required_field {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::model::wire::WireField for $type {
            fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$type as $crate::model::wire::WireValue>::read(deserializer)
            }
            fn write<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                <$type as $crate::model::wire::WireWrite>::write(self, serializer)
            }
            fn missing() -> Option<Self> {
                None
            }
            fn is_empty(&self) -> bool {
                false
            }
        }
    )+};
}
pub(crate) use required_field;

required_field!(i64);

pub(crate) struct ReadValue<T>(pub(crate) PhantomData<T>);

impl<'de, T: WireValue> DeserializeSeed<'de> for ReadValue<T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

pub(crate) struct ReadField<T>(pub(crate) PhantomData<T>);

impl<'de, T: WireField> DeserializeSeed<'de> for ReadField<T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

pub(crate) struct WriteValue<'a, T>(pub(crate) &'a T);

impl<T: WireWrite> Serialize for WriteValue<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

pub(crate) struct WriteField<'a, T>(pub(crate) &'a T);

impl<T: WireField> Serialize for WriteField<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// A model that can write its fields into an object that has others beside them.
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
}

/// A field name, borrowed from the input where it can be.
pub(crate) struct FieldName<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for FieldName<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl<'de> Visitor<'de> for Name {
            type Value = FieldName<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a field name")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(FieldName(Cow::Borrowed(name)))
            }
            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(FieldName(Cow::Owned(name.to_owned())))
            }
            fn visit_string<E>(self, name: String) -> Result<Self::Value, E> {
                Ok(FieldName(Cow::Owned(name)))
            }
        }
        deserializer.deserialize_identifier(Name)
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

/// Which fields of a model came as `null`, one bit each in the order of their declaration.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NullFields(u128);

impl NullFields {
    pub(crate) fn set(&mut self, field: u32) {
        self.0 |= 1 << field;
    }
    pub(crate) fn contains(self, field: u32) -> bool {
        self.0 & (1 << field) != 0
    }
}

/// Declares a model: a struct that reads and writes one of ServiceTitan's JSON objects and loses nothing.
///
/// Each line is a field: its JSON name, its Rust name and its type. A type that is not an `Option` must be there.
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
            /// Fields that ServiceTitan sent and this model does not know, as they came.
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
            nulls: $crate::model::wire::NullFields,
        }

        const _: () = {
            use $crate::model::wire::{FieldName, NullFields, ReadField, WireField, WriteField};

            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[derive(Clone, Copy)]
            enum Index { $( $field, )+ }

            impl ::std::fmt::Debug for $model {
                fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    formatter.debug_struct(stringify!($model)).finish_non_exhaustive()
                }
            }

            impl<'de> ::serde::Deserialize<'de> for $model {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    struct Fields;
                    impl<'de> ::serde::de::Visitor<'de> for Fields {
                        type Value = $model;
                        fn expecting(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                            formatter.write_str(concat!("the fields of ", stringify!($model)))
                        }
                        fn visit_map<A: ::serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$model, A::Error> {
                            $( let mut $field: Option<$type> = None; )+
                            let mut extra = ::serde_json::Map::new();
                            let mut nulls = NullFields::default();
                            while let Some(FieldName(name)) = map.next_key()? {
                                match &*name {
                                    $( $wire => {
                                        let value = map.next_value_seed(ReadField::<$type>(::std::marker::PhantomData))?;
                                        if value.is_empty() {
                                            nulls.set(Index::$field as u32);
                                        }
                                        $field = Some(value);
                                    } )+
                                    _ => {
                                        extra.insert(name.into_owned(), map.next_value()?);
                                    }
                                }
                            }
                            Ok($model {
                                $( $field: match $field.or_else(<$type as WireField>::missing) {
                                    Some(value) => value,
                                    None => return Err(::serde::de::Error::missing_field($wire)),
                                }, )+
                                extra,
                                nulls,
                            })
                        }
                    }
                    deserializer.deserialize_map(Fields)
                }
            }

            impl ::serde::Serialize for $model {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use ::serde::ser::SerializeMap;
                    let mut map = serializer.serialize_map(None)?;
                    $crate::model::Fields::write_fields(self, &mut map, |_| true)?;
                    map.end()
                }
            }

            impl $crate::model::Fields for $model {
                fn write_fields<M: ::serde::ser::SerializeMap>(
                    &self,
                    map: &mut M,
                    wanted: impl Fn(&str) -> bool,
                ) -> Result<(), M::Error> {
                    $( if (!self.$field.is_empty() || self.nulls.contains(Index::$field as u32)) && wanted($wire) {
                        map.serialize_entry($wire, &WriteField(&self.$field))?;
                    } )+
                    for (name, value) in self.extra.iter().filter(|(name, _)| wanted(name)) {
                        map.serialize_entry(name, value)?;
                    }
                    Ok(())
                }
            }
        };

        $crate::model::wire::wire_by_serde!($model);
        $crate::model::wire::required_field!($model);
        $crate::model::described!($model { $( $wire: $type = concat!($($doc),*) ),+ });
    )+};
}
pub(crate) use model;
