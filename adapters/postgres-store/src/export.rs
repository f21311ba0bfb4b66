//! Everything of a connection, in pages.
//!
//! A page begins at the least key behind the last row of the page before, so that an index leads to it.

use std::sync::Arc;

use sync_core::{Delivered, ExportPart, Exported, Resource, StoreError};
use tokio_postgres::Row;

use crate::outbox::read_event;
use crate::records::read_record;
use crate::row::{Columns, stored};
use crate::session::{Database, Parameter, parameters};
use crate::statements::statements;

statements! {
    /// Reading the tables in the order of their keys.
    ExportStatements {
        values: "SELECT key, value FROM {s}.connection_values
                 WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND key >= $2
                 ORDER BY key LIMIT $3",
        records: "SELECT id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds, links, body, owner, resource
                  FROM {s}.records
                  WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1)
                    AND (resource, id, owner) > ($2::smallint, $3::bigint, $4::bigint)
                  ORDER BY resource, id, owner LIMIT $5",
        completeness: "SELECT children, parent_id, complete FROM {s}.completeness
                       WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1)
                         AND (children, parent_id) > ($2::smallint, $3::bigint)
                       ORDER BY children, parent_id LIMIT $4",
        dirty: "SELECT integration, id, place FROM {s}.dirty
                WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1)
                  AND (integration, place) > ($2::text, $3::bigint)
                ORDER BY integration, place LIMIT $4",
        delivered: "SELECT integration, id, fingerprint, contact, at_seconds, at_nanoseconds FROM {s}.delivered
                    WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1)
                      AND (integration, id) >= ($2::text, $3::bigint)
                    ORDER BY integration, id LIMIT $4",
        // All events of the connection are sorted for each page: an index by position would cost each event a write, and copying is rare.
        events: "SELECT position, id, event, state, status, at_seconds, at_nanoseconds FROM {s}.events
                 WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND position > $2
                 ORDER BY position LIMIT $3",
    }
}

/// The least text behind another one: no text of the store has a character below this one.
fn text_behind(text: &str) -> String {
    format!("{}\u{1}", stored(text))
}

impl ExportStatements {
    /// Reads the rows of a part behind one of them.
    pub(crate) async fn export(
        &self,
        database: &Arc<Database>,
        connection: &str,
        part: ExportPart,
        after: Option<&Exported>,
        limit: i64,
    ) -> Result<Vec<Exported>, StoreError> {
        let (statement, from, read): (_, Vec<Parameter<'static>>, fn(&Database, &Row) -> _) = match (
            part, after,
        ) {
            (ExportPart::Values, Some(Exported::Value { key, .. })) => {
                (&self.values, parameters![text_behind(key)], read_value)
            }
            (ExportPart::Values, _) => (&self.values, parameters![String::new()], read_value),
            (ExportPart::Records, after) => {
                let (resource, id, owner) = match after {
                    Some(Exported::Record(it)) => (database.number(it.resource)?, it.id, it.owner),
                    // No resource has the number 0.
                    _ => (0, 0, 0),
                };
                (&self.records, parameters![resource, id, owner], read_mirror_record)
            }
            (ExportPart::Completeness, after) => {
                let (children, parent_id) = match after {
                    Some(Exported::Completeness { children, parent_id, .. }) => {
                        (database.number(*children)?, *parent_id)
                    }
                    _ => (0, 0),
                };
                (&self.completeness, parameters![children, parent_id], read_completeness)
            }
            (ExportPart::Dirty, after) => {
                let (integration, place) = match after {
                    Some(Exported::Dirty { integration, place, .. }) => {
                        (stored(integration), i64::try_from(*place).unwrap_or(i64::MAX))
                    }
                    // Places begin at 1.
                    _ => (String::new(), 0),
                };
                (&self.dirty, parameters![integration, place], read_dirty)
            }
            (ExportPart::Delivered, after) => {
                let (integration, id) = match after {
                    Some(Exported::Delivered { integration, delivered }) => {
                        match delivered.id.checked_add(1) {
                            Some(next) => (stored(integration), next),
                            None => (text_behind(integration), i64::MIN),
                        }
                    }
                    _ => (String::new(), i64::MIN),
                };
                (&self.delivered, parameters![integration, id], read_delivered)
            }
            (ExportPart::Events, after) => {
                let position = match after {
                    Some(Exported::Event(stored)) => i64::try_from(stored.position).unwrap_or(i64::MAX),
                    _ => 0,
                };
                (&self.events, parameters![position], |database, row| {
                    read_event(&database.context, row).map(Exported::Event)
                })
            }
            // A part that this version does not know must not be left out in silence.
            (other, _) => {
                return Err(StoreError::Refused(format!(
                    "{} does not know the part {other:?}: use the postgres-store that belongs to this sync-core",
                    database.context
                )));
            }
        };
        let mut parameters = parameters![stored(connection)];
        parameters.extend(from);
        parameters.extend(parameters![limit]);
        let rows = database.read(statement, parameters).await?;
        rows.iter().map(|row| read(database, row)).collect()
    }
}

fn read_value(database: &Database, row: &Row) -> Result<Exported, StoreError> {
    let columns = Columns { row, context: &database.context };
    Ok(Exported::Value { key: columns.text(0)?, value: columns.text(1)? })
}

fn read_mirror_record(database: &Database, row: &Row) -> Result<Exported, StoreError> {
    read_record(database, resource(database, row, 8)?, row).map(Exported::Record)
}

fn read_completeness(database: &Database, row: &Row) -> Result<Exported, StoreError> {
    let columns = Columns { row, context: &database.context };
    Ok(Exported::Completeness {
        children: resource(database, row, 0)?,
        parent_id: columns.get(1)?,
        is_complete: columns.get(2)?,
    })
}

fn read_dirty(database: &Database, row: &Row) -> Result<Exported, StoreError> {
    let columns = Columns { row, context: &database.context };
    Ok(Exported::Dirty { integration: columns.text(0)?, id: columns.get(1)?, place: columns.number(2)? })
}

fn read_delivered(database: &Database, row: &Row) -> Result<Exported, StoreError> {
    let columns = Columns { row, context: &database.context };
    let delivered = Delivered {
        id: columns.get(1)?,
        fingerprint: columns.optional_text(2)?,
        contact: columns.text(3)?,
        at: columns.time(4)?,
    };
    Ok(Exported::Delivered { integration: columns.text(0)?, delivered })
}

/// The resource whose number is in a column.
fn resource(database: &Database, row: &Row, column: usize) -> Result<Resource, StoreError> {
    let number = Columns { row, context: &database.context }.get(column)?;
    database.resources.resource(number).ok_or_else(|| {
        StoreError::Refused(format!(
            "{} has records of a resource that this release does not know: use the release that wrote them",
            database.context
        ))
    })
}
