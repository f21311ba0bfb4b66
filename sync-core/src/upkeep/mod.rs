//! Upkeep: the mirror in step with ServiceTitan's lists, with the host's configuration, and no larger than it has to be.
//!
//! [`Upkeep`] is periodic: it reconciles the mirror with ServiceTitan's lists ([`reconcile`]) and prunes finished records ([`prune`]), in steps from
//! the [`place`] that the store keeps.
//! [`Configuration`] follows changes of the configuration, and marks stale opportunities ([`stale`]). [`Eraser`] erases a customer.

mod configuration;
mod erase;
mod place;
mod prune;
mod reconcile;
mod removal;
mod stale;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use configuration::Configuration;
pub use erase::EraseReport;
pub(crate) use erase::Eraser;
pub(crate) use prune::Pruner;
pub(crate) use reconcile::Reconciler;
pub(crate) use stale::StaleMarker;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::place::{Phase, UpkeepPlace};
use crate::ingest::Feeds;
use crate::mirror::{Mirror, keys, values};
use crate::settings::RECONCILE_EVERY;
use crate::{Change, Clock, FeedReport, ReconcileReport, Resource, SyncError, SyncReport};

/// The time after which an upkeep that nobody cuts into steps keeps its place.
const STEP: Duration = Duration::from_secs(2);

/// The outcome of one step of the upkeep, by [`Engine::upkeep_within`](crate::Engine::upkeep_within).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpkeepStep {
    /// True once nothing is left of the upkeep, or if none was due.
    pub is_done: bool,
    /// The reconciliation with ServiceTitan's lists over all steps, in the last one; `None` if none was due.
    pub reconciled: Option<ReconcileReport>,
    /// Number of base records that all steps pruned, in the last one.
    pub pruned: u64,
}

/// Periodic upkeep of the mirror.
pub(crate) struct Upkeep {
    mirror: Arc<Mirror>,
    feeds: Arc<Feeds>,
    clock: Arc<dyn Clock>,
    reconciler: Reconciler,
    pruner: Arc<Pruner>,
    /// `None`: no reconciliation.
    reconcile_every: Option<Duration>,
    cancellation: CancellationToken,
}

impl Upkeep {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        feeds: Arc<Feeds>,
        clock: Arc<dyn Clock>,
        reconciler: Reconciler,
        pruner: Arc<Pruner>,
        reconcile_every: Option<Duration>,
        cancellation: CancellationToken,
    ) -> Self {
        Upkeep { mirror, feeds, clock, reconciler, pruner, reconcile_every, cancellation }
    }

    /// Reconciles and prunes if it was due when the run began. Returns whether opportunities are dirty now that were not before.
    pub(crate) async fn run(&self, was_due: bool, report: &mut SyncReport) -> Result<bool, SyncError> {
        if !was_due {
            self.note_first_run().await?;
            return Ok(false);
        }
        loop {
            let step = self.run_step(&report.feeds, Some(Instant::now() + STEP)).await?;
            if step.is_done {
                let changed = step.reconciled.as_ref().is_some_and(ReconcileReport::has_repairs);
                (report.reconciled, report.pruned) = (step.reconciled, step.pruned);
                return Ok(changed);
            }
        }
    }

    /// One step of the upkeep if it is due, for a host that read the feeds in steps: all of them but these, whose last read failed.
    pub(crate) async fn run_step_if_due(
        &self,
        unread: &[Resource],
        until: Option<Instant>,
    ) -> Result<UpkeepStep, SyncError> {
        if !self.is_due().await? {
            if self.is_wanted() && self.mirror.time_value(keys::UPKEEP).await?.is_none() {
                // The engine may have been opened for this step.
                self.feeds.ask_server_time().await?;
                self.note_first_run().await?;
            }
            return Ok(UpkeepStep { is_done: true, ..UpkeepStep::default() });
        }
        self.feeds.ask_server_time().await?;
        let outcome = |feed: Resource| {
            let error = unread.contains(&feed).then(|| "the feed could not be read".to_owned());
            (feed, FeedReport { error, ..FeedReport::default() })
        };
        let feeds = self.feeds.needed().into_iter().map(outcome).collect();
        self.run_step(&feeds, until).await
    }

    /// Goes on with the upkeep from its place, page by page, and begins no further page once the time is up.
    async fn run_step(
        &self,
        feeds: &BTreeMap<Resource, FeedReport>,
        until: Option<Instant>,
    ) -> Result<UpkeepStep, SyncError> {
        let mut place = match UpkeepPlace::kept(&self.mirror).await? {
            Some(place) => place,
            None => self.begin(feeds).await?,
        };
        loop {
            if self.cancellation.is_cancelled() {
                return Err(SyncError::Cancelled);
            }
            match place.phase {
                Phase::Lists { .. } => self.reconciler.reconcile_page(&mut place, feeds).await?,
                Phase::Ids { .. } => self.reconciler.reconcile_ids(&mut place).await?,
                Phase::Prune { .. } => self.pruner.prune_page(&mut place, self.feeds.server_time()).await?,
                Phase::Done => break,
            }
            if place.phase != Phase::Done && until.is_some_and(|until| Instant::now() >= until) {
                self.mirror.commit(vec![place.keep()]).await?;
                return Ok(UpkeepStep::default());
            }
        }
        let place_is_over = Change::RemoveValue { key: keys::UPKEEP_PLACE.to_owned() };
        self.mirror.commit(vec![values::set_time(keys::UPKEEP, self.clock.now()), place_is_over]).await?;
        let reconciled = place.reconciliation.map(|it| it.report);
        Ok(UpkeepStep { is_done: true, reconciled, pruned: place.pruned })
    }

    /// The place at which an upkeep begins.
    async fn begin(&self, feeds: &BTreeMap<Resource, FeedReport>) -> Result<UpkeepPlace, SyncError> {
        let reconciliation = match self.reconcile_every {
            Some(_) => self.reconciler.begin().await?,
            None => None,
        };
        let left = match &reconciliation {
            Some(_) => feeds.keys().copied().filter(|resource| resource.has_feed_and_list()).collect(),
            // Without a reconciliation no list is left, and no record to be asked for.
            None => Vec::new(),
        };
        Ok(UpkeepPlace { phase: Phase::Lists { left, page: 1 }, reconciliation, pruned: 0 })
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
