//! Taking finished and old base records out of the mirror: it holds customers' data, and no more than live opportunities need.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Utc};

use super::join::Base;
use super::{Engine, feeds, keys};
use crate::{Change, MirrorRecord, Resource, StoreError, SyncError};

/// How many base records are looked at in one step.
const PAGE: usize = 200;

/// The children of a job that can be read again should it come back. Cancellations cannot, and hold no customer's data.
const CHILDREN: [Resource; 3] = [Resource::Appointments, Resource::Estimates, Resource::Invoices];

impl Engine {
    /// Takes base records out of the mirror that are finished and that neither themselves nor their children changed for so long, with what
    /// only they needed. Answers how many.
    pub(super) async fn prune(&self) -> Result<u64, SyncError> {
        let Some(before) = self.prunes_before() else { return Ok(0) };
        let mut pruned = 0;
        let bases: BTreeSet<Resource> = self.integrations.iter().map(crate::Integration::base).collect();
        for base in bases {
            let mut after = None;
            loop {
                if self.cancelled() {
                    return Ok(pruned);
                }
                let ids = self.store.record_ids(&self.connection, base, after, PAGE).await?;
                let Some(last) = ids.last() else { break };
                after = Some(*last);
                let _one_at_a_time = self.writing.lock().await;
                let old = self.old_among(base, &ids, before).await?;
                if old.is_empty() {
                    continue;
                }
                pruned += old.len() as u64;
                let mut changes = self.removal(base, &old).await?;
                changes.push(Change::SetValue { key: keys::PRUNED.to_owned(), value: "yes".to_owned() });
                self.commit(changes).await?;
            }
        }
        Ok(pruned)
    }

    /// Since when a finished base record must not have changed to be taken out; `None` without retention, or before ServiceTitan's time is known.
    pub(super) fn prunes_before(&self) -> Option<DateTime<Utc>> {
        let age = chrono::Duration::from_std(self.settings.retention?).ok()?;
        Some(self.newest_server_time()? - age)
    }

    /// Those of these base records that may go.
    async fn old_among(
        &self,
        base: Resource,
        ids: &[i64],
        before: DateTime<Utc>,
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        let mut old = self.store.records(&self.connection, base, ids).await?;
        old.retain(|record| is_past(record, before));
        let ids: Vec<i64> = old.iter().map(|record| record.id).collect();
        let mut busy = HashSet::new();
        for children in
            CHILDREN.into_iter().chain([Resource::RecurringServices, Resource::RecurringServiceEvents])
        {
            let children = self.store.linked(&self.connection, children, base, &ids).await?;
            busy.extend(
                children
                    .iter()
                    .filter(|child| !is_old(child, before))
                    .filter_map(|child| child.linked_to(base)),
            );
        }
        for integration in self.integrations.iter().filter(|it| it.base() == base) {
            let dirty = self.store.dirty_among(&self.connection, &integration.name, &ids).await?;
            busy.extend(dirty.iter().map(|dirty| dirty.id));
        }
        old.retain(|record| !busy.contains(&record.id));
        Ok(old)
    }

    /// What takes these base records out of the mirror, with all that no other base record needs. Whatever can be read again is marked as
    /// incomplete, in case one comes back.
    pub(super) async fn removal(
        &self,
        base: Resource,
        records: &[MirrorRecord],
    ) -> Result<Vec<Change>, StoreError> {
        let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
        let mut changes = Vec::new();
        for children in CHILDREN {
            for child in self.store.linked(&self.connection, children, base, &ids).await? {
                if children == Resource::Appointments {
                    changes.extend(
                        self.removal_of_children(Resource::AppointmentAssignments, children, child.id)
                            .await?,
                    );
                }
                changes.push(Change::RemoveRecord { resource: children, id: child.id });
            }
            if base == Resource::Jobs {
                changes.extend(ids.iter().map(|id| Change::MarkIncomplete { children, parent_id: *id }));
            }
        }
        for (owner, contacts) in [
            (Resource::Customers, Resource::CustomerContacts),
            (Resource::Locations, Resource::LocationContacts),
        ] {
            for id in self.owned_only_by(owner, base, records).await? {
                changes.extend(self.removal_of_children(contacts, owner, id).await?);
                changes.push(Change::RemoveRecord { resource: owner, id });
            }
        }
        changes.extend(ids.iter().map(|id| Change::RemoveRecord { resource: base, id: *id }));
        Ok(changes)
    }

    /// What takes a parent's children out of the mirror.
    pub(super) async fn removal_of_children(
        &self,
        children: Resource,
        parent: Resource,
        parent_id: i64,
    ) -> Result<Vec<Change>, StoreError> {
        let kept = self.store.linked(&self.connection, children, parent, &[parent_id]).await?;
        let remove = |child: &MirrorRecord| Change::RemoveRecord { resource: children, id: child.id };
        let mut changes: Vec<Change> = kept.iter().map(remove).collect();
        if feeds::has_parent_lookup(children) {
            changes.push(Change::MarkIncomplete { children, parent_id });
        }
        Ok(changes)
    }

    /// The customers or locations that no other base record than these names.
    async fn owned_only_by(
        &self,
        owner: Resource,
        base: Resource,
        records: &[MirrorRecord],
    ) -> Result<Vec<i64>, StoreError> {
        let going: HashSet<(Resource, i64)> = records.iter().map(|record| (base, record.id)).collect();
        let owners: BTreeSet<i64> = records.iter().filter_map(|record| record.linked_to(owner)).collect();
        let owners: Vec<i64> = owners.into_iter().collect();
        let mut needed: BTreeMap<i64, bool> = owners.iter().map(|id| (*id, false)).collect();
        // A customer may also be needed by those that were merged into it, and name the one that it was merged into.
        for other in [Resource::Jobs, Resource::Memberships, Resource::Customers] {
            for record in self.store.linked(&self.connection, other, owner, &owners).await? {
                let stays = !going.contains(&(other, record.id));
                if let Some(id) = record.linked_to(owner).filter(|_| stays) {
                    needed.insert(id, true);
                }
            }
        }
        Ok(needed.into_iter().filter(|(_, needed)| !needed).map(|(id, _)| id).collect())
    }
}

fn is_old(record: &MirrorRecord, before: DateTime<Utc>) -> bool {
    record.modified_on.is_some_and(|modified| modified < before)
}

/// Whether it is a base record that is finished and old.
pub(super) fn is_past(record: &MirrorRecord, before: DateTime<Utc>) -> bool {
    is_old(record, before) && Base::read(record).is_some_and(|base| base.is_finished())
}
