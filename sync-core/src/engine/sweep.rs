//! Comparing the mirror with ServiceTitan's lists: what a feed missed is repaired, and said.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use super::prune::is_past;
use super::take_in::gone;
use super::{Engine, feeds, keys};
use crate::{Change, MirrorRecord, Priority, Resource, SourceErrorKind, SweepReport, SyncError, SyncReport};

/// A feed may be behind its list for so long without having missed anything.
const FEED_DELAY: Duration = Duration::hours(1);

/// How many base records are asked for by ID in one sweep, one after the other in turn.
const ASKED_BY_ID: usize = 500;

impl Engine {
    /// Compares what changed since the last sweep with the mirror, and asks for some of the base records by ID. `None` if ServiceTitan's
    /// time is not known yet.
    pub(super) async fn sweep(&self, report: &SyncReport) -> Result<Option<SweepReport>, SyncError> {
        let Some(now) = self.newest_server_time() else { return Ok(None) };
        let until = now - FEED_DELAY;
        let swept = self.time_value(keys::SWEPT).await?;
        let since = match swept {
            Some(swept) => swept - FEED_DELAY,
            None => self.start().await?,
        };
        let mut sweep = SweepReport::default();
        let mut whole = true;
        for (resource, feed) in &report.feeds {
            if !feeds::has_feed_and_list(*resource) {
                continue;
            }
            // What a feed could not read now it has not missed.
            whole &= match feed.error {
                None => self.sweep_list(*resource, since, until, &mut sweep).await?,
                // What is refused now will be refused in the next sweep too: the window goes on.
                Some(_) => feed.refused,
            };
        }
        let bases: BTreeSet<Resource> = self.integrations.iter().map(crate::Integration::base).collect();
        for base in bases {
            self.sweep_ids(base, until, &mut sweep).await?;
        }
        for (resource, records) in &sweep.repaired {
            tracing::warn!(%resource, records, "a feed had missed records: they were taken from the list");
        }
        if whole {
            let value = until.to_rfc3339();
            self.commit(vec![Change::SetValue { key: keys::SWEPT.to_owned(), value }]).await?;
        }
        Ok(Some(sweep))
    }

    /// Compares one list. Answers whether it could be read.
    async fn sweep_list(
        &self,
        resource: Resource,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        sweep: &mut SweepReport,
    ) -> Result<bool, SyncError> {
        for page in 1.. {
            let read = self.read(self.source.read_list(resource, since, page, Priority::Backfill)).await;
            let read = match read {
                Ok(read) => read,
                Err(SyncError::Source(error)) => {
                    sweep.problems.push(format!("{resource} could not be compared: {error}"));
                    // What is refused now will be refused in the next sweep too: the window goes on.
                    return Ok(error.kind != SourceErrorKind::Temporary);
                }
                Err(error) => return Err(error),
            };
            self.repair(resource, read.records, until, sweep).await?;
            if !read.has_more {
                break;
            }
        }
        Ok(true)
    }

    /// Takes in what is newer than the mirror although its feed had time to bring it.
    async fn repair(
        &self,
        resource: Resource,
        mut records: Vec<MirrorRecord>,
        until: DateTime<Utc>,
        sweep: &mut SweepReport,
    ) -> Result<(), SyncError> {
        sweep.compared += records.len() as u64;
        let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
        let kept = self.store.records(&self.connection, resource, &ids).await?;
        let kept: HashMap<i64, Option<DateTime<Utc>>> = kept
            .into_iter()
            .filter(|kept| kept.body.is_some())
            .map(|kept| (kept.id, kept.modified_on))
            .collect();
        let pruned_before = self.prunes_before();
        let was_pruned = |record: &MirrorRecord| pruned_before.is_some_and(|before| is_past(record, before));
        records.retain(|record| {
            let newer = match kept.get(&record.id) {
                Some(kept) => *kept < record.modified_on,
                // What was taken out is not missed.
                None => !was_pruned(record),
            };
            newer && record.modified_on.is_some_and(|modified| modified < until)
        });
        if !records.is_empty() {
            let taken = self.take_in(resource, records, Vec::new()).await?;
            if taken.changed > 0 {
                *sweep.repaired.entry(resource).or_default() += taken.changed as u64;
            }
        }
        Ok(())
    }

    /// Asks for some base records by ID: one that does not come any more is gone.
    async fn sweep_ids(
        &self,
        base: Resource,
        until: DateTime<Utc>,
        sweep: &mut SweepReport,
    ) -> Result<(), SyncError> {
        let key = keys::swept_ids(base);
        let after: Option<i64> = self.json_value(&key).await?;
        let ids = self.store.record_ids(&self.connection, base, after, ASKED_BY_ID).await?;
        let read = match self.read(self.source.read_by_ids(base, &ids, Priority::Backfill)).await {
            Ok(read) => read,
            Err(SyncError::Source(error)) => {
                sweep.problems.push(format!("{base} could not be asked for: {error}"));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let found: HashSet<i64> = read.records.iter().map(|record| record.id).collect();
        // One that does not fit is there all the same.
        let missing: Vec<i64> = match read.problems.is_empty() {
            true => ids.iter().copied().filter(|id| !found.contains(id)).collect(),
            false => Vec::new(),
        };
        self.repair(base, read.records, until, sweep).await?;
        self.note_gone(base, &missing, sweep).await?;
        let next = match ids.last().filter(|_| ids.len() == ASKED_BY_ID) {
            Some(last) => Change::SetValue { key, value: last.to_string() },
            None => Change::RemoveValue { key },
        };
        Ok(self.commit(vec![next]).await?)
    }

    /// Takes records for inactive that ServiceTitan does not have, asking for each once more by itself.
    async fn note_gone(
        &self,
        base: Resource,
        missing: &[i64],
        sweep: &mut SweepReport,
    ) -> Result<(), SyncError> {
        let kept = self.store.records(&self.connection, base, missing).await?;
        for record in kept.iter().filter_map(gone) {
            let again = match self.read(self.source.read_by_ids(base, &[record.id], Priority::Backfill)).await
            {
                Ok(again) => again,
                Err(SyncError::Source(_)) => continue,
                Err(error) => return Err(error),
            };
            if again.records.is_empty() && again.problems.is_empty() {
                tracing::warn!(resource = %base, id = record.id, "ServiceTitan has a record no more, and no feed told");
                sweep.gone += 1;
                self.take_in(base, vec![record], Vec::new()).await?;
            }
        }
        Ok(())
    }
}
