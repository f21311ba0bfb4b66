//! How the parameters of a list are stated.

/// Declares a filter: the query parameters of a list, each with its name on the wire, its Rust name and its type. A field that is `None`
/// or an empty list is not sent.
macro_rules! filter {
    ($(
        $(#[$meta:meta])*
        pub struct $filter:ident {
            $( $(#[$field_meta:meta])* $wire:literal => $field:ident : $type:ty ),* $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        ///
        /// A field that is `None` or an empty list is not sent, and narrows nothing.
        #[cfg(feature = "http")]
        #[derive(Clone, Default, PartialEq)]
        pub struct $filter {
            $( $(#[$field_meta])* pub $field: Option<$type>, )*
        }

        #[cfg(feature = "http")]
        impl $filter {
            #[allow(dead_code, reason = "the filters of all families are not always used")]
            pub(crate) fn query(&self) -> $crate::http::Query {
                let query = $crate::http::Query::default();
                $( let query = $crate::http::QueryValue::set(&self.$field, query, $wire); )*
                query
            }
        }

        /// What is looked for may be a customer's name or address: it stays out of logs.
        #[cfg(feature = "http")]
        impl ::std::fmt::Debug for $filter {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.debug_struct(stringify!($filter)).finish_non_exhaustive()
            }
        }

        #[cfg(all(test, feature = "http"))]
        impl $crate::contract::Filtering for $filter {
            fn parameters() -> Vec<$crate::contract::Parameter> {
                vec![$( $crate::contract::Parameter::of::<$type>($wire) ),*]
            }
            fn sample() -> Self {
                $filter { $( $field: Some(<$type as $crate::contract::Sample>::sample()), )* }
            }
        }
    )+};
}
pub(crate) use filter;
