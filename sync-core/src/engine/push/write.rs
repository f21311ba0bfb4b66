//! Working on a lane: looking for records, claiming notes and writing them.

use std::sync::Arc;

use chrono::TimeDelta;
use futures::{StreamExt, TryStreamExt, stream};
use hatch_mapping::{HatchEvent, NoteTarget};
use serde::Deserialize;

use super::SERVICETITAN_TIMEOUT;
use super::intake::Intake;
use super::lanes::{Entry, LaneKey, Opportunity, Turn};
use super::state::{Progress, State, from_text, reference, subject, to_text};
use crate::engine::Engine;
use crate::{
    Change, DeadLetter, EventStatus, Integration, OutboxEvent, SourceError, SourceErrorKind, StoreError,
    StoredEvent, SyncError,
};

/// How many events are read from the outbox at a time.
const PAGE: usize = 500;

/// How many targets are written to at a time.
pub(super) const CONCURRENT_LANES: usize = 64;

const TOO_OLD: &str = "it could not be written in time";
const NO_RECORD: &str = "ServiceTitan has no record for the opportunity";
const NO_INTEGRATION: &str = "the engine has no integration of that name any more";

/// How far a lane is worked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive {
    /// Whether what failed a moment ago is tried too.
    pub(super) insisting: bool,
    /// The position of the last event that is of concern.
    pub(super) up_to: u64,
    /// Whether it goes on when the engine is asked to stop.
    pub(super) to_the_end: bool,
}

impl Drive {
    /// All that is due, until the engine is asked to stop.
    pub(super) const DUE: Drive = Drive { insisting: false, up_to: u64::MAX, to_the_end: false };
    /// All that waits.
    pub(super) const WAITING: Drive = Drive { insisting: true, up_to: u64::MAX, to_the_end: true };

    /// What is due of an event, and of those ahead of it: those behind are no concern of who waits for this one.
    pub(super) fn for_event(entry: &Entry) -> Drive {
        Drive { insisting: false, up_to: entry.position, to_the_end: true }
    }
}

/// What became of an attempt at a lane's first note.
enum Attempt {
    /// Nothing is left to do for it.
    Settled,
    /// Later, after a pause.
    Failed,
    /// Later, once it is certain that it will not arrive any more.
    Unclear,
}

