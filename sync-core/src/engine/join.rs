//! From base records to joined records: everything that the mapper wants of a batch of opportunities.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use hatch_mapping::{BaseRecord, JoinedRecord, Joins, ObjectSelection, SelectableObject};
use serde::de::DeserializeOwned;
use servicetitan_client::model::Record;
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    Membership, MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

use super::Engine;
use super::resolve::Parent;
use crate::{Integration, MirrorRecord, Resource, SyncError};

/// A base record, read.
pub(super) enum Base {
    Job(Box<Job>),
    Membership(Box<Membership>),
}

/// The records that a batch of opportunities of one integration needs, by ID or by the ID of their parent.
#[derive(Default)]
pub(super) struct Batch {
    customers: HashMap<i64, Customer>,
    customer_contacts: HashMap<i64, Vec<CustomerContact>>,
    locations: HashMap<i64, Location>,
    location_contacts: HashMap<i64, Vec<LocationContact>>,
    business_units: HashMap<i64, BusinessUnit>,
    job_types: HashMap<i64, JobType>,
    membership_types: HashMap<i64, MembershipType>,
    campaigns: HashMap<i64, Campaign>,
    campaign_categories: HashMap<i64, CampaignCategory>,
    tag_types: HashMap<i64, TagType>,
    zones: HashMap<i64, Zone>,
    cancel_reasons: HashMap<i64, JobCancelReason>,
    canceled_logs: HashMap<i64, Vec<JobCanceledLog>>,
    appointments: HashMap<i64, Vec<Appointment>>,
    assignments: HashMap<i64, Vec<AppointmentAssignment>>,
    estimates: HashMap<i64, Vec<Estimate>>,
    invoices: HashMap<i64, Vec<Invoice>>,
    employees: HashMap<i64, Employee>,
    technicians: HashMap<i64, Technician>,
    recurring_services: HashMap<i64, Vec<RecurringService>>,
    recurring_service_events: HashMap<i64, Vec<RecurringServiceEvent>>,
}

