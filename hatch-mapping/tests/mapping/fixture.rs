//! A job and a membership with everything that can be joined to them, for tests to change.

use hatch_mapping::{
    BaseRecord, JoinedRecord, Joins, Mapped, Mapper, MapperConfig, ObjectSelection, OpportunityModel,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    Membership, MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

pub(crate) const JOB: OpportunityModel = OpportunityModel::Job;
pub(crate) const MEMBERSHIP: OpportunityModel = OpportunityModel::Membership;

/// The records of a job's opportunity and of a membership's.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Fixture {
    pub(crate) job: Job,
    pub(crate) membership: Membership,
    pub(crate) customer: Option<Customer>,
    #[serde(default)]
    pub(crate) customer_contacts: Vec<CustomerContact>,
    pub(crate) location: Option<Location>,
    #[serde(default)]
    pub(crate) location_contacts: Vec<LocationContact>,
    pub(crate) business_unit: Option<BusinessUnit>,
    pub(crate) job_type: Option<JobType>,
    pub(crate) membership_type: Option<MembershipType>,
    pub(crate) campaign: Option<Campaign>,
    pub(crate) campaign_category: Option<CampaignCategory>,
    #[serde(default)]
    pub(crate) tag_types: Vec<TagType>,
    pub(crate) zone: Option<Zone>,
    pub(crate) canceled_log: Option<JobCanceledLog>,
    pub(crate) cancel_reason: Option<JobCancelReason>,
    #[serde(default)]
    pub(crate) appointments: Vec<Appointment>,
    #[serde(default)]
    pub(crate) assignments: Vec<AppointmentAssignment>,
    #[serde(default)]
    pub(crate) estimates: Vec<Estimate>,
    #[serde(default)]
    pub(crate) invoices: Vec<Invoice>,
    #[serde(default)]
    pub(crate) employees: Vec<Employee>,
    #[serde(default)]
    pub(crate) technicians: Vec<Technician>,
    #[serde(default)]
    pub(crate) recurring_services: Vec<RecurringService>,
    #[serde(default)]
    pub(crate) recurring_service_events: Vec<RecurringServiceEvent>,
}

pub(crate) fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

pub(crate) fn read_all<T: DeserializeOwned>(list: impl IntoIterator<Item = Value>) -> Vec<T> {
    list.into_iter().map(read).collect()
}

/// A day of January 2026.
pub(crate) fn day(day: u32) -> String {
    format!("2026-01-{day:02}T00:00:00Z")
}

pub(crate) fn time(text: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    text.parse().ok()
}

pub(crate) fn config(model: OpportunityModel) -> MapperConfig {
    MapperConfig::new(model, "custom:servicetitan")
}

pub(crate) fn mapper(model: OpportunityModel, selection: impl Into<Selection>) -> Mapper {
    let mut config = config(model);
    config.selection = selection.into().0;
    Mapper::new(config).unwrap()
}

/// A selection, or the objects of one.
pub(crate) struct Selection(ObjectSelection);

impl From<ObjectSelection> for Selection {
    fn from(selection: ObjectSelection) -> Self {
        Selection(selection)
    }
}

impl<const N: usize> From<[hatch_mapping::SelectableObject; N]> for Selection {
    fn from(objects: [hatch_mapping::SelectableObject; N]) -> Self {
        Selection(objects.into_iter().collect())
    }
}

/// The value at a path of an opportunity's details.
pub(crate) fn at<'a>(mapped: &'a Mapped, path: &str) -> Option<&'a Value> {
    mapped.opportunity.details.get(&path.parse().unwrap())
}

/// The models' own `Debug` tells nothing, for customers' sake; a property that fails needs to show what failed.
impl std::fmt::Debug for Fixture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&serde_json::to_string(self).unwrap())
    }
}

impl Fixture {
    /// A job and a membership of a customer with a name, and nothing else.
    pub(crate) fn bare() -> Self {
        read(json!({
            "job": {"id": 42, "customerId": 7, "createdOn": day(1), "modifiedOn": day(5)},
            "membership": {"id": 43, "customerId": 7, "createdOn": day(1), "modifiedOn": day(5)},
            "customer": {"id": 7, "name": "Smith, John"}
        }))
    }

    /// Everything that a job and a membership can have.
    pub(crate) fn full() -> Self {
        read(Self::full_json())
    }