impl Engine {
    pub(super) fn intake(&self) -> Intake<'_> {
        Intake {
            connection: &self.connection,
            source: self.source.as_ref(),
            store: self.store.as_ref(),
            clock: self.clock.as_ref(),
            integrations: &self.integrations,
        }
    }

    /// Takes the events into the lanes that were stored since the last time, here or elsewhere.
    pub(super) async fn load_outbox(&self) -> Result<(), SyncError> {
        let _one_at_a_time = self.lanes.loading.lock().await;
        self.load_locked().await
    }

    /// The same, for who holds the lock for it.
    pub(super) async fn load_locked(&self) -> Result<(), SyncError> {
        loop {
            let page = self.store.outbox(&self.connection, self.lanes.read_to(), PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            for stored in &page {
                self.take_up(stored).await?;
                // After each: one that is under way must not be taken up again where a later one fails.
                self.lanes.set_read_to(stored.position);
            }
        }
    }

    /// Takes a waiting event into the lanes.
    pub(super) async fn take_up(&self, stored: &StoredEvent) -> Result<(), SyncError> {
        let id = &stored.event.id;
        let (event, state) = match (
            from_text::<HatchEvent>(id, &stored.event.event),
            from_text::<State>(id, &stored.event.state),
        ) {
            (Ok(event), Ok(state)) => (event, state),
            (Err(error), _) | (_, Err(error)) => return Ok(self.bury(stored, &error).await?),
        };
        let entry = Arc::new(Entry {
            position: stored.position,
            id: event.id,
            at: stored.event.at,
            opportunity: Opportunity { integration: event.integration, external_id: event.external_id },
            state: tokio::sync::Mutex::new(state.clone()),
        });
        if state.status() != EventStatus::Waiting {
            return Ok(self.save(&entry, &state).await?);
        }
        self.lanes.place(&entry, &state);
        // Sent under an earlier opening, perhaps a moment ago.
        self.lanes.quieten_claimed(&state);
        Ok(())
    }

    /// Makes a dead letter of an event that cannot be read, so that it does not hold up the others. It can be tried again by a version that
    /// reads it.
    async fn bury(&self, stored: &StoredEvent, error: &StoreError) -> Result<(), StoreError> {
        let OutboxEvent { id, event, mut state, .. } = stored.event.clone();
        let reason = error.to_string();
        if let Ok(mut readable) = from_text::<State>(&id, &state) {
            readable.give_up(&reason);
            state = to_text(&readable)?;
        }
        let letter = DeadLetter {
            integration: integration_of(&event),
            subject: subject(&id),
            reason,
            at: self.clock.now(),
        };
        self.commit(vec![
            Change::SetEvent { id, state, status: EventStatus::Dead },
            Change::PutDeadLetter(letter),
        ])
        .await
    }

    /// Works on several lanes at a time.
    pub(super) async fn drive_all(&self, lanes: Vec<LaneKey>) -> Result<(), SyncError> {
        let drives = stream::iter(&lanes).map(|key| self.drive(key, Drive::WAITING));
        drives.buffer_unordered(CONCURRENT_LANES).try_collect().await
    }

    /// Works on a lane until it is empty, has to rest, or is done as far as asked.
    pub(super) async fn drive(&self, key: &LaneKey, drive: Drive) -> Result<(), SyncError> {
        let Some(mut turn) = self.lanes.turn(key).await else { return Ok(()) };
        while let Some(entry) = self.lanes.first(key, drive.insisting) {
            if entry.position > drive.up_to || (self.cancelled() && !drive.to_the_end) {
                break;
            }
            let attempt = match key {
                LaneKey::Lookup(opportunity) => self.look_up(key, opportunity, &entry).await?,
                LaneKey::Target(target, id) => self.attempt(*target, *id, &entry, &mut turn).await?,
            };
            match attempt {
                Attempt::Settled => self.lanes.settle(key, &entry),
                Attempt::Failed => {
                    self.lanes.pause(key);
                    return Ok(());
                }
                Attempt::Unclear => {
                    self.lanes.quieten(key, SERVICETITAN_TIMEOUT);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Looks for the record of an opportunity, and decides all events that wait for it.
    async fn look_up(
        &self,
        key: &LaneKey,
        opportunity: &Opportunity,
        first: &Arc<Entry>,
    ) -> Result<Attempt, SyncError> {
        // One that comes meanwhile may need more of the record than these do.
        let waiting = self.lanes.waiting_in(key);
        let found = match self.integration(&opportunity.integration) {
            Some(integration) => match integration.mapper.base_id(&opportunity.external_id) {
                Some(base_id) => {
                    let mut job_only = true;
                    for entry in &waiting {
                        job_only &= entry.state.lock().await.is_job_only();
                    }
                    self.intake().places(integration, base_id, job_only).await
                }
                None => Ok(None),
            },
            None => Ok(None),
        };
        let places = match found {
            Ok(places) => places,
            Err(SyncError::Source(error)) if error.kind == SourceErrorKind::NotFound => None,
            Err(SyncError::Source(error)) => {
                tracing::warn!(event = %first.id, %error, "an event's record could not be looked for");
                if !self.is_too_old(first).await {
                    return Ok(Attempt::Failed);
                }
                return self.decide(first, |state| state.give_up_undecided(TOO_OLD)).await;
            }
            Err(error) => return Err(error),
        };
        let integration = self.integration(&opportunity.integration);
        for entry in waiting {
            self.decide(&entry, |state| match (integration, places) {
                (None, _) => state.give_up_undecided(NO_INTEGRATION),
                (Some(_), None) => state.give_up_undecided(NO_RECORD),
                (Some(_), Some(places)) => state.decide(&places),
            })
            .await?;
        }
        Ok(Attempt::Settled)
    }

    /// Writes down where the notes of an event go, and lets them wait there.
    async fn decide(
        &self,
        entry: &Arc<Entry>,
        decide: impl FnOnce(&mut State),
    ) -> Result<Attempt, SyncError> {
        let mut state = entry.state.lock().await;
        let mut decided = state.clone();
        decide(&mut decided);
        self.save(entry, &decided).await?;
        *state = decided;
        self.lanes.place(entry, &state);
        // Another note of it may be under way.
        self.lanes.quieten_claimed(&state);
        Ok(Attempt::Settled)
    }

    /// Tries the first note of a target's lane.
    async fn attempt(
        &self,
        target: NoteTarget,
        id: i64,
        entry: &Entry,
        turn: &mut Turn<'_>,
    ) -> Result<Attempt, SyncError> {
        let Some(progress) = entry.state.lock().await.note(target).map(|note| note.progress.clone()) else {
            return Ok(Attempt::Settled);
        };
        if progress.is_final() {
            return Ok(Attempt::Settled);
        }
        let Some(integration) = self.integration(&entry.opportunity.integration) else {
            return self.finish(entry, target, given_up(&progress, NO_INTEGRATION)).await;
        };
        if progress == Progress::Claimed && integration.note_references {
            let too_old = self.is_too_old(entry).await;
            match self.source.note_texts(target, id).await {
                Ok(texts) => {
                    let reference = reference(&entry.id, target, id);
                    if texts.iter().any(|text| text.contains(&reference)) {
                        return self.finish(entry, target, Progress::Written).await;
                    }
                    // It did not arrive, and will not any more.
                    if too_old {
                        return self.finish(entry, target, given_up(&Progress::Pending, TOO_OLD)).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(event = %entry.id, %error, "a note that may have been written could not be looked for");
                    if too_old || is_lasting(&error) {
                        let reason = format!(
                            "it may have been written, and could not be looked for: {}",
                            error.message
                        );
                        return self.finish(entry, target, given_up(&progress, &reason)).await;
                    }
                    return Ok(Attempt::Failed);
                }
            }
        }
        self.write(integration, target, id, entry, turn).await
    }

    /// Claims a note and writes it.
    async fn write(
        &self,
        integration: &Integration,
        target: NoteTarget,
        id: i64,
        entry: &Entry,
        turn: &mut Turn<'_>,
    ) -> Result<Attempt, SyncError> {
        let Some(text) = self.text(integration, target, id, entry).await? else {
            return Ok(Attempt::Settled);
        };
        // Under the epoch, and the last thing before the note leaves: an engine that was fenced off sends nothing any more, and nobody
        // sends what was put away meanwhile.
        if !self.set(entry, target, Progress::Claimed).await? {
            return Ok(Attempt::Settled);
        }
        turn.sending = true;
        let written = self.source.write_note(target, id, &text).await;
        turn.sending = false;
        let error = match written {
            Ok(()) => return self.finish(entry, target, Progress::Written).await,
            Err(error) => error,
        };
        tracing::warn!(event = %entry.id, %error, "a note could not be written");
        let unclear = error.kind == SourceErrorKind::Unclear;
        if unclear && integration.note_references {
            // The claim stays until the target's notes tell.
            return Ok(Attempt::Unclear);
        }
        if is_lasting(&error) {
            return self.finish(entry, target, given_up(&Progress::Pending, &error.message)).await;
        }
        let progress = if unclear { Progress::Claimed } else { Progress::Pending };
        if self.is_too_old(entry).await {
            let reason = format!("{TOO_OLD}: {}", error.message);
            return self.finish(entry, target, given_up(&progress, &reason)).await;
        }
        self.set(entry, target, progress).await?;
        Ok(Attempt::Failed)
    }

    /// The text of a note; `None` if the event is not there any more.
    async fn text(
        &self,
        integration: &Integration,
        target: NoteTarget,
        id: i64,
        entry: &Entry,
    ) -> Result<Option<String>, SyncError> {
        let Some(stored) = self.store.event(&self.connection, &entry.id).await? else { return Ok(None) };
        if stored.status != EventStatus::Waiting {
            return Ok(None);
        }
        let event: HatchEvent = from_text(&entry.id, &stored.event.event)?;
        let content = integration.push.includes_content(&event);
        if !integration.note_references {
            return Ok(Some(self.renderer.render(&event, target, content, "").trim_end().to_owned()));
        }
        let reference = reference(&entry.id, target, id);
        let mut text = self.renderer.render(&event, target, content, &reference);
        if !text.contains(&reference) {
            // A renderer that forgets it would have the note written twice after an unclear failure.
            text = format!("{text}\n{reference}");
        }
        Ok(Some(text))
    }

    async fn is_too_old(&self, entry: &Entry) -> bool {
        let since = entry.state.lock().await.retried_at.unwrap_or(entry.at);
        let limit = TimeDelta::from_std(self.give_up_notes_after).unwrap_or(TimeDelta::MAX);
        self.clock.now() - since > limit
    }

    async fn finish(
        &self,
        entry: &Entry,
        target: NoteTarget,
        progress: Progress,
    ) -> Result<Attempt, SyncError> {
        self.set(entry, target, progress).await?;
        Ok(Attempt::Settled)
    }

    /// Writes down how far a note is, unless it was put away meanwhile, and answers whether it did. What is in memory follows what is in the
    /// store.
    async fn set(&self, entry: &Entry, target: NoteTarget, progress: Progress) -> Result<bool, StoreError> {
        let mut state = entry.state.lock().await;
        if state.note(target).is_none_or(|note| note.progress.is_final()) {
            return Ok(false);
        }
        let mut changed = state.clone();
        changed.set(target, progress);
        self.save(entry, &changed).await?;
        *state = changed;
        Ok(true)
    }

    /// Writes an event's state, and a dead letter where something was given up.
    pub(super) async fn save(&self, entry: &Entry, state: &State) -> Result<(), StoreError> {
        let status = state.status();
        let mut changes = vec![Change::SetEvent { id: entry.id.clone(), state: to_text(state)?, status }];
        if let Some(reason) = state.dead_reason() {
            changes.push(Change::PutDeadLetter(DeadLetter {
                integration: entry.opportunity.integration.clone(),
                subject: subject(&entry.id),
                reason,
                at: self.clock.now(),
            }));
        }
        self.commit(changes).await
    }
}

/// The integration that an event names, as far as that can be read of one that cannot be read whole.
pub(in crate::engine) fn integration_of(event: &str) -> String {
    #[derive(Deserialize)]
    struct OfIntegration {
        integration: String,
    }
    serde_json::from_str::<OfIntegration>(event).map(|event| event.integration).unwrap_or_default()
}

fn given_up(before: &Progress, reason: &str) -> Progress {
    Progress::GivenUp { claimed: *before == Progress::Claimed, reason: reason.to_owned() }
}

/// Whether trying again is of no use. Credentials and scopes are not among it: somebody repairs them, and the notes are written late rather
/// than never.
fn is_lasting(error: &SourceError) -> bool {
    matches!(error.kind, SourceErrorKind::NotFound | SourceErrorKind::Refused)
}
