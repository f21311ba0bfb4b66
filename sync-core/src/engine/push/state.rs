//! How far the notes of an event are, as the outbox keeps it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use hatch_mapping::NoteTarget;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::lookup::Places;
use super::{PushReport, outcome};
use crate::{DeadLetter, EventStatus, OutboxEvent, StoreError};

/// The notes of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) notes: Vec<Note>,
    /// When an operator had it tried again: its age counts from there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) retried_at: Option<DateTime<Utc>>,
    /// The customer of the base record, and the one whom it was merged into, as far as they are known: a customer is forgotten with the
    /// events about them, also once the base record has left the mirror.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub(super) customers: BTreeSet<i64>,
}

/// One note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) target: NoteTarget,
    /// The record that gets it. Decided once, so that a customer who is merged meanwhile does not get it twice; and anew only for a note
    /// that surely was not written and is tried again.
    pub(super) id: Option<i64>,
    pub(super) progress: Progress,
}

/// The phases of a note. `Pending → Claimed → Written`; a claimed note whose write surely failed is pending again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Progress {
    Pending,
    /// About to be sent, or sent with an outcome that nobody saw.
    Claimed,
    Written,
    NotApplicable,
    /// A dead letter.
    GivenUp {
        /// Whether it may have been written all the same: then it is looked for before it is tried again.
        claimed: bool,
        reason: String,
    },
    /// A dead letter that an operator put away.
    Discarded,
}

impl Progress {
    pub(super) fn is_final(&self) -> bool {
        !matches!(self, Progress::Pending | Progress::Claimed)
    }
}

impl Note {
    fn is_decided(&self) -> bool {
        self.id.is_some() || self.progress.is_final()
    }

    fn give_up(&mut self, reason: &str) {
        let claimed = self.progress == Progress::Claimed;
        self.progress = Progress::GivenUp { claimed, reason: reason.to_owned() };
    }
}

impl State {
    /// Notes for these targets, of which nothing is decided.
    pub(super) fn undecided(targets: impl IntoIterator<Item = NoteTarget>) -> Self {
        let note = |target| Note { target, id: None, progress: Progress::Pending };
        State { notes: targets.into_iter().map(note).collect(), ..State::default() }
    }

    /// Whether it is known for each note where it goes.
    pub(super) fn is_decided(&self) -> bool {
        self.notes.iter().all(Note::is_decided)
    }

    /// Says where the notes go; those without a place do not apply.
    pub(super) fn decide(&mut self, places: &Places) {
        self.customers.extend(places.customers());
        for note in self.notes.iter_mut().filter(|note| !note.is_decided()) {
            note.id = places.of(note.target);
            if note.id.is_none() {
                note.progress = Progress::NotApplicable;
            }
        }
    }

    /// Whether the ID of the job is all that is still to be known.
    pub(super) fn is_job_only(&self) -> bool {
        self.notes.iter().filter(|note| !note.is_decided()).all(|note| note.target == NoteTarget::Job)
    }

    pub(super) fn note(&self, target: NoteTarget) -> Option<&Note> {
        self.notes.iter().find(|note| note.target == target)
    }

    pub(super) fn set(&mut self, target: NoteTarget, progress: Progress) {
        if let Some(note) = self.notes.iter_mut().find(|note| note.target == target) {
            note.progress = progress;
        }
    }

    /// Gives up every note that is not final.
    pub(super) fn give_up(&mut self, reason: &str) {
        self.notes.iter_mut().filter(|note| !note.progress.is_final()).for_each(|note| note.give_up(reason));
    }

    /// Gives up the notes of which nobody knows where they go. Others of the same event may be under way.
    pub(super) fn give_up_undecided(&mut self, reason: &str) {
        self.notes.iter_mut().filter(|note| !note.is_decided()).for_each(|note| note.give_up(reason));
    }

    pub(super) fn status(&self) -> EventStatus {
        if !self.notes.iter().all(|note| note.progress.is_final()) {
            EventStatus::Waiting
        } else if self.dead_reason().is_some() {
            EventStatus::Dead
        } else {
            EventStatus::Done
        }
    }

    /// Why notes were given up, if any was.
    pub(super) fn dead_reason(&self) -> Option<String> {
        let reasons = self.notes.iter().filter_map(|note| match &note.progress {
            Progress::GivenUp { reason, .. } => {
                Some(format!("the note on the {}: {reason}", named(note.target)))
            }
            _ => None,
        });
        let reasons: Vec<String> = reasons.collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    pub(super) fn report(&self) -> PushReport {
        PushReport { notes: self.notes.iter().map(|note| (note.target, outcome(&note.progress))).collect() }
    }
}

fn named(target: NoteTarget) -> &'static str {
    match target {
        NoteTarget::Job => "job",
        NoteTarget::Customer => "customer",
        NoteTarget::Location => "location",
    }
}

/// A short mark that stands at the end of a note and in no other: made from the event's ID and the target.
pub(super) fn reference(event: &str, target: NoteTarget, id: i64) -> String {
    let hash = blake3::hash(format!("{event}\n{target:?}\n{id}").as_bytes()).to_hex();
    format!("[ref {}]", &hash[..12])
}

/// What the subject of a dead letter about an event begins with.
const EVENT: &str = "event:";

/// What a dead letter about an event is called.
pub(super) fn subject(event: &str) -> String {
    format!("{EVENT}{event}")
}

/// The ID of the event that a dead letter is about, if it is about one.
pub(in crate::engine) fn event_of(letter: &DeadLetter) -> Option<&str> {
    letter.subject.strip_prefix(EVENT)
}

/// Whether an event in the outbox is about one of these customers, or has a note for one, as far as its state tells.
pub(in crate::engine) fn concerns_customer(stored: &OutboxEvent, customers: &BTreeSet<i64>) -> bool {
    let to_them = |note: &Note| {
        note.target == NoteTarget::Customer && note.id.is_some_and(|id| customers.contains(&id))
    };
    from_text::<State>(&stored.id, &stored.state)
        .is_ok_and(|state| !state.customers.is_disjoint(customers) || state.notes.iter().any(to_them))
}

/// An event or a state as the outbox keeps it.
pub(super) fn to_text<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Damaged(format!("an event cannot be written: {error}")))
}

/// An event or a state of the outbox. The error says where, not what: the content is a customer's.
pub(super) fn from_text<T: DeserializeOwned>(id: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        StoreError::Damaged(format!("the event {id:?} in the outbox cannot be read ({place})"))
    })
}
