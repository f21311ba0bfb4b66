//! The store.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, ExportPart, Exported, MirrorRecord, OutboxEvent, Resource,
    Role, Store, StoreError, StoredEvent,
};

use crate::options::PostgresOptions;
use crate::parts::Parts;
use crate::{commit, open};

/// A [`Store`] in a schema of a PostgreSQL database, for any number of connections and processes.
///
/// Any number of processes may have the same store open. Which of them may write to a connection is decided by
/// [`Store::open`] alone, and reading needs no opening. An answered commit survives the end of this process, and that of the server as far
/// as its settings go. Dropping it closes its sessions. Its calls need a tokio runtime: each is carried out in a task of its own, to its end
/// even if its future is dropped.
///
/// A call that fails because a session was cut, the server was restarted, or another transaction was in the way (deadlock, serialization
/// failure) is carried out again at once, three times in all. What fails then is reported as
/// [temporary](StoreError::is_temporary) and has left nothing half-done.
pub struct PostgresStore {
    pub(crate) parts: Arc<Parts>,
}

impl PostgresStore {
    /// Opens the store with a pool of its own; makes its schema, or brings it to this version, where needed. Processes that do so at the
    /// same time come one after the other.
    ///
    /// # Errors
    ///
    /// [`StoreError::NewerSchema`] if a newer release wrote it, [`StoreError::Damaged`] if the schema holds another program's tables,
    /// [`StoreError::Refused`] if the server refuses the user, the password, the database or a right, [`StoreError::Unavailable`] if it cannot be
    /// reached. The message says what to do.
    pub async fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        Ok(PostgresStore { parts: Arc::new(open::open(options).await?) })
    }

    /// As [`open`](Self::open), with a pool of the host's own.
    ///
    /// The host sets the pool's size and timeouts, and the sessions' `statement_timeout`. Names are spelt out with their schema, and
    /// nothing is set that outlasts a transaction, so that the host may use the sessions for other things. With PgBouncer in transaction
    /// mode, prepared statements have to be switched on there (`max_prepared_statements`, from 1.21).
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    #[cfg(feature = "deadpool")]
    pub async fn open_with_pool(pool: deadpool_postgres::Pool, schema: &str) -> Result<Self, StoreError> {
        use crate::error::Context;
        use crate::schema::Migrate;
        use crate::statements::Schema;

        let context = Context { place: None, schema: Schema::named(schema)? };
        Ok(PostgresStore { parts: Arc::new(open::with_pool(pool, context, Migrate::Allowed).await?) })
    }

    async fn open_roles<const ROLES: usize>(
        &self,
        connection: &str,
        roles: [Role; ROLES],
    ) -> Result<[Epoch; ROLES], StoreError> {
        let Parts { epochs, database, .. } = &*self.parts;
        epochs.open(database, connection, &roles).await?.try_into().map_err(|_| {
            StoreError::Unavailable(format!(
                "{} lost the connection that was being opened; open it again",
                database.context
            ))
        })
    }

    /// The schema that the tables are in.
    pub fn schema(&self) -> String {
        self.parts.database.context.schema.to_string()
    }

    /// Closes the sessions that are not in use, and the others once they are not any more. Whoever uses the store after this gets
    /// [`StoreError::Unavailable`]. A pool of the host's own is closed too.
    pub fn close(&self) {
        self.parts.database.pool.close();
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PostgresStore")
            .field("context", &self.parts.database.context)
            .finish_non_exhaustive()
    }
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[async_trait]
impl Store for PostgresStore {
    async fn open(&self, connection: &str, role: Role) -> Result<Epoch, StoreError> {
        self.open_roles(connection, [role]).await.map(|[epoch]| epoch)
    }

    async fn open_all(&self, connection: &str) -> Result<[Epoch; 2], StoreError> {
        self.open_roles(connection, Role::ALL).await
    }

    async fn check_epoch(&self, connection: &str, epoch: Epoch) -> Result<(), StoreError> {
        self.parts.epochs.check_epoch(&self.parts.database, connection, epoch).await
    }

    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
        commit::commit(&self.parts, connection, epoch, changes).await
    }

    async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
        self.parts.outbox.add_event(&self.parts.database, &self.parts.epochs, connection, event).await
    }

    async fn values(&self, connection: &str, keys: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
        self.parts.values.values(&self.parts.database, connection, keys).await
    }

    async fn records(
        &self,
        connection: &str,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        self.parts.records.records(&self.parts.database, connection, resource, ids).await
    }

    async fn linked(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        self.parts.records.linked(&self.parts.database, connection, resource, parent, parent_ids).await
    }

    async fn linked_ids(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        let records = &self.parts.records;
        records.linked_ids(&self.parts.database, connection, resource, parent, parent_ids).await
    }

    async fn record_ids(
        &self,
        connection: &str,
        resource: Resource,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        self.parts.records.record_ids(&self.parts.database, connection, resource, after, at_most(limit)).await
    }

    async fn completeness(
        &self,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        self.parts.records.completeness(&self.parts.database, connection, children, parent_ids).await
    }

    async fn dirty(
        &self,
        connection: &str,
        integration: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError> {
        self.parts
            .deliveries
            .dirty(&self.parts.database, connection, integration, after, at_most(limit))
            .await
    }

    async fn dirty_among(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Dirty>, StoreError> {
        self.parts.deliveries.dirty_among(&self.parts.database, connection, integration, ids).await
    }

    async fn dirty_count(&self, connection: &str, integration: &str) -> Result<u64, StoreError> {
        self.parts.deliveries.dirty_count(&self.parts.database, connection, integration).await
    }

    async fn delivered(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError> {
        self.parts.deliveries.delivered(&self.parts.database, connection, integration, ids).await
    }

    async fn dead_letters(&self, connection: &str) -> Result<Vec<DeadLetter>, StoreError> {
        self.parts.deliveries.dead_letters(&self.parts.database, connection).await
    }

    async fn outbox(
        &self,
        connection: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.parts.outbox.outbox(&self.parts.database, connection, after, at_most(limit)).await
    }

    async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.parts.outbox.event(&self.parts.database, connection, id).await
    }

    async fn export(
        &self,
        connection: &str,
        part: ExportPart,
        after: Option<&Exported>,
        limit: usize,
    ) -> Result<Vec<Exported>, StoreError> {
        self.parts.export.export(&self.parts.database, connection, part, after, at_most(limit)).await
    }
}
