//! Events that were given up: trying again, and putting away.

use chrono::{DateTime, Utc};

use super::state::{Progress, State, from_text, subject, to_text};
use crate::engine::Engine;
use crate::{Change, EventStatus, OutboxEvent, StoredEvent, SyncError};

impl State {
    /// Gives the notes that were given up another life. Answers whether there were any.
    fn revive(&mut self, now: DateTime<Utc>) -> bool {
        let mut revived = false;
        for note in &mut self.notes {
            if let Progress::GivenUp { claimed, .. } = note.progress {
                note.progress = if claimed { Progress::Claimed } else { Progress::Pending };
                revived = true;
            }
        }
        self.retried_at = Some(now);
        revived
    }

    /// Puts the notes away that were given up. Answers whether there were any.
    fn discard(&mut self) -> bool {
        let mut discarded = false;
        for note in &mut self.notes {
            if matches!(note.progress, Progress::GivenUp { .. }) {
                note.progress = Progress::Discarded;
                discarded = true;
            }
        }
        discarded
    }

    /// Puts all notes away that are not written. Answers that something is to be saved.
    fn forget(&mut self) -> bool {
        for note in &mut self.notes {
            if !matches!(note.progress, Progress::Written | Progress::NotApplicable) {
                note.progress = Progress::Discarded;
            }
        }
        true
    }
}

impl Engine {
    /// Forgets an event with its content: the notes that are not written yet are not written any more.
    pub(in crate::engine) async fn forget_event(
        &self,
        integration: &str,
        id: &str,
    ) -> Result<bool, SyncError> {
        self.change_dead(integration, id, State::forget).await
    }

    /// Lets the notes of an event that were given up wait again, as if the event had come now. One that may have been written all the same
    /// is looked for first. The dead letter goes; answers whether there was anything to try.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn retry_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        let now = self.clock.now();
        self.change_dead(integration, id, |state| state.revive(now)).await
    }

    /// Puts the notes of an event away that were given up, and forgets its content if no other note waits. Answers whether there were any.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn discard_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        self.change_dead(integration, id, State::discard).await
    }

    async fn change_dead(
        &self,
        integration: &str,
        id: &str,
        change: impl FnOnce(&mut State) -> bool,
    ) -> Result<bool, SyncError> {
        // Nothing is loaded meanwhile, so that the event is not taken up twice.
        let _one_at_a_time = self.lanes.loading.lock().await;
        let Some(stored) = self.store.event(&self.connection, id).await? else { return Ok(false) };
        if stored.status == EventStatus::Done {
            return Ok(false);
        }
        let entry = self.lanes.entry(id);
        let mut held = match &entry {
            Some(entry) => Some(entry.state.lock().await),
            None => None,
        };
        let mut state = match &held {
            Some(state) => State::clone(state),
            None => from_text(id, &stored.event.state)?,
        };
        if !change(&mut state) {
            return Ok(false);
        }
        let text = to_text(&state)?;
        let set = Change::SetEvent { id: id.to_owned(), state: text.clone(), status: state.status() };
        let letter = Change::RemoveDeadLetter { integration: integration.to_owned(), subject: subject(id) };
        self.commit(vec![set, letter]).await?;
        match (&entry, &mut held) {
            (Some(entry), Some(held)) => {
                **held = state.clone();
                self.lanes.place(entry, &state);
                self.lanes.quieten_claimed(&state);
            }
            _ if state.status() == EventStatus::Waiting => {
                let event = OutboxEvent { state: text, ..stored.event };
                self.take_up(&StoredEvent { event, ..stored }).await?;
            }
            _ => {}
        }
        Ok(true)
    }
}
