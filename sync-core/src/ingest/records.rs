//! Records into the mirror, with the marks of the opportunities that they affect.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::activity::{is_inactive, keep_active};
use super::affected::affected_bases;
use super::bad_fields::BadFields;
use crate::integrations::{Integrations, shows};
use crate::mirror::Mirror;
use crate::{BadField, BadFieldCounts, Change, MirrorRecord, ReferenceChanges, Resource, StoreError};

/// Ingests records into the mirror.
pub(crate) struct Ingest {
    mirror: Arc<Mirror>,
    integrations: Integrations,
    reference_changes: ReferenceChanges,
    bad_fields: BadFields,
}

/// The effect of ingested records.
#[derive(Debug, Default)]
pub(crate) struct Ingested {
    /// Number of records that were new or had changed.
    pub(crate) changed: usize,
    /// The affected opportunities, by integration.
    pub(crate) affected: BTreeMap<String, Vec<i64>>,
}

impl Ingest {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        integrations: Integrations,
        reference_changes: ReferenceChanges,
    ) -> Self {
        Ingest { mirror, integrations, reference_changes, bad_fields: BadFields::default() }
    }

    /// Counts the bad fields of those records that these committed changes put into the mirror.
    pub(crate) fn count_bad_fields(
        &self,
        resource: Resource,
        bad_fields: &[BadField],
        put: &HashSet<(i64, i64)>,
    ) {
        if !bad_fields.is_empty() {
            self.bad_fields.count(resource, bad_fields, put);
        }
    }

    /// Adds the counts of bad fields to those that the store keeps, and returns those that are new since the last call.
    pub(crate) async fn keep_bad_fields(&self) -> Result<BadFieldCounts, StoreError> {
        self.bad_fields.keep(&self.mirror).await
    }

    /// Ingests records and marks the opportunities that they affect, in one commit together with `more`.
    pub(crate) async fn ingest(
        &self,
        resource: Resource,
        records: Vec<MirrorRecord>,
        bad_fields: &[BadField],
        more: Vec<Change>,
    ) -> Result<Ingested, StoreError> {
        let lock = self.mirror.lock().await;
        let (mut changes, ingested) = self.changes_of(resource, records).await?;
        let put = put_records(&changes);
        changes.extend(more);
        lock.commit(changes).await?;
        self.count_bad_fields(resource, bad_fields, &put);
        Ok(ingested)
    }

    /// The changes that put records into the mirror and mark the opportunities that they affect; none for records that the mirror has as they
    /// are. To be committed under the lock under which this was called.
    pub(super) async fn changes_of(
        &self,
        resource: Resource,
        records: Vec<MirrorRecord>,
    ) -> Result<(Vec<Change>, Ingested), StoreError> {
        let kept = self.kept(resource, &records).await?;
        let mut changes = Vec::new();
        // Both versions of a changed record: an estimate that moved affects the job that it left, too.
        let mut versions = Vec::new();
        // Whether an opportunity named one of the records and was delivered without it.
        let mut was_absent = false;
        for record in records {
            let Some(kept) = kept.same(&record) else {
                for left in kept.left(&record) {
                    changes.push(Change::MarkIncomplete { children: resource, parent_id: left.owner });
                    versions.push(left.clone());
                }
                versions.push(record.clone());
                changes.push(Change::PutRecord(record));
                continue;
            };
            let record = keep_active(record, kept);
            if record.replaces(kept) && record.body != kept.body {
                was_absent |= kept.body.is_none();
                changes.extend(reread_of_contacts(&record, kept));
                versions.extend([record.clone(), kept.clone()]);
                changes.push(Change::PutRecord(record));
            }
        }
        let put = changes.iter().filter(|change| matches!(change, Change::PutRecord(_))).count();
        let mut ingested = Ingested { changed: put, ..Ingested::default() };
        if ingested.changed == 0 {
            return Ok((changes, ingested));
        }
        let mut bases = self.integrations.base_resources();
        let is_base = bases.remove(&resource);
        let mut affected = affected_bases(&self.mirror, bases, &versions).await?;
        if is_base {
            affected.insert(resource, versions.iter().map(|record| record.id).collect());
        }
        for integration in self.integrations.iter() {
            let ids = affected.get(&integration.base()).cloned().unwrap_or_default();
            changes.extend(ids.iter().map(|id| integration.mark_dirty(*id)));
            ingested.affected.insert(integration.name.clone(), ids);
            let is_shown_reference = resource.is_reference() && shows(integration, resource);
            let counts = was_absent || self.reference_changes == ReferenceChanges::Reevaluate;
            if is_shown_reference && counts {
                changes.push(self.mirror.request_reevaluation(integration));
            }
        }
        Ok((changes, ingested))
    }

    /// The changes that put looked-up children into the mirror. The opportunities that the lookup was made for are being evaluated and get
    /// no mark; those that a child left do. To be committed under the lock under which this was called.
    pub(crate) async fn reparenting_changes(
        &self,
        resource: Resource,
        records: &[MirrorRecord],
    ) -> Result<Vec<Change>, StoreError> {
        let kept = self.kept(resource, records).await?;
        let mut left = Vec::new();
        let mut changes = Vec::new();
        for record in records {
            let Some(kept) = kept.same(record) else {
                for other in kept.left(record) {
                    changes.push(Change::MarkIncomplete { children: resource, parent_id: other.owner });
                    left.push(other.clone());
                }
                changes.push(Change::PutRecord(record.clone()));
                continue;
            };
            if record.replaces(kept) && record.links != kept.links {
                left.push(kept.clone());
            }
            changes.push(Change::PutRecord(keep_active(record.clone(), kept)));
        }
        if !left.is_empty() {
            let affected = affected_bases(&self.mirror, self.integrations.base_resources(), &left).await?;
            for integration in self.integrations.iter() {
                let ids = affected.get(&integration.base()).into_iter().flatten();
                changes.extend(ids.map(|id| integration.mark_dirty(*id)));
            }
        }
        Ok(changes)
    }

    /// The mirror's versions of these records.
    async fn kept(&self, resource: Resource, records: &[MirrorRecord]) -> Result<Kept, StoreError> {
        let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
        let mut kept = Kept::default();
        for record in self.mirror.records(resource, &ids).await? {
            kept.0.entry(record.id).or_default().push(record);
        }
        Ok(kept)
    }
}

