//! The rhythm of reference tables: read by the hour, and at once when an opportunity names a row that the mirror lacks.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use hatch_mapping::{ObjectSelection, OpportunityModel};
use serde_json::json;
use sync_core::{Engine, REFERENCE_TABLES_EVERY, Resource, SourceErrorKind};

use crate::host::{CUSTOMER, Host, JOBS, LOCATION, integration, jobs, mapping};
use crate::tenant::Way;

/// Returns the engine of a host with one delivered job, whose location and job name no row yet.
async fn synced(host: &Host) -> Engine {
    host.job(1);
    let mut config = mapping();
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    let engine = host.bare().integration(integration(JOBS, config, &host.hatch)).open().await.unwrap();
    let report = engine.sync_once().await.unwrap();
    let read: BTreeSet<Resource> = report.feeds.into_keys().collect();
    assert_eq!(read, BTreeSet::from_iter(engine.feeds()), "the first run reads everything");
    host.tenant.lookups();
    engine
}

/// Runs a sync, and returns the reference tables that it read in the rhythm.
async fn tables_of_a_run(engine: &Engine) -> Vec<Resource> {
    let report = engine.sync_once().await.unwrap();
    report.feeds.into_keys().filter(|resource| resource.is_reference()).collect()
}

async fn requests_of_a_run(host: &Host, engine: &Engine) -> usize {
    let before = host.tenant.requests();
    engine.sync_once().await.unwrap();
    host.tenant.requests() - before
}

#[tokio::test]
async fn an_idle_run_of_the_default_selection_makes_one_request_for_each_feed_of_records_and_reads_the_tables_each_hour()
 {
    let host = Host::new();
    host.job(1);
    let engine = host.engine().await;
    let records = [
        Resource::Jobs,
        Resource::Customers,
        Resource::CustomerContacts,
        Resource::Locations,
        Resource::LocationContacts,
        Resource::Appointments,
        Resource::Estimates,
        Resource::JobCanceledLogs,
    ];
    let tables = engine.feeds().into_iter().filter(|feed| feed.is_reference()).count();
    engine.sync_once().await.unwrap();
    for _ in 0..3 {
        host.pass(TimeDelta::minutes(15));
        assert_eq!(requests_of_a_run(&host, &engine).await, records.len());
    }
    host.pass(TimeDelta::minutes(15));
    assert_eq!(requests_of_a_run(&host, &engine).await, records.len() + tables);
    assert_eq!(requests_of_a_run(&host, &engine).await, records.len());
}

#[tokio::test]
async fn the_rhythm_of_tables_goes_on_over_a_restart_and_is_the_hosts_to_set() {
    let host = Host::new();
    let engine = synced(&host).await;
    assert_eq!(tables_of_a_run(&engine).await, []);
    drop(engine);
    let reopened =
        |every: Duration| host.bare().reference_tables_every(every).integration(host.jobs()).open();
    assert_eq!(tables_of_a_run(&reopened(REFERENCE_TABLES_EVERY).await.unwrap()).await, []);
    assert!(!tables_of_a_run(&reopened(Duration::ZERO).await.unwrap()).await.is_empty());
    host.pass(TimeDelta::minutes(20));
    assert_eq!(tables_of_a_run(&reopened(Duration::from_secs(1201)).await.unwrap()).await, []);
    assert!(!tables_of_a_run(&reopened(Duration::from_secs(1200)).await.unwrap()).await.is_empty());
}

#[tokio::test]
async fn a_clock_that_goes_back_has_the_tables_read_once_too_often() {
    let host = Host::new();
    let engine = synced(&host).await;
    host.clock.pass(TimeDelta::hours(-30));
    assert!(!tables_of_a_run(&engine).await.is_empty());
    assert_eq!(tables_of_a_run(&engine).await, []);
}

