//! A store that is full, or answers no more: nothing half-written, and nothing lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use serde_json::json;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Engine, EngineBuilder, Epoch, MemoryStore, MirrorRecord,
    OutboxEvent, Resource, Store, StoreError, StoredEvent, SyncError,
};
use tokio_util::sync::CancellationToken;

use crate::host::{CONNECTION, Host, JOBS, jobs};

/// Takes a number of commits and no more, until there is room again.
struct FullStore {
    inner: Arc<MemoryStore>,
    room: AtomicUsize,
}

impl FullStore {
    fn make_room(&self, commits: usize) {
        self.room.store(commits, Ordering::SeqCst);
    }

    fn has_room(&self) -> bool {
        self.room.load(Ordering::SeqCst) > 0
    }
}

/// Passes every read on.
macro_rules! full_store {
    ($($read:ident($($name:ident: $type:ty),*) -> $found:ty;)*) => {
        #[async_trait]
        impl Store for FullStore {
            async fn open(&self, connection: &str) -> Result<Epoch, StoreError> {
                self.inner.open(connection).await
            }

            async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
                let take_room = |room: usize| room.checked_sub(1);
                if self.room.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take_room).is_err() {
                    return Err(StoreError::Unavailable("the disk is full".to_owned()));
                }
                self.inner.commit(connection, epoch, changes).await
            }

            async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
                self.inner.add_event(connection, event).await
            }

            $(async fn $read(&self, connection: &str, $($name: $type),*) -> Result<$found, StoreError> {
                self.inner.$read(connection, $($name),*).await
            })*
        }
    };
}

full_store! {
    check_epoch(epoch: Epoch) -> ();
    value(key: &str) -> Option<String>;
    records(resource: Resource, ids: &[i64]) -> Vec<MirrorRecord>;
    linked(resource: Resource, parent: Resource, parent_ids: &[i64]) -> Vec<MirrorRecord>;
    record_ids(resource: Resource, after: Option<i64>, limit: usize) -> Vec<i64>;
    completeness(children: Resource, parent_ids: &[i64]) -> Vec<(i64, bool)>;
    dirty(integration: &str, after: u64, limit: usize) -> Vec<Dirty>;
    dirty_among(integration: &str, ids: &[i64]) -> Vec<Dirty>;
    dirty_count(integration: &str) -> u64;
    delivered(integration: &str, ids: &[i64]) -> Vec<Delivered>;
    dead_letters() -> Vec<DeadLetter>;
    outbox(after: u64, limit: usize) -> Vec<StoredEvent>;
    event(id: &str) -> Option<StoredEvent>;
}

/// A host with jobs of two customers on many pages, one of them with an old customer who is looked up.
fn host() -> Host {
    let host = Host::new();
    host.tenant.page_size(2);
    host.tenant.put_old(Resource::Customers, 400, json!({"id": 8, "name": "Old Eight"}));
    let phone = json!({"id": 80, "customerId": 8, "type": "Phone", "value": "614-555-0108", "active": true});
    host.tenant.put_old(Resource::CustomerContacts, 400, phone);
    for id in 1..=4 {
        host.job(id);
    }
    host.job_of(5, 8);
    host
}

fn engine_on(host: &Host, store: &Arc<FullStore>) -> EngineBuilder {
    Engine::builder(CONNECTION, host.tenant.clone(), store.clone())
        .clock(host.clock.clone())
        .integration(host.jobs())
}

/// What happens while the store is full: one opportunity changes, another child comes.
fn change(host: &Host) {
    host.tenant.put(Resource::Jobs, json!({"id": 2, "summary": "changed meanwhile"}));
    host.tenant.put(Resource::Estimates, json!({"id": 31, "jobId": 3, "name": "new", "active": true}));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_full_ends_the_run_wherever_that_is_and_the_next_round_loses_nothing() {
    let undisturbed = host();
    undisturbed.sync().await;
    change(&undisturbed);
    undisturbed.sync().await;

    let mut commits = 0;
    loop {
        let host = host();
        let store = Arc::new(FullStore { inner: host.store.clone(), room: AtomicUsize::new(commits) });
        let stop = CancellationToken::new();
        let engine = engine_on(&host, &store).cancellation(stop.clone()).open().await.unwrap();
        let mut outcomes = Vec::new();
        let never_full = &mut false;
        let ended = engine
            .run(|outcome| {
                outcomes
                    .push(outcome.as_ref().map(|report| jobs(report).waiting).map_err(ToString::to_string));
                match outcomes.len() {
                    1 => {
                        *never_full = outcome.is_ok();
                        if let Err(error) = outcome {
                            assert!(matches!(error, SyncError::Store(StoreError::Unavailable(_))), "{error}");
                            assert!(error.is_temporary());
                            assert!(!store.has_room());
                        }
                        change(&host);
                        store.make_room(10_000);
                    }
                    _ => stop.cancel(),
                }
            })
            .await;
        assert!(ended.is_ok(), "{commits}: {ended:?}");
        if *never_full {
            break;
        }
        let failed = Err("the store failed: the disk is full".to_owned());
        assert_eq!(outcomes, [failed, Ok(0)], "{commits}");
        for id in 1..=5 {
            assert_eq!(host.hatch.body(id), undisturbed.hatch.body(id), "{commits}: job {id}");
        }
        assert_eq!(host.store.dirty_count(CONNECTION, JOBS).await.unwrap(), 0, "{commits}");
        let noted = host.store.delivered(CONNECTION, JOBS, &[1, 2, 3, 4, 5]).await.unwrap();
        assert!(noted.len() == 5 && noted.iter().all(|it| it.fingerprint.is_some()), "{commits}: {noted:?}");
        host.hatch.sent();
        engine_on(&host, &store).open().await.unwrap().sync_once().await.unwrap();
        assert!(host.hatch.sent().is_empty(), "{commits}");
        commits += 1;
    }
    assert!(commits > 20, "only {commits} commits were tried");
}

#[tokio::test]
async fn what_a_full_store_could_not_claim_is_not_sent() {
    let host = host();
    let store = Arc::new(FullStore { inner: host.store.clone(), room: AtomicUsize::new(10_000) });
    let engine = engine_on(&host, &store).open().await.unwrap();
    for resource in engine.feeds() {
        while engine.pull_page(resource).await.unwrap().has_more {}
    }
    // Jobs 1 to 4 need no lookup: the claim is the first commit.
    store.make_room(0);
    assert!(matches!(
        engine.deliver_now(JOBS, &[1, 2, 3, 4]).await,
        Err(SyncError::Store(StoreError::Unavailable(_)))
    ));
    assert!(host.hatch.sent().is_empty());
    assert_eq!(host.store.dirty_count(CONNECTION, JOBS).await.unwrap(), 5);
    store.make_room(10_000);
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 5);
}
