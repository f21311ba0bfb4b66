//! The store.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqlitePool;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, MirrorRecord, OutboxEvent, Resource, Store, StoreError,
    StoredEvent,
};

use crate::commit;
use crate::error::{Context, because};
use crate::file::{WriterLock, readers, refuse_folder, refuse_missing, resolved, writer};
use crate::row::{self, Columns};
use crate::schema;

/// A [`Store`] in one SQLite file, for any number of connections.
///
/// One process at a time may have the file open for writing; any number may [read](SqlStore::open_read_only) meanwhile. An answered
/// commit survives the end of the process and of the machine. Cheap to share behind an `Arc`; dropping it gives the file free.
#[derive(Debug)]
pub struct SqlStore {
    context: Context,
    readers: SqlitePool,
    writer: Option<Writer>,
}

#[derive(Debug)]
struct Writer {
    /// Of one connection: commits wait for each other here rather than in SQLite.
    pool: SqlitePool,
    _lock: WriterLock,
}

impl SqlStore {
    /// Opens the file for reading and writing; makes it, or brings it to this version's schema, where needed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] if it is open for writing elsewhere, [`StoreError::NewerSchema`] if a newer release wrote it,
    /// [`StoreError::Damaged`] if it is not a store, [`StoreError::Unavailable`] if it cannot be read or written.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let context = Context { file: resolved(path.as_ref()) };
        refuse_folder(&context)?;
        let lock = WriterLock::take(&context)?;
        if context.file.metadata().is_ok_and(|file| file.len() > 0) {
            // Opening for writing changes a file (its journal mode): one that is not ours, or newer, is refused untouched.
            let readers = readers(&context).await?;
            let mut connection = readers.acquire().await.map_err(because(&context, "be opened"))?;
            schema::version(&mut connection, &context).await?;
            drop(connection);
            readers.close().await;
        }
        let pool = writer(&context).await?;
        let mut connection = pool.acquire().await.map_err(because(&context, "be opened"))?;
        schema::migrate(&mut connection, &context).await?;
        drop(connection);
        let readers = readers(&context).await?;
        Ok(SqlStore { context, readers, writer: Some(Writer { pool, _lock: lock }) })
    }

    /// Opens the file for reading only, also while another process writes: to show a state, for example. What would write answers
    /// [`StoreError::Locked`].
    ///
    /// # Errors
    ///
    /// [`StoreError::NewerSchema`] and [`StoreError::Damaged`] as [`open`](SqlStore::open); [`StoreError::Unavailable`] if there is no
    /// file, or one whose schema is older and has to be opened for writing once.
    pub async fn open_read_only(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let context = Context { file: resolved(path.as_ref()) };
        refuse_folder(&context)?;
        refuse_missing(&context)?;
        let readers = readers(&context).await?;
        let mut connection = readers.acquire().await.map_err(because(&context, "be opened"))?;
        let version = schema::version(&mut connection, &context).await?;
        if version < schema::VERSION {
            return Err(StoreError::Unavailable(format!(
                "{context} has an older schema ({version}, this release needs {}): open it for writing once",
                schema::VERSION
            )));
        }
        drop(connection);
        Ok(SqlStore { context, readers, writer: None })
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.context.file.clone()
    }

    /// Closes the file and waits until that is done: what stands in SQLite's log beside it is in the file itself then, unless another
    /// process reads it still. Whoever uses the store after this gets [`StoreError::Unavailable`]. Dropping the store closes it too, a
    /// little later, which is too late for a process that ends: nothing is lost by that, but the log stays.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.pool.close().await;
        }
    }

    fn writer(&self) -> Result<&SqlitePool, StoreError> {
        self.writer.as_ref().map(|writer| &writer.pool).ok_or_else(|| {
            StoreError::Locked(format!(
                "{} was opened read-only: open it for writing to change it",
                self.context
            ))
        })
    }
}

