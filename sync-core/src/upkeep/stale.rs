//! Stale opportunities: dirty although none of their own records changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::integrations::Integrations;
use crate::mirror::{Mirror, keys};
use crate::{Change, Integration, Resource, SyncError};

/// Number of opportunities that are marked in one commit.
const MARKED_TOGETHER: usize = 1000;

/// Marks stale opportunities.
pub(crate) struct StaleMarker {
    mirror: Arc<Mirror>,
    integrations: Integrations,
    cancellation: CancellationToken,
}

impl StaleMarker {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        integrations: Integrations,
        cancellation: CancellationToken,
    ) -> Self {
        StaleMarker { mirror, integrations, cancellation }
    }

    /// Marks the opportunities that lack records of a failed lookup, and those whose re-evaluation was requested.
    pub(super) async fn mark_stale(&self) -> Result<(), SyncError> {
        self.retry_failed_lookups().await?;
        self.mark_requested().await
    }

    /// Requests the re-evaluation of every opportunity that was delivered without a resource because its lookup was refused. The feed of the
    /// resource was not refused, or the resource would be known as denied, so another lookup may succeed.
    async fn retry_failed_lookups(&self) -> Result<(), SyncError> {
        let lock = self.mirror.lock().await;
        let failed: BTreeSet<Resource> =
            self.mirror.json_value(keys::FAILED_LOOKUPS).await?.unwrap_or_default();
        if failed.is_empty() {
            return Ok(());
        }
        let showing = failed.iter().flat_map(|resource| self.integrations.showing(*resource));
        let mut changes: Vec<Change> =
            showing.map(|integration| self.mirror.request_reevaluation(integration)).collect();
        changes.push(Change::RemoveValue { key: keys::FAILED_LOOKUPS.to_owned() });
        Ok(lock.commit(changes).await?)
    }

    /// Marks every opportunity of the integrations for which that was requested.
    async fn mark_requested(&self) -> Result<(), SyncError> {
        let keys: Vec<String> = self.integrations.iter().map(|it| keys::reevaluation(&it.name)).collect();
        let requests = self.mirror.values(&keys).await?;
        for (integration, key) in self.integrations.iter().zip(keys) {
            let Some(request) = requests.text(&key) else { continue };
            self.mark_all(integration, Vec::new()).await?;
            // A newer request may be about opportunities that had been marked and delivered by then: it stays.
            let lock = self.mirror.lock().await;
            if self.mirror.value(&key).await?.as_deref() == Some(request) {
                lock.commit(vec![Change::RemoveValue { key }]).await?;
            }
        }
        Ok(())
    }

    /// Marks all opportunities of an integration in steps. The changes in `last` are committed in the end, so that a crash before has all
    /// opportunities marked again.
    pub(super) async fn mark_all(
        &self,
        integration: &Integration,
        last: Vec<Change>,
    ) -> Result<(), SyncError> {
        let mut after = None;
        loop {
            if self.cancellation.is_cancelled() {
                return Err(SyncError::Cancelled);
            }
            let page = self.mirror.record_ids(integration.base(), after, MARKED_TOGETHER).await?;
            let Some(highest) = page.last() else { break };
            after = Some(*highest);
            self.mirror.commit(page.into_iter().map(|id| integration.mark_dirty(id)).collect()).await?;
        }
        Ok(self.mirror.commit(last).await?)
    }
}
