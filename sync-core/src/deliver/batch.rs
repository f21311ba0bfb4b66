//! Batches of dirty opportunities.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use super::Deliver;
use super::outgoing::Pass;
use super::outlets::Outlet;
use crate::{IntegrationReport, Priority, Progress, SyncError, SyncReport};

/// Number of times that an opportunity is mapped and delivered ahead of the others, if one of its records changes each time before it is sent.
const ATTEMPTS: usize = 3;

/// Number of opportunities in a batch: enough to fill lookups of 50 IDs, few enough for little memory, which each integration takes.
const BATCH: usize = 500;

/// The same in a pass whose time is bounded: one request looks all of them up where ServiceTitan takes IDs.
const BATCH_OF_A_STEP: usize = 50;

/// Number of waiting opportunities above which a delivery is a backfill.
const BACKFILL_ABOVE: u64 = 1000;

/// The outcome of [one batch](crate::Engine::deliver_batch).
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct DeliveredBatch {
    /// The counts.
    pub report: IntegrationReport,
    /// Where the next batch starts, the same place again if the time of this one was up before its end; `None` when no opportunity waits
    /// behind this batch, or the sink takes nothing for now.
    pub next: Option<u64>,
}

impl Deliver {
    /// Delivers one batch of the dirty opportunities behind a place. Opportunities of the same contact do not overtake those that wait before
    /// the place.
    pub(crate) async fn deliver_batch(
        &self,
        integration: &str,
        after: u64,
    ) -> Result<DeliveredBatch, SyncError> {
        let outlet = self.outlets.get(integration)?;
        let mut pass = Pass::default();
        if self.has_pause(&outlet.integration).await? {
            pass.report.paused = true;
            return Ok(DeliveredBatch { report: pass.report, next: None });
        }
        pass.blocked = self.blocked_before(outlet, after, BATCH).await?;
        let next = self.deliver_behind(outlet, after, BATCH, Priority::Incremental, &mut pass).await?;
        let next = next.filter(|_| !pass.stopped && !self.is_stopped());
        Ok(DeliveredBatch { report: pass.report, next })
    }

    /// Delivers dirty opportunities behind a place in small batches, and begins nothing any more once the time is up.
    pub(crate) async fn deliver_within(
        &self,
        integration: &str,
        after: u64,
        bound: Duration,
    ) -> Result<DeliveredBatch, SyncError> {
        let outlet = self.outlets.get(integration)?;
        let mut pass = Pass { until: Some(Instant::now() + bound), ..Pass::default() };
        if self.has_pause(&outlet.integration).await? {
            pass.report.paused = true;
            return Ok(DeliveredBatch { report: pass.report, next: None });
        }
        pass.blocked = self.blocked_before(outlet, after, BATCH).await?;
        pass.report.waiting = self.mirror.dirty_count(integration).await?;
        let priority =
            if pass.report.waiting > BACKFILL_ABOVE { Priority::Backfill } else { Priority::Incremental };
        let mut next = Some(after);
        while let Some(place) = next
            && !pass.stopped
            && !self.is_stopped()
        {
            next = self.deliver_behind(outlet, place, BATCH_OF_A_STEP, priority, &mut pass).await?;
            if pass.cut_short || pass.is_over() {
                break;
            }
        }
        pass.report.waiting = self.mirror.dirty_count(integration).await?;
        let next = next.filter(|_| !pass.stopped && !self.is_stopped());
        Ok(DeliveredBatch { report: pass.report, next })
    }

