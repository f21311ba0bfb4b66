//! A synchronization that wastes nothing: the records that it has read already, and the requests that it needs next.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::RequestFloor;
use crate::resources::{
    APPOINTMENT_ASSIGNMENTS, APPOINTMENTS, BUSINESS_UNITS, CAMPAIGN_CATEGORIES, CAMPAIGNS, CUSTOMER_CONTACTS,
    CUSTOMERS, EMPLOYEES, ESTIMATES, INVOICES, JOB_CANCEL_REASONS, JOB_CANCELED_LOGS, JOB_TYPES, JOBS,
    LOCATION_CONTACTS, LOCATIONS, MEMBERSHIP_TYPES, MEMBERSHIPS, RECURRING_SERVICE_EVENTS,
    RECURRING_SERVICES, Resource, TAG_TYPES, TECHNICIANS, ZONES,
};
use crate::store::{Record, Store, id_at};
use crate::systems::Systems;
use crate::world::WorldHandle;

/// The most IDs that a batch lookup takes.
const BATCH: usize = 50;

/// Feeds that are read from the start of the window on.
const FROM_THE_START: [&Resource; 10] = [
    &JOBS,
    &MEMBERSHIPS,
    &CUSTOMERS,
    &CUSTOMER_CONTACTS,
    &LOCATIONS,
    &LOCATION_CONTACTS,
    &APPOINTMENTS,
    &APPOINTMENT_ASSIGNMENTS,
    &ESTIMATES,
    &INVOICES,
];

/// Feeds that are read from the beginning: tables whose old rows new records name, and children that cannot be looked up by their base
/// record.
const FROM_THE_BEGINNING: [&Resource; 8] = [
    &JOB_CANCELED_LOGS,
    &RECURRING_SERVICES,
    &RECURRING_SERVICE_EVENTS,
    &BUSINESS_UNITS,
    &MEMBERSHIP_TYPES,
    &TAG_TYPES,
    &EMPLOYEES,
    &TECHNICIANS,
];

/// Tables that have only a list.
const LIST_ONLY: [&Resource; 5] = [&JOB_TYPES, &CAMPAIGNS, &CAMPAIGN_CATEGORIES, &ZONES, &JOB_CANCEL_REASONS];

/// Children of a job that are looked up one job at a time.
const ONE_JOB_AT_A_TIME: [&Resource; 3] = [&APPOINTMENTS, &ESTIMATES, &INVOICES];

/// A reckoning of the fewest requests that a synchronization of both models, with every object selected, needs: first a backfill, and
/// then whatever changed since the reckoning before.
///
/// Counted are the pages of the feeds; the pages of tables that have only a list; records that a base record names and no feed brought,
/// fifty to a call; contacts and assignments of owners older than the start, fifty to a call; and for each job older than the start one
/// call per kind of child that cannot be asked for in batches. Tokens and the first look at the server's clock are not.
#[derive(Debug)]
pub struct RequestReckoning {
    systems: Arc<Systems>,
    start: DateTime<Utc>,
    /// Everything up to this change was read; `None` before the backfill.
    mark: Option<u64>,
    known: HashMap<&'static str, HashSet<i64>>,
    /// By kind of child, the parents whose children are known to be complete.
    complete: HashMap<&'static str, HashSet<i64>>,
}

impl WorldHandle {
    /// A reckoning of the fewest requests, for a synchronization whose window opens at `start`; nothing is read yet.
    pub fn reckon_requests(&self, start: DateTime<Utc>) -> RequestReckoning {
        RequestReckoning {
            systems: Arc::clone(&self.systems),
            start,
            mark: None,
            known: HashMap::new(),
            complete: HashMap::new(),
        }
    }
}

impl RequestReckoning {
    /// Returns the requests that are needed now, and takes them for made: the next floor starts from there.
    pub fn next_floor(&mut self) -> RequestFloor {
        let systems = Arc::clone(&self.systems);
        let store = systems.store();
        let mut floor = RequestFloor::default();
        self.read_feeds(&store, &mut floor);
        let jobs = self.active(&store, &JOBS);
        let memberships = self.active(&store, &MEMBERSHIPS);
        let bases = || jobs.iter().chain(&memberships).copied();

        let customers = self.survivors(&store, bases(), &mut floor);
        let locations: BTreeSet<i64> = bases().filter_map(|base| id_at(&base.json, "locationId")).collect();
        self.look_up(&LOCATIONS, &locations, &mut floor);
        self.children_in_batches(
            &store,
            &CUSTOMER_CONTACTS,
            "customerId",
            (&CUSTOMERS, customers),
            &mut floor,
        );
        self.children_in_batches(
            &store,
            &LOCATION_CONTACTS,
            "locationId",
            (&LOCATIONS, locations),
            &mut floor,
        );
        for child in ONE_JOB_AT_A_TIME {
            let old = jobs.iter().filter(|job| job.created < self.start);
            let complete = self.complete.entry(child.name).or_default();
            let unread = old.filter(|job| complete.insert(job.id)).count();
            floor.add(child.family, child.name, unread as u64);
        }
        let appointments = jobs
            .iter()
            .flat_map(|job| store.of(APPOINTMENTS.name).children("jobId", job.id))
            .filter(|appointment| appointment.active)
            .map(|appointment| appointment.id);
        let appointments = (&APPOINTMENTS, appointments.collect());
        self.children_in_batches(&store, &APPOINTMENT_ASSIGNMENTS, "appointmentId", appointments, &mut floor);
        floor
    }

