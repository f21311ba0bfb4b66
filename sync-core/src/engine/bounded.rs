//! Steps that end after some time, for hosts whose steps are to be short whatever the size of a tenant.

use std::time::Duration;

use tokio::time::Instant;

use super::Engine;
use crate::{DeliveredBatch, IngestedFeeds, ReconcileReport, Resource, SyncError, UpkeepStep};

impl Engine {
    /// The names of the integrations, for [`deliver_within`](Self::deliver_within), in their order.
    pub fn integrations(&self) -> Vec<String> {
        self.integrations.iter().map(|integration| integration.name().to_owned()).collect()
    }

    /// One step of a sync: reads some of the [`due_feeds`](Self::due_feeds) at the same time, each page by page as [`ingest_page`](Self::ingest_page) does, and
    /// begins no further page once the time is up. A feed that fails is named in the outcome and holds up only the integrations that cannot
    /// do without it. Repeating it does no harm.
    ///
    /// # Errors
    ///
    /// When the store fails, the credentials are wrong, or a feed that every integration needs is refused. Nothing is half-written.
    pub async fn ingest_within(
        &self,
        feeds: &[Resource],
        bound: Duration,
    ) -> Result<IngestedFeeds, SyncError> {
        self.feeds.start().await?;
        let ingested = self.feeds.ingest(feeds, Some(Instant::now() + bound)).await?;
        self.feeds.keep_bad_fields().await?;
        Ok(ingested)
    }

    /// One step of a sync: as [`deliver_batch`](Self::deliver_batch), in small batches, as many as can be begun in this time. Once the time is
    /// up, the upserts that are under way are finished, and [`DeliveredBatch::next`] says where to go on. At least some opportunities are
    /// delivered, so that a host gets to the end with any time. [`waiting`](crate::IntegrationReport::waiting) is the number of those that are
    /// still dirty.
    ///
    /// # Errors
    ///
    /// As [`deliver_batch`](Self::deliver_batch).
    pub async fn deliver_within(
        &self,
        integration: &str,
        after: u64,
        bound: Duration,
    ) -> Result<DeliveredBatch, SyncError> {
        self.prepare_delivery(integration, after).await?;
        self.deliver.deliver_within(integration, after, bound).await
    }

    /// One step of a sync, after the last feed: does a part of [`upkeep_if_due`](Self::upkeep_if_due), page by page, and begins no further page once
    /// the time is up; at least one page, so that a host gets to the end with any time. The store keeps the place, as it keeps a feed's cursor: the
    /// next step goes on from there, whichever engine takes it. A step that is repeated since its process died reads pages again, and repairs and
    /// counts nothing twice. Host: call it until [`is_done`](UpkeepStep::is_done), with all feeds whose last read failed in `unread`. An upkeep that
    /// is left in the midst goes on in the next cycle.
    ///
    /// # Errors
    ///
    /// As [`sync_once`](Self::sync_once), and [`SyncError::Cancelled`] when the engine was asked to stop.
    pub async fn upkeep_within(&self, unread: &[Resource], bound: Duration) -> Result<UpkeepStep, SyncError> {
        self.upkeep.run_step_if_due(unread, Some(Instant::now() + bound)).await
    }

    /// One step of a sync, after the last feed: reconciles the mirror with ServiceTitan's lists and prunes it, if that is
    /// [due](crate::EngineBuilder::reconcile_every). Repaired records mark opportunities as dirty, which the next delivery takes. `unread` are the feeds whose last
    /// read failed. Takes one request for each page of a day's changes; [`upkeep_within`](Self::upkeep_within) cuts them into steps.
    ///
    /// # Errors
    ///
    /// As [`sync_once`](Self::sync_once).
    pub async fn upkeep_if_due(&self, unread: &[Resource]) -> Result<Option<ReconcileReport>, SyncError> {
        Ok(self.upkeep.run_step_if_due(unread, None).await?.reconciled)
    }
}
