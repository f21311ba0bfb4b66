//! The outbox: events from the store into the lanes, and their states back into the store.

use std::sync::Arc;

use hatch_mapping::HatchEvent;
use serde::Deserialize;

use super::Push;
use super::lanes::{Entry, LoadingTurn, Opportunity};
use super::state::{State, from_text, subject, to_text};
use crate::{Change, DeadLetter, EventStatus, OutboxEvent, StoreError, StoredEvent, SyncError};

/// Number of events that are read from the store at a time.
const PAGE: usize = 500;

impl Push {
    /// Loads the events into the lanes that were stored since the last time, here or elsewhere.
    pub(super) async fn load_outbox(&self) -> Result<(), SyncError> {
        let turn = self.lanes.loading_turn().await;
        self.load_locked(&turn).await
    }

    /// As [`load_outbox`](Self::load_outbox), in a turn that the caller holds.
    pub(super) async fn load_locked(&self, turn: &LoadingTurn<'_>) -> Result<(), SyncError> {
        loop {
            let page = self.outbox.waiting(self.lanes.read_to(), PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            for stored in &page {
                self.load_event(turn, stored).await?;
                // After each: an event in the lanes must not be loaded again where a later one fails.
                self.lanes.set_read_to(stored.position);
            }
        }
    }

    /// Puts a waiting event into the lanes.
    pub(super) async fn load_event(
        &self,
        _turn: &LoadingTurn<'_>,
        stored: &StoredEvent,
    ) -> Result<(), SyncError> {
        let id = &stored.event.id;
        let (event, state) = match (
            from_text::<HatchEvent>(id, &stored.event.event),
            from_text::<State>(id, &stored.event.state),
        ) {
            (Ok(event), Ok(state)) => (event, state),
            (Err(error), _) | (_, Err(error)) => {
                return Ok(self.dead_letter_unreadable(stored, &error).await?);
            }
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
        // A claimed note was sent under an earlier opening, perhaps a moment ago.
        self.quieten_claimed(&state);
        Ok(())
    }

    /// Makes a dead letter of an event that cannot be read, so that it does not hold up the others. A later version that reads the event can
    /// retry it.
    async fn dead_letter_unreadable(
        &self,
        stored: &StoredEvent,
        error: &StoreError,
    ) -> Result<(), StoreError> {
        let OutboxEvent { id, event, mut state, .. } = stored.event.clone();
        let reason = error.to_string();
        if let Ok(mut readable) = from_text::<State>(&id, &state) {
            readable.dead_letter(&reason);
            state = to_text(&readable)?;
        }
        let letter = DeadLetter {
            integration: integration_of(&event),
            subject: subject(&id),
            reason,
            at: self.intake.clock.now(),
        };
        self.outbox
            .commit(vec![
                Change::SetEvent { id, state, status: EventStatus::Dead },
                Change::PutDeadLetter(letter),
            ])
            .await
    }

    /// Commits an event's state, with a dead letter if a note became one.
    pub(super) async fn save(&self, entry: &Entry, state: &State) -> Result<(), StoreError> {
        let status = state.status();
        let mut changes = vec![Change::SetEvent { id: entry.id.clone(), state: to_text(state)?, status }];
        if status == EventStatus::Done {
            return self.commit_finished(&entry.id, &entry.opportunity, state, changes).await;
        }
        if let Some(reason) = state.dead_reason() {
            changes.push(Change::PutDeadLetter(DeadLetter {
                integration: entry.opportunity.integration.clone(),
                subject: subject(&entry.id),
                reason,
                at: self.intake.clock.now(),
            }));
        }
        self.outbox.commit(changes).await
    }
}

/// The integration that an event names, also of an event that cannot be read whole.
pub(super) fn integration_of(event: &str) -> String {
    #[derive(Deserialize)]
    struct OfIntegration {
        integration: String,
    }
    serde_json::from_str::<OfIntegration>(event).map(|event| event.integration).unwrap_or_default()
}