    /// The pages of feeds and lists, each at least one.
    fn read_feeds(&mut self, store: &Store, floor: &mut RequestFloor) {
        let start = self.start;
        let feeds = FROM_THE_START.iter().map(|it| (*it, Some(start), true));
        let whole = FROM_THE_BEGINNING.iter().map(|it| (*it, None, true));
        let lists = LIST_ONLY.iter().map(|it| (*it, None, false));
        for (resource, since, is_export) in feeds.chain(whole).chain(lists) {
            let is_new = |record: &&Record| match self.mark {
                Some(mark) => record.sequence() > mark,
                None => since.is_none_or(|since| record.modified >= since),
            };
            let new: Vec<i64> =
                store.of(resource.name).records().filter(is_new).map(|record| record.id).collect();
            let path = if is_export { format!("export/{}", resource.name) } else { resource.name.to_owned() };
            let size = self.systems.largest_page(resource, is_export).records;
            floor.add(resource.family, &path, new.len().div_ceil(size).max(1) as u64);
            self.known.entry(resource.name).or_default().extend(new);
        }
        self.mark = Some(store.last_sequence());
    }

    /// The base records that entered and are active.
    fn active<'a>(&self, store: &'a Store, resource: &Resource) -> Vec<&'a Record> {
        let entered = self.known.get(resource.name);
        let records = store.of(resource.name).records();
        records.filter(|it| it.active && entered.is_some_and(|entered| entered.contains(&it.id))).collect()
    }

    /// The customers of the base records, each replaced by the one that it was merged into at last.
    fn survivors<'a>(
        &mut self,
        store: &Store,
        bases: impl Iterator<Item = &'a Record>,
        floor: &mut RequestFloor,
    ) -> BTreeSet<i64> {
        let mut survivors = BTreeSet::new();
        let mut wanted: BTreeSet<i64> = bases.filter_map(|base| id_at(&base.json, "customerId")).collect();
        let mut seen = BTreeSet::new();
        while !wanted.is_empty() {
            self.look_up(&CUSTOMERS, &wanted, floor);
            seen.extend(wanted.iter().copied());
            let mut next = BTreeSet::new();
            for id in wanted {
                let merged_to = store.of(CUSTOMERS.name).get(id).and_then(|it| id_at(&it.json, "mergedToId"));
                match merged_to {
                    Some(survivor) if !seen.contains(&survivor) => next.insert(survivor),
                    _ => survivors.insert(id),
                };
            }
            wanted = next;
        }
        survivors
    }

    /// Looks up the records that no feed has brought.
    fn look_up(&mut self, resource: &'static Resource, ids: &BTreeSet<i64>, floor: &mut RequestFloor) {
        let known = self.known.entry(resource.name).or_default();
        let missing = ids.iter().filter(|id| known.insert(**id)).count();
        floor.add(resource.family, resource.name, missing.div_ceil(BATCH) as u64);
    }

    /// Reads the children of parents that are older than the start, where that was not done before.
    fn children_in_batches(
        &mut self,
        store: &Store,
        children: &'static Resource,
        field: &str,
        (parent, ids): (&Resource, BTreeSet<i64>),
        floor: &mut RequestFloor,
    ) {
        let complete = self.complete.entry(children.name).or_default();
        let is_old =
            |id: &i64| store.of(parent.name).get(*id).is_some_and(|record| record.created < self.start);
        let unread: Vec<i64> = ids.into_iter().filter(is_old).filter(|id| complete.insert(*id)).collect();
        for batch in unread.chunks(BATCH) {
            let records: usize =
                batch.iter().map(|id| store.of(children.name).children(field, *id).count()).sum();
            let pages = records.div_ceil(self.systems.largest_page(children, false).records).max(1);
            floor.add(children.family, children.name, pages as u64);
        }
    }
}
