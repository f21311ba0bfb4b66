//! Which base records' opportunities a record is part of.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::resources::{CUSTOMERS, JOBS, LOCATIONS, MEMBERSHIPS, Resource};
use crate::store::{Object, Record, Store, id_at};

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
        "locations" => naming(store, &["locationId"], id),
        "locations/contacts" => {
            id_at(json, "locationId").map(|id| naming(store, &["locationId"], id)).unwrap_or_default()
        }
        "appointments" | "appointment-assignments" | "estimates" | "job-canceled-logs" => job("jobId"),
        "invoices" => job("job.id"),
        "recurring-services" | "recurring-service-events" => membership(),
        _ => of_reference(store, id),
    }
}

/// The opportunities of a customer, and of all that were merged into it.
fn of_customer(store: &Store, id: i64) -> BTreeSet<Base> {
    let mut customers = BTreeSet::from([id]);
    loop {
        let merged = store.of(CUSTOMERS.name).records().filter(|customer| {
            id_at(&customer.json, "mergedToId").is_some_and(|survivor| customers.contains(&survivor))
        });
        let merged: Vec<i64> = merged.map(|customer| customer.id).collect();
        let before = customers.len();
        customers.extend(merged);
        if customers.len() == before {
            break;
        }
    }
    customers.into_iter().flat_map(|customer| naming(store, &["customerId"], customer)).collect()
}

/// The base records that name an ID in one of these fields.
fn naming(store: &Store, fields: &[&str], id: i64) -> BTreeSet<Base> {
    let names = |record: &&Record| fields.iter().any(|field| id_at(&record.json, field) == Some(id));
    let bases = [JOBS.name, MEMBERSHIPS.name].into_iter();
    bases.flat_map(|base| store.of(base).records().filter(names).map(move |it| (base, it.id))).collect()
}

/// The base records that show a record of a reference table: in their own fields, or in those of records that belong to them.
fn of_reference(store: &Store, id: i64) -> BTreeSet<Base> {
    let mut bases = BTreeSet::new();
    for resource in crate::resources::RESOURCES {
        if !PARTS.contains(&resource.name) {
            continue;
        }
        for record in store.of(resource.name).records().filter(|record| mentions(&record.json, id)) {
            match resource.name {
                "campaigns" => bases.extend(naming(store, &["campaignId"], record.id)),
                _ => bases.extend(of(store, resource, record.id, &record.json)),
            }
        }
    }
    bases
}

/// Resources whose records name records of reference tables that an opportunity then shows.
const PARTS: &[&str] = &[
    JOBS.name,
    MEMBERSHIPS.name,
    CUSTOMERS.name,
    LOCATIONS.name,
    "appointment-assignments",
    "estimates",
    "job-canceled-logs",
    "campaigns",
];

/// Returns whether any value of the record is this ID. IDs are unique over all resources, so that the field does not matter.
fn mentions(json: &Object, id: i64) -> bool {
    fn within(value: &Value, id: i64) -> bool {
        match value {
            Value::Number(number) => number.as_i64() == Some(id),
            Value::Array(items) => items.iter().any(|item| within(item, id)),
            Value::Object(members) => members.values().any(|member| within(member, id)),
            _ => false,
        }
    }
    json.values().any(|value| within(value, id))
}
