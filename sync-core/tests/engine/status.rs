//! The state of a connection, read from its store.

use sync_core::{ConnectionStatus, MemoryStore, Resource, SourceErrorKind};

use crate::hatch::Fate;
use crate::host::{CONNECTION, Host, JOBS};
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
