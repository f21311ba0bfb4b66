//! Reconciling the mirror with ServiceTitan's lists: records that a feed missed are ingested and reported.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::prune::{Pruner, is_past};
use crate::ingest::{Feeds, Ingest, deactivated};
use crate::integrations::Integrations;
use crate::mirror::{Mirror, keys, values};
use crate::reader::Reader;
use crate::{
    BadField, Change, MirrorRecord, Priority, ReconcileReport, Resource, SourceErrorKind, SyncError,
    SyncReport,
};

/// Time by which a feed may be behind its list without having missed anything.
const FEED_DELAY: Duration = Duration::hours(1);

/// Number of base records that one reconciliation asks for by ID; the next one goes on behind them.
const ASKED_BY_ID: usize = 500;

/// Reconciles the mirror with ServiceTitan's lists.
pub(crate) struct Reconciler {
    mirror: Arc<Mirror>,
    integrations: Integrations,
    feeds: Arc<Feeds>,
    ingest: Arc<Ingest>,
    pruner: Arc<Pruner>,
    reader: Reader,
}

impl Reconciler {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        integrations: Integrations,
        feeds: Arc<Feeds>,
        ingest: Arc<Ingest>,
        pruner: Arc<Pruner>,
        reader: Reader,
    ) -> Self {
        Reconciler { mirror, integrations, feeds, ingest, pruner, reader }
    }

    /// Reconciles the mirror with the records that the lists say changed since the last reconciliation, and with some of the base records by
    /// ID. `None` if ServiceTitan's time is not known yet.
    pub(super) async fn reconcile(&self, report: &SyncReport) -> Result<Option<ReconcileReport>, SyncError> {
        let Some(now) = self.feeds.server_time() else { return Ok(None) };
        let until = now - FEED_DELAY;
        let since = match self.mirror.time_value(keys::RECONCILED).await? {
            Some(reconciled) => reconciled - FEED_DELAY,
            None => self.feeds.start().await?,
        };
        let mut reconciled = ReconcileReport::default();
        let mut whole = true;
        for (resource, feed) in &report.feeds {
            if !resource.has_feed_and_list() {
                continue;
            }
            // A record that its feed failed to read now was not missed.
            whole &= match feed.error {
                None => self.reconcile_list(*resource, since, until, &mut reconciled).await?,
                // A feed that is refused now will be refused at the next reconciliation too: the window goes on.
                Some(_) => feed.refused,
            };
        }
        for base in self.integrations.base_resources() {
            self.reconcile_ids(base, until, &mut reconciled).await?;
        }
        for (resource, records) in &reconciled.repaired {
            tracing::warn!(%resource, records, "a feed had missed records: they were ingested from the list");
        }
        if whole {
            self.mirror.commit(vec![values::set_time(keys::RECONCILED, until)]).await?;
        }
        Ok(Some(reconciled))
    }

    /// Reconciles the mirror with one list. Returns whether the list need not be read again for this window.
    async fn reconcile_list(
        &self,
        resource: Resource,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        reconciled: &mut ReconcileReport,
    ) -> Result<bool, SyncError> {
        for page in 1.. {
            let read = match self.reader.read_list(resource, since, page, Priority::Backfill).await {
                Ok(read) => read,
                Err(SyncError::Source(error)) => {
                    reconciled.problems.push(format!("{resource} could not be compared: {error}"));
                    // A list that is refused now will be refused at the next reconciliation too: the window goes on.
                    return Ok(error.kind != SourceErrorKind::Temporary);
                }
                Err(error) => return Err(error),
            };
            self.repair(resource, read.records, &read.bad_fields, until, reconciled).await?;
            if !read.has_more {
                break;
            }
        }
        Ok(true)
    }

    /// Ingests records that are newer than the mirror's although their feed had time to bring them.
    async fn repair(
        &self,
        resource: Resource,
        mut records: Vec<MirrorRecord>,
        bad_fields: &[BadField],
        until: DateTime<Utc>,
        reconciled: &mut ReconcileReport,
    ) -> Result<(), SyncError> {
        reconciled.compared += records.len() as u64;
        let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
        let kept = self.mirror.records(resource, &ids).await?;
        let kept: HashMap<(i64, i64), Option<DateTime<Utc>>> = kept
            .into_iter()
            .filter(|kept| kept.body.is_some())
            .map(|kept| (kept.key(), kept.modified_on))
            .collect();
        let cutoff = self.pruner.cutoff(self.feeds.server_time());
        let was_pruned = |record: &MirrorRecord| cutoff.is_some_and(|cutoff| is_past(record, cutoff));
        records.retain(|record| {
            let newer = match kept.get(&record.key()) {
                Some(kept) => *kept < record.modified_on,
                // A pruned record was not missed.
                None => !was_pruned(record),
            };
            newer && record.modified_on.is_some_and(|modified| modified < until)
        });
        if !records.is_empty() {
            let ingested = self.ingest.ingest(resource, records, bad_fields, Vec::new()).await?;
            if ingested.changed > 0 {
                *reconciled.repaired.entry(resource).or_default() += ingested.changed as u64;
            }
        }
        Ok(())
    }

    /// Asks for some base records by ID: a record that does not come any more is gone.
    async fn reconcile_ids(
        &self,
        base: Resource,
        until: DateTime<Utc>,
        reconciled: &mut ReconcileReport,
    ) -> Result<(), SyncError> {
        let key = keys::reconciled_ids(base);
        let after: Option<i64> = self.mirror.json_value(&key).await?;
        let ids = self.mirror.record_ids(base, after, ASKED_BY_ID).await?;
        let read = match self.reader.read_by_ids(base, &ids, Priority::Backfill).await {
            Ok(read) => read,
            Err(SyncError::Source(error)) => {
                reconciled.problems.push(format!("{base} could not be asked for: {error}"));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let found: HashSet<i64> = read.records.iter().map(|record| record.id).collect();
        // A record that does not fit exists all the same, and it is not known which of the missing ones it is.
        let missing: Vec<i64> = match read.problems.is_empty() {
            true => ids.iter().copied().filter(|id| !found.contains(id)).collect(),
            false => Vec::new(),
        };
        self.repair(base, read.records, &read.bad_fields, until, reconciled).await?;
        self.deactivate_gone(base, &missing, reconciled).await?;
        let next = match ids.last().filter(|_| ids.len() == ASKED_BY_ID) {
            Some(last) => Change::SetValue { key, value: last.to_string() },
            None => Change::RemoveValue { key },
        };
        Ok(self.mirror.commit(vec![next]).await?)
    }

    /// Ingests records as inactive that ServiceTitan does not have any more, after one more read of each by itself.
    async fn deactivate_gone(
        &self,
        base: Resource,
        missing: &[i64],
        reconciled: &mut ReconcileReport,
    ) -> Result<(), SyncError> {
        let kept = self.mirror.records(base, missing).await?;
        for record in kept.iter().filter_map(deactivated) {
            let again = match self.reader.read_by_ids(base, &[record.id], Priority::Backfill).await {
                Ok(again) => again,
                Err(SyncError::Source(_)) => continue,
                Err(error) => return Err(error),
            };
            if again.records.is_empty() && again.problems.is_empty() {
                tracing::warn!(resource = %base, id = record.id, "a record is gone from ServiceTitan, and no feed told");
                reconciled.gone += 1;
                self.ingest.ingest(base, vec![record], &[], Vec::new()).await?;
            }
        }
        Ok(())
    }
}
