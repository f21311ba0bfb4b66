//! Notes on jobs, customers and locations.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

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

/// A note to be written.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewNote {
    /// The text.
    pub text: String,
    /// Whether the note is pinned to the top; left to ServiceTitan when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_to_top: Option<bool>,
    /// On a customer: whether its locations get the note too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_to_locations: Option<bool>,
    /// On a location: whether its customer gets the note too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_to_customer: Option<bool>,
}

impl NewNote {
    /// A note with this text.
    pub fn text(text: impl Into<String>) -> Self {
        NewNote { text: text.into(), pin_to_top: None, add_to_locations: None, add_to_customer: None }
    }

    /// Pins the note to the top.
    #[must_use]
    pub fn pinned(mut self) -> Self {
        self.pin_to_top = Some(true);
        self
    }

    /// On a customer: writes the note on its locations too.
    #[must_use]
    pub fn add_to_locations(mut self) -> Self {
        self.add_to_locations = Some(true);
        self
    }

    /// On a location: writes the note on its customer too.
    #[must_use]
    pub fn add_to_customer(mut self) -> Self {
        self.add_to_customer = Some(true);
        self
    }
}

/// The text stays out of logs: it may be a customer's message.
impl fmt::Debug for NewNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NewNote").finish_non_exhaustive()
    }
}
