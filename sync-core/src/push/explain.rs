//! Explanations of events: the targets of an event of Hatch, and what became of each note. Reads only.

use chrono::{DateTime, Utc};
use hatch_mapping::{HatchEvent, HatchEventKind, NoteTarget};
use serde::Serialize;

use super::history::{FinishedEvent, FinishedNote, finished_ids};
use super::state::{Note, Progress, State, from_text, reference};
use crate::integrations::Integrations;
use crate::mirror::{Reads, keys};
use crate::{DeadLetter, EventStatus, Integration, StoreError, StoredEvent};

/// Number of events that are read at a time.
const PAGE: usize = 500;

/// The explanation of an event of Hatch. Has no names and no text of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EventExplanation {
    /// The event's ID.
    pub id: String,
    /// The time at which the event was stored, by the host's clock.
    pub stored_at: DateTime<Utc>,
    /// The progress of the event as a whole.
    pub progress: EventProgress,
    /// The integration that the event names. `None` if the event cannot be read, or was finished too long ago.
    pub integration: Option<String>,
    /// The opportunity's `externalID`. `None` as for `integration`.
    pub external_id: Option<String>,
    /// The kind of event. `None` as for `integration`, and once the event is finished.
    pub kind: Option<HatchEventKind>,
    /// The time of the event in Hatch. `None` as for `kind`.
    pub happened_at: Option<DateTime<Utc>>,
    /// The time at which an operator had the event tried again.
    pub retried_at: Option<DateTime<Utc>>,
    /// Each target with its note. Empty if the event cannot be read, or was finished too long ago: what became of the notes is kept for the 50
    /// newest finished events of an opportunity.
    pub notes: Vec<NoteExplanation>,
    /// The dead letter about the event.
    pub dead_letter: Option<DeadLetter>,
}

/// The progress of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventProgress {
    /// A note waits to be written.
    Waiting,
    /// A note is a dead letter.
    DeadLettered,
    /// Each note is written, does not apply or was discarded. The event's content is not kept.
    Finished,
}

/// The explanation of one note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NoteExplanation {
    /// The kind of record that gets the note.
    pub target: NoteTarget,
    /// That record's ID; `None` as long as it was not looked up, if there is no such record, or once the event is finished.
    pub record_id: Option<i64>,
    /// The progress of the note.
    pub progress: NoteProgress,
    /// The reason for which the note is a dead letter, without customer data.
    pub reason: Option<String>,
    /// The text at the end of the note by which it is found in ServiceTitan; `None` if the integration's notes have none.
    pub reference: Option<String>,
}

/// The progress of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoteProgress {
    /// The note waits for its turn, or is tried again after a failure.
    Waiting,
    /// The note was sent or is being sent, and ServiceTitan's answer is not known. It is looked for before it is sent again.
    Unclear,
    /// The note is in ServiceTitan.
    Written,
    /// The opportunity has no such record, such as the job of a membership.
    NotApplicable,
    /// The note is a dead letter.
    DeadLettered,
    /// The note was a dead letter, and an operator discarded it.
    Discarded,
}

/// Reads events for explanations.
#[derive(Clone)]
pub(crate) struct EventExplainer {
    reads: Reads,
    integrations: Integrations,
}

impl EventExplainer {
    pub(crate) fn new(reads: Reads, integrations: Integrations) -> Self {
        EventExplainer { reads, integrations }
    }

    /// Explains an event; `None` if none was ever stored under this ID.
    pub(crate) async fn explain(&self, id: &str) -> Result<Option<EventExplanation>, StoreError> {
        let Some(stored) = self.reads.event(id).await? else { return Ok(None) };
        let letters = self.reads.dead_letters().await?;
        Ok(Some(self.explain_stored(&stored, &letters).await?))
    }

