//! How long it takes to map a job, beside the time that serialising the result takes.
//!
//! The job has 3 appointments, 3 assignments, 2 estimates of 5 items, 1 invoice of 5 items and 4 contacts. `everything` selects all of it;
//! `nothing_to_choose` has the standard fields and what every opportunity has; `to_vec` writes the opportunity of `everything` as JSON.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use hatch_mapping::{
    BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, ObjectSelection, OpportunityModel,
};
use serde_json::{Value, json};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Customer, CustomerContact, Estimate, Invoice, Job,
    JobType, Location, Technician,
};

/// The records, from ServiceTitan's JSON. This code runs in a bench only, where a wrong fixture may end it.
#[allow(clippy::unwrap_used)]
fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

fn read_each<T: serde::de::DeserializeOwned>(count: i64, json: impl Fn(i64) -> Value) -> Vec<T> {
    (1..=count).map(|number| read(json(number))).collect()
}

fn address() -> Value {
    json!({"street": "1 Main Street", "unit": null, "city": "Springfield", "state": "IL", "zip": "62701", "country": "USA"})
}

#[allow(clippy::unwrap_used)]
fn mapper(selection: ObjectSelection) -> Mapper {
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
    config.selection = selection;
    Mapper::new(config).unwrap()
}

fn mapping(criterion: &mut Criterion) {
    let job: Job = read(json!({
        "id": 42, "jobNumber": "42", "customerId": 7, "locationId": 8, "businessUnitId": 9, "jobTypeId": 10,
        "jobStatus": "Scheduled", "summary": "Leak under the sink", "noCharge": false, "appointmentCount": 3, "total": 320.5,
        "createdOn": "2026-01-01T10:00:00Z", "modifiedOn": "2026-01-02T10:00:00.2876004Z", "completedOn": null
    }));
    let customer: Customer = read(
        json!({"id": 7, "active": true, "name": "Smith, John", "type": "Residential", "address": address(),
        "balance": 0.0, "createdOn": "2025-01-01T10:00:00Z", "modifiedOn": "2025-01-02T10:00:00Z"}),
    );
    let location: Location =
        read(json!({"id": 8, "customerId": 7, "active": true, "name": "Home", "address": address()}));
    let business_unit: BusinessUnit = read(json!({"id": 9, "name": "Plumbing", "active": true}));
    let job_type: JobType = read(json!({"id": 10, "name": "Repair", "active": true}));
    let contacts: Vec<CustomerContact> = read_each(4, |id| {
        let kind = if id % 2 == 0 { "Email" } else { "MobilePhone" };
        json!({"id": id, "type": kind, "value": format!("{id}@example.org"), "createdOn": format!("2026-01-0{id}T00:00:00Z")})
    });
    let appointments: Vec<Appointment> = read_each(3, |id| {
        json!({"id": id, "jobId": 42, "appointmentNumber": format!("42-{id}"), "status": "Scheduled", "start": "2026-02-01T10:00:00Z",
            "end": "2026-02-01T12:00:00Z", "createdOn": format!("2026-01-0{id}T00:00:00Z"), "modifiedOn": "2026-01-09T00:00:00Z"})
    });
    let assignments: Vec<AppointmentAssignment> = read_each(
        3,
        |id| json!({"id": id, "appointmentId": id, "technicianId": 31, "technicianName": "Tom", "status": "Scheduled", "active": true}),
    );
    let estimates: Vec<Estimate> = read_each(2, |id| {
        let items: Vec<Value> = (1..=5)
            .map(|item| {
                json!({"id": item, "description": "Faucet", "qty": 1, "unitRate": 99.5, "total": 99.5,
                    "sku": {"id": item, "name": "F-1", "displayName": "Faucet", "type": "Material"}})
            })
            .collect();
        json!({"id": id, "jobId": 42, "name": "Option", "status": {"value": 0, "name": "Open"}, "active": true, "subtotal": 497.5,
            "createdOn": format!("2026-01-0{id}T00:00:00Z"), "modifiedOn": "2026-01-09T00:00:00Z", "items": items})
    });
    let invoices: Vec<Invoice> = read_each(1, |id| {
        let items: Vec<Value> = (1..=5)
            .map(|item| json!({"id": item, "description": "Faucet", "quantity": "1", "price": "99.50", "total": "99.50"}))
            .collect();
        json!({"id": id, "total": "497.50", "balance": "0.00", "active": true, "items": items})
    });
    let technician: Technician = read(json!({"id": 31, "name": "Tom", "active": true}));
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
            technicians: vec![&technician],
            ..Joins::default()
        },
    };
    let everything = mapper(ObjectSelection::all(OpportunityModel::Job));
    let nothing_to_choose = mapper(ObjectSelection::none());
    let opportunity = everything.map(&record).opportunity;

    let mut group = criterion.benchmark_group("mapping");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2)).sample_size(50);
    group.bench_function("everything", |bencher| bencher.iter(|| everything.map(black_box(&record))));
    group.bench_function("nothing_to_choose", |bencher| {
        bencher.iter(|| nothing_to_choose.map(black_box(&record)));
    });
    group.bench_function("to_vec", |bencher| bencher.iter(|| serde_json::to_vec(black_box(&opportunity))));
    group.finish();
}

criterion_group!(benches, mapping);
criterion_main!(benches);