/// IDs as one parameter, for `json_each`: any number fits, and the statement stays the same.
fn json(ids: &[i64]) -> String {
    serde_json::json!(ids).to_string()
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Gives the connection back to its pool, or closes it after a failure: SQLite may have ended the transaction by itself (a full disk
/// does that), which sqlx does not notice, so that no other could ever begin on that connection.
async fn give_back<T: Sync>(database: PoolConnection<Sqlite>, done: &Result<T, StoreError>) {
    let intact = matches!(done, Ok(_) | Err(StoreError::Fenced { .. }));
    if !intact && let Err(error) = database.close().await {
        tracing::debug!(%error, "a failed connection to the store could not be closed");
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn open(&self, connection: &str) -> Result<Epoch, StoreError> {
        let row = sqlx::query(
            "INSERT INTO connections (name, epoch) VALUES (?, 1)
             ON CONFLICT DO UPDATE SET epoch = epoch + 1 RETURNING epoch",
        )
        .bind(connection)
        .fetch_one(self.writer()?)
        .await
        .map_err(because(&self.context, "be written"))?;
        Ok(Epoch(Columns { row: &row, context: &self.context }.number("epoch")?))
    }

    async fn check_epoch(&self, connection: &str, epoch: Epoch) -> Result<(), StoreError> {
        let newest: Option<i64> = sqlx::query_scalar("SELECT epoch FROM connections WHERE name = ?")
            .bind(connection)
            .fetch_optional(&self.readers)
            .await
            .map_err(because(&self.context, "be read"))?;
        let newest = newest.and_then(|newest| u64::try_from(newest).ok());
        // Epoch 0 is nobody's: that of a connection which was never opened.
        if newest == Some(epoch.0) && epoch.0 != 0 {
            Ok(())
        } else {
            Err(StoreError::Fenced { held: epoch.0 })
        }
    }

    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
        let mut database = self.writer()?.acquire().await.map_err(because(&self.context, "be written"))?;
        let done = commit::commit(&mut database, &self.context, connection, epoch, changes).await;
        give_back(database, &done).await;
        done
    }

    async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
        let mut database = self.writer()?.acquire().await.map_err(because(&self.context, "be written"))?;
        let done = commit::add_event(&mut database, &self.context, connection, event).await;
        give_back(database, &done).await;
        done
    }

    async fn value(&self, connection: &str, key: &str) -> Result<Option<String>, StoreError> {
        sqlx::query_scalar(
            "SELECT value FROM connection_values
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND key = ?",
        )
        .bind(connection)
        .bind(key)
        .fetch_optional(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))
    }

    async fn records(
        &self,
        connection: &str,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds, links, body
             FROM records
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND resource = ?
               AND id IN (SELECT value FROM json_each(?))",
        )
        .bind(connection)
        .bind(resource.name())
        .bind(json(ids))
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        rows.iter().map(|row| row::record(row, resource, &self.context)).collect()
    }

    async fn linked(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds, links, body
             FROM records
             WHERE connection = (SELECT id FROM connections WHERE name = ?1) AND resource = ?2
               AND id IN (SELECT links.id FROM json_each(?4) AS parents CROSS JOIN links
                          WHERE links.connection = (SELECT id FROM connections WHERE name = ?1)
                            AND links.resource = ?2 AND links.parent = ?3 AND links.parent_id = parents.value)",
        )
        .bind(connection)
        .bind(resource.name())
        .bind(parent.name())
        .bind(json(parent_ids))
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        rows.iter().map(|row| row::record(row, resource, &self.context)).collect()
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
        sqlx::query_scalar(
            "SELECT id FROM records
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND resource = ?
               AND id >= ? AND body IS NOT NULL
             ORDER BY id LIMIT ?",
        )
        .bind(connection)
        .bind(resource.name())
        .bind(lowest)
        .bind(at_most(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))
    }

    async fn completeness(
        &self,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        sqlx::query_as(
            "SELECT parent_id, complete FROM completeness
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND children = ?
               AND parent_id IN (SELECT value FROM json_each(?))",
        )
        .bind(connection)
        .bind(children.name())
        .bind(json(parent_ids))
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))
    }

    async fn dirty(
        &self,
        connection: &str,
        integration: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, place, mark FROM dirty
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND integration = ? AND place > ?
             ORDER BY place LIMIT ?",
        )
        .bind(connection)
        .bind(integration)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(at_most(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        rows.iter().map(|row| row::dirty(row, &self.context)).collect()
    }

    async fn dirty_among(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Dirty>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, place, mark FROM dirty
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND integration = ?
               AND id IN (SELECT value FROM json_each(?))",
        )
        .bind(connection)
        .bind(integration)
        .bind(json(ids))
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        rows.iter().map(|row| row::dirty(row, &self.context)).collect()
    }

    async fn dirty_count(&self, connection: &str, integration: &str) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT count(*) AS waiting FROM dirty
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND integration = ?",
        )
        .bind(connection)
        .bind(integration)
        .fetch_one(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        Columns { row: &row, context: &self.context }.number("waiting")
    }

    async fn delivered(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, fingerprint, contact, at_seconds, at_nanoseconds FROM delivered
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND integration = ?
               AND id IN (SELECT value FROM json_each(?))",
        )
        .bind(connection)
        .bind(integration)
        .bind(json(ids))
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        rows.iter().map(|row| row::delivered(row, &self.context)).collect()
    }

    async fn dead_letters(&self, connection: &str) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = sqlx::query(
            "SELECT integration, subject, reason, at_seconds, at_nanoseconds FROM dead_letters
             WHERE connection = (SELECT id FROM connections WHERE name = ?) ORDER BY place",
        )
        .bind(connection)
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        let letter = |row| {
            let columns = Columns { row, context: &self.context };
            Ok(DeadLetter {
                integration: columns.get("integration")?,
                subject: columns.get("subject")?,
                reason: columns.get("reason")?,
                at: columns.at()?,
            })
        };
        rows.iter().map(letter).collect()
    }

    async fn outbox(
        &self,
        connection: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let rows = sqlx::query(
            "SELECT place, id, event, state, finished, at_seconds, at_nanoseconds FROM events
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND finished = 0 AND place > ?
             ORDER BY place LIMIT ?",
        )
        .bind(connection)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(at_most(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        rows.iter().map(|row| row::event(row, &self.context)).collect()
    }

    async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        let row = sqlx::query(
            "SELECT place, id, event, state, finished, at_seconds, at_nanoseconds FROM events
             WHERE connection = (SELECT id FROM connections WHERE name = ?) AND id = ?",
        )
        .bind(connection)
        .bind(id)
        .fetch_optional(&self.readers)
        .await
        .map_err(because(&self.context, "be read"))?;
        row.map(|row| row::event(&row, &self.context)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use sync_core::{Change, MirrorRecord, Resource, Store, StoreError};

    use super::SqlStore;

    fn page(bytes: usize) -> Vec<Change> {
        let body = Some("x".repeat(bytes));
        let record = MirrorRecord { body, ..MirrorRecord::absent(Resource::Jobs, 42) };
        let cursor = Change::SetValue { key: "cursor".to_owned(), value: "2".to_owned() };
        vec![cursor, Change::PutRecord(record)]
    }

    #[tokio::test]
    async fn a_full_disk_undoes_the_commit_and_is_temporary_and_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqlStore::open(folder.path().join("sync.db")).await.unwrap();
        let epoch = store.open("acme").await.unwrap();
        let cursor = Change::SetValue { key: "cursor".to_owned(), value: "1".to_owned() };
        store.commit("acme", epoch, vec![cursor]).await.unwrap();
        let writer = store.writer().unwrap();
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(writer).await.unwrap();
        let limit = format!("PRAGMA max_page_count = {}", pages + 2);
        sqlx::raw_sql(sqlx::AssertSqlSafe(limit)).execute(writer).await.unwrap();

        let error = store.commit("acme", epoch, page(100_000)).await.unwrap_err();

        assert!(
            matches!(&error, StoreError::Unavailable(message) if message.contains("make room")),
            "{error}"
        );
        assert!(error.is_temporary());
        assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("1"));

        // The limit was the failed connection's; there is room again.
        store.commit("acme", epoch, page(100_000)).await.unwrap();
        assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("2"));
    }
}
