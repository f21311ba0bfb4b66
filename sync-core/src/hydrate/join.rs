//! Joining: the records of a hydrated batch, put together for one opportunity.

use std::collections::{BTreeSet, HashMap};

use hatch_mapping::{BaseRecord, JoinedRecord, Joins, ObjectSelection, SelectableObject};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

use crate::base::Base;

/// The records of a batch of opportunities of one integration, by ID or by the ID of their parent.
#[derive(Default)]
pub(crate) struct Batch {
    pub(super) customers: HashMap<i64, Customer>,
    pub(super) customer_contacts: HashMap<i64, Vec<CustomerContact>>,
    pub(super) locations: HashMap<i64, Location>,
    pub(super) location_contacts: HashMap<i64, Vec<LocationContact>>,
    pub(super) business_units: HashMap<i64, BusinessUnit>,
    pub(super) job_types: HashMap<i64, JobType>,
    pub(super) membership_types: HashMap<i64, MembershipType>,
    pub(super) campaigns: HashMap<i64, Campaign>,
    pub(super) campaign_categories: HashMap<i64, CampaignCategory>,
    pub(super) tag_types: HashMap<i64, TagType>,
    pub(super) zones: HashMap<i64, Zone>,
    pub(super) cancel_reasons: HashMap<i64, JobCancelReason>,
    pub(super) canceled_logs: HashMap<i64, Vec<JobCanceledLog>>,
    pub(super) appointments: HashMap<i64, Vec<Appointment>>,
    pub(super) assignments: HashMap<i64, Vec<AppointmentAssignment>>,
    pub(super) estimates: HashMap<i64, Vec<Estimate>>,
    pub(super) invoices: HashMap<i64, Vec<Invoice>>,
    pub(super) employees: HashMap<i64, Employee>,
    pub(super) technicians: HashMap<i64, Technician>,
    pub(super) recurring_services: HashMap<i64, Vec<RecurringService>>,
    pub(super) recurring_service_events: HashMap<i64, Vec<RecurringServiceEvent>>,
}

impl Batch {
    /// The joined record of one of the batch's base records.
    pub(crate) fn join<'a>(
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
                    // The job's last cancellation that was not withdrawn.
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
}

fn of<T>(children: &HashMap<i64, Vec<T>>, parent: i64) -> Vec<&T> {
    children.get(&parent).into_iter().flatten().collect()
}