#[tokio::test]
async fn a_new_row_that_a_changed_record_names_is_read_at_once_and_delivered_in_the_same_run() {
    let host = Host::new();
    let engine = synced(&host).await;
    let rows = [
        (Resource::JobTypes, 30, "jobTypeId", "/jobType/name"),
        (Resource::BusinessUnits, 31, "businessUnitId", "/businessUnit/name"),
        (Resource::Campaigns, 32, "campaignId", "/campaign/name"),
        (Resource::Employees, 33, "soldById", "/soldBy/name"),
        (Resource::Technicians, 34, "soldById", "/soldBy/name"),
    ];
    for (table, id, field, path) in rows {
        host.tenant.put(table, json!({"id": id, "name": "new", "active": true}));
        host.tenant.put(Resource::Jobs, json!({"id": 1, field: id}));
        assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
        assert_eq!(host.hatch.body(1)["details"].pointer(path), Some(&json!("new")), "{table}");
        // The feed brings the row: no lookup by ID is needed.
        assert!(host.tenant.lookups().is_empty(), "{table}");
    }
    host.tenant.put(Resource::Zones, json!({"id": 35, "name": "North"}));
    host.tenant.put(Resource::TagTypes, json!({"id": 36, "name": "VIP"}));
    host.tenant.put(Resource::Locations, json!({"id": LOCATION, "zoneId": 35}));
    host.tenant.put(Resource::Customers, json!({"id": CUSTOMER, "tagTypeIds": [36]}));
    let before = host.tenant.requests();
    let report = engine.sync_once().await.unwrap();
    // One read of each of the two tables.
    assert_eq!(host.tenant.requests() - before, report.feeds.len() + 2);
    assert_eq!(host.hatch.body(1)["details"]["location"]["zone"]["name"], "North");
    assert_eq!(host.hatch.body(1)["details"]["customer"]["tags"][0]["name"], "VIP");
}

#[tokio::test]
async fn a_row_that_nobody_has_costs_its_tables_read_once_and_not_again() {
    let host = Host::new();
    let engine = synced(&host).await;
    let idle = requests_of_a_run(&host, &engine).await;
    host.tenant.put(Resource::Locations, json!({"id": LOCATION, "zoneId": 404}));
    host.tenant.put(Resource::Jobs, json!({"id": 1, "jobTypeId": 405, "soldById": 406}));
    // One read of the zones; one read of the job types, and one lookup; one read of employees, and one of technicians.
    assert_eq!(requests_of_a_run(&host, &engine).await, idle + 5);
    for summary in ["once", "twice"] {
        host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": summary}));
        assert_eq!(requests_of_a_run(&host, &engine).await, idle);
    }
}

#[tokio::test]
async fn a_table_that_failed_when_a_row_was_wanted_is_read_by_the_next_run() {
    let host = Host::new();
    let engine = synced(&host).await;
    host.tenant.put(Resource::Zones, json!({"id": 35, "name": "North"}));
    host.tenant.put(Resource::Locations, json!({"id": LOCATION, "zoneId": 35}));
    host.tenant.fail_once(Resource::Zones, Way::Feed, SourceErrorKind::Temporary);
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).waiting, 0, "a zone holds nothing up");
    assert_eq!(tables_of_a_run(&engine).await, [Resource::Zones]);
    assert_eq!(host.hatch.body(1)["details"]["location"]["zone"]["name"], "North");
    assert_eq!(tables_of_a_run(&engine).await, []);
}

#[tokio::test]
async fn a_reconciliation_reads_the_tables_first_and_takes_no_new_row_for_a_missed_one() {
    let host = Host::new();
    host.job(1);
    let engine =
        host.bare().reference_tables_every(Duration::from_secs(7 * 24 * 60 * 60)).integration(host.jobs());
    let engine = engine.open().await.unwrap();
    engine.sync_once().await.unwrap();
    host.tenant.put(Resource::BusinessUnits, json!({"id": 31, "name": "North", "active": true}));
    host.pass(TimeDelta::hours(25));
    let report = engine.sync_once().await.unwrap();
    assert_eq!(report.feeds[&Resource::BusinessUnits].changed, 1);
    assert_eq!(report.reconciled.unwrap().repaired, [].into());
}

#[tokio::test]
async fn a_host_of_steps_is_told_which_feeds_are_due() {
    let host = Host::new();
    let engine = synced(&host).await;
    let due = engine.due_feeds().await.unwrap();
    assert!(due.iter().all(|resource| !resource.is_reference()), "{due:?}");
    host.pass(TimeDelta::hours(1));
    assert_eq!(engine.due_feeds().await.unwrap(), engine.feeds());
}
