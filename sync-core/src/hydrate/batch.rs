//! A batch hydrated: every record that the opportunities of some base records are made of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hatch_mapping::SelectableObject;
use serde::de::DeserializeOwned;
use servicetitan_client::model::Record;
use servicetitan_client::{Customer, Job, Membership};

use super::find::{FindRecords, Parent};
use super::join::Batch;
use crate::base::{Base, decode};
use crate::{Integration, MirrorRecord, Resource, SyncError};

impl dyn FindRecords + '_ {
    /// Finds the records that these base records name and own.
    pub(super) async fn hydrate_batch(
        &mut self,
        integration: &Integration,
        bases: &BTreeMap<i64, Base>,
    ) -> Result<Batch, SyncError> {
        let selection = &integration.mapper.config().selection;
        let selected = |object| selection.contains(object);
        let customers = self.find_customers(bases.values().filter_map(Base::customer_id).collect()).await?;
        let mut batch = Batch { customers, ..Batch::default() };
        batch.locations =
            self.by_id(Resource::Locations, bases.values().filter_map(Base::location_id).collect()).await?;
        batch.business_units = self
            .by_id(Resource::BusinessUnits, bases.values().filter_map(Base::business_unit_id).collect())
            .await?;
        // The contacts of a merged customer are the survivor's.
        let customers = survivors(&batch.customers);
        batch.customer_contacts =
            self.by_parent(Resource::CustomerContacts, Resource::Customers, &customers).await?;
        let locations = parents(&batch.locations);
        batch.location_contacts =
            self.by_parent(Resource::LocationContacts, Resource::Locations, &locations).await?;

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
                self.by_parent(Resource::JobCanceledLogs, Resource::Jobs, &job_parents).await?;
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
            batch.appointments = self.by_parent(Resource::Appointments, Resource::Jobs, &job_parents).await?;
        }
        if selected(SelectableObject::AppointmentAssignments) {
            let appointments: Vec<Parent> = batch.appointments.values().flatten().map(parent_of).collect();
            batch.assignments = self
                .by_parent(Resource::AppointmentAssignments, Resource::Appointments, &appointments)
                .await?;
        }
        if selected(SelectableObject::Estimates) {
            batch.estimates = self.by_parent(Resource::Estimates, Resource::Jobs, &job_parents).await?;
        }
        if selected(SelectableObject::Invoices) {
            batch.invoices = self.by_parent(Resource::Invoices, Resource::Jobs, &job_parents).await?;
        }
        if selected(SelectableObject::RecurringServices) {
            batch.recurring_services = self
                .by_parent(Resource::RecurringServices, Resource::Memberships, &membership_parents)
                .await?;
        }
        if selected(SelectableObject::RecurringServiceEvents) {
            batch.recurring_service_events = self
                .by_parent(Resource::RecurringServiceEvents, Resource::Memberships, &membership_parents)
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
            self.find_people(&mut batch, sold_by, assigned).await?;
        }
        Ok(batch)
    }

    /// Customers, and those that they were merged into.
    async fn find_customers(&mut self, wanted: BTreeSet<i64>) -> Result<HashMap<i64, Customer>, SyncError> {
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
        &mut self,
        resource: Resource,
        ids: BTreeSet<i64>,
    ) -> Result<HashMap<i64, T>, SyncError> {
        Ok(decoded(&self.find_records(resource, &ids).await?))
    }

    /// Sellers and assigned technicians. A seller's ID is an employee's or a technician's; only the two tables tell which, and both are
    /// mirrored whole.
    async fn find_people(
        &mut self,
        batch: &mut Batch,
        sold_by: BTreeSet<i64>,
        assigned: BTreeSet<i64>,
    ) -> Result<(), SyncError> {
        let technicians: BTreeSet<i64> = sold_by.union(&assigned).copied().collect();
        batch.employees = self.find_mirrored(Resource::Employees, &sold_by).await?;
        batch.technicians = self.find_mirrored(Resource::Technicians, &technicians).await?;
        let unknown = |id: &i64| *id != 0 && !batch.technicians.contains_key(id);
        let sellers: Vec<i64> =
            sold_by.iter().copied().filter(|id| unknown(id) && !batch.employees.contains_key(id)).collect();
        let assigned = assigned.into_iter().filter(|id| unknown(id) && !sellers.contains(id));
        let lacking: Vec<i64> = assigned.chain(sellers.iter().copied()).collect();
        if !lacking.is_empty() {
            self.settle_missing_rows(Resource::Employees, &sellers).await?;
            self.settle_missing_rows(Resource::Technicians, &lacking).await?;
            // A record may have come before it was marked as absent.
            batch.employees = self.find_mirrored(Resource::Employees, &sold_by).await?;
            batch.technicians = self.find_mirrored(Resource::Technicians, &technicians).await?;
        }
        Ok(())
    }

    async fn find_mirrored<T: DeserializeOwned>(
        &self,
        resource: Resource,
        ids: &BTreeSet<i64>,
    ) -> Result<HashMap<i64, T>, SyncError> {
        let ids: Vec<i64> = ids.iter().copied().collect();
        Ok(decoded(&self.reads().records(resource, &ids).await?))
    }

    async fn by_parent<T: DeserializeOwned>(
        &mut self,
        children: Resource,
        parent: Resource,
        parents: &[Parent],
    ) -> Result<HashMap<i64, Vec<T>>, SyncError> {
        let mut grouped: HashMap<i64, Vec<T>> = HashMap::new();
        for record in self.find_children(children, parent, parents).await? {
            if let (Some(parent_id), Some(child)) = (record.linked_to(parent), decode(&record)) {
                grouped.entry(parent_id).or_default().push(child);
            }
        }
        Ok(grouped)
    }
}

impl Batch {
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

/// The customers that were not merged into another one of these.
fn survivors(customers: &HashMap<i64, Customer>) -> Vec<Parent> {
    let merged = |customer: &Customer| {
        customer
            .merged_to_id
            .is_some_and(|id| id.get() != customer.id.get() && customers.contains_key(&id.get()))
    };
    let mut alive: Vec<Parent> =
        customers.values().filter(|customer| !merged(customer)).map(parent_of).collect();
    alive.sort_by_key(|parent| parent.id);
    alive
}

fn decoded<T: DeserializeOwned>(records: &[MirrorRecord]) -> HashMap<i64, T> {
    records.iter().filter_map(|record| Some((record.id, decode(record)?))).collect()
}
