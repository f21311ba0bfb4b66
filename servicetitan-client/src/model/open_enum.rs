//! The declaration of open enums, in which a value that this version does not know survives a read and a write.

/// Declares an open enum. `Other` keeps a value that is not in the list, letter by letter.
macro_rules! open_enum {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident ),+ $(,)? }
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A value that this version of the library does not know, as ServiceTitan sent it.
            Other(String),
        }

        impl $name {
            /// Returns the value as ServiceTitan writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $( $name::$variant => stringify!($variant), )+
                    $name::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( stringify!($variant) => $name::$variant, )+
                    _ => $name::Other(text.to_owned()),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Name;
                impl ::serde::de::Visitor<'_> for Name {
                    type Value = $name;
                    fn expecting(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        formatter.write_str(concat!("the name of a ", stringify!($name)))
                    }
                    fn visit_str<E>(self, text: &str) -> Result<$name, E> {
                        Ok($name::from(text))
                    }
                }
                deserializer.deserialize_str(Name)
            }
        }

        impl $crate::model::scalar::Scalar for $name {
            const EXPECTED: $crate::model::unread::Expected = <String as $crate::model::scalar::Scalar>::EXPECTED;
            fn of_integer(number: i64) -> $crate::model::kept::Reading<Self> {
                <String as $crate::model::scalar::Scalar>::of_integer(number).map($name::Other)
            }
            fn of_large_integer(number: u64) -> $crate::model::kept::Reading<Self> {
                <String as $crate::model::scalar::Scalar>::of_large_integer(number).map($name::Other)
            }
            fn of_float(number: f64) -> $crate::model::kept::Reading<Self> {
                <String as $crate::model::scalar::Scalar>::of_float(number).map($name::Other)
            }
            #[inline]
            fn of_text(text: &str) -> $crate::model::kept::Reading<Self> {
                $crate::model::kept::Reading::Plain($name::from(text))
            }
            #[cfg(test)]
            fn sample() -> ::serde_json::Value {
                [$( stringify!($variant) ),+][0].into()
            }
        }

        $crate::model::value::scalar_value!($name);
        $crate::model::value::written_by_serde!($name);
        #[cfg(feature = "http")]
        $crate::http::query_by_display!($name);
        $crate::model::wire::required_field!($name);
        $crate::model::value_type!($name => Text);

        #[cfg(all(test, feature = "http"))]
        impl $crate::contract::Sample for $name {
            fn form() -> $crate::contract::Form {
                $crate::contract::Form::Values(vec![$( stringify!($variant) ),+])
            }
            fn sample() -> Self {
                [$( $name::$variant ),+].into_iter().next().unwrap_or_else(|| $name::from(""))
            }
        }
    )+};
}
pub(crate) use open_enum;
