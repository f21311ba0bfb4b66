//! The opportunities that a changed record affects.

use chrono::TimeDelta;
use hatch_mapping::{ObjectSelection, OpportunityModel};
use serde_json::json;
use sync_core::{ReferenceChanges, Resource};

use crate::host::{CUSTOMER, Host, integration, jobs, mapping};

/// Returns a host with two delivered jobs of two customers.
async fn two_jobs() -> Host {
    let host = Host::new();
    host.customer(8, "614-555-0800");
    host.job(1);
    host.job_of(2, 8);
    host.sync().await;
    host.hatch.sent();
    host
}

#[tokio::test]
async fn a_child_affects_its_job() {
    let host = two_jobs().await;
    host.tenant
        .put(Resource::Appointments, json!({"id": 31, "jobId": 1, "status": "Scheduled", "active": true}));
    host.sync().await;
    assert_eq!(host.hatch.sent(), [1]);
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 2, "name": "new roof"}));
    host.sync().await;
    assert_eq!(host.hatch.sent(), [2]);
    host.tenant.put(Resource::JobCancelReasons, json!({"id": 91, "name": "Weather"}));
    host.tenant.put(Resource::JobCanceledLogs, json!({"id": 51, "jobId": 2, "reasonId": 91, "memo": "rain"}));
    host.sync().await;
    assert_eq!(host.hatch.sent(), [2]);
}

#[tokio::test]
async fn an_assignment_affects_the_job_of_its_appointment() {
    let host = two_jobs().await;
    let mut config = mapping();
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    let engine = host.bare().integration(integration("jobs", config, &host.hatch)).open().await.unwrap();
    host.tenant.put(Resource::Appointments, json!({"id": 31, "jobId": 1, "active": true}));
    engine.sync_once().await.unwrap();
    host.hatch.sent();
    // An assignment names no job itself.
    let assignment = json!({"id": 61, "appointmentId": 31, "technicianName": "Ted", "active": true});
    host.tenant.put(Resource::AppointmentAssignments, assignment);
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [1]);
}

#[tokio::test]
async fn an_estimate_that_moved_affects_the_job_that_it_left_too() {
    let host = two_jobs().await;
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 1, "name": "new roof"}));
    host.sync().await;
    host.hatch.sent();
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 2}));
    host.sync().await;
    let mut sent = host.hatch.sent();
    sent.sort_unstable();
    assert_eq!(sent, [1, 2]);
    assert!(host.hatch.body(1)["details"]["estimates"].as_array().is_none_or(Vec::is_empty));
    assert_eq!(host.hatch.body(2)["details"]["estimates"][0]["id"], 41);
}

#[tokio::test]
async fn an_estimate_that_is_found_moved_by_reading_another_job_affects_the_one_that_it_left() {
    let host = two_jobs().await;
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 1, "name": "new roof"}));
    host.sync().await;
    host.hatch.sent();
    // The estimate moves to an old job. That job changes and has its estimates looked up before the feed tells of the move.
    host.tenant.put_old(Resource::Jobs, 300, json!({"id": 3, "customerId": 8}));
    host.tenant.put_unseen(Resource::Estimates, json!({"id": 41, "jobId": 3}));
    host.tenant.put(Resource::Jobs, json!({"id": 3, "summary": "again"}));
    host.sync().await;
    host.sync().await;
    assert_eq!(host.hatch.body(3)["details"]["estimates"][0]["id"], 41);
    assert!(host.hatch.body(1)["details"]["estimates"].as_array().is_none_or(Vec::is_empty));
}

#[tokio::test]
async fn a_contact_affects_every_opportunity_of_its_customer() {
    let host = two_jobs().await;
    host.job(3);
    host.sync().await;
    host.hatch.sent();
    host.tenant.put(Resource::CustomerContacts, json!({"id": CUSTOMER * 10, "value": "614-555-0111"}));
    host.sync().await;
    assert_eq!(host.hatch.sent(), [1, 3]);
}

#[tokio::test]
async fn a_childs_change_never_brings_a_job_in() {
    let host = two_jobs().await;
    host.tenant.put_old(Resource::Jobs, 300, json!({"id": 3, "customerId": 8}));
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 3, "name": "for an old job"}));
    host.sync().await;
    assert!(host.hatch.sent().is_empty());
}

