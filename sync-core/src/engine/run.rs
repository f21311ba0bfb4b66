//! Runs: one sync, and the rhythm.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use futures::Stream;
use futures::future::join_all;
use tokio::sync::broadcast;

use super::Engine;
use crate::{Integration, IntegrationReport, Progress, SyncError, SyncReport};

/// The rhythm of [`Engine::run`], as on the product page.
pub const RHYTHM: Duration = Duration::from_secs(15 * 60);

impl Engine {
    /// Brings Hatch up to date once: reads every feed to its head and delivers what changed. What fails for one feed or one integration is
    /// in the report and does not hold up the rest.
    ///
    /// # Errors
    ///
    /// When the store fails, the credentials are wrong, or a feed that every opportunity needs is refused. Nothing is half-written;
    /// the next run goes on from the cursors.
    pub async fn sync_once(&self) -> Result<SyncReport, SyncError> {
        let before = self.source.request_counts();
        let mut report = SyncReport::default();
        match self.sync(&mut report).await {
            Ok(()) | Err(SyncError::Cancelled) => {}
            Err(error) => return Err(error),
        }
        report.cancelled = self.cancelled();
        for (path, count) in self.source.request_counts() {
            let sent = count - before.get(&path).copied().unwrap_or_default();
            if sent > 0 {
                report.requests.insert(path, sent);
            }
        }
        Ok(report)
    }

    async fn sync(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        self.start().await?;
        self.notice_configuration().await?;
        let held_up = self.pull(report).await?;
        self.mark_what_needs_another_look().await?;
        self.deliver_all(&held_up, report).await?;
        if self.maintain(report).await? {
            // What a sweep repaired does not wait for the next run.
            self.deliver_all(&held_up, report).await?;
        }
        Ok(())
    }

    /// Delivers all integrations: those of one sink one after the other, since they may share contacts there, the others at the same time.
    async fn deliver_all(
        &self,
        held_up: &BTreeSet<String>,
        report: &mut SyncReport,
    ) -> Result<(), SyncError> {
        let mut sinks: BTreeMap<String, Vec<&Integration>> = BTreeMap::new();
        for integration in &self.integrations {
            sinks.entry(integration.sink.identity()).or_default().push(integration);
        }
        let deliveries = sinks.into_values().map(|integrations| async move {
            let mut reports = Vec::new();
            let mut blocked = HashSet::new();
            for integration in integrations {
                let report = if held_up.contains(&integration.name) {
                    let error = "a feed that its opportunities need is refused".to_owned();
                    let waiting = self.store.dirty_count(&self.connection, &integration.name).await?;
                    IntegrationReport { waiting, error: Some(error), ..IntegrationReport::default() }
                } else {
                    self.deliver(integration, &mut blocked).await?
                };
                reports.push((integration.name.clone(), report));
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

    /// Keeps the 15-minute rhythm until the token given to [`EngineBuilder::cancellation`](crate::EngineBuilder::cancellation) is cancelled,
    /// and writes the notes that wait beside it. `reported` gets the outcome of each sync.
    ///
    /// # Errors
    ///
    /// A failure that will not go away by itself: a fenced connection, a damaged store, credentials that never worked. Others are handed to
    /// `reported` and tried again in the next round. So are credentials that did work: an operator rotates them without a restart.
    pub async fn run(&self, reported: impl FnMut(&Result<SyncReport, SyncError>)) -> Result<(), SyncError> {
        tokio::try_join!(self.run_syncs(reported), self.run_pushes()).map(|_| ())
    }

    /// Keeps the 15-minute rhythm without writing notes.
    async fn run_syncs(
        &self,
        mut reported: impl FnMut(&Result<SyncReport, SyncError>),
    ) -> Result<(), SyncError> {
        let mut worked = false;
        while !self.cancelled() {
            let began = self.clock.now();
            let outcome = self.sync_once().await;
            reported(&outcome);
            match outcome {
                Ok(_) => worked = true,
                Err(error) if error.is_temporary() => {}
                Err(SyncError::Source(_)) if worked => {}
                Err(error) => return Err(error),
            }
            let spent = (self.clock.now() - began).to_std().unwrap_or_default();
            let _ =
                self.cancellation.run_until_cancelled(self.clock.sleep(RHYTHM.saturating_sub(spent))).await;
        }
        Ok(())
    }

    /// The steps of the runs from now on. A listener that falls far behind loses the oldest.
    pub fn progress(&self) -> impl Stream<Item = Progress> + Send + use<> {
        futures::stream::unfold(self.progress.subscribe(), |mut steps| async move {
            loop {
                match steps.recv().await {
                    Ok(step) => return Some((step, steps)),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        })
    }
}