    /// Explains the events of an opportunity, oldest first: the unfinished ones, and the newest finished ones.
    pub(crate) async fn explain_events_of(
        &self,
        integration: &Integration,
        id: i64,
        letters: &[DeadLetter],
    ) -> Result<Vec<EventExplanation>, StoreError> {
        let mut events = Vec::new();
        let mut after = 0;
        loop {
            let page = self.reads.outbox(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.position;
            events.extend(page);
        }
        for letter in letters.iter().filter(|letter| letter.integration == integration.name) {
            let Some(event) = letter.event_id() else { continue };
            events.extend(self.reads.event(event).await?);
        }
        for event in finished_ids(&self.reads, integration, id).await? {
            events.extend(self.reads.event(&event).await?);
        }
        events.sort_by_key(|stored| stored.position);
        events.dedup_by_key(|stored| stored.position);
        let is_about = |event: &EventExplanation| {
            let external_id = event.external_id.as_deref();
            event.integration.as_ref() == Some(&integration.name)
                && external_id.and_then(|external_id| integration.mapper.base_id(external_id)) == Some(id)
        };
        let mut explained = Vec::new();
        for stored in &events {
            explained.extend(Some(self.explain_stored(stored, letters).await?).filter(is_about));
        }
        Ok(explained)
    }

    async fn explain_stored(
        &self,
        stored: &StoredEvent,
        letters: &[DeadLetter],
    ) -> Result<EventExplanation, StoreError> {
        let id = &stored.event.id;
        if stored.status == EventStatus::Done {
            let finished = self.reads.json_value(&keys::finished_event(id)).await?;
            return Ok(explain_finished(stored, finished));
        }
        let event: Option<HatchEvent> = serde_json::from_str(&stored.event.event).ok();
        let state: State = from_text(id, &stored.event.state).unwrap_or_default();
        let integration = event.as_ref().and_then(|event| self.integrations.find(&event.integration));
        let has_references = integration.is_some_and(|integration| integration.note_references);
        let letter = letters.iter().find(|letter| letter.event_id() == Some(id));
        let retried_at = state.retried_at;
        Ok(EventExplanation {
            id: id.clone(),
            stored_at: stored.event.at,
            progress: match stored.status {
                EventStatus::Waiting => EventProgress::Waiting,
                EventStatus::Dead => EventProgress::DeadLettered,
                EventStatus::Done => EventProgress::Finished,
            },
            external_id: event.as_ref().map(|event| event.external_id.clone()),
            kind: event.as_ref().map(|event| event.kind),
            happened_at: event.as_ref().map(|event| event.at),
            integration: event.map(|event| event.integration),
            retried_at,
            notes: state.notes.into_iter().map(|note| explain_note(id, note, has_references)).collect(),
            dead_letter: letter.cloned(),
        })
    }
}

fn explain_finished(stored: &StoredEvent, finished: Option<FinishedEvent>) -> EventExplanation {
    let (integration, external_id, notes) = match finished {
        Some(finished) => (Some(finished.integration), Some(finished.external_id), finished.notes),
        None => (None, None, Vec::new()),
    };
    let note = |note: FinishedNote| {
        let (progress, reason) = explain_progress(note.progress);
        NoteExplanation { target: note.target, record_id: None, progress, reason, reference: note.reference }
    };
    EventExplanation {
        id: stored.event.id.clone(),
        stored_at: stored.event.at,
        progress: EventProgress::Finished,
        integration,
        external_id,
        kind: None,
        happened_at: None,
        retried_at: None,
        notes: notes.into_iter().map(note).collect(),
        dead_letter: None,
    }
}

fn explain_note(event: &str, note: Note, has_references: bool) -> NoteExplanation {
    let reference = note.id.filter(|_| has_references).map(|id| reference(event, note.target, id));
    let (progress, reason) = explain_progress(note.progress);
    NoteExplanation { target: note.target, record_id: note.id, progress, reason, reference }
}

fn explain_progress(progress: Progress) -> (NoteProgress, Option<String>) {
    match progress {
        Progress::Pending => (NoteProgress::Waiting, None),
        Progress::Claimed => (NoteProgress::Unclear, None),
        Progress::Written => (NoteProgress::Written, None),
        Progress::NotApplicable => (NoteProgress::NotApplicable, None),
        Progress::DeadLettered { reason, .. } => (NoteProgress::DeadLettered, Some(reason)),
        Progress::Discarded => (NoteProgress::Discarded, None),
    }
}
