//! Writing: the changes of a commit, and events, each in one transaction.

use sqlx::sqlite::SqliteArguments;
use sqlx::{Connection, Sqlite, SqliteConnection};
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, EventStatus, MirrorRecord, OutboxEvent, Resource, StoreError,
};

use crate::error::{Context, because};
use crate::row::{Columns, Stored, event_status, links_to_json};

type Statement = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// Applies all changes in one transaction, or none.
pub(crate) async fn commit(
    database: &mut SqliteConnection,
    context: &Context,
    connection: &str,
    epoch: Epoch,
    changes: Vec<Change>,
) -> Result<(), StoreError> {
    let failed = because(context, "be written");
    // Takes the write lock at once: a transaction that began with reading could be refused it later.
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
    let commit = Commit::begin(&mut transaction, context, connection, epoch).await?;
    commit.apply(changes).await?;
    transaction.commit().await.map_err(&failed)
}

/// Stores an event unless its ID is known; says whether it did.
pub(crate) async fn add_event(
    database: &mut SqliteConnection,
    context: &Context,
    connection: &str,
    event: OutboxEvent,
) -> Result<bool, StoreError> {
    let failed = because(context, "be written");
    let at = Stored::from(event.at);
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
    sqlx::query("INSERT INTO connections (name) VALUES (?) ON CONFLICT DO NOTHING")
        .bind(connection)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
    let stored = sqlx::query(
        "INSERT INTO events (connection, id, event, state, at_seconds, at_nanoseconds)
         SELECT id, ?, ?, ?, ?, ? FROM connections WHERE name = ? ON CONFLICT DO NOTHING",
    )
    .bind(event.id)
    .bind(event.event)
    .bind(event.state)
    .bind(at.seconds)
    .bind(at.nanoseconds)
    .bind(connection)
    .execute(&mut *transaction)
    .await
    .map_err(&failed)?;
    transaction.commit().await.map_err(&failed)?;
    Ok(stored.rows_affected() == 1)
}

/// A connection's row, held for the length of a transaction.
struct Commit<'a> {
    database: &'a mut SqliteConnection,
    context: &'a Context,
    connection: i64,
    last_mark: i64,
}

impl<'a> Commit<'a> {
    /// Checks the epoch. Within the transaction, so that nobody can open the connection in between.
    async fn begin(
        database: &'a mut SqliteConnection,
        context: &'a Context,
        connection: &str,
        epoch: Epoch,
    ) -> Result<Self, StoreError> {
        let row = sqlx::query("SELECT id, epoch, last_mark FROM connections WHERE name = ?")
            .bind(connection.to_owned())
            .fetch_optional(&mut *database)
            .await
            .map_err(because(context, "be written"))?;
        let fenced = StoreError::Fenced { held: epoch.0 };
        let Some(row) = row else { return Err(fenced) };
        let columns = Columns { row: &row, context };
        if columns.number("epoch")? != epoch.0 {
            return Err(fenced);
        }
        let (connection, last_mark) = (columns.get("id")?, columns.get("last_mark")?);
        Ok(Commit { database, context, connection, last_mark })
    }

    /// Applies the changes in their order.
    async fn apply(mut self, changes: Vec<Change>) -> Result<(), StoreError> {
        let marked_before = self.last_mark;
        for change in changes {
            self.change(change).await?;
        }
        if self.last_mark != marked_before {
            let statement = sqlx::query("UPDATE connections SET last_mark = ? WHERE id = ?");
            self.run(statement.bind(self.last_mark).bind(self.connection)).await?;
        }
        Ok(())
    }

    async fn run(&mut self, statement: Statement) -> Result<(), StoreError> {
        statement.execute(&mut *self.database).await.map_err(because(self.context, "be written"))?;
        Ok(())
    }

