//! The declaration of resources and their operations.

/// Declares a resource: its accessor on the client, and a line for each operation.
///
/// ```text
/// /// What it does.
/// kind "path" => method(values of the path's placeholders) -> answer, clauses;
/// ```
///
/// | kind | what it makes |
/// |---|---|
/// | `get` | reads one record, or an answer that is no list: `get "jobs/{id}" => get(id: JobId) -> Job;` |
/// | `list` | pages of records: `list "jobs" => list() -> Job, by JobFilter;` |
/// | `ids` | the records with these IDs, 50 in a call, and none but these: `ids "jobs" => by_ids(ids: JobId) -> Job;` |
/// | `of` | the records that belong to these IDs, 50 in a call, and none but these: `of "…" => contacts_of(customerIds: CustomerId) -> …, matching customer_id;` |
/// | `export` | a change feed: `export "export/jobs" => export() -> Job;` |
/// | `post`, `patch`, `put`, `delete` | a write: `post "jobs" => create() -> Job, sends NewJob;` |
///
/// Clauses: `by` a filter, `sends` a body, `active Any` so that records out of use come too, and in `of` before it `matching` with the field that has to
/// be one of the IDs. In `ids` and `of` the one value is the parameter that takes the IDs. `OPERATIONS` are the lines as the table of [`operations`](crate::operations) shows them.
macro_rules! resource {
    (
        $(#[$meta:meta])*
        pub struct $resource:ident as $accessor:ident, scope $scope:literal, under $root:literal {
            $(
                $(#[$doc:meta])*
                $kind:ident $path:literal => $name:ident ( $($value:ident : $value_type:ty),* ) $(-> $answer:ty)?
                    $(, $clause:ident $clause_value:tt)* ;
            )+
        }
    ) => {
        $(#[$meta])*
        #[cfg(feature = "http")]
        #[derive(Debug, Clone)]
        pub struct $resource {
            client: $crate::ServiceTitan,
        }

        #[cfg(feature = "http")]
        impl $crate::ServiceTitan {
            $(#[$meta])*
            pub fn $accessor(&self) -> $resource {
                $resource { client: self.clone() }
            }
        }

        #[cfg(feature = "http")]
        impl $resource {
            $( $crate::declare::operation! {
                ($(#[$doc])*) $crate::declare::entry!($accessor $scope $root $kind $path $name),
                $kind $name ($($value: $value_type),*) [$($answer)?] [$($clause $clause_value)*]
            } )+
        }

        /// The resource's operations.
        #[cfg(feature = "http")]
        pub(crate) const OPERATIONS: &[$crate::Operation] =
            &[$( $crate::declare::entry!($accessor $scope $root $kind $path $name) ),+];

        /// The operations' probes for the contract test.
        #[cfg(all(test, feature = "http"))]
        pub(crate) fn probes() -> Vec<$crate::contract::Probe> {
            vec![$( $crate::declare::probe! {
                $accessor $crate::declare::entry!($accessor $scope $root $kind $path $name),
                $kind $name ($($value: $value_type),*) [$($answer)?] [$($clause $clause_value)*]
            } ),+]
        }
    };
}
pub(crate) use resource;
