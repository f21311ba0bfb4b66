//! Notes on jobs, customers and locations.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

/// A note on a job, customer or location.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The note's ID. ServiceTitan shows it for customers and locations only.
    pub id: i64,
    /// The note's text.
    pub text: String,
    /// True if the note is pinned to the top.
    pub is_pinned: bool,
    /// The time of writing, by the world's clock.
    pub created_on: DateTime<Utc>,
}

/// The kind of record that a note hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteParent {
    /// A job.
    Job,
    /// A customer.
    Customer,
    /// A location.
    Location,
}

/// The notes of all records.
#[derive(Debug, Default)]
pub(super) struct Notes(HashMap<(NoteParent, i64), Vec<Note>>);

impl Notes {
    /// The notes of one record, oldest first.
    pub(super) fn of(&self, parent: NoteParent, id: i64) -> &[Note] {
        self.0.get(&(parent, id)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Every note with its record, in the order of writing.
    pub(super) fn all(&self) -> impl Iterator<Item = (NoteParent, i64, &Note)> {
        let mut notes: Vec<_> = self
            .0
            .iter()
            .flat_map(|((parent, id), notes)| notes.iter().map(|note| (*parent, *id, note)))
            .collect();
        notes.sort_unstable_by_key(|(_, _, note)| note.id);
        notes.into_iter()
    }

    pub(super) fn add(&mut self, parent: NoteParent, id: i64, note: Note) {
        self.0.entry((parent, id)).or_default().push(note);
    }
}