    async fn change(&mut self, change: Change) -> Result<(), StoreError> {
        let connection = self.connection;
        match change {
            Change::SetValue { key, value } => {
                let statement = sqlx::query(
                    "INSERT INTO connection_values (connection, key, value) VALUES (?, ?, ?)
                     ON CONFLICT DO UPDATE SET value = excluded.value",
                );
                self.run(statement.bind(connection).bind(key).bind(value)).await
            }
            Change::RemoveValue { key } => {
                let statement = sqlx::query("DELETE FROM connection_values WHERE connection = ? AND key = ?");
                self.run(statement.bind(connection).bind(key)).await
            }
            Change::PutRecord(record) => self.put_record(record).await,
            Change::RemoveRecord { resource, id } => {
                let statement =
                    sqlx::query("DELETE FROM records WHERE connection = ? AND resource = ? AND id = ?");
                self.run(statement.bind(connection).bind(resource.name()).bind(id)).await
            }
            Change::RemoveResource { resource } => self.remove_resource(resource).await,
            Change::MarkComplete { children, parent_id } => {
                self.set_completeness(children, parent_id, true).await
            }
            Change::MarkIncomplete { children, parent_id } => {
                self.set_completeness(children, parent_id, false).await
            }
            Change::MarkDirty { integration, id } => self.mark_dirty(integration, id).await,
            Change::ClearDirty { integration, dirty } => self.clear_dirty(integration, dirty).await,
            Change::SetDelivered { integration, delivered } => {
                self.set_delivered(integration, delivered).await
            }
            Change::RemoveOpportunity { integration, id } => self.remove_opportunity(integration, id).await,
            Change::RemoveIntegration { integration } => self.remove_integration(integration).await,
            Change::PutDeadLetter(letter) => self.put_dead_letter(letter).await,
            Change::RemoveDeadLetter { integration, subject } => {
                self.remove_dead_letter(integration, subject).await
            }
            Change::SetEvent { id, state, status } => self.set_event(id, state, status).await,
            // A kind of change that this version does not know must not be dropped in silence.
            other => Err(StoreError::Unavailable(format!(
                "{} does not know the change {other:?}: use the sql-store that belongs to this sync-core",
                self.context
            ))),
        }
    }

    async fn set_event(&mut self, id: String, state: String, status: EventStatus) -> Result<(), StoreError> {
        let statement = if status == EventStatus::Done {
            sqlx::query(
                "UPDATE events SET event = '', state = '', finished = ? WHERE connection = ? AND id = ?",
            )
            .bind(event_status(status))
        } else {
            sqlx::query("UPDATE events SET state = ?, finished = ? WHERE connection = ? AND id = ?")
                .bind(state)
                .bind(event_status(status))
        };
        self.run(statement.bind(self.connection).bind(id)).await
    }

    async fn put_record(&mut self, record: MirrorRecord) -> Result<(), StoreError> {
        let links = links_to_json(&record.links);
        let (kept, links_changed) = self.kept(record.resource, record.id, &links).await?;
        if kept.as_ref().is_some_and(|kept| !record.replaces(kept)) {
            return Ok(());
        }
        if kept.is_some() && links_changed {
            let statement = sqlx::query("DELETE FROM links WHERE connection = ? AND resource = ? AND id = ?");
            self.run(statement.bind(self.connection).bind(record.resource.name()).bind(record.id)).await?;
        }
        let (created, modified) = (record.created_on.map(Stored::from), record.modified_on.map(Stored::from));
        let statement = sqlx::query(
            "INSERT INTO records (connection, resource, id, created_seconds, created_nanoseconds,
                                  modified_seconds, modified_nanoseconds, links, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET
                 created_seconds = excluded.created_seconds, created_nanoseconds = excluded.created_nanoseconds,
                 modified_seconds = excluded.modified_seconds, modified_nanoseconds = excluded.modified_nanoseconds,
                 links = excluded.links, body = excluded.body",
        );
        let statement = statement
            .bind(self.connection)
            .bind(record.resource.name())
            .bind(record.id)
            .bind(created.map(|time| time.seconds))
            .bind(created.map(|time| time.nanoseconds))
            .bind(modified.map(|time| time.seconds))
            .bind(modified.map(|time| time.nanoseconds))
            .bind(links.clone())
            .bind(record.body);
        self.run(statement).await?;
        if links_changed { self.put_links(record.resource, record.id, links).await } else { Ok(()) }
    }

    /// What decides whether another version takes the place of the kept one, and whether its links are others.
    async fn kept(
        &mut self,
        resource: Resource,
        id: i64,
        links: &str,
    ) -> Result<(Option<MirrorRecord>, bool), StoreError> {
        let row = sqlx::query(
            "SELECT modified_seconds, modified_nanoseconds, links, body IS NOT NULL AS present FROM records
             WHERE connection = ? AND resource = ? AND id = ?",
        )
        .bind(self.connection)
        .bind(resource.name())
        .bind(id)
        .fetch_optional(&mut *self.database)
        .await
        .map_err(because(self.context, "be written"))?;
        let Some(row) = row else { return Ok((None, links != "[]")) };
        let columns = Columns { row: &row, context: self.context };
        let mut kept = MirrorRecord::absent(resource, id);
        kept.modified_on = columns.time("modified_seconds", "modified_nanoseconds")?;
        kept.body = columns.get::<bool>("present")?.then(String::new);
        Ok((Some(kept), columns.get::<&str>("links")? != links))
    }

