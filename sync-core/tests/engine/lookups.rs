//! Lookups of records that the mirror lacks: in batches, once each, and independent of each other's failures.

use hatch_mapping::{ObjectSelection, OpportunityModel};
use serde_json::json;
use sync_core::{Resource, SourceErrorKind, Store, SyncReport};

use crate::host::{CONNECTION, CUSTOMER, Host, JOBS, LOCATION, integration, jobs, mapping};
use crate::tenant::Way;

/// Adds a number of old customers with a phone, each with a job that changed now.
pub(crate) fn old_customers(host: &Host, count: i64) {
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
    // And the contacts of the location that all of them have.
    assert_eq!(lookups.len(), 7, "{lookups:?}");
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
    let mut lookups = host.tenant.lookups();
    lookups.sort_unstable();
    assert_eq!(lookups.len(), 3, "{lookups:?}");
    lookups.dedup();
    assert_eq!(lookups.len(), 3, "{lookups:?}");
    assert_eq!(other.sent().len(), 10);
}

#[tokio::test]
async fn what_does_not_exist_is_asked_for_once() {
    let host = Host::new();
    host.tenant.put(Resource::Jobs, json!({"id": 1, "customerId": CUSTOMER, "locationId": 999}));
    host.sync().await;
    assert_eq!(host.tenant.lookups(), ["customer-contacts of customers 7", "locations 999"]);
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "again"}));
    let report = host.sync().await;
    assert!(host.tenant.lookups().is_empty());
    assert_eq!(jobs(&report).missing.len(), 1, "{report:?}");
    // The record's feed brings it after all.
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
    let of_jobs = |host: &Host| -> Vec<String> {
        host.tenant.lookups().into_iter().filter(|it| it.contains(" of jobs ")).collect()
    };
    assert_eq!(of_jobs(&host), ["appointments of jobs 1", "estimates of jobs 1"]);
    assert_eq!(host.hatch.body(1)["details"]["estimates"][0]["name"], "old");
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "changed again", "estimateIds": [41, 42]}));
    host.sync().await;
    // The count of children in the record causes no lookup: the feed brings new children.
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn a_full_read_of_contacts_replaces_the_customers_set() {
    let host = Host::new();
    host.tenant.put_old(Resource::Customers, 400, json!({"id": 8, "name": "Old Eight"}));
    let contact = |id: i64, value: &str| json!({"id": id, "customerId": 8, "type": "Phone", "value": value});
    host.tenant.put_old(Resource::CustomerContacts, 50, contact(80, "614-555-0001"));
    host.tenant.put_old(Resource::CustomerContacts, 40, contact(81, "614-555-0002"));
    // The newer record was deleted, and no feed tells.
    host.tenant.vanish(Resource::CustomerContacts, 81);
    host.job_of(1, 8);
    host.sync().await;
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0001");
}

#[tokio::test]
async fn a_contact_that_does_not_fit_in_a_full_read_stays_as_its_feed_brought_it() {
    let host = Host::new();
    host.tenant.put_old(Resource::Customers, 400, json!({"id": 8, "name": "Old Eight"}));
    let phone = json!({"id": 80, "customerId": 8, "type": "Phone", "value": "614-555-0001"});
    host.tenant.put_old(Resource::CustomerContacts, 50, phone);
    host.sync().await;
    host.tenant.vanish(Resource::CustomerContacts, 80);
    host.tenant.spoil(Resource::CustomerContacts, "customer-contacts 80 at memo: expected a string");
    host.job_of(1, 8);
    host.sync().await;
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0001");
}

