//! Which base records' opportunities a record is part of.

use std::collections::BTreeSet;

use crate::resources::{
    APPOINTMENT_ASSIGNMENTS, CAMPAIGNS, CUSTOMERS, ESTIMATES, JOB_CANCELED_LOGS, JOBS, LOCATIONS,
    MEMBERSHIPS, Resource,
};
use crate::store::{Object, Store, id_at};

/// A base record: a job or a membership, by resource and ID.
pub(super) type Base = (&'static str, i64);

/// The base records whose opportunities show a record with this content.
pub(super) fn of(store: &Store, resource: &Resource, id: i64, json: &Object) -> BTreeSet<Base> {
    let job = |field| id_at(json, field).map(|id| (JOBS.name, id)).into_iter().collect();
    let membership = || id_at(json, "membershipId").map(|id| (MEMBERSHIPS.name, id)).into_iter().collect();
    match resource.name {
        "jobs" => BTreeSet::from([(JOBS.name, id)]),
        "memberships" => BTreeSet::from([(MEMBERSHIPS.name, id)]),
        "customers" => of_customer(store, id),
        "customers/contacts" => {
            id_at(json, "customerId").map(|id| of_customer(store, id)).unwrap_or_default()
        }
        "locations" => naming(store, "locationId", id),
        "locations/contacts" => {
            id_at(json, "locationId").map(|id| naming(store, "locationId", id)).unwrap_or_default()
        }
        "appointments" | "appointment-assignments" | "estimates" | "job-canceled-logs" => job("jobId"),
        "invoices" => job("job.id"),
        "recurring-services" | "recurring-service-events" => membership(),
        _ => of_reference(store, id),
    }
}

/// The opportunities of a customer, and of all that were merged into it.
fn of_customer(store: &Store, id: i64) -> BTreeSet<Base> {
    let (mut customers, mut added) = (BTreeSet::from([id]), vec![id]);
    while let Some(survivor) = added.pop() {
        let merged = store.of(CUSTOMERS.name).child_ids("mergedToId", survivor).into_iter();
        added.extend(merged.filter(|customer| customers.insert(*customer)));
    }
    customers.into_iter().flat_map(|customer| naming(store, "customerId", customer)).collect()
}

/// The base records that name an ID in a field.
fn naming(store: &Store, field: &'static str, id: i64) -> BTreeSet<Base> {
    let bases = [JOBS.name, MEMBERSHIPS.name].into_iter();
    bases
        .flat_map(|base| store.of(base).child_ids(field, id).into_iter().map(move |record| (base, record)))
        .collect()
}

/// The base records that show a record of a reference table: in their own fields, or in those of records that belong to them. IDs are unique
/// over all resources, so that the field does not matter.
fn of_reference(store: &Store, id: i64) -> BTreeSet<Base> {
    let mut bases = BTreeSet::new();
    for part in PARTS {
        for field in part.id_fields() {
            for record in store.of(part.name).children(field, id) {
                match part.name {
                    "campaigns" => bases.extend(naming(store, "campaignId", record.id)),
                    _ => bases.extend(of(store, part, record.id, &record.json)),
                }
            }
        }
    }
    bases
}

/// Resources whose records name records of reference tables that an opportunity then shows.
const PARTS: [&Resource; 8] = [
    &JOBS,
    &MEMBERSHIPS,
    &CUSTOMERS,
    &LOCATIONS,
    &APPOINTMENT_ASSIGNMENTS,
    &ESTIMATES,
    &JOB_CANCELED_LOGS,
    &CAMPAIGNS,
];
