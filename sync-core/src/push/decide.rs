//! Decisions where the notes of an event go.

use std::sync::Arc;

use super::Push;
use super::lanes::{Attempt, Entry, LaneKey, Opportunity};
use super::state::{NO_INTEGRATION, NO_RECORD, State, TOO_OLD};
use crate::{SourceErrorKind, SyncError};

impl Push {
    /// Looks the base record of an opportunity up, and decides where the notes of all events go that wait for it.
    pub(super) async fn decide_targets(
        &self,
        key: &LaneKey,
        opportunity: &Opportunity,
        first: &Arc<Entry>,
    ) -> Result<Attempt, SyncError> {
        // An event that comes meanwhile may need more of the record than these do.
        let waiting = self.lanes.waiting_in(key);
        let found = match self.integration(&opportunity.integration) {
            Some(integration) => match integration.mapper.base_id(&opportunity.external_id) {
                Some(base_id) => {
                    let mut job_only = true;
                    for entry in &waiting {
                        job_only &= entry.state.lock().await.is_job_only();
                    }
                    self.intake.find_places(integration, base_id, job_only).await
                }
                None => Ok(None),
            },
            None => Ok(None),
        };
        let places = match found {
            Ok(places) => places,
            Err(SyncError::Source(error)) if error.kind == SourceErrorKind::NotFound => None,
            Err(SyncError::Source(error)) => {
                tracing::warn!(event = %first.id, %error, "the base record of an event could not be looked up");
                if !self.is_too_old(first).await {
                    return Ok(Attempt::Failed);
                }
                return self.decide(first, |state| state.dead_letter_undecided(TOO_OLD)).await;
            }
            Err(error) => return Err(error),
        };
        let integration = self.integration(&opportunity.integration);
        for entry in waiting {
            self.decide(&entry, |state| match (integration, places) {
                (None, _) => state.dead_letter_undecided(NO_INTEGRATION),
                (Some(_), None) => state.dead_letter_undecided(NO_RECORD),
                (Some(_), Some(places)) => state.decide(&places),
            })
            .await?;
        }
        Ok(Attempt::Settled)
    }

    /// Commits the decision where the notes of an event go, and puts them into the lanes of their targets.
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
        // Another note of the event may be under way.
        self.quieten_claimed(&state);
        Ok(Attempt::Settled)
    }
}
