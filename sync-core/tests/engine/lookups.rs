//! Reading what the mirror lacks: in batches, once, and without letting one spoil the rest.

use hatch_mapping::{ObjectSelection, OpportunityModel};
use serde_json::json;
use sync_core::{Resource, SourceErrorKind, Store};

use crate::host::{CONNECTION, CUSTOMER, Host, integration, jobs, mapping};
use crate::tenant::Way;

/// So many old customers with a phone, each with one job that changed now.
fn old_customers(host: &Host, count: i64) {
    for id in 1..=count {
        let customer = 1000 + id;
        host.tenant.put_old(Resource::Customers, 400, json!({"id": customer, "name": format!("Old {id}")}));
        let contact = json!({"id": customer * 10, "customerId": customer, "type": "Phone", "value": format!("614-556-{id:04}")});
        host.tenant.put_old(Resource::CustomerContacts, 400, contact);
        host.job_of(id, customer);
    }
}

#[tokio::test]
async fn missing_customers_and_their_contacts_are_read_fifty_at_a_time() {
    let host = Host::new();
    old_customers(&host, 120);
    assert_eq!(jobs(&host.sync().await).delivered, 120);
    let lookups = host.tenant.lookups();
    let count = |prefix: &str| lookups.iter().filter(|it| it.starts_with(prefix)).count();
    assert_eq!((count("customers "), count("customer-contacts ")), (3, 3), "{lookups:?}");
    assert_eq!(lookups.len(), 6, "{lookups:?}");
}

#[tokio::test]
async fn what_two_integrations_need_is_read_once() {
    let host = Host::new();
    old_customers(&host, 10);
    let other = std::sync::Arc::new(crate::hatch::Hatch::called("another"));
    let engine = host
        .bare()
        .integration(host.jobs())
        .integration(integration("again", mapping(), &other))
        .open()
        .await
        .unwrap();
    engine.sync_once().await.unwrap();
    assert_eq!(host.tenant.lookups().len(), 2);
    assert_eq!(other.sent().len(), 10);
}

#[tokio::test]
async fn what_does_not_exist_is_asked_for_once() {
    let host = Host::new();
    host.tenant.put(Resource::Jobs, json!({"id": 1, "customerId": CUSTOMER, "locationId": 999}));
    host.sync().await;
    assert_eq!(host.tenant.lookups(), ["locations 999"]);
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "again"}));
    let report = host.sync().await;
    assert!(host.tenant.lookups().is_empty());
    assert_eq!(jobs(&report).missing.len(), 1, "{report:?}");
    // Its feed brings it after all.
    host.tenant.put(Resource::Locations, json!({"id": 999, "customerId": CUSTOMER, "name": "Barn"}));
    host.sync().await;
    assert_eq!(host.hatch.body(1)["details"]["location"]["name"], "Barn");
}

#[tokio::test]
async fn children_of_an_old_job_are_read_once_and_those_of_a_new_one_never() {
    let host = Host::new();
    host.tenant.put_old(Resource::Jobs, 300, json!({"id": 1, "customerId": CUSTOMER}));
    host.tenant.put_old(
        Resource::Estimates,
        299,
        json!({"id": 41, "jobId": 1, "name": "old", "active": true}),
    );
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "changed"}));
    host.job(2);
    host.sync().await;
    assert_eq!(host.tenant.lookups(), ["appointments of jobs 1", "estimates of jobs 1"]);
    assert_eq!(host.hatch.body(1)["details"]["estimates"][0]["name"], "old");
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "changed again", "estimateIds": [41, 42]}));
    host.sync().await;
    // A hint that there is more does not make it read again: the feed brings what is new.
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn a_full_read_of_contacts_replaces_the_customers_set() {
    let host = Host::new();
    host.tenant.put_old(Resource::Customers, 400, json!({"id": 8, "name": "Old Eight"}));
    let contact = |id: i64, value: &str| json!({"id": id, "customerId": 8, "type": "Phone", "value": value});
    host.tenant.put_old(Resource::CustomerContacts, 50, contact(80, "614-555-0001"));
    host.tenant.put_old(Resource::CustomerContacts, 40, contact(81, "614-555-0002"));
    // The newer one was deleted without a word.
    host.tenant.vanish(Resource::CustomerContacts, 81);
    host.job_of(1, 8);
    host.sync().await;
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0001");
}

