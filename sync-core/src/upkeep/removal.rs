//! Removals: base records and customers out of the mirror, with the records that only they needed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::mirror::Mirror;
use crate::{Change, MirrorRecord, Resource, StoreError};

/// The children of a job that can be looked up again should it come back. Cancellations cannot, and hold no customer's data.
pub(super) const CHILDREN: [Resource; 3] = [Resource::Appointments, Resource::Estimates, Resource::Invoices];

/// The changes that remove base records from the mirror, with all records that no other base record needs. Children that can be looked up
/// again are marked as incomplete, in case a base record comes back.
pub(super) async fn removal(
    mirror: &Mirror,
    base: Resource,
    records: &[MirrorRecord],
) -> Result<Vec<Change>, StoreError> {
    let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
    let mut changes = Vec::new();
    for children in CHILDREN {
        for child in mirror.linked(children, base, &ids).await? {
            if children == Resource::Appointments {
                changes.extend(
                    removal_of_children(mirror, Resource::AppointmentAssignments, children, child.id).await?,
                );
            }
            changes.push(Change::remove(&child));
        }
        if base == Resource::Jobs {
            changes.extend(ids.iter().map(|id| Change::MarkIncomplete { children, parent_id: *id }));
        }
    }
    for (owner, contacts) in
        [(Resource::Customers, Resource::CustomerContacts), (Resource::Locations, Resource::LocationContacts)]
    {
        for id in owned_only_by(mirror, owner, base, records).await? {
            changes.extend(removal_of_children(mirror, contacts, owner, id).await?);
            changes.push(Change::RemoveRecord { resource: owner, id, owner: 0 });
        }
    }
    changes.extend(records.iter().map(Change::remove));
    Ok(changes)
}

/// The changes that remove a parent's children from the mirror.
pub(super) async fn removal_of_children(
    mirror: &Mirror,
    children: Resource,
    parent: Resource,
    parent_id: i64,
) -> Result<Vec<Change>, StoreError> {
    let kept = mirror.linked(children, parent, &[parent_id]).await?;
    let mut changes: Vec<Change> = kept.iter().map(Change::remove).collect();
    if children.has_parent_lookup() {
        changes.push(Change::MarkIncomplete { children, parent_id });
    }
    Ok(changes)
}

/// The customers or locations that are named by these base records only.
async fn owned_only_by(
    mirror: &Mirror,
    owner: Resource,
    base: Resource,
    records: &[MirrorRecord],
) -> Result<Vec<i64>, StoreError> {
    let going: HashSet<(Resource, i64)> = records.iter().map(|record| (base, record.id)).collect();
    let owners: BTreeSet<i64> = records.iter().filter_map(|record| record.linked_to(owner)).collect();
    let owners: Vec<i64> = owners.into_iter().collect();
    let mut needed: BTreeMap<i64, bool> = owners.iter().map(|id| (*id, false)).collect();
    // A customer is also needed by those that were merged into it, as they name it.
    for other in [Resource::Jobs, Resource::Memberships, Resource::Customers] {
        for record in mirror.linked(other, owner, &owners).await? {
            let stays = !going.contains(&(other, record.id));
            if let Some(id) = record.linked_to(owner).filter(|_| stays) {
                needed.insert(id, true);
            }
        }
    }
    Ok(needed.into_iter().filter(|(_, needed)| !needed).map(|(id, _)| id).collect())
}
