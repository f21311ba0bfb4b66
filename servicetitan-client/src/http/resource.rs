//! How a resource states what can be done with it.

/// Declares a filter: the query parameters of a list. A field that is `None` is not sent.
macro_rules! filter {
    (
        $(#[$meta:meta])*
        pub struct $filter:ident {
            $( $(#[$field_meta:meta])* $wire:literal => $field:ident : $type:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq)]
        pub struct $filter {
            $( $(#[$field_meta])* pub $field: Option<$type>, )*
        }

        impl $filter {
            /// The names of all parameters that the filter can send.
            pub const PARAMETERS: &'static [&'static str] = &[$($wire),*];

            pub(crate) fn query(&self) -> $crate::http::Query {
                let query = $crate::http::Query::default();
                $( let query = $crate::http::QueryValue::set(&self.$field, query, $wire); )*
                query
            }
        }

        /// What is looked for may be a customer's name or address: it stays out of logs.
        impl ::std::fmt::Debug for $filter {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.debug_struct(stringify!($filter)).finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use filter;

/// Declares what can be done with a resource: its accessor on the client, and the operations that nearly every resource has. `OPERATIONS`
/// are its lines in the table of [`operations`](crate::operations); `also` adds the ones that have methods of their own.
macro_rules! resource {
    (
        $(#[$meta:meta])*
        pub struct $resource:ident as $accessor:ident, scope $scope:literal {
            $( get $get:ty, by $id:ty, at $get_path:literal; )?
            $( list $record:ty, by $filter:ty, at $list_path:literal; )?
            $( ids $listed_id:ty => $ids_record:ty $(, active $active:ident)?; )?
            $( export $exported:ty, at $export_path:literal; )?
            $( also $( $also:path; )+ )?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $resource {
            client: $crate::ServiceTitan,
        }

        impl $crate::ServiceTitan {
            $(#[$meta])*
            pub fn $accessor(&self) -> $resource {
                $resource { client: self.clone() }
            }
        }

        impl $resource {
            $(
                const GET: $crate::Operation =
                    $crate::Operation::get(concat!(stringify!($accessor), ".get"), $get_path, $scope);

                /// Reads one record.
                ///
                /// # Errors
                ///
                /// [`Error::NotFound`](crate::Error::NotFound) when there is none with this ID, and every failure of a call.
                pub async fn get(&self, id: $id) -> Result<$get, $crate::Error> {
                    self.client.get_one(&Self::GET, id.get()).await
                }
            )?
            $(
                const LIST: $crate::Operation =
                    $crate::Operation::get(concat!(stringify!($accessor), ".list"), $list_path, $scope);

                /// Reads the list.
                pub fn list(&self, filter: &$filter) -> $crate::ListRequest<$record> {
                    self.client.list(&Self::LIST, None, filter.query())
                }
            )?
            $(
                /// Reads the records with these IDs, however many, 50 in a call. Those out of use come too where the list can tell.
                pub fn by_ids(&self, ids: &[$listed_id]) -> $crate::ListRequest<$ids_record> {
                    let query = $crate::http::Query::default();
                    $( let query = query.set("active", Some($crate::ActiveFilter::$active)); )?
                    self.client.list_by(&Self::LIST, "ids", ids, query)
                        .only_these(|record| $crate::Record::id(record).get())
                }
            )?
            $(
                const EXPORT: $crate::Operation =
                    $crate::Operation::get(concat!(stringify!($accessor), ".export"), $export_path, $scope);

                /// Reads the change feed. Inactive and deleted records come too.
                pub fn export(&self, from: $crate::ExportFrom) -> $crate::ExportRequest<$exported> {
                    self.client.export(&Self::EXPORT, from)
                }
            )?
        }

        /// What can be done with the resource.
        pub(crate) const OPERATIONS: &[$crate::Operation] = &[
            $( { const _: Option<$get> = None; $resource::GET }, )?
            $( { const _: Option<$record> = None; $resource::LIST }, )?
            $( { const _: Option<$exported> = None; $resource::EXPORT }, )?
            $( $( $also, )+ )?
        ];
    };
}
pub(crate) use resource;

use super::query::Query;

/// How a filter's field becomes a parameter.
pub(crate) trait QueryValue {
    fn set(&self, query: Query, name: &str) -> Query;
}

impl QueryValue for Option<chrono::DateTime<chrono::Utc>> {
    fn set(&self, query: Query, name: &str) -> Query {
        query.time(name, *self)
    }
}

macro_rules! query_by_display {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::http::QueryValue for Option<$type> {
            fn set(&self, query: $crate::http::Query, name: &str) -> $crate::http::Query {
                query.set(name, self.as_ref())
            }
        }
    )+};
}
pub(crate) use query_by_display;

query_by_display!(String, bool, i32, i64, f64, crate::model::Decimal, super::ActiveFilter);
