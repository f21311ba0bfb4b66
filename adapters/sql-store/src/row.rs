//! Rows as the engine's types, and back.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use sync_core::{
    Delivered, Dirty, EventStatus, Link, MirrorRecord, OutboxEvent, Resource, StoreError, StoredEvent,
};

use crate::error::{Context, because};

/// A timestamp as it is stored: exact from year 1 on, where nanoseconds alone would not fit into 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) seconds: i64,
    pub(crate) nanoseconds: i64,
}

impl From<DateTime<Utc>> for Stored {
    fn from(time: DateTime<Utc>) -> Self {
        Stored { seconds: time.timestamp(), nanoseconds: i64::from(time.timestamp_subsec_nanos()) }
    }
}

impl Stored {
    fn time(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.seconds, u32::try_from(self.nanoseconds).ok()?)
    }
}

/// Reads columns of a row; what cannot be what was written is named.
pub(crate) struct Columns<'a> {
    pub(crate) row: &'a SqliteRow,
    pub(crate) context: &'a Context,
}

impl<'a> Columns<'a> {
    pub(crate) fn get<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: sqlx::Type<sqlx::Sqlite> + sqlx::Decode<'a, sqlx::Sqlite>,
    {
        self.row.try_get(column).map_err(because(self.context, "be read"))
    }

    pub(crate) fn number(&self, column: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| self.damaged(column))
    }

    pub(crate) fn time(
        &self,
        seconds: &'static str,
        nanoseconds: &'static str,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        match (self.get::<Option<i64>>(seconds)?, self.get::<Option<i64>>(nanoseconds)?) {
            (Some(whole), Some(part)) => {
                let stored = Stored { seconds: whole, nanoseconds: part };
                stored.time().map(Some).ok_or_else(|| self.damaged(seconds))
            }
            _ => Ok(None),
        }
    }

    pub(crate) fn at(&self) -> Result<DateTime<Utc>, StoreError> {
        self.time("at_seconds", "at_nanoseconds")?.ok_or_else(|| self.damaged("at_seconds"))
    }

    fn damaged(&self, column: &str) -> StoreError {
        StoreError::Damaged(format!(
            "{} holds a `{column}` that cannot be read: restore it from a copy, or begin with an empty file",
            self.context
        ))
    }
}

/// A record's links as they are stored beside it.
pub(crate) fn links_to_json(links: &[Link]) -> String {
    let pairs: Vec<(&str, i64)> = links.iter().map(|link| (link.resource.name(), link.id)).collect();
    serde_json::json!(pairs).to_string()
}

fn links_from_json(json: &str) -> Option<Vec<Link>> {
    let pairs: Vec<(String, i64)> = serde_json::from_str(json).ok()?;
    pairs.into_iter().map(|(name, id)| Some(Link { resource: Resource::from_name(&name)?, id })).collect()
}

/// Reads a row of `records`.
pub(crate) fn record(
    row: &SqliteRow,
    resource: Resource,
    context: &Context,
) -> Result<MirrorRecord, StoreError> {
    let columns = Columns { row, context };
    Ok(MirrorRecord {
        resource,
        id: columns.get("id")?,
        created_on: columns.time("created_seconds", "created_nanoseconds")?,
        modified_on: columns.time("modified_seconds", "modified_nanoseconds")?,
        links: links_from_json(columns.get("links")?).ok_or_else(|| columns.damaged("links"))?,
        body: columns.get("body")?,
    })
}

/// Reads a row of `dirty`.
pub(crate) fn dirty(row: &SqliteRow, context: &Context) -> Result<Dirty, StoreError> {
    let columns = Columns { row, context };
    Ok(Dirty { id: columns.get("id")?, place: columns.number("place")?, mark: columns.number("mark")? })
}

/// Reads a row of `delivered`.
pub(crate) fn delivered(row: &SqliteRow, context: &Context) -> Result<Delivered, StoreError> {
    let columns = Columns { row, context };
    Ok(Delivered {
        id: columns.get("id")?,
        fingerprint: columns.get("fingerprint")?,
        contact: columns.get("contact")?,
        at: columns.at()?,
    })
}

/// How an event's status stands in `events.finished`.
pub(crate) fn event_status(status: EventStatus) -> i64 {
    match status {
        EventStatus::Waiting => 0,
        EventStatus::Done => 1,
        EventStatus::Dead => 2,
    }
}

/// Reads a row of `events`.
pub(crate) fn event(row: &SqliteRow, context: &Context) -> Result<StoredEvent, StoreError> {
    let columns = Columns { row, context };
    let status = match columns.get("finished")? {
        0 => EventStatus::Waiting,
        1 => EventStatus::Done,
        2 => EventStatus::Dead,
        _ => return Err(columns.damaged("finished")),
    };
    let event = OutboxEvent {
        id: columns.get("id")?,
        event: columns.get("event")?,
        state: columns.get("state")?,
        at: columns.at()?,
    };
    Ok(StoredEvent { position: columns.number("place")?, status, event })
}
