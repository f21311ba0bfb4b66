//! The calls that a backfill makes of its store. Its commits can be made again one by one in another store, whose speed then decides nothing: neither
//! how many deliveries share a commit, nor how many commits share a transaction.

use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use benches::in_process::CONNECTION;
use chrono::Duration;
use sync_core::testing::{HookedStore, StoreCall, StoreHook, StoreMethod};
use sync_core::{Change, MemoryStore, Role, Store, StoreError};

use crate::tenant::{self, runtime};

/// A backfill as its store saw it.
#[derive(Default)]
pub(crate) struct Recording {
    /// The changes of each commit.
    pub(crate) commits: Vec<Vec<Change>>,
    /// The number of reads.
    pub(crate) reads: u64,
    /// Delivered opportunities.
    pub(crate) delivered: u64,
    /// The number of calls in a cycle after the backfill that finds nothing new.
    pub(crate) calls_of_an_idle_cycle: u64,
}

#[derive(Default)]
struct Recorder(Mutex<Recording>);

#[async_trait]
impl StoreHook for Recorder {
    async fn before(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        let mut recording = self.0.lock().unwrap();
        if call.method == StoreMethod::Commit {
            recording.commits.push(call.changes.to_vec());
        } else if !call.method.is_write() {
            recording.reads += 1;
        }
        Ok(())
    }
}

impl Recording {
    /// Returns the recording of a backfill into a store in memory, which all tests share. Not to be called on a runtime.
    pub(crate) fn of_a_backfill() -> &'static Recording {
        static BACKFILL: LazyLock<Recording> = LazyLock::new(Recording::record);
        &BACKFILL
    }

    fn record() -> Recording {
        let recorder = Arc::new(Recorder::default());
        let hook = Arc::clone(&recorder) as Arc<dyn StoreHook>;
        let recorded = || std::mem::take(&mut *recorder.0.lock().unwrap());
        runtime().block_on(async {
            let store = HookedStore::new(Arc::new(MemoryStore::new()), hook);
            let tenant = tenant::open(Arc::new(store)).await;
            let delivered = tenant.sync().await;
            let backfill = recorded();
            tenant.simulator.world().advance(Duration::minutes(15));
            tenant.sync().await;
            let idle = recorded();
            let calls_of_an_idle_cycle = idle.reads + idle.commits.len() as u64;
            Recording { delivered, calls_of_an_idle_cycle, ..backfill }
        })
    }

    /// Returns the number of records that the commits put into the mirror.
    pub(crate) fn records(&self) -> usize {
        self.commits.iter().flatten().filter(|change| matches!(change, Change::PutRecord(_))).count()
    }

    /// Makes all commits in another store, one after the other.
    pub(crate) async fn replay(&self, store: &dyn Store) {
        let epoch = store.open(CONNECTION, Role::Syncing).await.unwrap();
        for changes in &self.commits {
            store.commit(CONNECTION, epoch, changes.clone()).await.unwrap();
        }
    }
}

#[test]
fn a_backfill_and_an_idle_cycle_make_no_more_calls_of_their_store_than_accepted() {
    let recording = Recording::of_a_backfill();
    let of_each = |calls: u64| calls as f64 / recording.delivered as f64;
    guards::check([
        ("store.commits_per_opportunity", of_each(recording.commits.len() as u64)),
        ("store.reads_per_opportunity", of_each(recording.reads)),
        ("store.calls_of_an_idle_cycle", recording.calls_of_an_idle_cycle as f64),
    ]);
}
