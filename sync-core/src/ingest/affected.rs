//! The base records that a changed record affects.

use std::collections::BTreeSet;

use crate::mirror::Mirror;
use crate::{MirrorRecord, Resource, StoreError};

/// The base records (jobs or memberships) in the mirror that these records belong to.
///
/// Reference tables affect none. A child's change never brings in a base record that the mirror does not have.
pub(super) async fn affected_bases(
    mirror: &Mirror,
    base: Resource,
    records: &[MirrorRecord],
) -> Result<BTreeSet<i64>, StoreError> {
    let mut direct = BTreeSet::new();
    let mut customers = BTreeSet::new();
    let mut locations = BTreeSet::new();
    let mut appointments = BTreeSet::new();
    for record in records {
        match record.resource {
            Resource::Customers => {
                customers.insert(record.id);
                // A merged customer: the survivor's opportunities too.
                customers.extend(record.linked_to(Resource::Customers));
            }
            Resource::Locations => {
                locations.insert(record.id);
            }
            Resource::CustomerContacts => customers.extend(record.linked_to(Resource::Customers)),
            Resource::LocationContacts => locations.extend(record.linked_to(Resource::Locations)),
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
    add_merged_away(mirror, &mut customers).await?;

    let mut affected = BTreeSet::new();
    let direct: Vec<i64> = direct.into_iter().collect();
    let present = mirror.records(base, &direct).await?;
    affected.extend(present.iter().filter(|record| record.body.is_some()).map(|record| record.id));
    for (parent, ids) in [(Resource::Customers, customers), (Resource::Locations, locations)] {
        let ids: Vec<i64> = ids.into_iter().collect();
        if !ids.is_empty() {
            affected.extend(mirror.linked(base, parent, &ids).await?.iter().map(|record| record.id));
        }
    }
    Ok(affected)
}

/// Adds the customers that were merged into these: their opportunities show the survivor.
async fn add_merged_away(mirror: &Mirror, customers: &mut BTreeSet<i64>) -> Result<(), StoreError> {
    let mut survivors: Vec<i64> = customers.iter().copied().collect();
    while !survivors.is_empty() {
        let merged = mirror.linked(Resource::Customers, Resource::Customers, &survivors).await?;
        survivors = merged.iter().map(|record| record.id).filter(|id| customers.insert(*id)).collect();
    }
    Ok(())
}
