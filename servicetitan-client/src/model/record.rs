//! The common part of all resources' records.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::wire::Fields;

/// A record of one of ServiceTitan's resources: it has an ID, and most have times and an `active` flag.
pub trait Record: Fields + DeserializeOwned + Send + Sync + 'static {
    /// The type of the record's ID.
    type Id: Copy + From<i64> + Into<i64> + std::fmt::Display + Send + Sync + 'static;

    /// Returns the record's ID.
    fn id(&self) -> Self::Id;

    /// Returns the time of the record's creation, if the record tells it in a readable form.
    fn created_on(&self) -> Option<DateTime<Utc>>;

    /// Returns the time of the record's last change, if the record tells it in a readable form. A change of a child does not move it.
    fn modified_on(&self) -> Option<DateTime<Utc>>;

    /// Returns whether the record is in use. `None` where the answer does not say: several lists leave the flag out, and only the
    /// export has it.
    fn active(&self) -> Option<bool>;
}

/// Implements [`Record`] for a model with the fields `id` and `created_on`, and with the fields named for `active` and `modified`
/// where the model has them.
macro_rules! record {
    ($model:ident, $id:ident $(, active: $active:ident)? $(, modified: $modified:ident)? $(,)?) => {
        impl $crate::model::Record for $model {
            type Id = $id;
            fn id(&self) -> $id {
                self.id
            }
            fn created_on(&self) -> Option<::chrono::DateTime<::chrono::Utc>> {
                self.created_on
            }
            fn modified_on(&self) -> Option<::chrono::DateTime<::chrono::Utc>> {
                $crate::model::record::first_or_none!($(self.$modified)?)
            }
            fn active(&self) -> Option<bool> {
                $crate::model::record::first_or_none!($(self.$active)?)
            }
        }
    };
}
pub(crate) use record;

macro_rules! first_or_none {
    () => {
        None
    };
    ($value:expr) => {
        $value
    };
}
pub(crate) use first_or_none;
