//! Notes on jobs, customers and locations.

use chrono::{DateTime, Utc};

use crate::declare::request;
use crate::ids::{NoteId, UserId};
use crate::model::model;

model! {
    /// A note on a job, a customer or a location.
    pub struct Note {
        /// The ID; notes on jobs have none.
        "id" => id: Option<NoteId>,
        /// The text, often HTML.
        "text" => text: Option<String>,
        /// Whether the note is pinned to the top.
        "isPinned" => is_pinned: Option<bool>,
        /// The user or app that wrote it.
        "createdById" => created_by_id: Option<UserId>,
        /// When it was written.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When it was changed last.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

request! {
    /// A note to be written.
    pub struct NewNote {
        must {
            /// The text.
            "text" => text: String,
        }
        may {
            /// Whether the note is pinned to the top; left to ServiceTitan when absent.
            "pinToTop" => pin_to_top: bool,
            /// On a customer: whether its locations get the note too.
            "addToLocations" => with_locations: bool,
            /// On a location: whether its customer gets the note too.
            "addToCustomer" => with_customer: bool,
        }
    }
}

#[cfg(feature = "http")]
impl NewNote {
    /// A note with this text.
    pub fn text(text: impl Into<String>) -> Self {
        NewNote::new(text)
    }

    /// Pins the note to the top.
    #[must_use]
    pub fn pinned(self) -> Self {
        self.pin_to_top(true)
    }

    /// On a customer: writes the note on its locations too.
    #[must_use]
    pub fn add_to_locations(self) -> Self {
        self.with_locations(true)
    }

    /// On a location: writes the note on its customer too.
    #[must_use]
    pub fn add_to_customer(self) -> Self {
        self.with_customer(true)
    }
}