impl Engine {
    /// Reads what these base records need, from the mirror where it has it.
    pub(super) async fn gather(
        &self,
        integration: &Integration,
        bases: &BTreeMap<i64, Base>,
        start: DateTime<Utc>,
    ) -> Result<Batch, SyncError> {
        let selection = &integration.mapper.config().selection;
        let selected = |object| selection.contains(object);
        let customers = self.customers(bases.values().filter_map(Base::customer_id).collect()).await?;
        let mut batch = Batch { customers, ..Batch::default() };
        batch.locations =
            self.by_id(Resource::Locations, bases.values().filter_map(Base::location_id).collect()).await?;
        batch.business_units = self
            .by_id(Resource::BusinessUnits, bases.values().filter_map(Base::business_unit_id).collect())
            .await?;
        let customers = parents(&batch.customers);
        batch.customer_contacts =
            self.by_parent(Resource::CustomerContacts, Resource::Customers, &customers, start).await?;
        let locations = parents(&batch.locations);
        batch.location_contacts =
            self.by_parent(Resource::LocationContacts, Resource::Locations, &locations, start).await?;

        let jobs: Vec<&Job> = bases.values().filter_map(Base::job).collect();
        let memberships: Vec<&Membership> = bases.values().filter_map(Base::membership).collect();
        batch.job_types = self.by_id(Resource::JobTypes, ids(jobs.iter().map(|job| job.job_type_id))).await?;
        batch.membership_types = self
            .by_id(
                Resource::MembershipTypes,
                ids(memberships.iter().map(|membership| membership.membership_type_id)),
            )
            .await?;
        let job_parents: Vec<Parent> = jobs.iter().map(|job| parent_of(*job)).collect();
        let membership_parents: Vec<Parent> =
            memberships.iter().map(|membership| parent_of(*membership)).collect();

        if selected(SelectableObject::Campaigns) {
            batch.campaigns =
                self.by_id(Resource::Campaigns, ids(jobs.iter().map(|job| job.campaign_id))).await?;
            let categories = batch
                .campaigns
                .values()
                .map(|campaign| campaign.category.as_ref().and_then(|category| category.id));
            batch.campaign_categories = self.by_id(Resource::CampaignCategories, ids(categories)).await?;
        }
        if selected(SelectableObject::CancelReasons) {
            batch.canceled_logs =
                self.by_parent(Resource::JobCanceledLogs, Resource::Jobs, &job_parents, start).await?;
            let reasons = batch.canceled_logs.values().flatten().map(|log| log.reason_id);
            batch.cancel_reasons = self.by_id(Resource::JobCancelReasons, ids(reasons)).await?;
        }
        if selected(SelectableObject::TagTypes) {
            batch.tag_types = self.by_id(Resource::TagTypes, batch.tag_type_ids(&jobs)).await?;
        }
        if selected(SelectableObject::Zones) {
            let zones = batch.locations.values().map(|location| location.zone_id);
            batch.zones = self.by_id(Resource::Zones, ids(zones)).await?;
        }
        if selected(SelectableObject::Appointments) {
            batch.appointments =
                self.by_parent(Resource::Appointments, Resource::Jobs, &job_parents, start).await?;
        }
        if selected(SelectableObject::AppointmentAssignments) {
            let appointments: Vec<Parent> = batch.appointments.values().flatten().map(parent_of).collect();
            batch.assignments = self
                .by_parent(Resource::AppointmentAssignments, Resource::Appointments, &appointments, start)
                .await?;
        }
        if selected(SelectableObject::Estimates) {
            batch.estimates =
                self.by_parent(Resource::Estimates, Resource::Jobs, &job_parents, start).await?;
        }
        if selected(SelectableObject::Invoices) {
            batch.invoices = self.by_parent(Resource::Invoices, Resource::Jobs, &job_parents, start).await?;
        }
        if selected(SelectableObject::RecurringServices) {
            batch.recurring_services = self
                .by_parent(Resource::RecurringServices, Resource::Memberships, &membership_parents, start)
                .await?;
        }
        if selected(SelectableObject::RecurringServiceEvents) {
            batch.recurring_service_events = self
                .by_parent(
                    Resource::RecurringServiceEvents,
                    Resource::Memberships,
                    &membership_parents,
                    start,
                )
                .await?;
        }
        if selected(SelectableObject::EmployeesAndTechnicians) {
            let sold_by = ids(jobs.iter().map(|job| job.sold_by_id))
                .into_iter()
                .chain(ids(memberships.iter().map(|membership| membership.sold_by_id)))
                .chain(ids(batch.estimates.values().flatten().map(|estimate| estimate.sold_by)))
                .collect::<BTreeSet<i64>>();
            let assigned =
                ids(batch.assignments.values().flatten().map(|assignment| assignment.technician_id));
            // An estimate's seller is a technician's or an employee's ID; only the tables tell which, and both are mirrored whole.
            batch.employees = self.mirrored(Resource::Employees, &sold_by).await?;
            batch.technicians =
                self.mirrored(Resource::Technicians, &sold_by.into_iter().chain(assigned).collect()).await?;
        }
        Ok(batch)
    }

    /// Customers, and the ones that they were merged into.
    async fn customers(&self, wanted: BTreeSet<i64>) -> Result<HashMap<i64, Customer>, SyncError> {
        let mut customers: HashMap<i64, Customer> = HashMap::new();
        let mut next = wanted;
        while !next.is_empty() {
            let read: HashMap<i64, Customer> = self.by_id(Resource::Customers, next).await?;
            next = ids(read.values().map(|customer| customer.merged_to_id));
            customers.extend(read);
            next.retain(|id| !customers.contains_key(id));
        }
        Ok(customers)
    }

