//! The declaration of ID types.

/// Declares an ID: a 64-bit integer of its own type, so that a job's ID cannot stand where a customer's belongs.
macro_rules! id {
    ($( $(#[$meta:meta])* $id:ident ),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize,
        )]
        #[serde(transparent)]
        pub struct $id(pub i64);

        impl $id {
            /// Returns the number itself.
            pub fn get(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $id {
            fn from(id: i64) -> Self {
                $id(id)
            }
        }

        impl From<$id> for i64 {
            fn from(id: $id) -> Self {
                id.0
            }
        }

        impl ::std::fmt::Display for $id {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl ::std::str::FromStr for $id {
            type Err = ::std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($id)
            }
        }

        impl $crate::model::scalar::Scalar for $id {
            const EXPECTED: $crate::model::unread::Expected = <i64 as $crate::model::scalar::Scalar>::EXPECTED;
            #[inline]
            fn of_integer(number: i64) -> $crate::model::kept::Reading<Self> {
                $crate::model::kept::Reading::Plain($id(number))
            }
            fn of_float(number: f64) -> $crate::model::kept::Reading<Self> {
                <i64 as $crate::model::scalar::Scalar>::of_float(number).map($id)
            }
            fn of_text(text: &str) -> $crate::model::kept::Reading<Self> {
                <i64 as $crate::model::scalar::Scalar>::of_text(text).map($id)
            }
            fn id(&self) -> Option<i64> {
                Some(self.0)
            }
            #[cfg(test)]
            fn sample() -> ::serde_json::Value {
                7.into()
            }
        }

        /// An ID that stands by itself reads as one in a record does.
        impl<'de> ::serde::Deserialize<'de> for $id {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::model::value::read_or_fail(deserializer)
            }
        }

        $crate::model::value::scalar_value!($id);
        $crate::model::value::written_by_serde!($id);
        #[cfg(feature = "http")]
        $crate::http::query_by_display!($id);
        $crate::model::wire::required_field!($id);
        $crate::model::value_type!($id => Integer);

        #[cfg(all(test, feature = "http"))]
        impl $crate::contract::Sample for $id {
            fn form() -> $crate::contract::Form {
                <i64 as $crate::contract::Sample>::form()
            }
            fn sample() -> Self {
                $id(7)
            }
        }
    )+};
}
pub(crate) use id;
