//! A connection that was copied to another store goes on there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::FutureExt;
use serde_json::json;
use sync_core::testing::{HookedStore, StoreCall, StoreHook, StoreMethod};
use sync_core::{
    CopyError, Engine, MemoryStore, OutboxEvent, Resource, Role, Store, StoreError, SyncError,
    copy_connection,
};

use crate::hatch::Fate;
use crate::host::{CONNECTION, Host, JOBS, jobs};

/// Returns a host after a sync, with a dead letter, and with an event that waits.
async fn synced() -> Host {
    let host = Host::new();
    for id in 1..=4 {
        host.job(id);
    }
    host.hatch.script(4, [Fate::Rejected]);
    assert_eq!(jobs(&host.sync().await).delivered, 3);
    let event = OutboxEvent {
        id: "event-1".to_owned(),
        event: "{}".to_owned(),
        state: "{}".to_owned(),
        at: "2026-06-01T12:00:00Z".parse().unwrap(),
    };
    assert!(host.store.add_event(CONNECTION, event).await.unwrap());
    host.hatch.sent();
    host
}

async fn open_on(host: &Host, store: Arc<dyn Store>) -> Result<Engine, SyncError> {
    let builder = Engine::builder(CONNECTION, host.tenant.clone(), store).clock(host.clock.clone());
    builder.integration(host.jobs()).open().await
}

#[tokio::test]
async fn an_engine_goes_on_from_a_copy_and_sends_only_what_changed_since() {
    let host = synced().await;
    let target = Arc::new(MemoryStore::new());
    let mut told = 0;
    let report = copy_connection(host.store.as_ref(), target.as_ref(), CONNECTION, |report| {
        assert!(report.records >= told);
        told = report.records;
    });
    let report = report.await.unwrap();
    // Three deliveries, and the claim of the one that was refused.
    assert_eq!((report.delivered, report.dead_letters, report.events), (4, 1, 1));
    assert_eq!(report.records, told);

    let engine = open_on(&host, target.clone()).await.unwrap();
    let outcome = engine.sync_once().await.unwrap();
    assert_eq!((jobs(&outcome).delivered, host.hatch.sent().len()), (0, 0));
    let letters = host.store.dead_letters(CONNECTION).await.unwrap();
    assert_eq!(target.dead_letters(CONNECTION).await.unwrap(), letters);
    for id in 1..=4 {
        let before = host.bare().integration(host.jobs()).explainer().explain(JOBS, id).await.unwrap();
        let after = engine.explain(JOBS, id).await.unwrap();
        assert_eq!(format!("{after:?}"), format!("{before:?}"));
    }
    host.tenant.put(Resource::Jobs, json!({"id": 2, "summary": "changed since"}));
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [2]);
}

#[tokio::test]
async fn a_copy_fences_off_the_engine_of_the_first_store() {
    let host = synced().await;
    let engine = host.engine().await;
    copy_connection(host.store.as_ref(), &MemoryStore::new(), CONNECTION, |_| {}).await.unwrap();
    let error = engine.sync_once().await.unwrap_err();
    assert!(matches!(error, SyncError::Store(StoreError::Fenced { .. })), "{error}");
}

#[tokio::test]
async fn a_store_that_has_the_connection_already_is_refused_and_the_engine_of_the_first_one_goes_on() {
    let host = synced().await;
    let engine = host.engine().await;
    let target = MemoryStore::new();
    copy_connection(host.store.as_ref(), &target, CONNECTION, |_| {}).await.unwrap();
    let engine_of_first = host.engine().await;
    let error = copy_connection(host.store.as_ref(), &target, CONNECTION, |_| {}).await.unwrap_err();
    assert!(matches!(error, CopyError::TargetIsTaken(_)), "{error}");
    engine_of_first.sync_once().await.unwrap();
    assert!(engine.sync_once().await.is_err());
}

#[tokio::test]
async fn a_connection_that_is_not_there_is_not_copied() {
    let target = MemoryStore::new();
    let error = copy_connection(&MemoryStore::new(), &target, "acmee", |_| {}).await.unwrap_err();
    assert!(matches!(&error, CopyError::NothingToCopy(name) if name == "acmee"), "{error}");
}

/// Fails the write with this number, counted from 1.
struct FailOnce(AtomicUsize);

#[async_trait]
impl StoreHook for FailOnce {
    async fn before(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        if call.method == StoreMethod::Commit && self.0.fetch_sub(1, Ordering::SeqCst) == 1 {
            return Err(StoreError::Unavailable("the disk is full".to_owned()));
        }
        Ok(())
    }
}

#[tokio::test]
async fn no_engine_opens_a_copy_that_was_broken_off_anywhere_until_it_was_repeated() {
    let host = synced().await;
    let mut broken_off = 0;
    for number in 1.. {
        let target = Arc::new(MemoryStore::new());
        let failing = HookedStore::new(target.clone(), Arc::new(FailOnce(AtomicUsize::new(number))));
        let outcome = copy_connection(host.store.as_ref(), &failing, CONNECTION, |_| {}).await;
        let Err(error) = outcome else { break };
        assert!(matches!(&error, CopyError::Target(StoreError::Unavailable(_))), "{error}");
        // The first commit is that of the mark.
        if number > 1 {
            broken_off += 1;
            let error = open_on(&host, target.clone()).await.unwrap_err();
            assert!(matches!(&error, SyncError::Store(StoreError::Refused(_))), "{error}");
            let pushing = Engine::builder(CONNECTION, host.tenant.clone(), target.clone());
            let error = pushing.integration(host.jobs()).open_pushing().await.unwrap_err();
            assert!(matches!(&error, SyncError::Store(StoreError::Refused(_))), "{error}");
            let error = copy_connection(target.as_ref(), &MemoryStore::new(), CONNECTION, |_| {}).await;
            assert!(matches!(error, Err(CopyError::SourceIsPartial(_))));
        }
        // Meanwhile the first store went on.
        host.sync().await;
        copy_connection(host.store.as_ref(), target.as_ref(), CONNECTION, |_| {}).await.unwrap();
        let engine = open_on(&host, target.clone()).await.unwrap();
        engine.sync_once().await.unwrap();
        assert!(host.hatch.sent().is_empty());
        let letters = host.store.dead_letters(CONNECTION).await.unwrap();
        assert_eq!(target.dead_letters(CONNECTION).await.unwrap(), letters);
    }
    assert!(broken_off > 5, "{broken_off}");
}

#[tokio::test]
async fn a_copy_whose_connection_is_opened_meanwhile_is_not_completed() {
    let host = synced().await;
    for which in 0..2 {
        let target = Arc::new(MemoryStore::new());
        let other: &MemoryStore = if which == 0 { &host.store } else { &target };
        let mut opened = false;
        let outcome = copy_connection(host.store.as_ref(), target.as_ref(), CONNECTION, |_| {
            if !std::mem::replace(&mut opened, true) {
                other.open(CONNECTION, Role::Syncing).now_or_never().unwrap().unwrap();
            }
        });
        let error = outcome.await.unwrap_err();
        let fenced = matches!(
            (&error, which),
            (CopyError::Source(StoreError::Fenced { .. }), 0)
                | (CopyError::Target(StoreError::Fenced { .. }), 1)
        );
        assert!(fenced, "{error}");
        assert!(open_on(&host, target.clone()).await.is_err());
    }
}