    async fn by_id<T: DeserializeOwned>(
        &self,
        resource: Resource,
        ids: BTreeSet<i64>,
    ) -> Result<HashMap<i64, T>, SyncError> {
        Ok(decoded(&self.resolve_records(resource, &ids).await?))
    }

    async fn mirrored<T: DeserializeOwned>(
        &self,
        resource: Resource,
        ids: &BTreeSet<i64>,
    ) -> Result<HashMap<i64, T>, SyncError> {
        let ids: Vec<i64> = ids.iter().copied().collect();
        Ok(decoded(&self.store.records(&self.connection, resource, &ids).await?))
    }

    async fn by_parent<T: DeserializeOwned>(
        &self,
        children: Resource,
        parent: Resource,
        parents: &[Parent],
        start: DateTime<Utc>,
    ) -> Result<HashMap<i64, Vec<T>>, SyncError> {
        let mut grouped: HashMap<i64, Vec<T>> = HashMap::new();
        for record in self.resolve_children(children, parent, parents, start).await? {
            if let (Some(parent_id), Some(child)) = (record.linked_to(parent), decode(&record)) {
                grouped.entry(parent_id).or_default().push(child);
            }
        }
        Ok(grouped)
    }
}

impl Base {
    /// Reads a base record of the mirror.
    pub(super) fn read(record: &MirrorRecord) -> Option<Base> {
        match record.resource {
            Resource::Jobs => decode(record).map(Base::Job),
            Resource::Memberships => decode(record).map(Base::Membership),
            _ => None,
        }
    }

    pub(super) fn is_inactive(&self) -> bool {
        match self {
            Base::Job(job) => job.active == Some(false),
            Base::Membership(membership) => membership.active == Some(false),
        }
    }

    fn job(&self) -> Option<&Job> {
        match self {
            Base::Job(job) => Some(job),
            Base::Membership(_) => None,
        }
    }

    fn membership(&self) -> Option<&Membership> {
        match self {
            Base::Membership(membership) => Some(membership),
            Base::Job(_) => None,
        }
    }

    pub(super) fn customer_id(&self) -> Option<i64> {
        match self {
            Base::Job(job) => job.customer_id.map(i64::from),
            Base::Membership(membership) => membership.customer_id.map(i64::from),
        }
    }

    pub(super) fn location_id(&self) -> Option<i64> {
        match self {
            Base::Job(job) => job.location_id.map(i64::from),
            Base::Membership(membership) => membership.location_id.map(i64::from),
        }
    }

    fn business_unit_id(&self) -> Option<i64> {
        match self {
            Base::Job(job) => job.business_unit_id.map(i64::from),
            Base::Membership(membership) => membership.business_unit_id.map(i64::from),
        }
    }
}

