//! Reads from ServiceTitan that end when the engine is asked to stop.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use crate::{
    FeedPage, FeedPosition, ListPage, Priority, Records, Resource, Source, SourceDescription, SourceError,
    SyncError,
};

/// The reading half of a [`Source`]. Each read is abandoned with [`SyncError::Cancelled`] when the engine is asked to stop: an abandoned
/// read changes nothing.
#[derive(Clone)]
pub(crate) struct Reader {
    source: Arc<dyn Source>,
    cancellation: CancellationToken,
}

impl Reader {
    pub(crate) fn new(source: Arc<dyn Source>, cancellation: CancellationToken) -> Self {
        Reader { source, cancellation }
    }

    /// Whether the engine was asked to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        self.cancellation.is_cancelled()
    }

    pub(crate) async fn check(&self) -> Result<SourceDescription, SyncError> {
        self.run(self.source.check()).await
    }

    pub(crate) async fn read_feed(
        &self,
        resource: Resource,
        from: &FeedPosition,
        include_recent: bool,
        priority: Priority,
    ) -> Result<FeedPage, SyncError> {
        self.run(self.source.read_feed(resource, from, include_recent, priority)).await
    }

    pub(crate) async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SyncError> {
        self.run(self.source.read_by_ids(resource, ids, priority)).await
    }

    pub(crate) async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        parent_ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SyncError> {
        self.run(self.source.read_children(children, parent, parent_ids, priority)).await
    }

    pub(crate) async fn read_list(
        &self,
        resource: Resource,
        since: DateTime<Utc>,
        page: u32,
        priority: Priority,
    ) -> Result<ListPage, SyncError> {
        self.run(self.source.read_list(resource, since, page, priority)).await
    }

    async fn run<T>(&self, request: impl Future<Output = Result<T, SourceError>>) -> Result<T, SyncError> {
        match self.cancellation.run_until_cancelled(request).await {
            Some(outcome) => Ok(outcome?),
            None => Err(SyncError::Cancelled),
        }
    }
}
