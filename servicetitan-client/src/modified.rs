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
    pub struct TimeFilter with created, modified {}
}
