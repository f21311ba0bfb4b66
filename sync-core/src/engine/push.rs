//! From Hatch's events to ServiceTitan's notes.
//!
//! An event is stored before the call answers. Each of its notes is then claimed in the store, written, and marked as written. A crash
//! or an unclear failure leaves a claimed note behind: it is settled by reading the target's notes and looking for the note's
//! reference, no earlier than ServiceTitan's own time limit, since until then the write may still be under way.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use hatch_mapping::{HatchEvent, NoteTarget};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Engine;
use super::join::Base;
use crate::{
    Change, DeadLetter, EventStatus, Integration, MirrorRecord, OutboxEvent, Priority, SourceErrorKind,
    StoreError, SyncError,
};

/// ServiceTitan gives up a request after 100 seconds. Until then a note that was sent may still appear.
const SERVICETITAN_TIMEOUT: Duration = Duration::seconds(100);

/// How long a note is tried before it is given up.
const GIVE_UP_AFTER: Duration = Duration::hours(24);

/// What became of a pushed event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushOutcome {
    /// The event was stored, and its notes are as the report says. What is not written yet will be.
    Stored(PushReport),
    /// An event with this ID was stored before; nothing was done.
    Replay,
    /// The push configuration has no target for this kind of event; nothing was stored.
    NotConfigured,
}

/// The notes of one event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushReport {
    /// Each target that the push configuration names, and what became of its note.
    pub notes: Vec<(NoteTarget, NoteOutcome)>,
}

/// What became of one note.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteOutcome {
    /// It is in ServiceTitan.
    Written,
    /// It waits and will be tried again.
    Waiting,
    /// The record has no such target, such as the job of a membership.
    NotApplicable,
    /// It was given up and is among the dead letters.
    GivenUp,
}

/// Why an event was not stored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PushError {
    /// No integration has this name.
    #[error("no integration is called {0:?}")]
    UnknownIntegration(String),
    /// ServiceTitan has no record for the opportunity, and without one there is nowhere to put a note.
    #[error("ServiceTitan has no record for the opportunity {0:?}")]
    NoServiceTitanRecord(String),
    /// The store failed; push again.
    #[error("the event could not be stored: {0}")]
    Store(#[from] StoreError),
}

/// How far the notes of an event are, as the outbox keeps it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    notes: Vec<PendingNote>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PendingNote {
    target: NoteTarget,
    progress: NoteProgress,
}

/// The phases of a note. `Pending → Claimed → Written`; a claimed note whose write surely failed is pending again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum NoteProgress {
    Pending,
    /// About to be sent, or sent, under a claim of this time.
    Claimed(DateTime<Utc>),
    Written,
    NotApplicable,
    GivenUp,
}

impl NoteProgress {
    fn is_final(self) -> bool {
        !matches!(self, NoteProgress::Pending | NoteProgress::Claimed(_))
    }
}

