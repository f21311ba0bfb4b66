//! The requests of a plain synchronization, to compare with: one for each object of each opportunity.

use chrono::{DateTime, Utc};

use crate::resources::{
    APPOINTMENT_ASSIGNMENTS, APPOINTMENTS, CAMPAIGNS, CUSTOMERS, ESTIMATES, JOB_CANCELED_LOGS, JOBS,
    LOCATIONS, MEMBERSHIPS,
};
use crate::store::{Record, Store, id_at, value_at};
use crate::world::WorldHandle;

impl WorldHandle {
    /// Counts the requests of a synchronization that reads the lists of jobs and memberships since `start`, and then makes one for each
    /// object that an opportunity shows: customer, contacts, location, business unit, each tag, the appointments of a job, the assignments
    /// of each appointment, and so on.
    pub fn requests_one_by_one(&self, start: DateTime<Utc>) -> u64 {
        let store = self.systems.store();
        let entered = |base: &'static str| {
            store.of(base).records().filter(move |record| record.active && record.modified >= start)
        };
        let page_size = self.systems.config.max_page_size.max(1);
        let pages = |count: usize| count.div_ceil(page_size).max(1) as u64;
        pages(entered(JOBS.name).count())
            + pages(entered(MEMBERSHIPS.name).count())
            + entered(JOBS.name).map(|job| of_job(&store, &job)).sum::<u64>()
            + entered(MEMBERSHIPS.name).map(|membership| of_membership(&store, &membership)).sum::<u64>()
    }
}

/// One where a field names another record.
fn named(record: &Record, field: &str) -> u64 {
    u64::from(id_at(&record.json, field).is_some())
}

fn tags(record: &Record) -> u64 {
    value_at(&record.json, "tagTypeIds").and_then(|tags| tags.as_array()).map_or(0, |tags| tags.len() as u64)
}

/// Customer and location with their contacts, tags and zone, and the business unit.
fn of_any(store: &Store, base: &Record) -> u64 {
    let parent = |resource: &str, field| {
        let record = id_at(&base.json, field).and_then(|id| store.of(resource).get(id));
        // The record and its contacts.
        record.map_or(0, |record| 2 + tags(&record) + named(&record, "zoneId"))
    };
    parent(CUSTOMERS.name, "customerId")
        + parent(LOCATIONS.name, "locationId")
        + named(base, "businessUnitId")
        + named(base, "soldById")
}

fn of_job(store: &Store, job: &Record) -> u64 {
    let children = |resource: &'static str| store.of(resource).children("jobId", job.id);
    let campaign = id_at(&job.json, "campaignId").and_then(|id| store.of(CAMPAIGNS.name).get(id));
    let canceled = u64::from(children(JOB_CANCELED_LOGS.name).next().is_some());
    let assignments = children(APPOINTMENTS.name).map(|appointment| {
        let assigned = store.of(APPOINTMENT_ASSIGNMENTS.name).children("appointmentId", appointment.id);
        1 + assigned.count() as u64
    });
    let sellers: u64 = children(ESTIMATES.name).map(|estimate| named(&estimate, "soldBy")).sum();
    // The lists of appointments, estimates and invoices; a cancellation's log and its reason.
    of_any(store, job)
        + tags(job)
        + named(job, "jobTypeId")
        + campaign.map_or(0, |campaign| 1 + named(&campaign, "category.id"))
        + 2 * canceled
        + 3
        + assignments.sum::<u64>()
        + sellers
}

/// The type, the list of recurring services, and that of their visits.
fn of_membership(store: &Store, membership: &Record) -> u64 {
    of_any(store, membership) + named(membership, "membershipTypeId") + 2
}
