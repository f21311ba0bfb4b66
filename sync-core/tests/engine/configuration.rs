//! Changes of the host's configuration between two openings.

use hatch_mapping::{
    HatchEvent, HatchEventKind, NoteTarget, ObjectSelection, OpportunityModel, PlaceholderEmails, PushConfig,
    PushRule, SelectableObject,
};
use serde_json::json;
use sync_core::{EventStatus, Integration, Resource, Store, SyncReport};

use crate::host::{CONNECTION, CUSTOMER, Host, JOBS, integration, jobs, mapping};

/// Returns a host with three delivered jobs, one of them old, and the default selection.
async fn delivered() -> Host {
    let host = Host::new();
    host.tenant.put_old(Resource::Jobs, 300, json!({"id": 1, "customerId": CUSTOMER}));
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "changed"}));
    host.job(2);
    host.job(3);
    host.sync().await;
    host.hatch.sent();
    host.tenant.lookups();
    host
}

async fn sync_with(host: &Host, integrations: Vec<Integration>) -> SyncReport {
    let builder = integrations.into_iter().fold(host.bare(), sync_core::EngineBuilder::integration);
    builder.open().await.unwrap().sync_once().await.unwrap()
}

#[tokio::test]
async fn another_source_or_placeholder_list_delivers_what_it_changes_without_a_lookup() {
    let host = delivered().await;
    let mut config = mapping();
    config.source = "custom:other".to_owned();
    let report = sync_with(&host, vec![integration(JOBS, config.clone(), &host.hatch)]).await;
    assert_eq!(jobs(&report).delivered, 3);
    assert_eq!(report.feeds[&Resource::Jobs].changed, 0);

    let email = json!({"id": 71, "customerId": CUSTOMER, "type": "Email", "value": "none@none.com"});
    host.tenant.put(Resource::CustomerContacts, email);
    sync_with(&host, vec![integration(JOBS, config.clone(), &host.hatch)]).await;
    assert_eq!(host.hatch.body(2)["email"], "none@none.com");
    config.placeholder_emails = PlaceholderEmails::new(["none@none.com"]);
    let report = sync_with(&host, vec![integration(JOBS, config, &host.hatch)]).await;
    assert_eq!(jobs(&report).delivered, 3);
    assert!(host.hatch.body(2)["email"].is_null());
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn the_same_configuration_looks_at_nothing() {
    let host = delivered().await;
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).unchanged), (0, 0));
}

#[tokio::test]
async fn an_object_that_is_selected_later_is_read_from_the_stored_start_and_delivered() {
    let host = delivered().await;
    host.tenant.put_old(Resource::Invoices, 299, json!({"id": 81, "job": {"id": 1}}));
    host.tenant.put(Resource::Invoices, json!({"id": 82, "job": {"id": 2}}));
    let mut config = mapping();
    config.selection = config.selection.iter().chain([SelectableObject::Invoices]).collect();
    let report = sync_with(&host, vec![integration(JOBS, config, &host.hatch)]).await;
    // The old job's invoices are looked up by the job, the others come through the feed. Mirrored records are not read again.
    assert_eq!(host.tenant.lookups(), ["invoices of jobs 1"]);
    assert_eq!(report.feeds[&Resource::Jobs].changed, 0);
    // The third job has an empty list now.
    assert_eq!(jobs(&report).delivered, 3);
    assert_eq!(host.hatch.body(1)["details"]["invoices"][0]["id"], 81);
    assert_eq!(host.hatch.body(2)["details"]["invoices"][0]["id"], 82);
}

#[tokio::test]
async fn an_object_that_is_deselected_disappears_from_hatch_and_from_the_mirror_and_may_come_back() {
    let host = delivered().await;
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 2, "name": "roof"}));
    host.sync().await;
    let mut config = mapping();
    config.selection = ObjectSelection::none();
    sync_with(&host, vec![integration(JOBS, config, &host.hatch)]).await;
    assert!(host.hatch.body(2)["details"].get("estimates").is_none());
    assert!(host.store.records(CONNECTION, Resource::Estimates, &[41]).await.unwrap().is_empty());
    host.sync().await;
    assert_eq!(host.hatch.body(2)["details"]["estimates"][0]["name"], "roof");
}

