//! Events that wait to become notes.
//!
//! # In which order do events become visible?
//!
//! A reader of the outbox goes on behind the last position that it was given, so that a lower position must never appear later. Numbers of
//! a sequence would: whoever takes 7 may commit after the one who took 8. Each connection therefore counts for itself, in a row of
//! `outboxes` which is locked by the statement that counts, until the event can be seen. Position 8 is given out after 7 has been committed,
//! or undone. A number that is undone, or counted for an event which turns out to be known, stays unused for good.
//!
//! The row is the outbox's own: adding neither waits for a commit of the engine nor holds one up, and adders of one connection wait for each
//! other only as long as one insertion takes.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use sync_core::{EventStatus, OutboxEvent, StoreError, StoredEvent};
use tokio_postgres::Row;

use crate::epochs::EpochStatements;
use crate::error::Context;
use crate::row::{Columns, Stored, Times, stored, to_text};
use crate::session::{Database, Write, parameters};
use crate::statements::statements;

statements! {
    /// Reading and writing `outboxes` and `events`.
    OutboxStatements {
        // Says whether the event was added, and whether there is an outbox to add to.
        add: "WITH outbox AS (
                  UPDATE {s}.outboxes SET last_position = last_position + 1
                  WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1)
                    AND NOT EXISTS (SELECT FROM {s}.events WHERE events.connection = outboxes.connection AND events.id = $2)
                  RETURNING connection, last_position
              ), added AS (
                  INSERT INTO {s}.events (connection, position, id, event, state, at_seconds, at_nanoseconds)
                  SELECT connection, last_position, $2, $3, $4, $5, $6 FROM outbox
                  ON CONFLICT (connection, id) DO NOTHING
                  RETURNING position
              )
              SELECT EXISTS (SELECT FROM added),
                     EXISTS (SELECT FROM {s}.outboxes
                             WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1))",
        add_outbox: "INSERT INTO {s}.outboxes (connection) SELECT id FROM {s}.connections WHERE name = $1
                     ON CONFLICT DO NOTHING",
        // Positions are given to all of them, also to those that turn out to be known. The row is held until the commit ends.
        add_set: "WITH outbox AS (
                      INSERT INTO {s}.outboxes (connection, last_position) VALUES ($1, $2)
                      ON CONFLICT (connection) DO UPDATE SET last_position = outboxes.last_position + $2
                      RETURNING last_position - $2 AS before
                  )
                  INSERT INTO {s}.events (connection, position, id, event, state, at_seconds, at_nanoseconds)
                  SELECT $1, before + number, id, event, state, at_seconds, at_nanoseconds
                  FROM outbox, unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::integer[])
                      WITH ORDINALITY AS put (id, event, state, at_seconds, at_nanoseconds, number)
                  ON CONFLICT (connection, id) DO NOTHING",
        waiting: "SELECT position, id, event, state, status, at_seconds, at_nanoseconds FROM {s}.events
                  WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND status = 0 AND position > $2
                  ORDER BY position LIMIT $3",
        by_id: "SELECT position, id, event, state, status, at_seconds, at_nanoseconds FROM {s}.events
                WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND id = $2",
        set: "UPDATE {s}.events AS kept
              SET state = put.state, status = put.status, event = CASE WHEN put.emptied THEN '' ELSE kept.event END
              FROM unnest($2::text[], $3::text[], $4::smallint[], $5::boolean[]) AS put (id, state, status, emptied)
              WHERE kept.connection = $1 AND kept.id = put.id",
    }
}

/// The effect of a commit on events: those that it sets before it adds others, those that it adds, and the last word on each.
#[derive(Debug, Default)]
pub(crate) struct EventChanges {
    /// Of events that are added after: they apply only to events that were there before the commit.
    before: BTreeMap<String, EventChange>,
    added: Vec<OutboxEvent>,
    added_ids: HashSet<String>,
    changes: BTreeMap<String, EventChange>,
}

#[derive(Debug)]
struct EventChange {
    state: String,
    status: EventStatus,
    /// Whether it was done at any time, so that its content is gone even if it waits again.
    emptied: bool,
}

impl EventChanges {
    pub(crate) fn add(&mut self, event: OutboxEvent) {
        if self.added_ids.insert(event.id.clone()) {
            if let Some((id, change)) = self.changes.remove_entry(&event.id) {
                self.before.insert(id, change);
            }
            self.added.push(event);
        }
    }

    pub(crate) fn set(&mut self, id: String, state: String, status: EventStatus) {
        let done = status == EventStatus::Done;
        let state = if done { String::new() } else { state };
        let emptied = done || self.changes.get(&id).is_some_and(|before| before.emptied);
        self.changes.insert(id, EventChange { state, status, emptied });
    }