impl Batch {
    /// The joined record of one of the batch's base records.
    pub(super) fn join<'a>(
        &'a self,
        id: i64,
        base: &'a Base,
        selection: &ObjectSelection,
    ) -> JoinedRecord<'a> {
        let customer = base.customer_id().and_then(|id| self.survivor(id));
        let location = base.location_id().and_then(|id| self.locations.get(&id));
        let appointments = of(&self.appointments, id);
        let mut joins = Joins {
            customer,
            customer_contacts: customer
                .map(|it| of(&self.customer_contacts, it.id.get()))
                .unwrap_or_default(),
            location,
            location_contacts: location
                .map(|it| of(&self.location_contacts, it.id.get()))
                .unwrap_or_default(),
            business_unit: base.business_unit_id().and_then(|id| self.business_units.get(&id)),
            // The mapper picks the ones that its records name.
            tag_types: self.tag_types.values().collect(),
            zone: location.and_then(|it| it.zone_id).and_then(|id| self.zones.get(&id.get())),
            appointment_assignments: appointments
                .iter()
                .flat_map(|it| of(&self.assignments, it.id.get()))
                .collect(),
            appointments,
            estimates: of(&self.estimates, id),
            invoices: of(&self.invoices, id),
            employees: self.employees.values().collect(),
            technicians: self.technicians.values().collect(),
            recurring_services: of(&self.recurring_services, id),
            recurring_service_events: of(&self.recurring_service_events, id),
            ..Joins::default()
        };
        let base = match base {
            Base::Job(job) => {
                joins.job_type = job.job_type_id.and_then(|id| self.job_types.get(&id.get()));
                joins.campaign = job.campaign_id.and_then(|id| self.campaigns.get(&id.get()));
                let category = joins.campaign.and_then(|it| it.category.as_ref());
                joins.campaign_category =
                    category.and_then(|it| it.id).and_then(|id| self.campaign_categories.get(&id.get()));
                if selection.contains(SelectableObject::CancelReasons) {
                    // The job's last cancellation that was not taken back.
                    let logs = self.canceled_logs.get(&id).into_iter().flatten();
                    let newest = logs
                        .filter(|log| log.active != Some(false))
                        .max_by_key(|log| (log.created_on, log.id));
                    joins.canceled_log = newest;
                    joins.cancel_reason = newest
                        .and_then(|log| log.reason_id)
                        .and_then(|id| self.cancel_reasons.get(&id.get()));
                }
                BaseRecord::Job(job)
            }
            Base::Membership(membership) => {
                joins.membership_type =
                    membership.membership_type_id.and_then(|id| self.membership_types.get(&id.get()));
                BaseRecord::Membership(membership)
            }
        };
        JoinedRecord { base, joins }
    }

    /// The customer, or the one that it was merged into at last. A cycle of merges ends at the customer where it closes.
    fn survivor(&self, id: i64) -> Option<&Customer> {
        let mut customer = self.customers.get(&id)?;
        let mut seen = BTreeSet::from([id]);
        while let Some(next) = customer.merged_to_id.and_then(|id| self.customers.get(&id.get()))
            && seen.insert(next.id.get())
        {
            customer = next;
        }
        Some(customer)
    }

    fn tag_type_ids(&self, jobs: &[&Job]) -> BTreeSet<i64> {
        let of_jobs = jobs.iter().filter_map(|job| job.tag_type_ids.as_ref());
        let of_customers = self.customers.values().filter_map(|customer| customer.tag_type_ids.as_ref());
        let of_locations = self.locations.values().filter_map(|location| location.tag_type_ids.as_ref());
        of_jobs.chain(of_customers).chain(of_locations).flatten().map(|id| id.get()).collect()
    }
}

fn ids<I: Into<i64>>(ids: impl Iterator<Item = Option<I>>) -> BTreeSet<i64> {
    ids.flatten().map(Into::into).collect()
}

fn parent_of<T: Record>(record: &T) -> Parent {
    Parent { id: record.id().into(), created_on: record.created_on() }
}

fn parents<T: Record>(records: &HashMap<i64, T>) -> Vec<Parent> {
    let mut parents: Vec<Parent> = records.values().map(parent_of).collect();
    parents.sort_by_key(|parent| parent.id);
    parents
}

fn of<T>(children: &HashMap<i64, Vec<T>>, parent: i64) -> Vec<&T> {
    children.get(&parent).into_iter().flatten().collect()
}

fn decoded<T: DeserializeOwned>(records: &[MirrorRecord]) -> HashMap<i64, T> {
    records.iter().filter_map(|record| Some((record.id, decode(record)?))).collect()
}

/// Reads a mirrored record. The mirror holds only what was read into this very type before, so that failing means a store that was
/// changed from outside, or an older version's record: it counts as missing.
fn decode<T: DeserializeOwned>(record: &MirrorRecord) -> Option<T> {
    let body = record.body.as_deref()?;
    match serde_json::from_str(body) {
        Ok(value) => Some(value),
        Err(_) => {
            tracing::warn!(resource = %record.resource, id = record.id, "a mirrored record cannot be read");
            None
        }
    }
}
