//! Closing an idle engine and opening it again.

use serde_json::json;
use sync_core::{Resource, SourceErrorKind, StoreError, SyncError};

use crate::host::{Host, JOBS};
use crate::tenant::Way;

#[tokio::test]
async fn an_engine_that_continues_a_former_one_opens_unless_somebody_else_opened_the_connection_meanwhile() {
    let host = Host::new();
    let builder = || host.bare().integration(host.jobs());
    let first = builder().open().await.unwrap();
    let epochs = first.epochs();
    assert_eq!(epochs.len(), 2, "one for each role");
    drop(first);
    let second = builder().continues(epochs.clone()).open().await.unwrap();
    second.sync_once().await.unwrap();
    drop(second);

    let fenced = builder().continues(epochs).open().await.unwrap_err();
    assert!(matches!(fenced, SyncError::Store(StoreError::Fenced { .. })), "{fenced}");
    let syncing = builder().open_syncing().await.unwrap();
    assert_eq!(syncing.epochs().len(), 1);
    let epochs = syncing.epochs();
    // A process that only pushes takes nothing from one that only syncs.
    builder().open_pushing().await.unwrap();
    builder().continues(epochs).open_syncing().await.unwrap();
}

#[tokio::test]
async fn a_connection_counts_as_synced_once_its_base_records_were_read_to_the_end() {
    let host = Host::new();
    host.job(1);
    let builder = || host.bare().integration(host.jobs());
    assert!(!builder().was_synced().await.unwrap());
    host.tenant.fail_once(Resource::Jobs, Way::Feed, SourceErrorKind::Temporary);
    builder().open().await.unwrap().sync_once().await.unwrap();
    assert!(!builder().was_synced().await.unwrap());
    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "changed"}));
    builder().open().await.unwrap().sync_once().await.unwrap();
    assert!(builder().was_synced().await.unwrap());
}

#[tokio::test]
async fn a_configuration_is_checked_without_a_store() {
    let host = Host::new();
    host.bare().integration(host.jobs()).check_configuration().unwrap();
    for wrong in [host.bare(), host.bare().integration(host.jobs()).integration(host.jobs())] {
        let error = wrong.check_configuration().unwrap_err();
        assert!(matches!(error, SyncError::Configuration(_)), "{error} about {JOBS}");
    }
}
