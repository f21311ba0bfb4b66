//! The base records that a changed record affects.

use std::collections::{BTreeMap, BTreeSet};

use crate::mirror::Mirror;
use crate::{MirrorRecord, Resource, StoreError};

/// The base records (jobs or memberships) in the mirror that these records belong to, for each kind of base record.
///
/// Reference tables affect none. A child's change never brings in a base record that the mirror does not have.
pub(super) async fn affected_bases(
    mirror: &Mirror,
    bases: BTreeSet<Resource>,
    records: &[MirrorRecord],
) -> Result<BTreeMap<Resource, Vec<i64>>, StoreError> {
    let owners = owners(mirror, records).await?;
    let mut affected = BTreeMap::new();
    for base in bases {
        let mut ids = directly_affected(mirror, base, records).await?;
        for (parent, parents) in &owners {
            if !parents.is_empty() {
                ids.extend(mirror.linked_ids(base, *parent, parents).await?);
            }
        }
        affected.insert(base, ids.into_iter().collect());
    }
    Ok(affected)
}

/// The customers and the locations that these records are, or belong to. The opportunities of all of them show the records.
async fn owners(mirror: &Mirror, records: &[MirrorRecord]) -> Result<[(Resource, Vec<i64>); 2], StoreError> {
    let mut customers = BTreeSet::new();
    let mut survivors = BTreeSet::new();
    let mut locations = BTreeSet::new();
    for record in records {
        match record.resource {
            Resource::Customers => {
                customers.insert(record.id);
                survivors.extend(record.linked_to(Resource::Customers));
            }
            Resource::Locations => {
                locations.insert(record.id);
            }
            Resource::CustomerContacts => customers.extend(record.linked_to(Resource::Customers)),
            Resource::LocationContacts => locations.extend(record.linked_to(Resource::Locations)),
            _ => {}
        }
    }
    add_merged_away(mirror, &mut customers).await?;
    // Not those of the others that were merged into the same survivor, who may be thousands: they show nothing of this one.
    customers.extend(survivors);
    let owners = [(Resource::Customers, customers), (Resource::Locations, locations)];
    Ok(owners.map(|(parent, ids)| (parent, ids.into_iter().collect())))
}

/// The base records in the mirror that these records name.
async fn directly_affected(
    mirror: &Mirror,
    base: Resource,
    records: &[MirrorRecord],
) -> Result<BTreeSet<i64>, StoreError> {
    let mut direct = BTreeSet::new();
    let mut appointments = BTreeSet::new();
    for record in records {
        match record.resource {
            Resource::AppointmentAssignments => {
                direct.extend(record.linked_to(base));
                appointments.extend(record.linked_to(Resource::Appointments));
            }
            Resource::Appointments
            | Resource::Estimates
            | Resource::Invoices
            | Resource::JobCanceledLogs
            | Resource::RecurringServices
            | Resource::RecurringServiceEvents => direct.extend(record.linked_to(base)),
            _ => {}
        }
    }
    if base == Resource::Jobs && !appointments.is_empty() {
        let ids: Vec<i64> = appointments.into_iter().collect();
        let found = mirror.records(Resource::Appointments, &ids).await?;
        direct.extend(found.iter().filter_map(|appointment| appointment.linked_to(Resource::Jobs)));
    }
    if direct.is_empty() {
        return Ok(direct);
    }
    let present = mirror.records(base, &direct.into_iter().collect::<Vec<_>>()).await?;
    Ok(present.iter().filter(|record| record.body.is_some()).map(|record| record.id).collect())
}

/// Adds the customers that were merged into these: their opportunities show the survivor.
async fn add_merged_away(mirror: &Mirror, customers: &mut BTreeSet<i64>) -> Result<(), StoreError> {
    let mut survivors: Vec<i64> = customers.iter().copied().collect();
    while !survivors.is_empty() {
        let merged = mirror.linked_ids(Resource::Customers, Resource::Customers, &survivors).await?;
        survivors = merged.into_iter().filter(|id| customers.insert(*id)).collect();
    }
    Ok(())
}
