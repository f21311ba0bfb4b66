//! The entry of events: stored, and their notes tried.

use futures::future::join_all;
use hatch_mapping::HatchEvent;

use super::Push;
use super::drive::Drive;
use super::intake::Prepared;
use super::lanes::Entry;
use super::outcome::{PushError, PushOutcome, PushReport};
use crate::SyncError;

impl Push {
    /// Stores an event and tries its notes at once.
    pub(crate) async fn push(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        let (stored, state) = match self.intake.prepare(event).await? {
            Prepared::Event { stored, state } => (stored, state),
            Prepared::Nothing(outcome) => return Ok(outcome),
        };
        let id = stored.id.clone();
        // Nobody else settles the event before this call has found its entry.
        let loading = self.lanes.loading_turn().await;
        if !self.intake.store(stored).await? {
            return Ok(PushOutcome::Replay);
        }
        // From here on the event is safe: a note that fails now is tried again.
        let loaded = self.load_locked(&loading).await;
        drop(loading);
        let Some(entry) = self.lanes.entry(&id) else {
            if let Err(error) = loaded {
                tracing::warn!(event = %id, %error, "an event waits in the outbox");
            }
            return Ok(PushOutcome::Stored(state.report()));
        };
        if let Err(error) = self.push_entry(&entry).await {
            tracing::warn!(event = %id, %error, "an event waits in the outbox");
        }
        let state = entry.state.lock().await;
        Ok(PushOutcome::Stored(state.report()))
    }

    /// Stores an event and answers without waiting for its notes.
    pub(crate) async fn accept(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        let outcome = self.intake.accept(event).await?;
        self.lanes.notify_changed();
        Ok(outcome)
    }

    /// Tries every note that waits now, and reports each event that waited by its ID, oldest first.
    pub(crate) async fn push_pending(&self) -> Result<Vec<(String, PushReport)>, SyncError> {
        self.load_outbox().await?;
        let entries = self.lanes.entries();
        self.drive_all(self.lanes.keys(true)).await?;
        self.drive_all(self.lanes.keys(false)).await?;
        let mut reports = Vec::new();
        for entry in entries {
            reports.push((entry.id.clone(), entry.state.lock().await.report()));
        }
        Ok(reports)
    }

    /// Tries the notes of one event.
    async fn push_entry(&self, entry: &Entry) -> Result<(), SyncError> {
        if !entry.state.lock().await.is_decided() {
            for key in self.lanes.lanes_of(entry) {
                self.drive(&key, Drive::for_event(entry)).await?;
            }
        }
        let targets = self.lanes.lanes_of(entry);
        let drives = targets.iter().map(|key| self.drive(key, Drive::for_event(entry)));
        join_all(drives).await.into_iter().collect()
    }
}
