//! A synchronization that wastes nothing: the records that it has read already, and the requests that it needs next.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::RequestFloor;
use crate::resources::{
    APPOINTMENT_ASSIGNMENTS, APPOINTMENTS, BUSINESS_UNITS, CAMPAIGN_CATEGORIES, CAMPAIGNS, CUSTOMER_CONTACTS,
    CUSTOMERS, EMPLOYEES, ESTIMATES, INVOICES, JOB_CANCEL_REASONS, JOB_CANCELED_LOGS, JOB_TYPES, JOBS,
    LOCATION_CONTACTS, LOCATIONS, MEMBERSHIP_TYPES, MEMBERSHIPS, RECURRING_SERVICE_EVENTS,
    RECURRING_SERVICES, Resource, TAG_TYPES, TECHNICIANS, ZONES,
};
use crate::store::{Entry, RecordRef, Store, id_at, ids_at};
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

/// Feeds of children that cannot be looked up by their base record, and so are read from the beginning.
const FROM_THE_BEGINNING: [&Resource; 3] =
    [&JOB_CANCELED_LOGS, &RECURRING_SERVICES, &RECURRING_SERVICE_EVENTS];

/// Reference tables that have a feed. New records name old rows, so that they are read from the beginning.
const TABLES_WITH_FEED: [&Resource; 5] =
    [&BUSINESS_UNITS, &MEMBERSHIP_TYPES, &TAG_TYPES, &EMPLOYEES, &TECHNICIANS];

/// Reference tables that have only a list.
const TABLES_WITH_LIST: [&Resource; 5] =
    [&JOB_TYPES, &CAMPAIGNS, &CAMPAIGN_CATEGORIES, &ZONES, &JOB_CANCEL_REASONS];

/// Fields in which records of the feeds name rows of reference tables.
const NAMING: [(&Resource, &[&str]); 7] = [
    (&JOBS, &["businessUnitId", "jobTypeId", "campaignId", "tagTypeIds", "soldById"]),
    (&MEMBERSHIPS, &["businessUnitId", "membershipTypeId", "soldById"]),
    (&CUSTOMERS, &["tagTypeIds"]),
    (&LOCATIONS, &["tagTypeIds", "zoneId"]),
    (&APPOINTMENT_ASSIGNMENTS, &["technicianId"]),
    (&ESTIMATES, &["soldBy"]),
    (&JOB_CANCELED_LOGS, &["reasonId"]),
];

/// The rhythm in which a synchronization reads reference tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReferenceReads {
    /// Every table in every cycle.
    EachCycle,
    /// Each table after this time of the world's clock, and at once when a record names a row that was not read yet.
    Every(Duration),
}

/// Children of a job that are looked up one job at a time.
const ONE_JOB_AT_A_TIME: [&Resource; 3] = [&APPOINTMENTS, &ESTIMATES, &INVOICES];

/// A reckoning of the fewest requests that a synchronization of both models, with every object selected, needs: first a backfill, and
/// then whatever changed since the reckoning before.
///
/// Counted are the pages of the feeds; the pages of tables that have only a list; records that a base record names and no feed brought,
/// fifty to a call; the contacts of each owner once, since a contact may be older than one of its owners, and the assignments of appointments
/// older than the start, both fifty to a call; and for each job older than the start one call per kind of child that cannot be asked for in
/// batches. Tokens and the first look at the server's clock are not.
#[derive(Debug)]
pub struct RequestReckoning {
    systems: Arc<Systems>,
    start: DateTime<Utc>,
    reference_reads: ReferenceReads,
    /// By feed or list, the latest change that was read and the time of reading; nothing before the backfill.
    read: HashMap<&'static str, (u64, DateTime<Utc>)>,
    known: HashMap<&'static str, HashSet<i64>>,
    /// By kind of child, the parents whose children are known to be complete.
    complete: HashMap<&'static str, HashSet<i64>>,
}

impl WorldHandle {
    /// A reckoning of the fewest requests, for a synchronization whose window opens at `start` and that reads every reference table in every
    /// cycle; nothing is read yet.
    pub fn reckon_requests(&self, start: DateTime<Utc>) -> RequestReckoning {
        self.reckon_requests_with(start, ReferenceReads::EachCycle)
    }