impl Engine {
    /// Turns an event of Hatch into the notes that the integration's push configuration asks for. The event is stored under its ID before
    /// this answers; the notes are tried at once, ahead of all sync traffic, and later again where that failed.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn push(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        let integration = self
            .integration(&event.integration)
            .ok_or_else(|| PushError::UnknownIntegration(event.integration.clone()))?;
        let targets = integration.push.targets(&event);
        if targets.is_empty() {
            return Ok(PushOutcome::NotConfigured);
        }
        if let Ok(None) = self.find_base(integration, &event).await {
            return Err(PushError::NoServiceTitanRecord(event.external_id.clone()));
        }
        let pending = |target| PendingNote { target, progress: NoteProgress::Pending };
        let state = State { notes: targets.into_iter().map(pending).collect() };
        let stored = OutboxEvent {
            id: event.id.clone(),
            event: write(&event)?,
            state: write(&state)?,
            at: self.clock.now(),
        };
        if !self.store.add_event(&self.connection, stored).await? {
            return Ok(PushOutcome::Replay);
        }
        let mut report = PushReport {
            notes: state.notes.iter().map(|note| (note.target, NoteOutcome::Waiting)).collect(),
        };
        // From here on the event is safe: what fails now is tried again.
        match self.push_pending().await {
            Ok(reports) => {
                if let Some((_, pushed)) = reports.into_iter().find(|(id, _)| *id == event.id) {
                    report = pushed;
                }
            }
            Err(error) => tracing::warn!(event = %event.id, %error, "an event waits in the outbox"),
        }
        Ok(PushOutcome::Stored(report))
    }

    /// Tries the notes of every event that waits, oldest event first, and reports each event's by its ID.
    ///
    /// # Errors
    ///
    /// When the store fails. A note that cannot be written now waits for the next call.
    pub async fn push_pending(&self) -> Result<Vec<(String, PushReport)>, SyncError> {
        let _one_at_a_time = self.pushing.lock().await;
        let mut reports = Vec::new();
        // On one target, notes keep the order of their events: behind one that waits, the later ones wait too.
        let mut blocked: HashSet<(NoteTarget, i64)> = HashSet::new();
        for stored in self.store.outbox(&self.connection, 0, usize::MAX).await?.into_iter().map(|it| it.event)
        {
            let report = self.push_event(&stored, &mut blocked).await?;
            reports.push((stored.id, report));
        }
        Ok(reports)
    }

    async fn push_event(
        &self,
        stored: &OutboxEvent,
        blocked: &mut HashSet<(NoteTarget, i64)>,
    ) -> Result<PushReport, SyncError> {
        let event: HatchEvent = read(&stored.event)?;
        let mut state: State = read(&stored.state)?;
        let too_old = self.clock.now() - stored.at > GIVE_UP_AFTER;
        let base = match self.integration(&event.integration) {
            Some(integration) => {
                self.find_base(integration, &event).await.map(|base| Some((integration, base)))
            }
            None => Ok(None),
        };
        match base {
            Ok(Some((integration, Some(base)))) => {
                for index in 0..state.notes.len() {
                    self.push_note(integration, stored, &event, &base, &mut state, index, blocked, too_old)
                        .await?;
                }
            }
            // ServiceTitan cannot be asked: decided later, or given up by age.
            Err(SyncError::Source(error)) if error.kind == SourceErrorKind::Temporary && !too_old => {}
            Err(SyncError::Store(error)) => return Err(error.into()),
            _ => {
                let reason = if too_old {
                    "it could not be delivered in time"
                } else {
                    "ServiceTitan has no record for it"
                };
                give_up_rest(&mut state);
                self.save(stored, &state, Some((&event.integration, reason))).await?;
            }
        }
        Ok(PushReport {
            notes: state.notes.iter().map(|note| (note.target, outcome(note.progress))).collect(),
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one note's whole context, used in this one place")]
    async fn push_note(
        &self,
        integration: &Integration,
        stored: &OutboxEvent,
        event: &HatchEvent,
        base: &Base,
        state: &mut State,
        index: usize,
        blocked: &mut HashSet<(NoteTarget, i64)>,
        too_old: bool,
    ) -> Result<(), SyncError> {
        let PendingNote { target, progress } = state.notes[index];
        if progress.is_final() {
            return Ok(());
        }
        let Some(id) = base.note_target(target) else {
            state.notes[index].progress = NoteProgress::NotApplicable;
            return Ok(self.save(stored, state, None).await?);
        };
        if blocked.contains(&(target, id)) {
            return Ok(());
        }
        if too_old {
            state.notes[index].progress = NoteProgress::GivenUp;
            return Ok(self
                .save(stored, state, Some((&integration.name, "it could not be delivered in time")))
                .await?);
        }
        let reference = reference(&event.id, target, id);
        if let NoteProgress::Claimed(at) = progress {
            // Sent before, with an outcome that nobody saw.
            if self.clock.now() - at < SERVICETITAN_TIMEOUT {
                blocked.insert((target, id));
                return Ok(());
            }
            match self.source.note_texts(target, id).await {
                Ok(texts) if texts.iter().any(|text| text.contains(&reference)) => {
                    state.notes[index].progress = NoteProgress::Written;
                    return Ok(self.save(stored, state, None).await?);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(event = %stored.id, %error, "an unclear note could not be looked for");
                    blocked.insert((target, id));
                    return Ok(());
                }
            }
        }
        state.notes[index].progress = NoteProgress::Claimed(self.clock.now());
        self.save(stored, state, None).await?;
        let content = integration.push.includes_content(event);
        let text = self.renderer.render(event, target, content, &reference);
        let mut reason = None;
        state.notes[index].progress = match self.source.write_note(target, id, &text).await {
            Ok(()) => NoteProgress::Written,
            Err(error) => {
                tracing::warn!(event = %stored.id, %error, "a note could not be written");
                match error.kind {
                    // The claim stays until the target's notes tell.
                    SourceErrorKind::Unclear => state.notes[index].progress,
                    SourceErrorKind::Temporary => NoteProgress::Pending,
                    SourceErrorKind::MissingScope
                    | SourceErrorKind::NotFound
                    | SourceErrorKind::Auth
                    | SourceErrorKind::Refused => {
                        reason = Some(error.message);
                        NoteProgress::GivenUp
                    }
                }
            }
        };
        if !state.notes[index].progress.is_final() {
            blocked.insert((target, id));
        }
        let letter = reason.as_deref().map(|reason| (integration.name.as_str(), reason));
        Ok(self.save(stored, state, letter).await?)
    }

    /// Writes an event's state, and a dead letter where something was given up.
    async fn save(
        &self,
        stored: &OutboxEvent,
        state: &State,
        dead: Option<(&str, &str)>,
    ) -> Result<(), StoreError> {
        let finished = state.notes.iter().all(|note| note.progress.is_final());
        let status = if finished { EventStatus::Done } else { EventStatus::Waiting };
        let mut changes = vec![Change::SetEvent { id: stored.id.clone(), state: write(state)?, status }];
        if let Some((integration, reason)) = dead {
            changes.push(Change::PutDeadLetter(DeadLetter {
                integration: integration.to_owned(),
                subject: format!("event:{}", stored.id),
                reason: reason.to_owned(),
                at: self.clock.now(),
            }));
        }
        self.commit(changes).await
    }

    /// The base record that an event's opportunity stands for: from the mirror, else from ServiceTitan; `None` if there is none.
    async fn find_base(
        &self,
        integration: &Integration,
        event: &HatchEvent,
    ) -> Result<Option<Base>, SyncError> {
        let Some(id) = integration.mapper.base_id(&event.external_id) else { return Ok(None) };
        let resource = integration.base();
        let kept = self.store.records(&self.connection, resource, &[id]).await?;
        if let Some(base) = kept.first().and_then(Base::read) {
            return Ok(Some(base));
        }
        // Not put into the mirror: a base record enters through its own feed only.
        let read = self.source.read_by_ids(resource, &[id], Priority::Interactive).await?;
        Ok(read.records.iter().find(|record: &&MirrorRecord| record.id == id).and_then(Base::read))
    }
}

impl Base {
    /// The ID of the record that a note goes to; `None` where there is no such record.
    fn note_target(&self, target: NoteTarget) -> Option<i64> {
        let id = match (target, self) {
            (NoteTarget::Job, Base::Job(job)) => Some(job.id.get()),
            (NoteTarget::Job, Base::Membership(_)) => None,
            (NoteTarget::Customer, base) => base.customer_id(),
            (NoteTarget::Location, base) => base.location_id(),
        };
        // 0 stands for "none" in some of ServiceTitan's ID fields.
        id.filter(|id| *id != 0)
    }
}

fn give_up_rest(state: &mut State) {
    for note in &mut state.notes {
        if !note.progress.is_final() {
            note.progress = NoteProgress::GivenUp;
        }
    }
}

fn outcome(progress: NoteProgress) -> NoteOutcome {
    match progress {
        NoteProgress::Pending | NoteProgress::Claimed(_) => NoteOutcome::Waiting,
        NoteProgress::Written => NoteOutcome::Written,
        NoteProgress::NotApplicable => NoteOutcome::NotApplicable,
        NoteProgress::GivenUp => NoteOutcome::GivenUp,
    }
}

/// A short mark that stands at the end of a note and in no other: made from the event's ID and the target.
fn reference(event: &str, target: NoteTarget, id: i64) -> String {
    let hash = blake3::hash(format!("{event}\n{target:?}\n{id}").as_bytes()).to_hex();
    format!("[ref {}]", &hash[..12])
}

fn write<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Damaged(format!("an event cannot be written: {error}")))
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Damaged(format!("an event in the outbox cannot be read: {error}")))
}
