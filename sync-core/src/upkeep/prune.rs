//! Pruning: the mirror holds customers' data, and no more than live opportunities need.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::place::{Phase, UpkeepPlace};
use super::removal::{CHILDREN, removal};
use crate::base::Base;
use crate::integrations::Integrations;
use crate::mirror::{Mirror, keys};
use crate::push::removal_of_history;
use crate::{Change, MirrorRecord, Resource, StoreError, SyncError};

/// Number of base records that are examined in one step.
const PAGE: usize = 200;

/// Prunes finished, unchanged base records with the records that only they needed.
pub(crate) struct Pruner {
    mirror: Arc<Mirror>,
    integrations: Integrations,
    retention: Option<Duration>,
}

impl Pruner {
    pub(crate) fn new(mirror: Arc<Mirror>, integrations: Integrations, retention: Option<Duration>) -> Self {
        Pruner { mirror, integrations, retention }
    }

    /// Whether a retention is set.
    pub(super) fn is_active(&self) -> bool {
        self.retention.is_some()
    }

    /// The time before which a finished base record must have changed last to be pruned; `None` without retention, or before ServiceTitan's
    /// time is known.
    pub(super) fn cutoff(&self, server_time: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        let age = chrono::Duration::from_std(self.retention?).ok()?;
        Some(server_time? - age)
    }

    /// Prunes those of one page of base records that are finished and that, like their children, did not change for as long as the retention
    /// says.
    pub(super) async fn prune_page(
        &self,
        place: &mut UpkeepPlace,
        server_time: Option<DateTime<Utc>>,
    ) -> Result<(), SyncError> {
        let Phase::Prune { left, after } = &mut place.phase else { return Ok(()) };
        let Some((base, cutoff)) = left.first().copied().zip(self.cutoff(server_time)) else {
            place.phase = Phase::Done;
            return Ok(());
        };
        let ids = self.mirror.record_ids(base, *after, PAGE).await?;
        let Some(last) = ids.last() else {
            place.phase.next_resource();
            return Ok(());
        };
        *after = Some(*last);
        let lock = self.mirror.lock().await;
        let old = self.prunable(base, &ids, cutoff).await?;
        if old.is_empty() {
            return Ok(());
        }
        place.pruned += old.len() as u64;
        let mut changes = removal(&self.mirror, base, &old).await?;
        changes.extend(removal_of_history(&self.mirror, &self.integrations, &old).await?);
        changes.push(Change::SetValue { key: keys::PRUNED.to_owned(), value: "yes".to_owned() });
        changes.push(place.keep());
        Ok(lock.commit(changes).await?)
    }

    /// Those of these base records that may be pruned.
    async fn prunable(
        &self,
        base: Resource,
        ids: &[i64],
        cutoff: DateTime<Utc>,
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        let mut old = self.mirror.records(base, ids).await?;
        old.retain(|record| is_past(record, cutoff));
        let ids: Vec<i64> = old.iter().map(|record| record.id).collect();
        let mut busy = HashSet::new();
        for children in
            CHILDREN.into_iter().chain([Resource::RecurringServices, Resource::RecurringServiceEvents])
        {
            let children = self.mirror.linked(children, base, &ids).await?;
            busy.extend(
                children
                    .iter()
                    .filter(|child| !is_old(child, cutoff))
                    .filter_map(|child| child.linked_to(base)),
            );
        }
        for integration in self.integrations.iter().filter(|it| it.base() == base) {
            let dirty = self.mirror.dirty_among(&integration.name, &ids).await?;
            busy.extend(dirty.iter().map(|dirty| dirty.id));
        }
        old.retain(|record| !busy.contains(&record.id));
        Ok(old)
    }
}

fn is_old(record: &MirrorRecord, cutoff: DateTime<Utc>) -> bool {
    record.modified_on.is_some_and(|modified| modified < cutoff)
}

/// Whether the record is a finished base record that did not change since the cutoff.
pub(super) fn is_past(record: &MirrorRecord, cutoff: DateTime<Utc>) -> bool {
    is_old(record, cutoff) && Base::read(record).is_some_and(|base| base.is_finished())
}