    /// Delivers the dirty opportunities of all integrations, except for those that are held up: the integrations of one sink one after the
    /// other, since they may share contacts there, the others at the same time.
    pub(crate) async fn deliver_all(
        &self,
        held_up: &BTreeSet<String>,
        report: &mut SyncReport,
    ) -> Result<(), SyncError> {
        let deliveries = self.outlets.by_sink().map(|outlets| async move {
            let mut reports = Vec::new();
            let mut blocked = HashSet::new();
            for outlet in outlets {
                let name = &outlet.integration.name;
                let report = if held_up.contains(name) {
                    let error = "a feed that its opportunities need is refused".to_owned();
                    let waiting = self.mirror.dirty_count(name).await?;
                    IntegrationReport { waiting, error: Some(error), ..IntegrationReport::default() }
                } else {
                    self.deliver_integration(outlet, &mut blocked).await?
                };
                reports.push((name.clone(), report));
            }
            Ok::<_, SyncError>(reports)
        });
        for reports in join_all(deliveries).await {
            for (name, delivered) in reports? {
                report.integrations.entry(name).or_default().add(delivered);
            }
        }
        Ok(())
    }

    /// Delivers the dirty opportunities of an integration. `blocked` are contact keys that must not be written to in this run.
    async fn deliver_integration(
        &self,
        outlet: &Outlet,
        blocked: &mut HashSet<String>,
    ) -> Result<IntegrationReport, SyncError> {
        let integration = &outlet.integration;
        let mut pass = Pass { blocked: std::mem::take(blocked), ..Pass::default() };
        let waiting = self.mirror.dirty_count(&integration.name).await?;
        self.progress
            .announce(Progress::Waiting { integration: integration.name.clone(), opportunities: waiting });
        let priority = if waiting > BACKFILL_ABOVE { Priority::Backfill } else { Priority::Incremental };
        pass.report.paused = self.has_pause(integration).await?;
        let mut after = Some(0).filter(|_| !pass.report.paused);
        while let Some(place) = after
            && !pass.stopped
            && !self.is_stopped()
        {
            after = match self.deliver_behind(outlet, place, BATCH, priority, &mut pass).await {
                Ok(next) => next,
                Err(SyncError::Cancelled) => None,
                Err(SyncError::Source(error)) => {
                    pass.report.error = Some(error.to_string());
                    None
                }
                Err(error) => return Err(error),
            };
        }
        pass.report.waiting = self.mirror.dirty_count(&integration.name).await?;
        *blocked = pass.blocked;
        Ok(pass.report)
    }

    /// Delivers those of these opportunities that are dirty, ahead of the others.
    pub(crate) async fn deliver_now(
        &self,
        integration: &str,
        ids: &[i64],
    ) -> Result<IntegrationReport, SyncError> {
        let outlet = self.outlets.get(integration)?;
        let mut pass = Pass::default();
        pass.report.paused = self.has_pause(&outlet.integration).await?;
        for _ in 0..ATTEMPTS {
            if pass.report.paused || pass.stopped || self.is_stopped() {
                break;
            }
            pass.outdated = 0;
            let mut dirty = self.mirror.dirty_among(integration, ids).await?;
            dirty.sort_by_key(|dirty| dirty.place);
            let outgoing = self.prepare(outlet, &dirty, Priority::Interactive, &mut pass).await?;
            self.send(outlet, outgoing, &mut pass).await?;
            if pass.outdated == 0 {
                break;
            }
        }
        pass.report.waiting = self.mirror.dirty_among(integration, ids).await?.len() as u64;
        Ok(pass.report)
    }

    /// Delivers one batch behind a place. Returns where the next one starts.
    async fn deliver_behind(
        &self,
        outlet: &Outlet,
        place: u64,
        batch: usize,
        priority: Priority,
        pass: &mut Pass,
    ) -> Result<Option<u64>, SyncError> {
        let dirty = self.mirror.dirty(&outlet.integration.name, place, batch).await?;
        let Some(last) = dirty.last().map(|dirty| dirty.place) else { return Ok(None) };
        let outgoing = {
            let _turn = self.hydrate.lookup_turn().await;
            self.prepare(outlet, &dirty, priority, pass).await?
        };
        self.send(outlet, outgoing, pass).await?;
        if pass.cut_short {
            return Ok(Some(place));
        }
        Ok(Some(last).filter(|_| dirty.len() == batch))
    }
}