    /// As [`reckon_requests`](Self::reckon_requests), with a rhythm for reference tables.
    pub fn reckon_requests_with(
        &self,
        start: DateTime<Utc>,
        reference_reads: ReferenceReads,
    ) -> RequestReckoning {
        RequestReckoning {
            systems: Arc::clone(&self.systems),
            start,
            reference_reads,
            read: HashMap::new(),
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
        let bases = || jobs.iter().chain(&memberships);

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
            .flat_map(|job| store.of(APPOINTMENTS.name).child_ids("jobId", job.id))
            .filter(|id| store.of(APPOINTMENTS.name).entry(*id).is_some_and(|entry| entry.active));
        let appointments = (&APPOINTMENTS, appointments.collect());
        self.children_in_batches(&store, &APPOINTMENT_ASSIGNMENTS, "appointmentId", appointments, &mut floor);
        floor
    }

    /// The pages of feeds and lists, each at least one.
    fn read_feeds(&mut self, store: &Store, floor: &mut RequestFloor) {
        let start = self.start;
        let feeds = FROM_THE_START.iter().map(|it| (*it, Some(start)));
        let whole = FROM_THE_BEGINNING.iter().map(|it| (*it, None));
        let mut named = HashSet::new();
        for (resource, since) in feeds.chain(whole) {
            let new = self.read(store, resource, since, true, floor);
            let fields = NAMING.iter().find(|(of, _)| of.name == resource.name).map_or(&[][..], |(_, it)| it);
            if self.reference_reads != ReferenceReads::EachCycle && !fields.is_empty() {
                let records = new.iter().filter_map(|id| store.of(resource.name).get(*id));
                named.extend(records.flat_map(|it| {
                    fields.iter().flat_map(|field| ids_at(&it.json, field)).collect::<Vec<_>>()
                }));
            }
        }
        let tables = TABLES_WITH_FEED.iter().map(|it| (*it, true));
        for (table, has_feed) in tables.chain(TABLES_WITH_LIST.iter().map(|it| (*it, false))) {
            if self.is_due(store, table, &named) {
                self.read(store, table, None, has_feed, floor);
            }
        }
    }

    /// Returns whether a reference table is to be read now.
    fn is_due(&self, store: &Store, table: &Resource, named: &HashSet<i64>) -> bool {
        let ReferenceReads::Every(rhythm) = self.reference_reads else { return true };
        let Some((_, at)) = self.read.get(table.name) else { return true };
        let known = self.known.get(table.name);
        let is_new = |id: &&i64| known.is_none_or(|known| !known.contains(*id));
        store.now() - *at >= rhythm
            || named.iter().filter(is_new).any(|id| store.of(table.name).entry(*id).is_some())
    }

    /// Reads a feed or list on from where it stands, and returns the new records.
    fn read(
        &mut self,
        store: &Store,
        resource: &'static Resource,
        since: Option<DateTime<Utc>>,
        is_export: bool,
        floor: &mut RequestFloor,
    ) -> Vec<i64> {
        let read = self.read.insert(resource.name, (store.last_sequence(), store.now()));
        let is_new = |entry: &Entry| match read {
            Some((mark, _)) => entry.sequence > mark,
            None => since.is_none_or(|since| entry.modified >= since),
        };
        let entries = store.of(resource.name).entries().into_iter();
        let new: Vec<i64> = entries.filter(is_new).map(|entry| entry.id).collect();
        let path = if is_export { format!("export/{}", resource.name) } else { resource.name.to_owned() };
        let size = self.systems.largest_page(resource, is_export).records;
        floor.add(resource.family, &path, new.len().div_ceil(size).max(1) as u64);
        self.known.entry(resource.name).or_default().extend(new.iter().copied());
        new
    }

    /// The base records that entered and are active.
    fn active<'a>(&self, store: &'a Store, resource: &Resource) -> Vec<RecordRef<'a>> {
        let collection = store.of(resource.name);
        let entered = self.known.get(resource.name);
        let entries = collection.entries().into_iter().filter(|entry| entry.active);
        let entered = entries.filter(|it| entered.is_some_and(|entered| entered.contains(&it.id)));
        entered.filter_map(|entry| collection.get(entry.id)).collect()
    }

    /// The customers of the base records, each replaced by the one that it was merged into at last.
    fn survivors<'a>(
        &mut self,
        store: &Store,
        bases: impl Iterator<Item = &'a RecordRef<'a>>,
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

    /// Reads the children of parents that are older than the start, or of all where the parents are owners of contacts, as far as that was not
    /// done before.
    fn children_in_batches(
        &mut self,
        store: &Store,
        children: &'static Resource,
        field: &str,
        (parent, ids): (&Resource, BTreeSet<i64>),
        floor: &mut RequestFloor,
    ) {
        let complete = self.complete.entry(children.name).or_default();
        let may_lack_some = |id: &i64| {
            let is_old = |entry: Entry| entry.created < self.start;
            children.owner_of_contact.is_some() || store.of(parent.name).entry(*id).is_some_and(is_old)
        };
        let unread: Vec<i64> =
            ids.into_iter().filter(may_lack_some).filter(|id| complete.insert(*id)).collect();
        for batch in unread.chunks(BATCH) {
            let records: usize =
                batch.iter().map(|id| store.of(children.name).child_ids(field, *id).len()).sum();
            let pages = records.div_ceil(self.systems.largest_page(children, false).records).max(1);
            floor.add(children.family, children.name, pages as u64);
        }
    }
}
