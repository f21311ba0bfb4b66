//! The state of a connection, read from its store.

use sync_core::{ConnectionStatus, MemoryStore, Resource, SourceErrorKind};

use crate::hatch::Fate;
use crate::host::{CONNECTION, Host, JOBS};
use crate::lookups::old_customers;
use crate::tenant::Way;

#[tokio::test]
async fn a_connection_that_was_never_opened_has_no_state() {
    let status = ConnectionStatus::read(&MemoryStore::new(), CONNECTION).await.unwrap();
    assert_eq!(status, ConnectionStatus::default());
}

#[tokio::test]
async fn the_store_tells_feeds_integrations_and_dead_letters() {
    let host = Host::new();
    for id in 1..=3 {
        host.job(id);
    }
    host.hatch.script(1, [Fate::Rejected]);
    host.hatch.script(2, [Fate::Down]);
    host.tenant.refuse(Resource::Estimates, Way::Feed, SourceErrorKind::MissingScope);
    host.sync().await;
    host.engine().await.pause(JOBS).await.unwrap();

    let status = ConnectionStatus::read(host.store.as_ref(), CONNECTION).await.unwrap();
    assert_eq!(status.start.unwrap().to_rfc3339(), "2026-03-03T00:00:00+00:00");
    let jobs = &status.integrations[JOBS];
    assert_eq!((jobs.waiting, jobs.dead_letters, jobs.paused.is_some()), (2, 1, true));
    assert!(status.feeds[&Resource::Jobs].read.is_some());
    let estimates = &status.feeds[&Resource::Estimates];
    assert!(estimates.read.is_none() && estimates.refused.is_some());
    assert_eq!(status.dead_letters.len(), 1);
    serde_json::to_string(&status).unwrap();
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_asked_for_many_and_a_feed_that_stands_still_are_told() {
    let host = Host::new();
    host.customer(6, "614-555-0106");
    old_customers(&host, 10);
    let only_the_first = |asked: &[i64]| asked.iter().copied().take(1).collect();
    host.tenant.honour(Resource::CustomerContacts, Way::Children, only_the_first);
    host.tenant.refuse(Resource::Estimates, Way::Feed, SourceErrorKind::Refused);
    host.sync().await;

    let status = ConnectionStatus::read(host.store.as_ref(), CONNECTION).await.unwrap();
    let contacts = &status.feeds[&Resource::CustomerContacts];
    assert_eq!(contacts.narrow.as_ref().unwrap().most_at_once, 1);
    let told = contacts.to_string();
    let expected = "a lookup left some of the asked IDs out without a word at 2026-06-01 12:00:00 UTC: at most 1 are asked for at a time";
    assert!(told.contains(expected), "{told}");
    let told = status.feeds[&Resource::Estimates].to_string();
    let expected = "stands still since 2026-06-01 12:00:00 UTC at the feed of estimates from 2026-03-03";
    assert!(told.contains(expected), "{told}");
    assert_eq!(status.feeds[&Resource::Jobs].narrow, None);
    serde_json::to_string(&status).unwrap();
}
