//! The answer to many writes, and the filter by time that many lists take.

use crate::declare::filter;
use crate::model::model;

model! {
    /// Answer to many writes: the ID of the record that was created or changed.
    pub struct Modified {
        /// ID of the record.
        "id" => id: i64,
    }
}

filter! {
    /// Filter by the times at which records were created or last changed.
    pub struct TimeFilter with created, modified {}
}
