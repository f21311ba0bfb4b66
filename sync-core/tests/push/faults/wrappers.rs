//! Crashes, and a store that fails now and then.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, MemoryStore, MirrorRecord, OutboxEvent, Resource, Role,
    Store, StoreError, StoredEvent,
};
use tokio::sync::Notify;

/// Lets the world stop before or after a certain effect.
#[derive(Default)]
pub(crate) struct Crash {
    /// How many effects are left; 0 is none armed.
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

    /// A point between two effects. Does not return from the one where the process ends.
    pub(crate) async fn point(&self) {
        tokio::task::yield_now().await;
        let step = |left: u64| (left > 0).then(|| left - 1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step) == Ok(1) {
            self.happened.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

/// A store whose writes fail now and then, with a point for a crash before and after each.
pub(crate) struct FaultyStore {
    crash: Arc<Crash>,
    dice: Mutex<ChaCha8Rng>,
    failing: AtomicBool,
    /// The event whose next change fails.
    fails_next: Mutex<Option<String>>,
    /// How long an event takes to be read.
    event_reads_take: Mutex<Duration>,
    inner: Arc<MemoryStore>,
}

impl FaultyStore {
    pub(crate) fn new(seed: u64, crash: Arc<Crash>, inner: Arc<MemoryStore>) -> Self {
        let dice = Mutex::new(ChaCha8Rng::seed_from_u64(seed ^ 0x5705));
        let (fails_next, event_reads_take) = (Mutex::default(), Mutex::default());
        FaultyStore { crash, dice, failing: AtomicBool::new(true), fails_next, event_reads_take, inner }
    }

    /// One that fails only as it is told.
    pub(crate) fn reliable(inner: Arc<MemoryStore>) -> Self {
        let store = FaultyStore::new(0, Arc::default(), inner);
        store.faults_stop();
        store
    }

    /// The next change of an event fails, and nothing else.
    pub(crate) fn fail_next_change_of(&self, event: &str) {
        *self.fails_next.lock().unwrap() = Some(event.to_owned());
    }

    pub(crate) fn let_event_reads_take(&self, time: Duration) {
        *self.event_reads_take.lock().unwrap() = time;
    }

    fn is_to_fail(&self, changes: &[Change]) -> bool {
        let mut fails_next = self.fails_next.lock().unwrap();
        let of_it = |change: &Change| matches!(change, Change::SetEvent { id, .. } if Some(id) == fails_next.as_ref());
        let to_fail = changes.iter().any(of_it);
        if to_fail {
            *fails_next = None;
        }
        to_fail
    }

    pub(crate) fn faults_stop(&self) {
        self.failing.store(false, Ordering::SeqCst);
    }

    async fn before(&self) -> Result<(), StoreError> {
        self.crash.point().await;
        if self.failing.load(Ordering::SeqCst) && self.dice.lock().unwrap().random_bool(0.03) {
            return Err(StoreError::Unavailable("scripted".to_owned()));
        }
        Ok(())
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn open(&self, connection: &str, role: Role) -> Result<Epoch, StoreError> {
        self.before().await?;
        let epoch = self.inner.open(connection, role).await;
        self.crash.point().await;
        epoch
    }

    async fn check_epoch(&self, connection: &str, epoch: Epoch) -> Result<(), StoreError> {
        self.before().await?;
        self.inner.check_epoch(connection, epoch).await
    }

    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
        self.before().await?;
        if self.is_to_fail(&changes) {
            return Err(StoreError::Unavailable("scripted".to_owned()));
        }
        let done = self.inner.commit(connection, epoch, changes).await;
        self.crash.point().await;
        done
    }

    async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
        self.before().await?;
        let added = self.inner.add_event(connection, event).await;
        self.crash.point().await;
        added
    }

    async fn value(&self, connection: &str, key: &str) -> Result<Option<String>, StoreError> {
        self.inner.value(connection, key).await
    }

    async fn records(
        &self,
        connection: &str,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        self.before().await?;
        self.inner.records(connection, resource, ids).await
    }

    async fn linked(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        self.inner.linked(connection, resource, parent, parent_ids).await
    }

    async fn record_ids(
        &self,
        connection: &str,
        resource: Resource,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        self.inner.record_ids(connection, resource, after, limit).await
    }

    async fn completeness(
        &self,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        self.inner.completeness(connection, children, parent_ids).await
    }

    async fn dirty(
        &self,
        connection: &str,
        integration: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError> {
        self.inner.dirty(connection, integration, after, limit).await
    }

    async fn dirty_among(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Dirty>, StoreError> {
        self.inner.dirty_among(connection, integration, ids).await
    }

    async fn dirty_count(&self, connection: &str, integration: &str) -> Result<u64, StoreError> {
        self.inner.dirty_count(connection, integration).await
    }

    async fn delivered(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError> {
        self.before().await?;
        self.inner.delivered(connection, integration, ids).await
    }

    async fn dead_letters(&self, connection: &str) -> Result<Vec<DeadLetter>, StoreError> {
        self.inner.dead_letters(connection).await
    }

    async fn outbox(
        &self,
        connection: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.before().await?;
        // A short page, so that reading goes on behind it.
        self.inner.outbox(connection, after, limit.min(3)).await
    }

    async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.before().await?;
        let event = self.inner.event(connection, id).await;
        let takes = *self.event_reads_take.lock().unwrap();
        tokio::time::sleep(takes).await;
        event
    }
}