#[tokio::test]
async fn one_customer_whose_contacts_are_refused_does_not_spoil_the_batch_and_is_not_asked_about_again() {
    let host = Host::new();
    old_customers(&host, 40);
    host.tenant.refuse_children_of(Resource::Customers, 1007);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).no_contact_key), (39, 1));
    assert_eq!(jobs(&report).warnings.len(), 1, "{report:?}");
    assert!(jobs(&report).warnings[0].contains("1007"));
    host.tenant.lookups();
    host.tenant.put(Resource::Jobs, json!({"id": 7, "summary": "again"}));
    host.sync().await;
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn a_refused_lookup_of_what_cannot_be_done_without_leaves_the_opportunities_waiting() {
    let host = Host::new();
    old_customers(&host, 3);
    host.tenant.refuse(Resource::Customers, Way::Ids, SourceErrorKind::NotFound);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).waiting), (0, 3));
    assert!(jobs(&report).error.is_some());
    host.tenant.allow(Resource::Customers, Way::Ids);
    assert_eq!(jobs(&host.sync().await).delivered, 3);
}

#[tokio::test]
async fn a_refused_lookup_of_what_can_be_done_without_is_warned_of_and_tried_again_in_the_next_run() {
    let host = Host::new();
    for id in 1..=3 {
        host.tenant.put_old(Resource::Jobs, 300, json!({"id": id, "customerId": CUSTOMER}));
        host.tenant.put_old(Resource::Estimates, 299, json!({"id": 40 + id, "jobId": id, "name": "old"}));
        host.tenant.put(Resource::Jobs, json!({"id": id, "summary": "changed"}));
    }
    host.tenant.refuse(Resource::Estimates, Way::Children, SourceErrorKind::NotFound);
    let report = host.sync().await;
    assert_eq!(jobs(&report).delivered, 3);
    assert!(jobs(&report).warnings.iter().any(|it| it.starts_with("estimates")), "{report:?}");
    host.tenant.allow(Resource::Estimates, Way::Children);
    host.hatch.sent();
    host.sync().await;
    assert_eq!(host.hatch.sent().len(), 3);
    assert_eq!(host.hatch.body(1)["details"]["estimates"][0]["name"], "old");
}

#[tokio::test]
async fn what_fails_for_now_is_tried_in_the_next_run() {
    let host = Host::new();
    old_customers(&host, 3);
    host.tenant.fail_once(Resource::CustomerContacts, Way::Children, SourceErrorKind::Temporary);
    let report = host.sync().await;
    assert_eq!(jobs(&report).waiting, 3);
    assert_eq!(jobs(&host.sync().await).delivered, 3);
}

#[tokio::test]
async fn contacts_of_a_customer_who_was_merged_away_are_not_asked_for() {
    let host = Host::new();
    host.tenant.put_old(Resource::Customers, 400, json!({"id": 8, "name": "Gone", "mergedToId": CUSTOMER}));
    host.job_of(1, 8);
    assert_eq!(jobs(&host.sync().await).delivered, 1);
    assert_eq!(host.tenant.lookups(), ["customers 8"]);
    assert_eq!(host.store.records(CONNECTION, Resource::Customers, &[8]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn assignments_are_read_by_their_appointments() {
    let host = Host::new();
    let mut config = mapping();
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    host.tenant.put_old(Resource::Jobs, 300, json!({"id": 1, "customerId": CUSTOMER}));
    for id in 31..=33 {
        host.tenant.put_old(Resource::Appointments, 299, json!({"id": id, "jobId": 1, "active": true}));
        let assignment =
            json!({"id": id + 100, "appointmentId": id, "technicianName": "Ted", "active": true});
        host.tenant.put_old(Resource::AppointmentAssignments, 299, assignment);
    }
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "changed"}));
    let engine = host.bare().integration(integration("jobs", config, &host.hatch)).open().await.unwrap();
    engine.sync_once().await.unwrap();
    let lookups = host.tenant.lookups();
    assert!(lookups.contains(&"appointment-assignments of appointments 31 32 33".to_owned()), "{lookups:?}");
    assert_eq!(host.hatch.body(1)["details"]["appointments"][0]["assignments"][0]["technicianName"], "Ted");
}
