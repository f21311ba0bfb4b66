//! Decoding of jobs into the typed model, which keeps unknown fields, compared with decoding into `serde_json::Value`.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use servicetitan_client::Job;

const JOBS: i64 = 500;

fn page() -> Vec<u8> {
    let job = |id: i64| {
        json!({
            "id": 70_000_000 + id, "jobNumber": id.to_string(), "projectId": null, "customerId": 50_000 + id, "locationId": 60_000 + id,
            "jobStatus": "Scheduled", "completedOn": null, "businessUnitId": 3, "jobTypeId": 9, "priority": "Normal",
            "campaignId": 12, "appointmentCount": 1, "firstAppointmentId": 80_000 + id, "lastAppointmentId": 80_000 + id,
            "recallForId": null, "warrantyId": null, "jobGeneratedLeadSource": null, "noCharge": false, "notificationsEnabled": true,
            "createdOn": "2026-07-19T20:35:38.2876004Z", "createdById": 5, "modifiedOn": "2026-07-20T08:00:01.1234567Z",
            "tagTypeIds": [1, 2, 3], "leadCallId": null, "bookingId": null, "soldById": null, "customerPo": "", "invoiceId": 90_000 + id,
            "membershipId": null, "total": 129.5, "createdFromEstimateId": null, "estimateIds": [4], "active": true,
            "summary": "<p>Water heater leaks at the relief valve. The customer asks for a call before arrival.</p>",
            "customFields": [{"typeId": 1, "name": "Gate code", "value": "1234"}], "externalData": []
        })
    };
    serde_json::to_vec(&(0..JOBS).map(job).collect::<Vec<_>>()).unwrap()
}

fn decoding(criterion: &mut Criterion) {
    let page = page();
    let mut group = criterion.benchmark_group("500 jobs");
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("into serde_json::Value (baseline)", |bencher| {
        bencher.iter(|| serde_json::from_slice::<Vec<Value>>(&page).unwrap());
    });
    group.bench_function("into Job", |bencher| {
        bencher.iter(|| serde_json::from_slice::<Vec<Job>>(&page).unwrap());
    });
    group.finish();
}

criterion_group!(benches, decoding);
criterion_main!(benches);
