//! What many writes answer, and what many lists can be narrowed by.

use crate::declare::*;

model! {
    /// What was added or changed, by its ID.
    pub struct Modified {
        /// The ID.
        "id" => id: i64,
    }
}

filter! {
    /// Between which times the records of a list were created or changed.
    pub struct TimeFilter {
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
    }
}