    pub(crate) fn full_json() -> Value {
        json!({
            "job": {
                "id": 42, "customerId": 7, "locationId": 8, "businessUnitId": 9, "jobTypeId": 10, "campaignId": 11,
                "soldById": 31, "tagTypeIds": [61], "jobStatus": "Canceled", "completedOn": null, "total": 12.5,
                "createdOn": "2026-01-01T10:00:00Z", "modifiedOn": "2026-01-02T10:00:00.2876004Z", "newField": {"a": [1]}
            },
            "membership": {
                "id": 43, "customerId": 7, "locationId": 8, "businessUnitId": 9, "membershipTypeId": 12, "soldById": 900,
                "createdOn": "2026-02-01T10:00:00Z", "modifiedOn": "2026-02-02T10:00:00Z", "status": "Active"
            },
            "customer": {"id": 7, "name": "Smith, John", "tagTypeIds": [62]},
            "customer_contacts": [
                {"id": 1, "type": "Phone", "value": "555-0101", "createdOn": "2026-01-03T00:00:00Z"},
                {"id": 2, "type": "MobilePhone", "value": "555-0102", "createdOn": "2026-01-01T00:00:00Z"},
                {"id": 3, "type": "Email", "value": "john@example.org", "createdOn": "2026-01-02T00:00:00Z"}
            ],
            "location": {"id": 8, "name": "Home", "zoneId": 13, "tagTypeIds": [61]},
            "location_contacts": [{"id": 4, "type": "Phone", "value": "555-0104"}],
            "business_unit": {"id": 9, "name": "Plumbing"},
            "job_type": {"id": 10, "name": "Repair"},
            "membership_type": {"id": 12, "name": "Gold"},
            "campaign": {"id": 11, "name": "Radio", "category": {"id": 14, "name": "Media"}},
            "campaign_category": {"id": 14, "name": "Media", "type": "Paid"},
            "tag_types": [
                {"id": 61, "name": "VIP"}, {"id": 62, "name": "Late payer"}, {"id": 63, "name": "Of somebody else"}
            ],
            "zone": {"id": 13, "name": "North"},
            "canceled_log": {"id": 15, "jobId": 42, "reasonId": 16, "memo": "Moved away"},
            "cancel_reason": {"id": 16, "name": "Customer's wish"},
            "appointments": [
                {"id": 21, "jobId": 42, "status": "Done", "createdOn": "2026-01-01T10:00:00Z",
                    "modifiedOn": "2026-03-09T10:00:00Z"},
                {"id": 22, "jobId": 42, "status": "Scheduled", "createdOn": "2026-01-05T10:00:00Z",
                    "modifiedOn": "2026-01-06T10:00:00Z"}
            ],
            "assignments": [
                {"id": 25, "appointmentId": 21, "technicianId": 31, "createdOn": "2026-01-01T10:00:00Z"},
                {"id": 26, "appointmentId": 22, "technicianId": 32, "createdOn": "2026-01-05T10:00:00Z"}
            ],
            "estimates": [
                {"id": 51, "jobId": 42, "soldBy": 31, "status": {"value": 1, "name": "Sold"}, "active": true,
                    "createdOn": "2026-01-03T10:00:00Z", "modifiedOn": "2026-01-07T10:00:00Z", "items": [{"id": 511}]},
                {"id": 52, "jobId": 42, "soldBy": 41, "status": {"value": 0, "name": "Open"}, "active": true,
                    "createdOn": "2026-01-04T10:00:00Z", "modifiedOn": "2026-01-05T10:00:00Z"}
            ],
            "invoices": [{"id": 71, "total": "129.50", "active": true, "items": [{"id": 711, "total": "129.50"}]}],
            "employees": [{"id": 41, "userId": 900, "name": "Erin"}],
            "technicians": [{"id": 31, "name": "Tom"}, {"id": 32, "name": "Tina"}],
            "recurring_services": [{"id": 81, "name": "Tune-up", "membershipId": 43, "active": true}],
            "recurring_service_events": [{"id": 82, "membershipId": 43, "name": "Spring"}]
        })
    }

    pub(crate) fn joins(&self) -> Joins<'_> {
        Joins {
            customer: self.customer.as_ref(),
            customer_contacts: self.customer_contacts.iter().collect(),
            location: self.location.as_ref(),
            location_contacts: self.location_contacts.iter().collect(),
            business_unit: self.business_unit.as_ref(),
            job_type: self.job_type.as_ref(),
            membership_type: self.membership_type.as_ref(),
            campaign: self.campaign.as_ref(),
            campaign_category: self.campaign_category.as_ref(),
            tag_types: self.tag_types.iter().collect(),
            zone: self.zone.as_ref(),
            canceled_log: self.canceled_log.as_ref(),
            cancel_reason: self.cancel_reason.as_ref(),
            appointments: self.appointments.iter().collect(),
            appointment_assignments: self.assignments.iter().collect(),
            estimates: self.estimates.iter().collect(),
            invoices: self.invoices.iter().collect(),
            employees: self.employees.iter().collect(),
            technicians: self.technicians.iter().collect(),
            recurring_services: self.recurring_services.iter().collect(),
            recurring_service_events: self.recurring_service_events.iter().collect(),
        }
    }

    pub(crate) fn record(&self, model: OpportunityModel) -> JoinedRecord<'_> {
        let base = match model {
            OpportunityModel::Job => BaseRecord::Job(&self.job),
            OpportunityModel::Membership => BaseRecord::Membership(&self.membership),
        };
        JoinedRecord { base, joins: self.joins() }
    }

    /// The job's opportunity, or the membership's, with everything selected.
    pub(crate) fn map(&self, model: OpportunityModel) -> Mapped {
        self.map_selected(model, ObjectSelection::all(model))
    }

    pub(crate) fn map_selected(&self, model: OpportunityModel, selection: impl Into<Selection>) -> Mapped {
        mapper(model, selection).map(&self.record(model))
    }
}
