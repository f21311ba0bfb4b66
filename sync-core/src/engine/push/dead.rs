//! Events that were given up: trying again, and putting away.

use chrono::{DateTime, Utc};

use super::state::{Progress, State, from_text, subject, to_text};
use crate::engine::Engine;
use crate::{Change, EventStatus, OutboxEvent, StoredEvent, SyncError};

impl State {
    /// Gives the notes that were given up another life. Answers whether there were any. Where one goes that surely was not written is decided
    /// anew: its customer may have been merged, which may be why it was refused.
    fn revive(&mut self, now: DateTime<Utc>) -> bool {
        let mut revived = false;
        for note in &mut self.notes {
            if let Progress::GivenUp { claimed, .. } = note.progress {
                note.progress = if claimed { Progress::Claimed } else { Progress::Pending };
                note.id = note.id.filter(|_| claimed);
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

    /// Puts all notes away that are not written.
    fn forget(&mut self) {
        for note in &mut self.notes {
            if !matches!(note.progress, Progress::Written | Progress::NotApplicable) {
                note.progress = Progress::Discarded;
            }
        }
    }
}

/// What is to become of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Retry { now: DateTime<Utc> },
    Discard,
    Forget,
}

impl Wish {
    /// Answers whether that changed anything.
    fn apply(self, state: &mut State) -> bool {
        match self {
            Wish::Retry { now } => state.revive(now),
            Wish::Discard => state.discard(),
            Wish::Forget => {
                state.forget();
                true
            }
        }
    }

    /// Whether an event goes whole, so that it is of no matter if its state cannot be read.
    fn takes_all(self, status: EventStatus) -> bool {
        match self {
            Wish::Retry { .. } => false,
            Wish::Discard => status == EventStatus::Dead,
            Wish::Forget => true,
        }
    }
}

impl Engine {
    /// Forgets an event with its content: the notes that are not written yet are not written any more.
    pub(in crate::engine) async fn forget_event(
        &self,
        integration: &str,
        id: &str,
    ) -> Result<bool, SyncError> {
        self.change_event(integration, id, Wish::Forget).await
    }

    /// Lets the notes of an event that were given up wait again, as if the event had come now. One that may have been written all the same
    /// is looked for first; where another one goes is decided anew. The dead letter goes; answers whether there was anything to try.
    ///
    /// If the future is dropped in the midst, the event may wait until the connection is opened again.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn retry_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        let now = self.clock.now();
        self.change_event(integration, id, Wish::Retry { now }).await
    }

    /// Puts the notes of an event away that were given up, and forgets its content if no other note waits. Answers whether there were any.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn discard_event(&self, integration: &str, id: &str) -> Result<bool, SyncError> {
        self.change_event(integration, id, Wish::Discard).await
    }

    async fn change_event(&self, integration: &str, id: &str, wish: Wish) -> Result<bool, SyncError> {
        // Nothing is loaded meanwhile, so that the event is not taken up twice.
        let _one_at_a_time = self.lanes.loading.lock().await;
        let letter = Change::RemoveDeadLetter { integration: integration.to_owned(), subject: subject(id) };
        let stored = self.store.event(&self.connection, id).await?;
        let Some(stored) = stored.filter(|stored| stored.status != EventStatus::Done) else {
            // There should be no letter about it; one that is there all the same would stay for ever.
            self.commit(vec![letter]).await?;
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
                Err(_) if wish.takes_all(stored.status) => (State::default(), Wish::Forget),
                Err(error) => return Err(error.into()),
            },
        };
        if !wish.apply(&mut state) {
            return Ok(false);
        }
        let text = to_text(&state)?;
        let set = Change::SetEvent { id: id.to_owned(), state: text.clone(), status: state.status() };
        self.commit(vec![set, letter]).await?;
        match (&entry, &mut held) {
            (Some(entry), Some(held)) => {
                **held = state.clone();
                self.lanes.place(entry, &state);
                self.lanes.quieten_claimed(&state);
            }
            // It waits where the store has not been read yet: taken up from here, it would be taken up once more.
            _ if stored.position > self.lanes.read_to() => self.load_locked().await?,
            _ if state.status() == EventStatus::Waiting => {
                let event = OutboxEvent { state: text, ..stored.event };
                self.take_up(&StoredEvent { event, ..stored }).await?;
            }
            _ => {}
        }
        Ok(true)
    }
}
