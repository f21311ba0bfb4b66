//! The steps of a sync, for hosts that drive them one by one.

use super::Engine;
use crate::{DeliveredBatch, IngestedPage, IntegrationReport, Resource, SyncError};

impl Engine {
    /// The feeds that the integrations need, for [`ingest_page`](Self::ingest_page). Those of base records come last: a first sync that reads each feed
    /// to its head before the next one is spared the search for the opportunities that a record affects.
    pub fn feeds(&self) -> Vec<Resource> {
        self.feeds.needed()
    }

    /// Those of the [`feeds`](Self::feeds) that a run reads now: without the reference tables that
    /// [are not due](crate::EngineBuilder::reference_tables_every), unless the mirror is to be reconciled after it.
    ///
    /// # Errors
    ///
    /// [`SyncError::Store`] when the store fails.
    pub async fn due_feeds(&self) -> Result<Vec<Resource>, SyncError> {
        // A reconciliation takes records that the mirror lacks for missed ones.
        self.feeds_to_read(self.upkeep.is_due().await?).await
    }

    /// All feeds, or those that are due.
    pub(super) async fn feeds_to_read(&self, all: bool) -> Result<Vec<Resource>, SyncError> {
        if all { Ok(self.feeds.needed()) } else { Ok(self.feeds.due().await?) }
    }

    /// One step of a sync: reads the next page of a feed and commits its records, the marks of the opportunities that they affect and the new
    /// cursor together. Repeating it does no harm.
    ///
    /// # Errors
    ///
    /// [`SyncError::Source`] when the page cannot be read, [`SyncError::Store`] when it cannot be committed, [`SyncError::Cancelled`] when
    /// the engine was asked to stop. Nothing is half-written.
    pub async fn ingest_page(&self, resource: Resource) -> Result<IngestedPage, SyncError> {
        self.feeds.ingest_page(resource).await
    }

    /// One step of a sync: hydrates up to 500 dirty opportunities of an integration behind a place (0: from the first), maps them, and
    /// delivers those whose content changed. Repeating it does no harm: a delivered opportunity is not dirty any more. An opportunity that is
    /// dirty before the place was not taken by the sink: others of the same contact do not overtake it. The first batch also marks the
    /// opportunities that a changed configuration or reference table makes stale.
    ///
    /// # Errors
    ///
    /// [`SyncError::Source`] when a required record cannot be read, [`SyncError::Store`] when the store fails,
    /// [`SyncError::Configuration`] if there is no such integration. Nothing is half-written, and undelivered opportunities stay dirty.
    pub async fn deliver_batch(&self, integration: &str, after: u64) -> Result<DeliveredBatch, SyncError> {
        self.prepare_delivery(integration, after).await?;
        self.deliver.deliver_batch(integration, after).await
    }

    /// Marks the opportunities that a changed configuration or reference table makes stale, before the first batch.
    pub(super) async fn prepare_delivery(&self, integration: &str, after: u64) -> Result<(), SyncError> {
        if after == 0 && !self.deliver.is_paused(integration).await? {
            // A host that drives the steps may never call `sync_once`.
            self.configuration.follow().await?;
            self.configuration.mark_stale().await?;
            self.feeds.keep_bad_fields().await?;
        }
        Ok(())
    }

    /// Delivers those of these opportunities that are dirty, ahead of the others and at most one commit's worth of upserts later.
    ///
    /// # Errors
    ///
    /// As [`deliver_batch`](Self::deliver_batch).
    pub async fn deliver_now(&self, integration: &str, ids: &[i64]) -> Result<IntegrationReport, SyncError> {
        self.deliver.deliver_now(integration, ids).await
    }
}
