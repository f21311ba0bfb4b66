//! A realistic job with all its fields filled: 3 appointments, 3 assignments, 2 estimates of 5 items, 1 invoice of 5 items, 4 contacts.

use hatch_mapping::{BaseRecord, JoinedRecord, Joins};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobType, Location, LocationContact, TagType, Technician, Zone,
};

const CREATED: &str = "2026-07-19T20:35:38.2876004Z";
const MODIFIED: &str = "2026-07-20T08:00:01.1234567Z";

pub(crate) struct Records {
    job: Job,
    customer: Customer,
    customer_contacts: Vec<CustomerContact>,
    location: Location,
    location_contacts: Vec<LocationContact>,
    business_unit: BusinessUnit,
    job_type: JobType,
    campaign: Campaign,
    campaign_category: CampaignCategory,
    tag_types: Vec<TagType>,
    zone: Zone,
    appointments: Vec<Appointment>,
    assignments: Vec<AppointmentAssignment>,
    estimates: Vec<Estimate>,
    invoices: Vec<Invoice>,
    employees: Vec<Employee>,
    technicians: Vec<Technician>,
}

impl Records {
    pub(crate) fn new() -> Self {
        Records {
            job: read(job()),
            customer: read(
                json!({"id": 50_001, "active": true, "name": "Smith, John", "type": "Residential", "address": address(),
                "customFields": [], "balance": 129.5, "taxExempt": false, "tagTypeIds": [1], "doNotMail": false, "doNotService": false,
                "createdOn": CREATED, "createdById": 5, "modifiedOn": MODIFIED, "mergedToId": null, "externalData": []}),
            ),
            customer_contacts: several(4, |id| contact(id, "customerId")),
            location: read(
                json!({"id": 60_001, "customerId": 50_001, "active": true, "name": "Home", "address": address(),
                "customFields": [], "createdOn": CREATED, "createdById": 5, "modifiedOn": MODIFIED, "mergedToId": null, "zoneId": 7,
                "taxZoneId": 8, "tagTypeIds": [2], "externalData": []}),
            ),
            location_contacts: several(1, |id| contact(id, "locationId")),
            business_unit: read(
                json!({"id": 3, "active": true, "name": "Plumbing", "officialName": "North Plumbing LLC",
                "email": "office@north.example", "currency": "USD", "phoneNumber": "614-555-0100", "address": address(),
                "createdOn": CREATED, "modifiedOn": MODIFIED}),
            ),
            job_type: read(
                json!({"id": 9, "name": "Repair", "businessUnitIds": [3], "skills": ["plumbing"], "tagTypeIds": [],
                "priority": "Normal", "duration": 7200, "soldThreshold": 100, "class": "Service", "summary": "", "noCharge": false,
                "createdOn": CREATED, "createdById": 5, "modifiedOn": MODIFIED, "active": true}),
            ),
            campaign: read(
                json!({"id": 12, "active": true, "name": "Spring mailing", "modifiedOn": MODIFIED, "createdOn": CREATED,
                "category": {"id": 14, "name": "Mail", "active": true}, "source": "Mail", "medium": "Print"}),
            ),
            campaign_category: read(json!({"id": 14, "name": "Mail", "active": true, "createdOn": CREATED})),
            tag_types: several(
                3,
                |id| json!({"id": id, "name": "VIP", "color": "#ff0000", "code": "V", "active": true}),
            ),
            zone: read(
                json!({"id": 7, "name": "North", "active": true, "zips": ["43004", "43016"], "createdOn": CREATED}),
            ),
            appointments: several(3, |id| {
                json!({"id": id, "jobId": 1, "appointmentNumber": "70000001-1", "start": CREATED,
                "end": CREATED, "arrivalWindowStart": CREATED, "arrivalWindowEnd": CREATED, "status": "Scheduled",
                "specialInstructions": "Call before arrival", "createdOn": CREATED, "modifiedOn": MODIFIED, "customerId": 50_001,
                "unused": false, "createdById": 5, "isConfirmed": true, "active": true})
            }),
            assignments: several(3, |id| {
                json!({"id": id, "technicianId": 1, "technicianName": "Nora Hall", "assignedById": 5,
                "assignedOn": CREATED, "status": "Scheduled", "isPaused": false, "jobId": 1, "appointmentId": id,
                "createdOn": CREATED, "modifiedOn": MODIFIED, "active": true})
            }),
            estimates: several(2, estimate),
            invoices: several(1, invoice),
            employees: several(
                1,
                |id| json!({"id": 40 + id, "userId": 5, "name": "Erin Doe", "active": true, "createdOn": CREATED}),
            ),
            technicians: several(1, |id| {
                json!({"id": id, "userId": 6, "name": "Nora Hall", "email": "nora@north.example",
                "phoneNumber": "614-555-0101", "businessUnitId": 3, "active": true, "createdOn": CREATED, "modifiedOn": MODIFIED})
            }),
        }
    }

