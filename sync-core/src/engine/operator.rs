//! The calls of a host's operators.

use std::collections::BTreeMap;

use hatch_mapping::OpportunityModel;

use super::Engine;
use crate::{
    CheckReport, DeadLetter, EraseReport, EventExplanation, Explainer, OpportunityExplanation, Redelivery,
    SyncError, operate,
};

impl Engine {
    /// The connection's name in the store.
    pub fn connection(&self) -> &str {
        self.mirror.connection()
    }

    /// The integrations by name, each with the model of its opportunities.
    pub fn models(&self) -> BTreeMap<String, OpportunityModel> {
        self.integrations.iter().map(|integration| (integration.name.clone(), integration.model())).collect()
    }

    /// Number of requests sent to ServiceTitan so far by the engine's source, by path.
    pub fn request_counts(&self) -> BTreeMap<String, u64> {
        self.source.request_counts()
    }

    /// Asks ServiceTitan and every sink whether they know this connection, compares the app's scopes with those that the integrations need, and
    /// names each fault with the step that repairs it. Changes nothing, neither there nor in the store.
    pub async fn check(&self) -> CheckReport {
        operate::check(self.source.as_ref(), &self.integrations, &self.mirror).await
    }

    /// Returns the engine's explainer, which also explains after the engine was closed.
    pub fn explainer(&self) -> &Explainer {
        &self.explainer
    }

    /// Explains the opportunity of a base record: where its standard fields come from, what is missing, and how its delivery stands. Reads the
    /// store only. [`Explainer`](crate::Explainer) does the same without an engine.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration, [`SyncError::Store`] when the store fails.
    pub async fn explain(&self, integration: &str, id: i64) -> Result<OpportunityExplanation, SyncError> {
        self.explainer.explain(integration, id).await
    }

    /// Explains the opportunity of a base record with its records as ServiceTitan has them now. The records that were read are not stored.
    ///
    /// # Errors
    ///
    /// As [`explain`](Self::explain), and [`SyncError::Source`] when ServiceTitan cannot be read.
    pub async fn explain_refreshed(
        &self,
        integration: &str,
        id: i64,
    ) -> Result<OpportunityExplanation, SyncError> {
        self.explainer.explain_refreshed(integration, id).await
    }

    /// Explains an event of Hatch: its targets, and what became of each note. `None` if no event was ever stored under this ID.
    ///
    /// # Errors
    ///
    /// [`SyncError::Store`] when the store fails.
    pub async fn explain_event(&self, id: &str) -> Result<Option<EventExplanation>, SyncError> {
        self.explainer.explain_event(id).await
    }

    /// Marks opportunities to be delivered again with the next run although their content did not change: an edit by hand in Hatch is
    /// otherwise not undone. Returns how many.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration, [`SyncError::Store`] when the store fails; opportunities that were
    /// marked by then stay marked.
    pub async fn redeliver(&self, integration: &str, which: &Redelivery) -> Result<u64, SyncError> {
        self.operations.redeliver(integration, which).await
    }

    /// Stops delivering the opportunities of an integration until it is resumed, also over restarts. Changes are ingested meanwhile, and the
    /// affected opportunities wait.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration, [`SyncError::Store`] when the store fails.
    pub async fn pause(&self, integration: &str) -> Result<(), SyncError> {
        self.operations.pause(integration).await
    }

    /// Delivers a paused integration again, from the next run on.
    ///
    /// # Errors
    ///
    /// As [`pause`](Self::pause).
    pub async fn resume(&self, integration: &str) -> Result<(), SyncError> {
        self.operations.resume(integration).await
    }

    /// The dead letters, oldest first: opportunities that the sink refused, and events whose notes could not be written.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, SyncError> {
        self.operations.dead_letters().await
    }

    /// Retries a dead letter: an opportunity is delivered with the next run, an event's notes wait again. Returns whether there was such a
    /// letter.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn retry_dead_letter(&self, letter: &DeadLetter) -> Result<bool, SyncError> {
        self.operations.retry_dead_letter(letter).await
    }

    /// Discards a dead letter. Its opportunity is delivered when its record changes; the notes of an event are not written. Returns whether
    /// there was such a letter.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn discard_dead_letter(&self, letter: &DeadLetter) -> Result<bool, SyncError> {
        self.operations.discard_dead_letter(letter).await
    }

    /// Erases a customer, those merged with it, and everything of their jobs and memberships from the store: records, contacts, fingerprints,
    /// marks, dead letters, and the messages of events. Hatch and ServiceTitan keep their data; a record that ServiceTitan still has comes back
    /// when it changes, so the customer is to be removed there first. Where [another process pushes](crate::EngineBuilder::open_syncing), it is
    /// fenced off and has to open the connection again.
    ///
    /// # Errors
    ///
    /// When the store fails; call it again then.
    pub async fn erase(&self, customer: i64) -> Result<EraseReport, SyncError> {
        self.eraser.erase(customer).await
    }
}
