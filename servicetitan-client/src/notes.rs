//! Notes on jobs, customers, locations, leads and projects.

use crate::declare::*;

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
    /// A note to be written on a job, a lead or a project.
    pub struct NewNote {
        must {
            /// The text.
            "text" => text: String,
        }
        may {
            /// Whether the note is pinned to the top; left to ServiceTitan when it is not set.
            "pinToTop" => pin_to_top: bool,
        }
    }

    /// A note to be written on a customer. One that says no more than a [`NewNote`] is made from it.
    pub struct NewCustomerNote {
        must {
            /// The text.
            "text" => text: String,
        }
        may {
            /// Whether the note is pinned to the top; left to ServiceTitan when it is not set.
            "pinToTop" => pin_to_top: bool,
            /// Whether the customer's locations get the note too.
            "addToLocations" => add_to_locations: bool,
        }
    }

    /// A note to be written on a location. One that says no more than a [`NewNote`] is made from it.
    pub struct NewLocationNote {
        must {
            /// The text.
            "text" => text: String,
        }
        may {
            /// Whether the note is pinned to the top; left to ServiceTitan when it is not set.
            "pinToTop" => pin_to_top: bool,
            /// Whether the location's customer gets the note too.
            "addToCustomer" => add_to_customer: bool,
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
