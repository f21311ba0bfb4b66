//! The declaration of filters: the query parameters of lists.

/// Declares a filter: the query parameters of a list, each with its name on the wire, its Rust name and its type. A field that is `None`
/// or an empty list is not sent.
///
/// Parameters that many lists share follow the name: `pub struct JobFilter with created, modified, active, sort { … }`.
macro_rules! filter {
    (
        $(#[$meta:meta])*
        pub struct $filter:ident $( with $($group:ident),+ )? { $($fields:tt)* }
    ) => {
        $crate::declare::filter! { @with [$( $($group)+ )?] [$(#[$meta])*] $filter { $($fields)* } }
    };
    (@with [created $($rest:ident)*] $meta:tt $filter:ident { $($fields:tt)* }) => {
        $crate::declare::filter! { @with [$($rest)*] $meta $filter {
            $($fields)*
            /// Created before this time.
            "createdBefore" => created_before: ::chrono::DateTime<::chrono::Utc>,
            /// Created at this time or later.
            "createdOnOrAfter" => created_on_or_after: ::chrono::DateTime<::chrono::Utc>,
        } }
    };
    (@with [modified $($rest:ident)*] $meta:tt $filter:ident { $($fields:tt)* }) => {
        $crate::declare::filter! { @with [$($rest)*] $meta $filter {
            $($fields)*
            /// Modified before this time.
            "modifiedBefore" => modified_before: ::chrono::DateTime<::chrono::Utc>,
            /// Modified at this time or later.
            "modifiedOnOrAfter" => modified_on_or_after: ::chrono::DateTime<::chrono::Utc>,
        } }
    };
    (@with [active $($rest:ident)*] $meta:tt $filter:ident { $($fields:tt)* }) => {
        $crate::declare::filter! { @with [$($rest)*] $meta $filter {
            $($fields)*
            /// Whether they are in use; only those in use by default.
            "active" => active: $crate::ActiveFilter,
        } }
    };
    (@with [sort $($rest:ident)*] $meta:tt $filter:ident { $($fields:tt)* }) => {
        $crate::declare::filter! { @with [$($rest)*] $meta $filter {
            $($fields)*
            /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
            "sort" => sort: String,
        } }
    };
    (@with [] [$(#[$meta:meta])*] $filter:ident {
        $( $(#[$field_meta:meta])* $wire:literal => $field:ident : $type:ty ),* $(,)?
    }) => {
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

        /// The values may be a customer's name or address, and stay out of logs.
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
    };
}
pub(crate) use filter;
