//! How an ID type is declared.

/// Declares an ID: a 64-bit integer of its own type, so that a job's ID cannot stand where a customer's belongs.
macro_rules! id {
    ($( $(#[$meta:meta])* $id:ident ),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $id(pub i64);

        impl $id {
            /// The number itself.
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

        $crate::model::wire::wire_by_serde!($id);
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
