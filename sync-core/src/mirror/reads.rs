//! Reads of a connection. Each is the [`Store`] method of the same name.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::values::Values;
use crate::{DeadLetter, Delivered, Dirty, MirrorRecord, Resource, Store, StoreError, StoredEvent};

/// Reads a connection's data. Opens nothing, so that it works beside the process that has the connection open.
#[derive(Clone)]
pub(crate) struct Reads {
    store: Arc<dyn Store>,
    connection: String,
}

impl Reads {
    pub(crate) fn new(store: Arc<dyn Store>, connection: String) -> Self {
        Reads { store, connection }
    }

    /// The store.
    pub(crate) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The connection's name.
    pub(crate) fn connection(&self) -> &str {
        &self.connection
    }

    pub(crate) async fn value(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.store.value(&self.connection, key).await
    }

    /// A value that is JSON.
    pub(crate) async fn json_value<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.values(&[key]).await?.json(key)
    }

    /// A value that is a time.
    pub(crate) async fn time_value(&self, key: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.values(&[key]).await?.time(key)
    }

    /// The values under these keys, in one read.
    pub(crate) async fn values(&self, keys: &[impl AsRef<str>]) -> Result<Values, StoreError> {
        Values::read(self.store.as_ref(), &self.connection, keys).await
    }

    pub(crate) async fn records(
        &self,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        self.store.records(&self.connection, resource, ids).await
    }

    pub(crate) async fn linked(
        &self,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        self.store.linked(&self.connection, resource, parent, parent_ids).await
    }

    pub(crate) async fn linked_ids(
        &self,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        self.store.linked_ids(&self.connection, resource, parent, parent_ids).await
    }

    pub(crate) async fn record_ids(
        &self,
        resource: Resource,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        self.store.record_ids(&self.connection, resource, after, limit).await
    }

    pub(crate) async fn completeness(
        &self,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        self.store.completeness(&self.connection, children, parent_ids).await
    }

    pub(crate) async fn dirty(
        &self,
        integration: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError> {
        self.store.dirty(&self.connection, integration, after, limit).await
    }

    pub(crate) async fn dirty_among(&self, integration: &str, ids: &[i64]) -> Result<Vec<Dirty>, StoreError> {
        self.store.dirty_among(&self.connection, integration, ids).await
    }

    pub(crate) async fn dirty_count(&self, integration: &str) -> Result<u64, StoreError> {
        self.store.dirty_count(&self.connection, integration).await
    }

    pub(crate) async fn delivered(
        &self,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError> {
        self.store.delivered(&self.connection, integration, ids).await
    }

    pub(crate) async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        self.store.dead_letters(&self.connection).await
    }

    pub(crate) async fn outbox(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.store.outbox(&self.connection, after, limit).await
    }

    pub(crate) async fn event(&self, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.store.event(&self.connection, id).await
    }
}