#[tokio::test]
async fn a_merged_customer_affects_the_opportunities_of_both_and_the_survivors_id_and_contacts_are_sent() {
    let host = two_jobs().await;
    let merge = json!({"id": CUSTOMER, "mergedToId": 8, "active": false});
    host.tenant.put(Resource::Customers, merge);
    host.sync().await;
    // Job 2 shows the survivor already, so only job 1 changed.
    assert_eq!(host.hatch.sent(), [1]);
    assert_eq!(host.hatch.body(1)["externalContactID"], "8");
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0800");

    // From now on the survivor's contacts affect the jobs of both.
    host.tenant.put(Resource::CustomerContacts, json!({"id": 80, "value": "614-555-0888"}));
    host.sync().await;
    let mut sent = host.hatch.sent();
    sent.sort_unstable();
    assert_eq!(sent, [1, 2]);
}

#[tokio::test]
async fn a_merged_customer_does_not_affect_the_others_that_were_merged_into_the_same_one() {
    let host = two_jobs().await;
    host.customer(9, "614-555-0900");
    host.job_of(3, 9);
    for merged in [CUSTOMER, 9] {
        host.tenant.put(Resource::Customers, json!({"id": merged, "mergedToId": 8}));
    }
    host.sync().await;
    host.tenant.put(Resource::Customers, json!({"id": CUSTOMER, "active": false}));
    let report = host.sync().await;
    assert_eq!(jobs(&report).unchanged, 2, "its own job and the survivor's: {report:?}");
    host.tenant.put(Resource::Customers, json!({"id": 8, "name": "Ruth Survivor"}));
    let report = host.sync().await;
    assert_eq!(jobs(&report).delivered, 3, "all show the survivor: {report:?}");
}

#[tokio::test]
async fn merges_are_followed_to_their_end_and_a_cycle_ends_too() {
    let host = two_jobs().await;
    host.customer(9, "614-555-0900");
    host.tenant.put(Resource::Customers, json!({"id": CUSTOMER, "mergedToId": 8}));
    host.tenant.put(Resource::Customers, json!({"id": 8, "mergedToId": 9}));
    host.sync().await;
    assert_eq!(host.hatch.body(1)["externalContactID"], "9");
    assert_eq!(host.hatch.body(2)["phoneNumber"], "614-555-0900");
    host.tenant.put(Resource::Customers, json!({"id": 9, "mergedToId": CUSTOMER}));
    let report = host.sync().await;
    assert_eq!(jobs(&report).waiting, 0, "{report:?}");
}

#[tokio::test]
async fn a_reference_table_affects_nothing_unless_the_host_wants_that() {
    let host = two_jobs().await;
    host.tenant.put(Resource::JobTypes, json!({"id": 71, "name": "Install"}));
    host.tenant.put(Resource::Jobs, json!({"id": 1, "jobTypeId": 71}));
    host.sync().await;
    host.hatch.sent();
    host.tenant.put(Resource::JobTypes, json!({"id": 71, "name": "Installation"}));
    host.engine().await.sync_with_references().await.unwrap();
    assert!(host.hatch.sent().is_empty());

    let builder = host.bare().reference_changes(ReferenceChanges::Reevaluate).integration(host.jobs());
    let engine = builder.open().await.unwrap();
    engine.sync_once().await.unwrap();
    assert!(host.hatch.sent().is_empty());
    host.tenant.lookups();
    host.tenant.put(Resource::JobTypes, json!({"id": 71, "name": "New installation"}));
    engine.sync_with_references().await.unwrap();
    assert_eq!(host.hatch.sent(), [1]);
    assert_eq!(host.hatch.body(1)["details"]["jobType"]["name"], "New installation");
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn what_was_marked_while_it_was_on_its_way_is_looked_at_again() {
    let host = two_jobs().await;
    let engine = host.engine().await;
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "first"}));
    engine.ingest_page(Resource::Jobs).await.unwrap();
    // A newer version is ingested between mapping and the answer.
    let delivering = engine.deliver_batch("jobs", 0);
    tokio::pin!(delivering);
    while host.hatch.sent().is_empty() {
        assert!(futures::poll!(&mut delivering).is_pending());
    }
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "second"}));
    engine.ingest_page(Resource::Jobs).await.unwrap();
    delivering.await.unwrap();
    assert_eq!(host.hatch.body(1)["details"]["summary"], "first");
    engine.deliver_batch("jobs", 0).await.unwrap();
    assert_eq!(host.hatch.body(1)["details"]["summary"], "second");
}

#[tokio::test]
async fn a_deleted_appointment_disappears() {
    let host = two_jobs().await;
    host.tenant.put(Resource::Appointments, json!({"id": 31, "jobId": 1, "active": true}));
    host.sync().await;
    assert_eq!(host.hatch.body(1)["details"]["appointments"][0]["id"], 31);
    host.pass(TimeDelta::minutes(15));
    host.tenant.put(Resource::Appointments, json!({"id": 31, "active": false}));
    host.sync().await;
    assert!(host.hatch.body(1)["details"]["appointments"].as_array().is_none_or(Vec::is_empty));
}
