//! A store that a crash can hit before and after each of its changes.

use std::sync::Arc;

use async_trait::async_trait;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, MirrorRecord, OutboxEvent, Resource, Store, StoreError,
    StoredEvent,
};

use crate::chaos::Chaos;

pub struct CrashingStore {
    pub inner: Arc<dyn Store>,
    pub chaos: Arc<Chaos>,
}

#[async_trait]
impl Store for CrashingStore {
    async fn open(&self, connection: &str) -> Result<Epoch, StoreError> {
        self.chaos.point().await;
        let epoch = self.inner.open(connection).await;
        self.chaos.point().await;
        epoch
    }

    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
        self.chaos.point().await;
        let done = self.inner.commit(connection, epoch, changes).await;
        self.chaos.point().await;
        done
    }

    async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
        self.chaos.point().await;
        let added = self.inner.add_event(connection, event).await;
        self.chaos.point().await;
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

    async fn complete(
        &self,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        self.inner.complete(connection, children, parent_ids).await
    }

    async fn dirty(
        &self,
        connection: &str,
        integration: &str,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError> {
        self.inner.dirty(connection, integration, limit).await
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
        self.inner.outbox(connection, after, limit).await
    }

    async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.inner.event(connection, id).await
    }
}
