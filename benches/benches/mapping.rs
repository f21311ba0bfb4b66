//! Mapping a job with everything selected, beside writing the same opportunity as JSON.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use hatch_mapping::{
    BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, ObjectSelection, OpportunityModel,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Customer, CustomerContact, Estimate, Invoice, Job,
    JobType, Location, Technician,
};

const TIME: &str = "2026-07-19T20:35:38.2876004Z";

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn several<T: DeserializeOwned>(count: i64, value: impl Fn(i64) -> Value) -> Vec<T> {
    (1..=count).map(|id| read(value(id))).collect()
}

fn mapping(criterion: &mut Criterion) {
    let job: Job = read(
        json!({"id": 1, "customerId": 2, "locationId": 3, "businessUnitId": 4, "jobTypeId": 5, "jobStatus": "Scheduled",
        "createdOn": TIME, "modifiedOn": TIME, "jobNumber": "1", "priority": "Normal", "noCharge": false, "total": 129.5}),
    );
    let customer: Customer = read(json!({"id": 2, "name": "Smith, John", "active": true, "balance": 0.0,
        "address": {"street": "1 Main Street", "city": "Columbus", "state": "OH", "zip": "43004", "country": "USA"}}));
    let location: Location = read(json!({"id": 3, "customerId": 2, "name": "Home", "active": true}));
    let business_unit: BusinessUnit = read(json!({"id": 4, "name": "Plumbing", "active": true}));
    let job_type: JobType = read(json!({"id": 5, "name": "Repair", "active": true}));
    let contacts: Vec<CustomerContact> = several(4, |id| {
        json!({"id": id, "customerId": 2, "type": if id == 1 { "Email" } else { "MobilePhone" }, "value": "someone@example.org",
            "createdOn": TIME, "modifiedOn": TIME, "active": true})
    });
    let appointments: Vec<Appointment> = several(
        3,
        |id| json!({"id": id, "jobId": 1, "start": TIME, "end": TIME, "status": "Scheduled", "createdOn": TIME, "modifiedOn": TIME, "active": true}),
    );
    let assignments: Vec<AppointmentAssignment> = several(
        3,
        |id| json!({"id": id, "appointmentId": id, "jobId": 1, "technicianId": 1, "technicianName": "Nora", "createdOn": TIME, "active": true}),
    );
    let technicians: Vec<Technician> = several(1, |id| json!({"id": id, "name": "Nora", "active": true}));
    let item = |id| json!({"id": id, "description": "Valve", "qty": 1, "unitRate": 10.5, "total": 10.5, "sku": {"id": 1, "name": "V"}});
    let items: Vec<Value> = (1..=5).map(item).collect();
    let estimates: Vec<Estimate> = several(2, |id| {
        json!({"id": id, "jobId": 1, "name": "Option", "status": {"value": 0, "name": "Open"}, "items": items, "subtotal": 52.5,
            "createdOn": TIME, "modifiedOn": TIME, "active": true})
    });
    let invoice_items: Vec<Value> =
        (1..=5).map(|id| json!({"id": id, "quantity": "1", "price": "10.50", "total": "10.50"})).collect();
    let invoices: Vec<Invoice> = several(
        1,
        |id| json!({"id": id, "job": {"id": 1}, "total": "52.50", "items": invoice_items, "createdOn": TIME, "active": true}),
    );

    let record = JoinedRecord {
        base: BaseRecord::Job(&job),
        joins: Joins {
            customer: Some(&customer),
            customer_contacts: contacts.iter().collect(),
            location: Some(&location),
            business_unit: Some(&business_unit),
            job_type: Some(&job_type),
            appointments: appointments.iter().collect(),
            appointment_assignments: assignments.iter().collect(),
            estimates: estimates.iter().collect(),
            invoices: invoices.iter().collect(),
            technicians: technicians.iter().collect(),
            ..Joins::default()
        },
    };
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    let mapper = Mapper::new(config).unwrap();
    let mapped = mapper.map(&record);
    assert!(mapped.warnings.is_empty(), "{:?}", mapped.warnings);

    let mut group = criterion.benchmark_group("one job, everything selected");
    group.bench_function("writing the opportunity as JSON (baseline)", |bencher| {
        bencher.iter(|| serde_json::to_vec(&mapped.opportunity).unwrap());
    });
    group.bench_function("mapping", |bencher| bencher.iter(|| mapper.map(&record)));
    group.bench_function("standard fields alone", |bencher| bencher.iter(|| mapper.standard_fields(&record)));
    group.finish();
}

criterion_group!(benches, mapping);
criterion_main!(benches);
