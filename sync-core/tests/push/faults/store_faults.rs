//! Crashes between two effects, and a store that fails at random.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sync_core::testing::{HookedStore, StoreCall, StoreHook, StoreMethod};
use sync_core::{Change, MemoryStore, Store, StoreError};
use tokio::sync::Notify;

/// A crash of the process before or after a chosen effect.
#[derive(Default)]
pub(crate) struct Crash {
    /// Number of effects until the crash; 0 if no crash is armed.
    left: AtomicU64,
    happened: Notify,
}

impl Crash {
    pub(crate) fn after(&self, effects: u64) {
        self.left.store(effects, Ordering::SeqCst);
    }

    pub(crate) fn disarm(&self) {
        self.left.store(0, Ordering::SeqCst);
    }

    pub(crate) async fn happened(&self) {
        self.happened.notified().await;
    }

    /// A point between two effects. Does not return at the point of the crash.
    pub(crate) async fn point(&self) {
        tokio::task::yield_now().await;
        let step = |left: u64| (left > 0).then(|| left - 1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step) == Ok(1) {
            self.happened.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

/// Faults of a store: writes and some reads fail at random, and a crash can hit before and after each write.
pub(crate) struct StoreFaults {
    crash: Arc<Crash>,
    dice: Mutex<ChaCha8Rng>,
    failing: AtomicBool,
    /// The event whose next change fails.
    fails_next: Mutex<Option<String>>,
    /// The duration of a read of an event.
    event_reads_take: Mutex<Duration>,
}

impl StoreFaults {
    pub(crate) fn new(seed: u64, crash: Arc<Crash>) -> Arc<Self> {
        let dice = Mutex::new(ChaCha8Rng::seed_from_u64(seed ^ 0x5705));
        let (fails_next, event_reads_take) = (Mutex::default(), Mutex::default());
        Arc::new(StoreFaults { crash, dice, failing: AtomicBool::new(true), fails_next, event_reads_take })
    }

    /// Faults that come only when a test orders them.
    pub(crate) fn none() -> Arc<Self> {
        let faults = StoreFaults::new(0, Arc::default());
        faults.stop();
        faults
    }

    /// Wraps a store in these faults.
    pub(crate) fn of(self: &Arc<Self>, store: &Arc<MemoryStore>) -> Arc<dyn Store> {
        Arc::new(HookedStore::new(
            Arc::clone(store) as Arc<dyn Store>,
            Arc::clone(self) as Arc<dyn StoreHook>,
        ))
    }

    /// Makes the next change of an event fail.
    pub(crate) fn fail_next_change_of(&self, event: &str) {
        *self.fails_next.lock().unwrap() = Some(event.to_owned());
    }

    pub(crate) fn let_event_reads_take(&self, time: Duration) {
        *self.event_reads_take.lock().unwrap() = time;
    }

    /// Ends the random faults.
    pub(crate) fn stop(&self) {
        self.failing.store(false, Ordering::SeqCst);
    }

    fn take_ordered_failure(&self, changes: &[Change]) -> bool {
        let mut fails_next = self.fails_next.lock().unwrap();
        let of_it = |change: &Change| matches!(change, Change::SetEvent { id, .. } if Some(id) == fails_next.as_ref());
        let to_fail = changes.iter().any(of_it);
        if to_fail {
            *fails_next = None;
        }
        to_fail
    }
}

/// The reads that fail at random: those that the push half makes between two effects.
const FAILING_READS: [StoreMethod; 5] = [
    StoreMethod::CheckEpoch,
    StoreMethod::Records,
    StoreMethod::Delivered,
    StoreMethod::Outbox,
    StoreMethod::Event,
];

/// The length of a page of the outbox: short, so that the outbox is read in several pages.
const OUTBOX_PAGE: usize = 3;

#[async_trait]
impl StoreHook for StoreFaults {
    async fn before(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        if !call.method.is_write() && !FAILING_READS.contains(&call.method) {
            return Ok(());
        }
        self.crash.point().await;
        let fails = self.failing.load(Ordering::SeqCst) && self.dice.lock().unwrap().random_bool(0.03);
        if fails || self.take_ordered_failure(call.changes) {
            return Err(StoreError::Unavailable("scripted".to_owned()));
        }
        Ok(())
    }

    async fn after(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        if call.method.is_write() {
            self.crash.point().await;
        }
        if call.method == StoreMethod::Event {
            let takes = *self.event_reads_take.lock().unwrap();
            tokio::time::sleep(takes).await;
        }
        Ok(())
    }

    fn limit(&self, call: &StoreCall<'_>, limit: usize) -> usize {
        if call.method == StoreMethod::Outbox { limit.min(OUTBOX_PAGE) } else { limit }
    }
}
