//! A job and what belongs to it, owned, for tests to change.

use hatch_mapping::{
    BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, ObjectSelection, OpportunityModel,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use servicetitan_client::{
    Appointment, AppointmentAssignment, Campaign, Customer, CustomerContact, Employee, Estimate, Invoice,
    Job, Location, TagType, Technician, Zone,
};

pub(crate) fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// A day of January 2026.
pub(crate) fn at(day: u32) -> String {
    format!("2026-01-{day:02}T00:00:00Z")
}

pub(crate) fn mapper(selection: ObjectSelection) -> Mapper {
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:test");
    config.selection = selection;
    Mapper::new(config).unwrap()
}

#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) job: Job,
    pub(crate) customer: Customer,
    pub(crate) contacts: Vec<CustomerContact>,
    pub(crate) location: Option<Location>,
    pub(crate) zone: Option<Zone>,
    pub(crate) campaign: Option<Campaign>,
    pub(crate) tag_types: Vec<TagType>,
    pub(crate) appointments: Vec<Appointment>,
    pub(crate) assignments: Vec<AppointmentAssignment>,
    pub(crate) estimates: Vec<Estimate>,
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) employees: Vec<Employee>,
    pub(crate) technicians: Vec<Technician>,
}

impl Default for Sample {
    fn default() -> Self {
        Sample {
            job: read(json!({"id": 42, "customerId": 7, "createdOn": at(1), "modifiedOn": at(5)})),
            customer: read(json!({"id": 7, "name": "Smith, John"})),
            contacts: vec![read(json!({"id": 1, "type": "Phone", "value": "555-0100"}))],
            location: None,
            zone: None,
            campaign: None,
            tag_types: Vec::new(),
            appointments: Vec::new(),
            assignments: Vec::new(),
            estimates: Vec::new(),
            invoices: Vec::new(),
            employees: Vec::new(),
            technicians: Vec::new(),
        }
    }
}

impl Sample {
    /// One with something of each kind.
    pub(crate) fn full() -> Self {
        Sample {
            job: read(json!({
                "id": 42, "customerId": 7, "createdOn": at(1), "modifiedOn": at(5), "campaignId": 80,
                "tagTypeIds": [90, 91], "soldById": 60, "locationId": 50,
            })),
            location: Some(read(json!({"id": 50, "zoneId": 51, "tagTypeIds": [91]}))),
            zone: Some(read(json!({"id": 51, "name": "North"}))),
            campaign: Some(read(json!({"id": 80, "name": "Spring"}))),
            tag_types: vec![read(json!({"id": 90, "name": "VIP"})), read(json!({"id": 91, "name": "New"}))],
            appointments: vec![
                read(json!({"id": 301, "createdOn": at(1), "modifiedOn": at(2)})),
                read(json!({"id": 302, "createdOn": at(3), "modifiedOn": at(4)})),
            ],
            assignments: vec![
                read(json!({"id": 401, "appointmentId": 301, "technicianId": 60, "createdOn": at(1)})),
                read(json!({"id": 402, "appointmentId": 302, "technicianId": 61, "createdOn": at(3)})),
            ],
            estimates: vec![
                read(json!({"id": 501, "createdOn": at(2), "modifiedOn": at(9), "soldBy": 62})),
                read(json!({"id": 502, "createdOn": at(2), "modifiedOn": at(8)})),
            ],
            invoices: vec![read(json!({"id": 601, "items": [{"id": 1, "description": "Filter"}]}))],
            employees: vec![read(json!({"id": 62, "name": "Emil"}))],
            technicians: vec![
                read(json!({"id": 60, "name": "Tess"})),
                read(json!({"id": 61, "name": "Tom"})),
            ],
            ..Sample::default()
        }
    }

    pub(crate) fn joined(&self) -> JoinedRecord<'_> {
        let joins = Joins {
            customer: Some(&self.customer),
            customer_contacts: self.contacts.iter().collect(),
            location: self.location.as_ref(),
            zone: self.zone.as_ref(),
            campaign: self.campaign.as_ref(),
            tag_types: self.tag_types.iter().collect(),
            appointments: self.appointments.iter().collect(),
            appointment_assignments: self.assignments.iter().collect(),
            estimates: self.estimates.iter().collect(),
            invoices: self.invoices.iter().collect(),
            employees: self.employees.iter().collect(),
            technicians: self.technicians.iter().collect(),
            ..Joins::default()
        };
        JoinedRecord { base: BaseRecord::Job(&self.job), joins }
    }
}