    async fn put_links(&mut self, resource: Resource, id: i64, links: String) -> Result<(), StoreError> {
        let statement = sqlx::query(
            "INSERT INTO links (connection, resource, id, parent, parent_id)
             SELECT ?, ?, ?, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE true
             ON CONFLICT DO NOTHING",
        );
        self.run(statement.bind(self.connection).bind(resource.name()).bind(id).bind(links)).await
    }

    async fn remove_resource(&mut self, resource: Resource) -> Result<(), StoreError> {
        for table in [
            "DELETE FROM records WHERE connection = ? AND resource = ?",
            "DELETE FROM completeness WHERE connection = ? AND children = ?",
        ] {
            self.run(sqlx::query(table).bind(self.connection).bind(resource.name())).await?;
        }
        Ok(())
    }

    async fn set_completeness(
        &mut self,
        children: Resource,
        parent_id: i64,
        complete: bool,
    ) -> Result<(), StoreError> {
        let statement = sqlx::query(
            "INSERT INTO completeness (connection, children, parent_id, complete) VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET complete = excluded.complete",
        );
        self.run(statement.bind(self.connection).bind(children.name()).bind(parent_id).bind(complete)).await
    }

    async fn mark_dirty(&mut self, integration: String, id: i64) -> Result<(), StoreError> {
        self.last_mark += 1;
        let statement = sqlx::query(
            "INSERT INTO dirty (connection, integration, id, place, mark) VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT DO UPDATE SET mark = excluded.mark",
        );
        self.run(statement.bind(self.connection).bind(integration).bind(id).bind(self.last_mark)).await
    }

    async fn clear_dirty(&mut self, integration: String, dirty: Dirty) -> Result<(), StoreError> {
        // A mark that does not fit was never given out, so that nothing waits under it.
        let Ok(mark) = i64::try_from(dirty.mark) else { return Ok(()) };
        let statement =
            sqlx::query("DELETE FROM dirty WHERE connection = ? AND integration = ? AND id = ? AND mark = ?");
        self.run(statement.bind(self.connection).bind(integration).bind(dirty.id).bind(mark)).await
    }

    async fn set_delivered(&mut self, integration: String, delivered: Delivered) -> Result<(), StoreError> {
        let at = Stored::from(delivered.at);
        let statement = sqlx::query(
            "INSERT INTO delivered (connection, integration, id, fingerprint, contact, at_seconds, at_nanoseconds)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, contact = excluded.contact,
                 at_seconds = excluded.at_seconds, at_nanoseconds = excluded.at_nanoseconds",
        );
        let statement = statement
            .bind(self.connection)
            .bind(integration)
            .bind(delivered.id)
            .bind(delivered.fingerprint)
            .bind(delivered.contact)
            .bind(at.seconds)
            .bind(at.nanoseconds);
        self.run(statement).await
    }

    async fn remove_opportunity(&mut self, integration: String, id: i64) -> Result<(), StoreError> {
        for table in [
            "DELETE FROM dirty WHERE connection = ? AND integration = ? AND id = ?",
            "DELETE FROM delivered WHERE connection = ? AND integration = ? AND id = ?",
        ] {
            self.run(sqlx::query(table).bind(self.connection).bind(integration.clone()).bind(id)).await?;
        }
        Ok(())
    }

    async fn remove_integration(&mut self, integration: String) -> Result<(), StoreError> {
        for table in [
            "DELETE FROM dirty WHERE connection = ? AND integration = ?",
            "DELETE FROM delivered WHERE connection = ? AND integration = ?",
            "DELETE FROM dead_letters WHERE connection = ? AND integration = ?",
        ] {
            self.run(sqlx::query(table).bind(self.connection).bind(integration.clone())).await?;
        }
        Ok(())
    }

    async fn put_dead_letter(&mut self, letter: DeadLetter) -> Result<(), StoreError> {
        self.remove_dead_letter(letter.integration.clone(), letter.subject.clone()).await?;
        let at = Stored::from(letter.at);
        let statement = sqlx::query(
            "INSERT INTO dead_letters (connection, integration, subject, reason, at_seconds, at_nanoseconds)
             VALUES (?, ?, ?, ?, ?, ?)",
        );
        let statement = statement
            .bind(self.connection)
            .bind(letter.integration)
            .bind(letter.subject)
            .bind(letter.reason)
            .bind(at.seconds)
            .bind(at.nanoseconds);
        self.run(statement).await
    }

    async fn remove_dead_letter(&mut self, integration: String, subject: String) -> Result<(), StoreError> {
        let statement =
            sqlx::query("DELETE FROM dead_letters WHERE connection = ? AND integration = ? AND subject = ?");
        self.run(statement.bind(self.connection).bind(integration).bind(subject)).await
    }
}
