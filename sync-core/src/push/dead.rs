//! Dead letters of events: retry, discard, erase.

use chrono::{DateTime, Utc};
use hatch_mapping::HatchEvent;

use super::Push;
use super::lanes::Opportunity;
use super::state::{Progress, State, from_text, subject, to_text};
use crate::{Change, EventStatus, OutboxEvent, StoredEvent, SyncError};

impl State {
    /// Makes waiting notes of the dead letters. Returns whether there were any. The record of a note that surely was not written is decided
    /// anew: its customer may have been merged, which may be why the note was refused.
    fn revive(&mut self, now: DateTime<Utc>) -> bool {
        let mut revived = false;
        for note in &mut self.notes {
            if let Progress::DeadLettered { claimed, .. } = note.progress {
                note.progress = if claimed { Progress::Claimed } else { Progress::Pending };
                note.id = note.id.filter(|_| claimed);
                revived = true;
            }
        }
        self.retried_at = Some(now);
        revived
    }

    /// Discards the dead letters. Returns whether there were any.
    fn discard(&mut self) -> bool {
        let mut discarded = false;
        for note in &mut self.notes {
            if matches!(note.progress, Progress::DeadLettered { .. }) {
                note.progress = Progress::Discarded;
                discarded = true;
            }
        }
        discarded
    }

    /// Discards all notes that are not written.
    fn erase(&mut self) {
        for note in &mut self.notes {
            if !matches!(note.progress, Progress::Written | Progress::NotApplicable) {
                note.progress = Progress::Discarded;
            }
        }
    }
}

/// An operator's wish for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Retry { now: DateTime<Utc> },
    Discard,
    Erase,
}

impl Wish {
    /// Applies the wish to a state. Returns whether that changed anything.
    fn apply(self, state: &mut State) -> bool {
        match self {
            Wish::Retry { now } => state.revive(now),
            Wish::Discard => state.discard(),
            Wish::Erase => {
                state.erase();
                true
            }
        }
    }

    /// Whether the event goes whole, so that an unreadable state does not matter.
    fn takes_all(self, status: EventStatus) -> bool {
        match self {
            Wish::Retry { .. } => false,
            Wish::Discard => status == EventStatus::Dead,
            Wish::Erase => true,
        }
    }
}

impl Push {
    /// Erases an event with its content: the notes that are not written yet are not written any more.
    pub(super) async fn erase_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        self.change_event(integration, id, Wish::Erase).await
    }

    /// Lets the dead-lettered notes of an event wait again.
    pub(crate) async fn retry_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        let now = self.intake.clock.now();
        self.change_event(integration, id, Wish::Retry { now }).await
    }

    /// Discards the dead-lettered notes of an event.
    pub(crate) async fn discard_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        self.change_event(integration, id, Wish::Discard).await
    }

    async fn change_event(&self, integration: &str, id: &str, wish: Wish) -> Result<bool, SyncError> {
        // Nothing is loaded meanwhile, so that the event does not get into the lanes twice.
        let turn = self.lanes.loading_turn().await;
        let letter = Change::RemoveDeadLetter { integration: integration.to_owned(), subject: subject(id) };
        let stored = self.outbox.event(id).await?;
        let Some(stored) = stored.filter(|stored| stored.status != EventStatus::Done) else {
            // There should be no letter about a finished event; one that is there all the same would stay for ever.
            self.outbox.commit(vec![letter]).await?;
            return Ok(false);
        };
        let entry = self.lanes.entry(id);
        let mut held = match &entry {
            Some(entry) => Some(entry.state.lock().await),
            None => None,
        };
        let (mut state, wish) = match &held {
            Some(state) => (State::clone(state), wish),
            None => match from_text(id, &stored.event.state) {
                Ok(state) => (state, wish),
                Err(_) if wish.takes_all(stored.status) => (State::default(), Wish::Erase),
                Err(error) => return Err(error.into()),
            },
        };
        if !wish.apply(&mut state) {
            return Ok(false);
        }
        let text = to_text(&state)?;
        let set = Change::SetEvent { id: id.to_owned(), state: text.clone(), status: state.status() };
        let changes = vec![set, letter];
        match serde_json::from_str::<HatchEvent>(&stored.event.event) {
            // Of an erased event nothing is kept.
            Ok(event) if wish == Wish::Discard && state.status() == EventStatus::Done => {
                let opportunity =
                    Opportunity { integration: event.integration, external_id: event.external_id };
                self.commit_finished(id, &opportunity, &state, changes).await?;
            }
            _ => self.outbox.commit(changes).await?,
        }
        if !self.is_open() {
            // Taken over for this: the lanes are another process's.
            return Ok(true);
        }
        match (&entry, &mut held) {
            (Some(entry), Some(held)) => {
                **held = state.clone();
                self.lanes.place(entry, &state);
                self.quieten_claimed(&state);
            }
            // The event waits where the store has not been read yet: loaded from here, it would be loaded once more.
            _ if stored.position > self.lanes.read_to() => self.load_locked(&turn).await?,
            _ if state.status() == EventStatus::Waiting => {
                let event = OutboxEvent { state: text, ..stored.event };
                self.load_event(&turn, &StoredEvent { event, ..stored }).await?;
            }
            _ => {}
        }
        Ok(true)
    }
}
