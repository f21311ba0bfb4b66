//! Notes on jobs, customers, locations, leads and projects.

use chrono::{DateTime, Utc};

use crate::declare::request;
use crate::ids::{NoteId, UserId};
use crate::model::model;

model! {
    /// A note on a job, customer, location, lead or project.
    pub struct Note {
        /// ID of the note; absent for notes on jobs.
        "id" => id: Option<NoteId>,
        /// Text of the note, often HTML.
        "text" => text: Option<String>,
        /// True if the note is pinned to the top.
        "isPinned" => is_pinned: Option<bool>,
        /// ID of the user or app that wrote the note.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the note was written (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the note was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

request! {
    /// A note to be added to a job, lead or project.
    pub struct NewNote {
        must {
            /// Text of the note.
            "text" => text: String,
        }
        may {
            /// True to pin the note to the top; ServiceTitan decides if it is not set.
            "pinToTop" => pin_to_top: bool,
        }
    }

    /// A note to be added to a customer. [`From<NewNote>`](NewNote) makes a plain one.
    pub struct NewCustomerNote {
        must {
            /// Text of the note.
            "text" => text: String,
        }
        may {
            /// True to pin the note to the top; ServiceTitan decides if it is not set.
            "pinToTop" => pin_to_top: bool,
            /// True to add the note to the customer's locations too.
            "addToLocations" => add_to_locations: bool,
        }
    }

    /// A note to be added to a location. [`From<NewNote>`](NewNote) makes a plain one.
    pub struct NewLocationNote {
        must {
            /// Text of the note.
            "text" => text: String,
        }
        may {
            /// True to pin the note to the top; ServiceTitan decides if it is not set.
            "pinToTop" => pin_to_top: bool,
            /// True to add the note to the location's customer too.
            "addToCustomer" => add_to_customer: bool,
        }
    }
}

#[cfg(feature = "http")]
impl NewNote {
    /// Returns a note with this text.
    pub fn text(text: impl Into<String>) -> Self {
        NewNote::new(text)
    }

    /// Pins the note to the top.
    #[must_use]
    pub fn pinned(self) -> Self {
        self.pin_to_top(true)
    }
}

#[cfg(feature = "http")]
impl From<NewNote> for NewCustomerNote {
    fn from(note: NewNote) -> Self {
        NewCustomerNote { text: note.text, pin_to_top: note.pin_to_top, add_to_locations: None }
    }
}

#[cfg(feature = "http")]
impl From<NewNote> for NewLocationNote {
    fn from(note: NewNote) -> Self {
        NewLocationNote { text: note.text, pin_to_top: note.pin_to_top, add_to_customer: None }
    }
}
