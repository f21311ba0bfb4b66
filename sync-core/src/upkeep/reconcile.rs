//! Reconciling the mirror with ServiceTitan's lists: records that a feed missed are ingested and reported.
//!
//! A reconciliation goes page by page and keeps its [place](UpkeepPlace) with each of its commits.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::place::{Phase, Reconciliation, UpkeepPlace};
use super::prune::{Pruner, is_past};
use crate::ingest::{Feeds, Ingest, deactivated};
use crate::integrations::Integrations;
use crate::mirror::{Mirror, keys, values};
use crate::reader::Reader;
use crate::{
    BadField, Change, FeedReport, MirrorRecord, Priority, ReconcileReport, Resource, SourceErrorKind,
    SyncError,
};

/// Time by which a feed may be behind its list without having missed anything.
const FEED_DELAY: Duration = Duration::hours(1);

/// Number of base records that one reconciliation asks for by ID; the next one goes on behind them.
const ASKED_BY_ID: usize = 500;

/// Number of base records that are asked for together: as many as ServiceTitan takes in one request.
const ASKED_TOGETHER: usize = 50;

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

    /// Begins to reconcile the mirror with the records that the lists say changed since the last reconciliation, and with some of the base
    /// records by ID. `None` if ServiceTitan's time is not known yet.
    pub(super) async fn begin(&self) -> Result<Option<Reconciliation>, SyncError> {
        let Some(now) = self.feeds.server_time() else { return Ok(None) };
        let since = match self.mirror.time_value(keys::RECONCILED).await? {
            Some(reconciled) => reconciled - FEED_DELAY,
            None => self.feeds.start().await?,
        };
        let report = ReconcileReport::default();
        Ok(Some(Reconciliation { since, until: now - FEED_DELAY, whole: true, report }))
    }

    /// Reconciles the mirror with one page of the first list that is left. `feeds` are the outcomes of the feeds that were read just before.
    pub(super) async fn reconcile_page(
        &self,
        place: &mut UpkeepPlace,
        feeds: &BTreeMap<Resource, FeedReport>,
    ) -> Result<(), SyncError> {
        let Phase::Lists { left, page } = &mut place.phase else { return Ok(()) };
        let Some((resource, reconciliation)) = left.first().copied().zip(place.reconciliation.as_mut())
        else {
            let left = self.integrations.base_resources().into_iter().collect();
            place.phase = Phase::Ids { left, asked: 0 };
            return Ok(());
        };
        let error = match feeds.get(&resource) {
            Some(feed) if resource.has_feed_and_list() => feed.error.as_ref().map(|_| feed.refused),
            // The configuration changed since the place was kept.
            _ => Some(true),
        };
        // A record that its feed failed to read now was not missed. A feed that is refused now will be refused at the next reconciliation too:
        // the window goes on.
        if let Some(is_refused) = error {
            reconciliation.whole &= is_refused;
            place.phase.next_resource();
            return Ok(());
        }
        let (since, until) = (reconciliation.since, reconciliation.until);
        let read = match self.reader.read_list(resource, since, *page, Priority::Backfill).await {
            Ok(read) => read,
            Err(SyncError::Source(error)) => {
                reconciliation.report.problems.push(format!("{resource} could not be compared: {error}"));
                // A list that is refused now will be refused at the next reconciliation too: the window goes on.
                reconciliation.whole &= error.kind != SourceErrorKind::Temporary;
                place.phase.next_resource();
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match read.has_more {
            true => *page += 1,
            false => place.phase.next_resource(),
        }
        self.repair((resource, read.records, &read.bad_fields), until, place, Vec::new()).await
    }

    /// Ingests records that are newer than the mirror's although their feed had time to bring them, in one commit with their place and with
    /// `more`.
    async fn repair(
        &self,
        (resource, mut records, bad_fields): (Resource, Vec<MirrorRecord>, &[BadField]),
        until: DateTime<Utc>,
        place: &mut UpkeepPlace,
        mut more: Vec<Change>,
    ) -> Result<(), SyncError> {
        if let Some(report) = place.report() {
            report.compared += records.len() as u64;
        }
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
        if records.is_empty() {
            // Without a change the place is kept at the end of the step.
            if !more.is_empty() {
                more.push(place.keep());
            }
            return Ok(self.mirror.commit(more).await?);
        }
        let mut kept = place.clone();
        count_repaired(&mut kept, resource, records.len());
        more.push(kept.keep());
        let ingested = self.ingest.ingest(resource, records, bad_fields, more).await?;
        // A webhook may have brought some of them meanwhile.
        count_repaired(place, resource, ingested.changed);
        Ok(())
    }

    /// Asks for some base records by ID: a record that does not come any more is gone.
    pub(super) async fn reconcile_ids(&self, place: &mut UpkeepPlace) -> Result<(), SyncError> {
        let Phase::Ids { left, asked } = &mut place.phase else { return Ok(()) };
        let Some((base, reconciliation)) = left.first().copied().zip(place.reconciliation.as_mut()) else {
            return self.finish(place).await;
        };
        let key = keys::reconciled_ids(base);
        let after: Option<i64> = self.mirror.json_value(&key).await?;
        let count = ASKED_TOGETHER.min(ASKED_BY_ID.saturating_sub(*asked));
        let ids = self.mirror.record_ids(base, after, count).await?;
        let until = reconciliation.until;
        let read = match self.reader.read_by_ids(base, &ids, Priority::Backfill).await {
            Ok(read) => read,
            Err(SyncError::Source(error)) => {
                reconciliation.report.problems.push(format!("{base} could not be asked for: {error}"));
                place.phase.next_resource();
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
        self.deactivate_gone(base, &missing, place).await?;
        let next = match ids.last().filter(|_| ids.len() == count) {
            Some(last) => Change::SetValue { key, value: last.to_string() },
            None => Change::RemoveValue { key },
        };
        if let Phase::Ids { asked, .. } = &mut place.phase {
            *asked += ids.len();
            if ids.len() < count || *asked >= ASKED_BY_ID {
                place.phase.next_resource();
            }
        }
        self.repair((base, read.records, &read.bad_fields), until, place, vec![next]).await
    }

    /// Ingests records as inactive that ServiceTitan does not have any more, after one more read of each by itself.
    async fn deactivate_gone(
        &self,
        base: Resource,
        missing: &[i64],
        place: &mut UpkeepPlace,
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
                if let Some(report) = place.report() {
                    report.gone += 1;
                }
                self.ingest.ingest(base, vec![record], &[], vec![place.keep()]).await?;
            }
        }
        Ok(())
    }

    /// Ends the reconciliation: moves the window on, unless a list is left to the next one.
    async fn finish(&self, place: &mut UpkeepPlace) -> Result<(), SyncError> {
        let left = self.integrations.base_resources().into_iter().collect();
        place.phase = Phase::Prune { left, after: None };
        let Some(Reconciliation { until, whole, report, .. }) = &place.reconciliation else { return Ok(()) };
        for (resource, records) in &report.repaired {
            tracing::warn!(%resource, records, "a feed had missed records: they were ingested from the list");
        }
        let mut changes = vec![place.keep()];
        changes.extend(whole.then(|| values::set_time(keys::RECONCILED, *until)));
        Ok(self.mirror.commit(changes).await?)
    }
}

fn count_repaired(place: &mut UpkeepPlace, resource: Resource, records: usize) {
    if let Some(report) = place.report().filter(|_| records > 0) {
        *report.repaired.entry(resource).or_default() += records as u64;
    }
}