#[tokio::test]
async fn contacts_that_were_refused_are_read_once_their_customer_changes() {
    let host = Host::new();
    old_customers(&host, 2);
    host.tenant.put(Resource::Customers, json!({"id": 1001, "active": false}));
    host.tenant.refuse_children_of(Resource::Customers, 1001);
    assert_eq!(jobs(&host.sync().await).no_contact_key, 1);
    host.tenant.allow_children_of(Resource::Customers, 1001);
    host.tenant.put(Resource::Customers, json!({"id": 1001, "active": true}));
    assert_eq!(jobs(&host.sync().await).delivered, 1);
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-556-0001");
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
    let lookups = ["customer-contacts of customers 7", "customers 8", "location-contacts of locations 9"];
    assert_eq!(host.tenant.lookups(), lookups);
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

/// Returns an engine for jobs with every object selected.
async fn with_everything(host: &Host) -> sync_core::Engine {
    let mut config = mapping();
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    host.bare().integration(integration(JOBS, config, &host.hatch)).open().await.unwrap()
}

fn looked_at(report: &SyncReport) -> u64 {
    jobs(report).delivered + jobs(report).unchanged
}

#[tokio::test]
async fn what_was_delivered_without_a_zone_whose_list_failed_is_looked_at_again_when_the_list_brings_it() {
    let host = Host::new();
    host.tenant.put(Resource::Locations, json!({"id": LOCATION, "zoneId": 3}));
    host.tenant.put(Resource::Zones, json!({"id": 3, "name": "North"}));
    host.job(1);
    // Once with the other feeds, and once for the location's zone.
    for _ in 0..2 {
        host.tenant.fail_once(Resource::Zones, Way::Feed, SourceErrorKind::Temporary);
    }
    let engine = with_everything(&host).await;
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert_eq!(host.hatch.body(1)["details"]["location"]["zone"], json!(null));
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert_eq!(host.hatch.body(1)["details"]["location"]["zone"]["name"], "North");
    // A change of the zone affects no opportunity.
    host.tenant.put(Resource::Zones, json!({"id": 3, "name": "South"}));
    assert_eq!(looked_at(&engine.sync_with_references().await.unwrap()), 0);
}

#[tokio::test]
async fn whatever_has_no_lookup_by_id_and_comes_later_than_what_names_it_is_shown_in_the_end() {
    let host = Host::new();
    host.tenant.put(
        Resource::Campaigns,
        json!({"id": 50, "name": "Spring", "category": {"id": 51, "name": "stale"}}),
    );
    let fields = json!({"id": 1, "customerId": CUSTOMER, "locationId": LOCATION, "campaignId": 50, "tagTypeIds": [52],
        "soldById": 53, "jobStatus": "Canceled"});
    host.tenant.put(Resource::Jobs, fields);
    host.tenant.put(Resource::JobCanceledLogs, json!({"id": 54, "jobId": 1, "reasonId": 55, "active": true}));
    host.tenant.put(Resource::Appointments, json!({"id": 56, "jobId": 1, "active": true}));
    let assignment = json!({"id": 57, "appointmentId": 56, "technicianId": 58, "active": true});
    host.tenant.put(Resource::AppointmentAssignments, assignment);
    let engine = with_everything(&host).await;
    engine.sync_once().await.unwrap();
    let later = [
        (Resource::CampaignCategories, 51, "/campaign/category/name"),
        (Resource::TagTypes, 52, "/tags/0/name"),
        (Resource::Employees, 53, "/soldBy/name"),
        (Resource::JobCancelReasons, 55, "/cancelReason/name"),
        (Resource::Technicians, 58, "/appointments/0/assignments/0/technician/name"),
    ];
    host.tenant.lookups();
    for (resource, id, path) in later {
        let before = host.hatch.body(1)["details"].pointer(path).cloned().unwrap_or_default();
        assert_ne!(before, "later", "{path}");
        host.tenant.put(resource, json!({"id": id, "name": "later", "active": true}));
        engine.sync_with_references().await.unwrap();
        let details = &host.hatch.body(1)["details"];
        assert_eq!(details.pointer(path), Some(&json!("later")), "{resource}: {details}");
    }
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn a_reference_to_nothing_costs_neither_requests_nor_looks() {
    let host = Host::new();
    host.tenant.put(Resource::Locations, json!({"id": LOCATION, "zoneId": 3}));
    host.job(1);
    let engine = with_everything(&host).await;
    engine.sync_once().await.unwrap();
    host.tenant.put(Resource::Zones, json!({"id": 4, "name": "Another"}));
    let before = host.tenant.requests();
    let report = engine.sync_with_references().await.unwrap();
    assert_eq!(host.tenant.requests() - before, report.feeds.len());
    assert_eq!(looked_at(&report), 0);
}