/// The mirror's versions of some records by ID, of each owner.
#[derive(Default)]
struct Kept(HashMap<i64, Vec<MirrorRecord>>);

impl Kept {
    /// The mirror's version of this record.
    fn same(&self, record: &MirrorRecord) -> Option<&MirrorRecord> {
        self.0.get(&record.id)?.iter().find(|kept| kept.owner == record.owner)
    }

    /// The records of other owners that this one, new to its owner, may have left: it either moved or belongs to both now, and nothing but a
    /// full read of the other owner's tells which. One that was changed no later belonged to both before.
    fn left(&self, record: &MirrorRecord) -> impl Iterator<Item = &MirrorRecord> {
        let others = self.0.get(&record.id).into_iter().flatten();
        others.filter(|kept| kept.owner != record.owner && kept.modified_on < record.modified_on)
    }
}

/// The IDs and owners of the records that changes put into the mirror.
pub(crate) fn put_records(changes: &[Change]) -> HashSet<(i64, i64)> {
    let put = changes.iter().filter_map(|change| match change {
        Change::PutRecord(record) => Some(record.key()),
        _ => None,
    });
    put.collect()
}

/// The mark that has the contacts of an owner looked up again who became active. ServiceTitan refuses the contacts of an inactive owner, and
/// those that the mirror has were taken for all of them.
fn reread_of_contacts(record: &MirrorRecord, kept: &MirrorRecord) -> Option<Change> {
    let contacts = record.resource.contacts()?;
    let became_active = is_inactive(kept) && !is_inactive(record);
    became_active.then_some(Change::MarkIncomplete { children: contacts, parent_id: record.id })
}