    pub(crate) fn writes<'a>(&'a self, statements: &'a OutboxStatements) -> Vec<Write<'a>> {
        let mut writes = Vec::new();
        writes.extend(set_events(&self.before, statements));
        writes.extend(self.add_events(statements));
        writes.extend(set_events(&self.changes, statements));
        writes
    }

    fn add_events<'a>(&'a self, statements: &'a OutboxStatements) -> Option<Write<'a>> {
        if self.added.is_empty() {
            return None;
        }
        let mut at = Times::default();
        self.added.iter().for_each(|event| at.push(Some(event.at)));
        let columns = parameters![
            i64::try_from(self.added.len()).unwrap_or(i64::MAX),
            self.added.iter().map(|event| to_text(&event.id)).collect::<Vec<_>>(),
            self.added.iter().map(|event| to_text(&event.event)).collect::<Vec<_>>(),
            self.added.iter().map(|event| to_text(&event.state)).collect::<Vec<_>>(),
            at.seconds,
            at.nanoseconds,
        ];
        Some(Write { statement: &statements.add_set, columns })
    }
}

fn set_events<'a>(
    changes: &'a BTreeMap<String, EventChange>,
    statements: &'a OutboxStatements,
) -> Option<Write<'a>> {
    if changes.is_empty() {
        return None;
    }
    let columns = parameters![
        changes.keys().map(|id| to_text(id)).collect::<Vec<_>>(),
        changes.values().map(|change| to_text(&change.state)).collect::<Vec<_>>(),
        changes.values().map(|change| status_number(change.status)).collect::<Vec<_>>(),
        changes.values().map(|change| change.emptied).collect::<Vec<_>>(),
    ];
    Some(Write { statement: &statements.set, columns })
}

fn status_number(status: EventStatus) -> i16 {
    match status {
        EventStatus::Waiting => 0,
        EventStatus::Done => 1,
        EventStatus::Dead => 2,
    }
}

/// Reads an event.
pub(crate) fn read_event(context: &Context, row: &Row) -> Result<StoredEvent, StoreError> {
    let columns = Columns { row, context };
    let status = match columns.get::<i16>(4)? {
        0 => EventStatus::Waiting,
        1 => EventStatus::Done,
        2 => EventStatus::Dead,
        _ => return Err(columns.damaged(4)),
    };
    let event = OutboxEvent {
        id: columns.text(1)?,
        event: columns.text(2)?,
        state: columns.text(3)?,
        at: columns.time(5)?,
    };
    Ok(StoredEvent { position: columns.number(0)?, status, event })
}

impl OutboxStatements {
    /// Stores an event unless its ID is known; says whether it did.
    pub(crate) async fn add_event(
        &self,
        database: &Arc<Database>,
        epochs: &EpochStatements,
        connection: &str,
        event: OutboxEvent,
    ) -> Result<bool, StoreError> {
        let at = Stored::from(event.at);
        let add = async || {
            let text = parameters![
                stored(connection),
                stored(&event.id),
                stored(&event.event),
                stored(&event.state)
            ];
            let parameters = text.into_iter().chain(parameters![at.seconds, at.nanoseconds]).collect();
            let (rows, repeated) = database.write(&self.add, parameters).await?;
            let Some(row) = rows.first() else { return Ok((false, false, repeated)) };
            let columns = Columns { row, context: &database.context };
            Ok((columns.get(0)?, columns.get(1)?, repeated))
        };
        let (mut added, has_outbox, mut repeated) = add().await?;
        if !has_outbox {
            epochs.add_connection(database, connection).await?;
            database.write(&self.add_outbox, parameters![stored(connection)]).await?;
            (added, _, repeated) = add().await?;
        }
        if !added && repeated {
            // The answer to the first try got lost, and the event that is there may be its own.
            let kept = self.event(database, connection, &event.id).await?;
            return Ok(kept.is_some_and(|kept| kept.event == event));
        }
        Ok(added)
    }

    /// Reads the waiting events behind a position, in the order in which they were stored.
    pub(crate) async fn outbox(
        &self,
        database: &Arc<Database>,
        connection: &str,
        after: u64,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        // No position is above what fits.
        let Ok(after) = i64::try_from(after) else { return Ok(Vec::new()) };
        let rows = database.read(&self.waiting, parameters![stored(connection), after, limit]).await?;
        rows.iter().map(|row| read_event(&database.context, row)).collect()
    }

    /// Reads the event with this ID.
    pub(crate) async fn event(
        &self,
        database: &Arc<Database>,
        connection: &str,
        id: &str,
    ) -> Result<Option<StoredEvent>, StoreError> {
        let rows = database.read(&self.by_id, parameters![stored(connection), stored(id)]).await?;
        rows.first().map(|row| read_event(&database.context, row)).transpose()
    }
}
