//! The state of an event: its notes and their progress, as the outbox keeps them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use hatch_mapping::NoteTarget;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::outcome::{NoteOutcome, PushReport};
use super::places::Places;
use crate::{DeadLetter, EventStatus, OutboxEvent, StoreError};

// Reasons of dead letters.
pub(super) const TOO_OLD: &str = "it could not be written in time";
pub(super) const NO_RECORD: &str = "ServiceTitan has no record for the opportunity";
pub(super) const NO_INTEGRATION: &str = "the engine has no integration of that name any more";

/// The state of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) notes: Vec<Note>,
    /// When an operator had the event retried: its age counts from there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) retried_at: Option<DateTime<Utc>>,
    /// The customer of the base record, and the one whom that was merged into, as far as they are known: a customer is erased with the
    /// events about them, also once the base record was pruned.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub(super) customers: BTreeSet<i64>,
}

/// One note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) target: NoteTarget,
    /// The record that gets the note. Decided once, so that a customer who is merged meanwhile does not get the note twice; decided anew
    /// only for the retry of a note that surely was not written.
    pub(super) id: Option<i64>,
    pub(super) progress: Progress,
    /// When the note was claimed last, by the clock of the process that did. `None` for a note that an earlier version claimed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) claimed_at: Option<DateTime<Utc>>,
}

/// The phases of a note. `Pending → Claimed → Written`; a claimed note whose write surely failed is pending again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Progress {
    Pending,
    /// About to be sent, or sent with an unknown outcome.
    Claimed,
    Written,
    NotApplicable,
    /// A dead letter.
    #[serde(rename = "given_up")]
    DeadLettered {
        /// Whether the note may have been written all the same: then it is looked for before a retry.
        claimed: bool,
        reason: String,
    },
    /// A dead letter that an operator discarded.
    Discarded,
}

impl Progress {
    pub(super) fn is_final(&self) -> bool {
        !matches!(self, Progress::Pending | Progress::Claimed)
    }

    /// The progress of a note that becomes a dead letter here.
    pub(super) fn dead_lettered(&self, reason: &str) -> Progress {
        Progress::DeadLettered { claimed: *self == Progress::Claimed, reason: reason.to_owned() }
    }

    fn outcome(&self) -> NoteOutcome {
        match self {
            Progress::Pending | Progress::Claimed => NoteOutcome::Waiting,
            Progress::Written => NoteOutcome::Written,
            Progress::NotApplicable => NoteOutcome::NotApplicable,
            Progress::DeadLettered { .. } | Progress::Discarded => NoteOutcome::DeadLettered,
        }
    }
}

impl Note {
    fn is_decided(&self) -> bool {
        self.id.is_some() || self.progress.is_final()
    }

    fn dead_letter(&mut self, reason: &str) {
        self.progress = self.progress.dead_lettered(reason);
    }
}

impl State {
    /// A state of undecided notes for these targets.
    pub(super) fn undecided(targets: impl IntoIterator<Item = NoteTarget>) -> Self {
        let note = |target| Note { target, id: None, progress: Progress::Pending, claimed_at: None };
        State { notes: targets.into_iter().map(note).collect(), ..State::default() }
    }

    /// Whether the record is known that each note goes to.
    pub(super) fn is_decided(&self) -> bool {
        self.notes.iter().all(Note::is_decided)
    }

    /// Decides the records that the undecided notes go to; notes without a record do not apply.
    pub(super) fn decide(&mut self, places: &Places) {
        self.customers.extend(places.customers());
        for note in self.notes.iter_mut().filter(|note| !note.is_decided()) {
            note.id = places.of(note.target);
            if note.id.is_none() {
                note.progress = Progress::NotApplicable;
            }
        }
    }

    /// Whether every undecided note goes to the job.
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

    /// Claims the note on a target at this time.
    pub(super) fn claim(&mut self, target: NoteTarget, now: DateTime<Utc>) {
        for note in self.notes.iter_mut().filter(|note| note.target == target) {
            (note.progress, note.claimed_at) = (Progress::Claimed, Some(now));
        }
    }

    /// Makes dead letters of all notes that are not final.
    pub(super) fn dead_letter(&mut self, reason: &str) {
        self.notes
            .iter_mut()
            .filter(|note| !note.progress.is_final())
            .for_each(|note| note.dead_letter(reason));
    }

    /// Makes dead letters of the undecided notes. Others of the same event may be under way.
    pub(super) fn dead_letter_undecided(&mut self, reason: &str) {
        self.notes.iter_mut().filter(|note| !note.is_decided()).for_each(|note| note.dead_letter(reason));
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

    /// The reasons of the dead letters among the notes, if there are any.
    pub(super) fn dead_reason(&self) -> Option<String> {
        let reasons = self.notes.iter().filter_map(|note| match &note.progress {
            Progress::DeadLettered { reason, .. } => {
                Some(format!("the note on the {}: {reason}", named(note.target)))
            }
            _ => None,
        });
        let reasons: Vec<String> = reasons.collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    pub(super) fn report(&self) -> PushReport {
        PushReport { notes: self.notes.iter().map(|note| (note.target, note.progress.outcome())).collect() }
    }
}

fn named(target: NoteTarget) -> &'static str {
    match target {
        NoteTarget::Job => "job",
        NoteTarget::Customer => "customer",
        NoteTarget::Location => "location",
    }
}

/// The reference at the end of a note, which no other note has: made from the event's ID and the target.
pub(super) fn reference(event: &str, target: NoteTarget, id: i64) -> String {
    let hash = blake3::hash(format!("{event}\n{target:?}\n{id}").as_bytes()).to_hex();
    format!("[ref {}]", &hash[..12])
}

/// The subject of a dead letter about an event.
pub(super) fn subject(event: &str) -> String {
    format!("{}{event}", DeadLetter::OF_EVENT)
}

/// Whether an event in the outbox is about one of these customers, or has a note for one, as far as its state tells.
pub(super) fn concerns_customer(stored: &OutboxEvent, customers: &BTreeSet<i64>) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_an_earlier_version_stored_reads_and_writes_as_it_was() {
        let stored = concat!(
            r#"{"notes":[{"target":"job","id":42,"progress":{"given_up":{"claimed":true,"reason":"late"}}},"#,
            r#"{"target":"customer","id":null,"progress":"not_applicable"}],"customers":[8]}"#
        );
        let state: State = from_text("e", stored).unwrap();
        let reason = "late".to_owned();
        assert_eq!(state.notes[0].progress, Progress::DeadLettered { claimed: true, reason });
        assert_eq!(to_text(&state).unwrap(), stored);
    }
}
