//! The [`Store`] implementation: each method hands one piece of work over to a thread of the database.

use async_trait::async_trait;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, ExportPart, Exported, MirrorRecord, OutboxEvent, Resource,
    Role, Store, StoreError, StoredEvent,
};

use crate::keys::Database;
use crate::open::SqliteStore;
use crate::scope::StoreFile;
use crate::{commit, deliveries, export, outbox, records};

#[async_trait]
impl Store for SqliteStore {
    async fn open(&self, connection: &str, role: Role) -> Result<Epoch, StoreError> {
        let open = move |database: &Database, file: &StoreFile, name: &str| {
            Ok([commit::open(database, file, name, role)?])
        };
        self.open_connection(connection, open).await.map(|[epoch]| epoch)
    }

    async fn open_all(&self, connection: &str) -> Result<[Epoch; 2], StoreError> {
        let open = |database: &Database, file: &StoreFile, name: &str| {
            let open = |role| commit::open(database, file, name, role);
            Ok([open(Role::Syncing)?, open(Role::Pushing)?])
        };
        self.open_connection(connection, open).await
    }

    async fn check_epoch(&self, connection: &str, epoch: Epoch) -> Result<(), StoreError> {
        let newest = self.newest_epoch(connection, epoch.role).await?;
        if newest == Some(epoch.number) { Ok(()) } else { Err(epoch.fenced()) }
    }

    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
        self.write_changes(connection, epoch, changes).await
    }

    async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
        let connection = connection.to_owned();
        self.write(move |database, file| outbox::add_event(database, file, &connection, &event), |_| {}).await
    }

    async fn values(&self, connection: &str, keys: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        self.read(connection, move |scope| commit::values(scope, keys)).await
    }

    async fn records(
        &self,
        connection: &str,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        let ids = ids.to_owned();
        self.read(connection, move |scope| records::by_ids(scope, resource, &ids)).await
    }

    async fn linked(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        let parent_ids = parent_ids.to_owned();
        self.read(connection, move |scope| records::linked(scope, resource, parent, &parent_ids)).await
    }

    async fn linked_ids(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        let parent_ids = parent_ids.to_owned();
        self.read(connection, move |scope| records::linked_ids(scope, resource, parent, &parent_ids)).await
    }

    async fn record_ids(
        &self,
        connection: &str,
        resource: Resource,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let Some(lowest) = after.map_or(Some(i64::MIN), |after| after.checked_add(1)) else {
            return Ok(Vec::new());
        };
        self.read(connection, move |scope| records::ids(scope, resource, lowest, limit)).await
    }

    async fn completeness(
        &self,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        let parent_ids = parent_ids.to_owned();
        self.read(connection, move |scope| records::completeness(scope, children, &parent_ids)).await
    }

    async fn dirty(
        &self,
        connection: &str,
        integration: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError> {
        self.give_out_dirty(connection, integration, move |scope, code| {
            deliveries::dirty(scope, code, after, limit)
        })
        .await
    }

    async fn dirty_among(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Dirty>, StoreError> {
        let ids = ids.to_owned();
        self.give_out_dirty(connection, integration, move |scope, code| {
            deliveries::dirty_among(scope, code, &ids)
        })
        .await
    }

    async fn dirty_count(&self, connection: &str, integration: &str) -> Result<u64, StoreError> {
        let integration = integration.to_owned();
        self.read(connection, move |scope| deliveries::dirty_count(scope, &integration)).await
    }

    async fn delivered(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError> {
        let (integration, ids) = (integration.to_owned(), ids.to_owned());
        self.read(connection, move |scope| deliveries::delivered(scope, &integration, &ids)).await
    }

    async fn dead_letters(&self, connection: &str) -> Result<Vec<DeadLetter>, StoreError> {
        self.read(connection, deliveries::dead_letters).await
    }

    async fn outbox(
        &self,
        connection: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.read(connection, move |scope| outbox::waiting(scope, after, limit)).await
    }

    async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        let id = id.to_owned();
        self.read(connection, move |scope| outbox::event(scope, &id)).await
    }

    async fn export(
        &self,
        connection: &str,
        part: ExportPart,
        after: Option<&Exported>,
        limit: usize,
    ) -> Result<Vec<Exported>, StoreError> {
        let after = after.cloned();
        self.read(connection, move |scope| export::export(scope, part, after.as_ref(), limit)).await
    }
}
