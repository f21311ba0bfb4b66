//! A store that is full: the engine leaves nothing half-written and loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use serde_json::json;
use sync_core::testing::{HookedStore, StoreCall, StoreHook, StoreMethod};
use sync_core::{Engine, EngineBuilder, Resource, Store, StoreError, SyncError};
use tokio_util::sync::CancellationToken;

use crate::host::{CONNECTION, Host, JOBS, jobs};

/// Room for a number of commits. Further ones fail until there is room again.
struct Room(AtomicUsize);

impl Room {
    fn make(&self, commits: usize) {
        self.0.store(commits, Ordering::SeqCst);
    }

    fn is_left(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

#[async_trait]
impl StoreHook for Room {
    async fn before(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        if call.method != StoreMethod::Commit {
            return Ok(());
        }
        let taken = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |room| room.checked_sub(1));
        taken.map(|_| ()).map_err(|_| StoreError::Unavailable("the disk is full".to_owned()))
    }
}

/// Returns a store of the host with room for this number of commits.
fn store_with_room(host: &Host, commits: usize) -> (Arc<HookedStore>, Arc<Room>) {
    let room = Arc::new(Room(AtomicUsize::new(commits)));
    (Arc::new(HookedStore::new(host.store.clone(), room.clone())), room)
}

/// Returns a host with jobs of two customers on several pages. One customer is old and has to be looked up.
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

fn engine_on(host: &Host, store: &Arc<HookedStore>) -> EngineBuilder {
    Engine::builder(CONNECTION, host.tenant.clone(), store.clone())
        .clock(host.clock.clone())
        .integration(host.jobs())
}

/// Changes one opportunity and adds a child to another, while the store is full.
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
        let (store, room) = store_with_room(&host, commits);
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
                            assert!(!room.is_left());
                        }
                        change(&host);
                        room.make(10_000);
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
    let (store, room) = store_with_room(&host, 10_000);
    let engine = engine_on(&host, &store).open().await.unwrap();
    for resource in engine.feeds() {
        while engine.ingest_page(resource).await.unwrap().has_more {}
    }
    // Jobs 1 to 4 need no lookup: the claim is the first commit.
    room.make(0);
    assert!(matches!(
        engine.deliver_now(JOBS, &[1, 2, 3, 4]).await,
        Err(SyncError::Store(StoreError::Unavailable(_)))
    ));
    assert!(host.hatch.sent().is_empty());
    assert_eq!(host.store.dirty_count(CONNECTION, JOBS).await.unwrap(), 5);
    room.make(10_000);
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 5);
}

/// Refuses every call once it was switched on, as a server does whose password was changed.
#[derive(Default)]
struct ChangedPassword(AtomicUsize);

#[async_trait]
impl StoreHook for ChangedPassword {
    async fn before(&self, _: &StoreCall<'_>) -> Result<(), StoreError> {
        match self.0.load(Ordering::SeqCst) {
            0 => Ok(()),
            _ => Err(StoreError::Refused("the server refused the password".to_owned())),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_refuses_ends_the_rhythm_and_one_that_is_full_does_not() {
    let host = host();
    let password = Arc::new(ChangedPassword::default());
    let store = Arc::new(HookedStore::new(host.store.clone(), password.clone()));
    let engine = engine_on(&host, &store).open().await.unwrap();
    let mut runs = 0;
    let ended = engine.run(|_| {
        runs += 1;
        password.0.store(1, Ordering::SeqCst);
    });
    let error = ended.await.unwrap_err();
    assert!(matches!(&error, SyncError::Store(StoreError::Refused(_))), "{error}");
    assert!(!error.is_temporary() && error.to_string().contains("refused the password"), "{error}");
    assert!(runs <= 2, "{runs}");
}