#[tokio::test]
async fn an_integration_that_is_added_later_backfills_and_leaves_the_other_alone() {
    let host = delivered().await;
    let other = std::sync::Arc::new(crate::hatch::Hatch::called("another"));
    let later = || integration("later", mapping(), &other);
    let report = sync_with(&host, vec![host.jobs(), later()]).await;
    assert_eq!(report.integrations["later"].delivered, 3);
    assert_eq!(jobs(&report).delivered + jobs(&report).unchanged, 0);
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn an_integration_of_another_model_that_is_added_later_reads_its_own_feeds_from_the_stored_start() {
    let host = delivered().await;
    host.tenant.put_old(Resource::Memberships, 80, json!({"id": 5, "customerId": CUSTOMER}));
    host.pass(chrono::TimeDelta::days(9));
    // Later than the stored start date, and earlier than the start date of a sync that began now.
    let mut config = mapping();
    config.model = OpportunityModel::Membership;
    config.selection = ObjectSelection::none();
    let other = std::sync::Arc::new(crate::hatch::Hatch::called("another"));
    let report = sync_with(&host, vec![host.jobs(), integration("memberships", config, &other)]).await;
    assert_eq!(report.integrations["memberships"].delivered, 1);
}

#[tokio::test]
async fn an_integration_that_is_removed_leaves_nothing_behind() {
    let host = delivered().await;
    let other = std::sync::Arc::new(crate::hatch::Hatch::called("another"));
    other.script(2, [crate::hatch::Fate::Rejected]);
    other.script(3, [crate::hatch::Fate::Down]);
    let later = || integration("later", mapping(), &other);
    sync_with(&host, vec![host.jobs(), later()]).await;
    assert_eq!(host.store.dead_letters(CONNECTION).await.unwrap().len(), 1);
    assert!(host.store.dirty_count(CONNECTION, "later").await.unwrap() > 0);

    host.sync().await;
    assert_eq!(host.store.dirty_count(CONNECTION, "later").await.unwrap(), 0);
    assert!(host.store.delivered(CONNECTION, "later", &[1, 2, 3]).await.unwrap().is_empty());
    assert!(host.store.dead_letters(CONNECTION).await.unwrap().is_empty());
    // An integration that comes back starts anew.
    other.sent();
    sync_with(&host, vec![host.jobs(), later()]).await;
    assert_eq!(other.sent().len(), 3);
}

#[tokio::test]
async fn a_dead_lettered_event_can_be_tried_again_after_its_integration_was_away() {
    let host = delivered().await;
    let other = std::sync::Arc::new(crate::hatch::Hatch::called("another"));
    let push = PushConfig { incoming: PushRule::to([NoteTarget::Job]), ..PushConfig::default() };
    let later = || integration("later", mapping(), &other).push(push.clone());
    sync_with(&host, vec![host.jobs(), later()]).await;
    let event = HatchEvent::new("e", "later", "2", host.tenant.now(), HatchEventKind::IncomingMessage);
    host.bare().integration(later()).pusher().push(event).await.unwrap();
    let engine = host.bare().integration(host.jobs()).open().await.unwrap();
    engine.push_pending().await.unwrap();
    engine.sync_once().await.unwrap();
    let letters = engine.dead_letters().await.unwrap();
    assert_eq!(letters.len(), 1, "{letters:?}");

    let engine = host.bare().integration(host.jobs()).integration(later()).open().await.unwrap();
    assert!(engine.retry_dead_letter(&letters[0]).await.unwrap());
    engine.push_pending().await.unwrap();
    assert!(engine.dead_letters().await.unwrap().is_empty());
    let stored = host.store.event(CONNECTION, "e").await.unwrap().unwrap();
    assert_eq!(stored.status, EventStatus::Done);
}

#[tokio::test]
async fn two_integrations_of_one_name_are_refused() {
    let host = Host::new();
    let error = host.bare().integration(host.jobs()).integration(host.jobs()).open().await.unwrap_err();
    assert!(error.to_string().contains("\"jobs\""), "{error}");
    assert!(host.bare().open().await.is_err());
}