    pub(crate) fn joined(&self) -> JoinedRecord<'_> {
        let joins = Joins {
            customer: Some(&self.customer),
            customer_contacts: self.customer_contacts.iter().collect(),
            location: Some(&self.location),
            location_contacts: self.location_contacts.iter().collect(),
            business_unit: Some(&self.business_unit),
            job_type: Some(&self.job_type),
            campaign: Some(&self.campaign),
            campaign_category: Some(&self.campaign_category),
            tag_types: self.tag_types.iter().collect(),
            zone: Some(&self.zone),
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

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn several<T: DeserializeOwned>(count: i64, value: impl Fn(i64) -> Value) -> Vec<T> {
    (1..=count).map(|id| read(value(id))).collect()
}

fn address() -> Value {
    json!({"street": "1 Main Street", "unit": null, "city": "Columbus", "state": "OH", "zip": "43004", "country": "USA",
        "latitude": 40.0123, "longitude": -82.8765})
}

fn job() -> Value {
    json!({"id": 1, "jobNumber": "70000001", "projectId": null, "customerId": 50_001, "locationId": 60_001, "jobStatus": "Scheduled",
        "completedOn": null, "businessUnitId": 3, "jobTypeId": 9, "priority": "Normal", "campaignId": 12, "appointmentCount": 3,
        "firstAppointmentId": 1, "lastAppointmentId": 3, "recallForId": null, "warrantyId": null, "noCharge": false,
        "notificationsEnabled": true, "createdOn": CREATED, "createdById": 5, "modifiedOn": MODIFIED, "tagTypeIds": [1, 2, 3],
        "leadCallId": null, "bookingId": null, "soldById": 1, "customerPo": "", "invoiceId": 90_001, "membershipId": null, "total": 129.5,
        "summary": "<p>Water heater leaks at the relief valve. The customer asks for a call before arrival.</p>",
        "customFields": [{"typeId": 1, "name": "Gate code", "value": "1234"}], "externalData": [], "active": true})
}

fn contact(id: i64, owner: &str) -> Value {
    let (kind, value) = match id {
        1 => ("Email", "noreply@noemail.com"),
        2 => ("Email", "john.smith@mail.example"),
        3 => ("Phone", "614-555-0102"),
        _ => ("MobilePhone", "614-555-0103"),
    };
    json!({"id": id, owner: 50_001, "type": kind, "value": value, "memo": "home", "createdOn": CREATED, "modifiedOn": MODIFIED,
        "active": true})
}

fn estimate(id: i64) -> Value {
    let item = |id: i64| {
        json!({"id": id, "sku": {"id": 300 + id, "name": "WH-50", "displayName": "Water heater, 50 gallons", "type": "Equipment",
            "soldHours": 2.5, "generalLedgerAccountId": 41, "generalLedgerAccountName": "Sales", "modifiedOn": MODIFIED},
            "skuAccount": "Sales", "description": "Removes the old heater and installs a new one with a ten-year warranty", "qty": 1.0,
            "unitRate": 1299.99, "total": 1299.99, "unitCost": 640.5, "totalCost": 640.5, "itemGroupName": "Heaters",
            "createdOn": CREATED, "modifiedOn": MODIFIED, "chargeable": null, "invoiceItemId": null})
    };
    json!({"id": id, "jobId": 1, "projectId": null, "locationId": 60_001, "customerId": 50_001, "name": "Option", "jobNumber": "70000001",
        "status": {"value": 0, "name": "Open"}, "reviewStatus": "None", "summary": "Replace the water heater", "createdOn": CREATED,
        "modifiedOn": MODIFIED, "soldOn": null, "soldBy": 1, "active": true, "items": (1..=5).map(item).collect::<Vec<_>>(),
        "externalLinks": [], "subtotal": 6499.95, "tax": 455.0, "businessUnitId": 3, "businessUnitName": "Plumbing", "isRecommended": true})
}

fn invoice(id: i64) -> Value {
    let item = |id: i64| {
        json!({"id": id, "description": "Removes the old heater and installs a new one with a ten-year warranty", "quantity": "1.0",
            "cost": "640.50", "totalCost": "640.50", "price": "1299.99", "type": "Equipment", "skuName": "WH-50", "skuId": 301,
            "total": "1299.99", "inventory": false, "taxable": true, "isChargeable": true,
            "generalLedgerAccount": {"id": 41, "name": "Sales", "number": "4000", "type": "Income", "detailType": "Income"},
            "displayName": "Water heater, 50 gallons", "soldHours": "2.5", "createdOn": CREATED, "modifiedOn": MODIFIED, "order": id,
            "memberPrice": "1199.99"})
    };
    json!({"id": id, "summary": "Replaced the water heater", "active": true, "discountTotal": "0.00", "referenceNumber": "70000001",
        "invoiceDate": CREATED, "dueDate": CREATED, "subTotal": "6499.95", "salesTax": "455.00", "total": "6954.95", "balance": "6954.95",
        "customer": {"id": 50_001, "name": "Smith, John"}, "customerAddress": address(), "location": {"id": 60_001, "name": "Home"},
        "locationAddress": address(), "businessUnit": {"id": 3, "name": "Plumbing"}, "termName": "Due on receipt", "createdBy": "erin",
        "createdOn": CREATED, "modifiedOn": MODIFIED, "job": {"id": 1, "number": "70000001", "type": "Repair"},
        "items": (1..=5).map(item).collect::<Vec<_>>(), "syncStatus": "Pending"})
}
