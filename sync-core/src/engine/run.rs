//! Runs: one sync, and the rhythm.

use std::time::Duration;

use futures::Stream;

use super::Engine;
use crate::{Progress, SyncError, SyncReport};

/// The rhythm of [`Engine::run`], as on the product page.
pub const RHYTHM: Duration = Duration::from_secs(15 * 60);

impl Engine {
    /// Brings Hatch up to date once: reads every feed to its head, reference tables
    /// [when they are due](crate::EngineBuilder::reference_tables_every), and delivers the opportunities that changed. A failure of one feed
    /// or one integration is in the report and does not hold up the others.
    ///
    /// # Errors
    ///
    /// When the store fails, the credentials are wrong, or a feed that every opportunity needs is refused. Nothing is half-written;
    /// the next run goes on from the cursors.
    pub async fn sync_once(&self) -> Result<SyncReport, SyncError> {
        self.sync_reported(false).await
    }

    /// As [`sync_once`](Self::sync_once), and reads every reference table whether it is due or not.
    ///
    /// # Errors
    ///
    /// As [`sync_once`](Self::sync_once).
    pub async fn sync_with_references(&self) -> Result<SyncReport, SyncError> {
        self.sync_reported(true).await
    }

    async fn sync_reported(&self, with_references: bool) -> Result<SyncReport, SyncError> {
        let before = self.source.request_counts();
        let mut report = SyncReport::default();
        match self.sync(with_references, &mut report).await {
            Ok(()) | Err(SyncError::Cancelled) => {}
            Err(error) => return Err(error),
        }
        report.bad_fields = self.feeds.keep_bad_fields().await?;
        report.cancelled = self.is_stopped();
        for (path, count) in self.source.request_counts() {
            let sent = count - before.get(&path).copied().unwrap_or_default();
            if sent > 0 {
                report.requests.insert(path, sent);
            }
        }
        Ok(report)
    }

    async fn sync(&self, with_references: bool, report: &mut SyncReport) -> Result<(), SyncError> {
        self.feeds.start().await?;
        self.configuration.follow().await?;
        let upkeep_is_due = self.upkeep.is_due().await?;
        let feeds = self.feeds_to_read(with_references || upkeep_is_due).await?;
        let held_up = self.feeds.ingest_all(&feeds, report).await?;
        self.configuration.mark_stale().await?;
        self.deliver.deliver_all(&held_up, report).await?;
        if !self.is_stopped() && self.upkeep.run(upkeep_is_due, report).await? {
            // Repaired records do not wait for the next run.
            self.deliver.deliver_all(&held_up, report).await?;
        }
        Ok(())
    }

    /// Keeps the 15-minute rhythm until the token given to [`EngineBuilder::cancellation`](crate::EngineBuilder::cancellation) is cancelled,
    /// and writes the notes that wait beside it, unless it was [opened for syncing only](crate::EngineBuilder::open_syncing). `reported` gets the outcome of each sync.
    ///
    /// # Errors
    ///
    /// A failure that will not go away by itself: a fenced connection, a damaged store, credentials that never worked. Others are handed to
    /// `reported` and tried again in the next round. So are credentials that did work: an operator rotates them without a restart.
    pub async fn run(&self, reported: impl FnMut(&Result<SyncReport, SyncError>)) -> Result<(), SyncError> {
        if self.push.is_open() {
            tokio::try_join!(self.run_syncs(reported), self.run_pushes()).map(|_| ())
        } else {
            self.run_syncs(reported).await
        }
    }

    /// Keeps the 15-minute rhythm without writing notes.
    async fn run_syncs(
        &self,
        mut reported: impl FnMut(&Result<SyncReport, SyncError>),
    ) -> Result<(), SyncError> {
        let mut worked = false;
        while !self.is_stopped() {
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
        self.progress.subscribe()
    }

    fn is_stopped(&self) -> bool {
        self.cancellation.is_cancelled()
    }
}
