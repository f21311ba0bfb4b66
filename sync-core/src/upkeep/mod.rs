//! Upkeep: the mirror in step with ServiceTitan's lists, with the host's configuration, and no larger than it has to be.
//!
//! [`Upkeep`] is periodic: it reconciles the mirror with ServiceTitan's lists ([`reconcile`]) and prunes finished records ([`prune`]).
//! [`Configuration`] follows changes of the configuration, and marks stale opportunities ([`stale`]). [`Eraser`] erases a customer.

mod configuration;
mod erase;
mod prune;
mod reconcile;
mod removal;
mod stale;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use configuration::Configuration;
pub use erase::EraseReport;
pub(crate) use erase::Eraser;
pub(crate) use prune::Pruner;
pub(crate) use reconcile::Reconciler;
pub(crate) use stale::StaleMarker;

use crate::ingest::Feeds;
use crate::mirror::{Mirror, keys, values};
use crate::settings::RECONCILE_EVERY;
use crate::{Clock, FeedReport, Resource, SyncError, SyncReport};

/// Periodic upkeep of the mirror.
pub(crate) struct Upkeep {
    mirror: Arc<Mirror>,
    feeds: Arc<Feeds>,
    clock: Arc<dyn Clock>,
    reconciler: Reconciler,
    pruner: Arc<Pruner>,
    /// `None`: no reconciliation.
    reconcile_every: Option<Duration>,
}

impl Upkeep {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        feeds: Arc<Feeds>,
        clock: Arc<dyn Clock>,
        reconciler: Reconciler,
        pruner: Arc<Pruner>,
        reconcile_every: Option<Duration>,
    ) -> Self {
        Upkeep { mirror, feeds, clock, reconciler, pruner, reconcile_every }
    }

    /// Reconciles and prunes if it was due when the run began. Returns whether opportunities are dirty now that were not before.
    pub(crate) async fn run(&self, was_due: bool, report: &mut SyncReport) -> Result<bool, SyncError> {
        if !was_due {
            self.note_first_run().await?;
            return Ok(false);
        }
        let mut changed = false;
        if self.reconcile_every.is_some()
            && let Some(reconciled) = self.reconciler.reconcile(report).await?
        {
            changed |= !reconciled.repaired.is_empty() || reconciled.gone > 0;
            report.reconciled = Some(reconciled);
        }
        report.pruned = self.pruner.prune(self.feeds.server_time()).await?;
        self.mirror.commit(vec![values::set_time(keys::UPKEEP, self.clock.now())]).await?;
        Ok(changed)
    }

    /// As [`run`](Self::run), for a host that read the feeds in steps: all of them but these, whose last read failed.
    pub(crate) async fn run_step_if_due(&self, unread: &[Resource]) -> Result<SyncReport, SyncError> {
        let mut report = SyncReport::default();
        let is_due = self.is_due().await?;
        if !is_due && self.mirror.time_value(keys::UPKEEP).await?.is_some() {
            return Ok(report);
        }
        // The engine may have been opened for this step.
        self.feeds.ask_server_time().await?;
        for feed in self.feeds.needed() {
            let error = unread.contains(&feed).then(|| "the feed could not be read".to_owned());
            report.feeds.insert(feed, FeedReport { error, ..FeedReport::default() });
        }
        self.run(is_due, &mut report).await?;
        Ok(report)
    }

    /// Whether the mirror is to be reconciled or pruned; not before the first run.
    pub(crate) async fn is_due(&self) -> Result<bool, SyncError> {
        if !self.is_wanted() {
            return Ok(false);
        }
        let Some(last) = self.mirror.time_value(keys::UPKEEP).await? else { return Ok(false) };
        let interval = self.reconcile_every.unwrap_or(RECONCILE_EVERY);
        // A clock that jumps, whichever way, costs one reconciliation too many and not one too few.
        let passed = (self.clock.now() - last).abs();
        Ok(passed.to_std().is_ok_and(|passed| passed >= interval))
    }

    /// Takes the first run for an upkeep: it has just read everything.
    async fn note_first_run(&self) -> Result<(), SyncError> {
        if !self.is_wanted() || self.mirror.time_value(keys::UPKEEP).await?.is_some() {
            return Ok(());
        }
        let mut changes = vec![values::set_time(keys::UPKEEP, self.clock.now())];
        changes.extend(self.feeds.server_time().map(|time| values::set_time(keys::RECONCILED, time)));
        Ok(self.mirror.commit(changes).await?)
    }

    fn is_wanted(&self) -> bool {
        self.reconcile_every.is_some() || self.pruner.is_active()
    }
}
