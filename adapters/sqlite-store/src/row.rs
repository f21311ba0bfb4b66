//! Rows as the engine's types, and back.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Result, Row};
use sync_core::{
    Delivered, Dirty, EventStatus, Link, MirrorRecord, OutboxEvent, Resource, StoreError, StoredEvent,
};

use crate::error::Context;
use crate::schema::Codes;

/// A timestamp as it is stored: exact from year 1 on, where nanoseconds alone would not fit into 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) seconds: i64,
    pub(crate) nanoseconds: u32,
}

impl From<DateTime<Utc>> for Stored {
    fn from(time: DateTime<Utc>) -> Self {
        Stored { seconds: time.timestamp(), nanoseconds: time.timestamp_subsec_nanos() }
    }
}

/// Text that mostly is a hash in hexadecimal digits: those take half the room as bytes. Any other text is stored as it is.
#[derive(Debug)]
pub(crate) struct Digits(pub(crate) String);

impl ToSql for Digits {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        // Only what reads back letter by letter: an even number of lower-case digits.
        Ok(match base16ct::lower::decode_vec(&self.0) {
            Ok(bytes) => ToSqlOutput::Owned(Value::Blob(bytes)),
            Err(_) => ToSqlOutput::from(self.0.as_str()),
        })
    }
}

impl FromSql for Digits {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Blob(bytes) => Ok(Digits(base16ct::lower::encode_string(bytes))),
            other => String::column_result(other).map(Digits),
        }
    }
}

/// How an event's status stands in `events.finished`.
pub(crate) fn event_status(status: EventStatus) -> i64 {
    match status {
        EventStatus::Waiting => 0,
        EventStatus::Done => 1,
        EventStatus::Dead => 2,
    }
}

/// A record's links as they stand beside it.
pub(crate) fn links_to_text(links: &[Link], codes: &Codes) -> Result<String, StoreError> {
    let mut text = String::with_capacity(12 * links.len());
    for link in links {
        let space = if text.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        let _ = write!(text, "{space}{}:{}", codes.of(link.resource)?, link.id);
    }
    Ok(text)
}

/// The links that [`links_to_text`] wrote.
pub(crate) fn links_from_text(text: &str, codes: &Codes) -> Option<Vec<Link>> {
    let link = |pair: &str| {
        let (code, id) = pair.split_once(':')?;
        Some(Link { resource: codes.resource(code.parse().ok()?)?, id: id.parse().ok()? })
    };
    text.split(' ').filter(|pair| !pair.is_empty()).map(link).collect()
}

/// Reads the columns of a row; one that cannot be what was written is named.
pub(crate) struct Columns<'a> {
    pub(crate) row: &'a Row<'a>,
    pub(crate) context: &'a Context,
}

impl Columns<'_> {
    pub(crate) fn get<T: FromSql>(&self, column: usize) -> Result<T, StoreError> {
        self.row.get(column).map_err(|error| self.context.failed("be read", &error))
    }

    pub(crate) fn number(&self, column: usize) -> Result<u64, StoreError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| self.damaged(column))
    }

    /// The time in this column and the next.
    pub(crate) fn time(&self, column: usize) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (seconds, nanoseconds) = (self.get::<Option<i64>>(column)?, self.get::<Option<u32>>(column + 1)?);
        let (Some(seconds), Some(nanoseconds)) = (seconds, nanoseconds) else { return Ok(None) };
        DateTime::from_timestamp(seconds, nanoseconds).map(Some).ok_or_else(|| self.damaged(column))
    }

    /// The same where there always is a time.
    pub(crate) fn at(&self, column: usize) -> Result<DateTime<Utc>, StoreError> {
        self.time(column)?.ok_or_else(|| self.damaged(column))
    }

    pub(crate) fn damaged(&self, column: usize) -> StoreError {
        self.context.damaged(self.row.as_ref().column_name(column).unwrap_or("value"))
    }
}

/// Reads a row of `id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds, links, body, owner`.
pub(crate) fn record(
    columns: &Columns<'_>,
    resource: Resource,
    codes: &Codes,
) -> Result<MirrorRecord, StoreError> {
    let links = columns.row.get_ref(5).ok().and_then(|links| links.as_str().ok());
    let links = links.and_then(|links| links_from_text(links, codes));
    Ok(MirrorRecord {
        resource,
        id: columns.get(0)?,
        owner: columns.get(7)?,
        created_on: columns.time(1)?,
        modified_on: columns.time(3)?,
        links: links.ok_or_else(|| columns.damaged(5))?,
        body: columns.get(6)?,
    })
}

/// Reads a row of `id, queued, mark`.
pub(crate) fn dirty(columns: &Columns<'_>) -> Result<Dirty, StoreError> {
    Ok(Dirty { id: columns.get(0)?, place: columns.number(1)?, mark: columns.number(2)? })
}

/// Reads a row of `id, fingerprint, contact, at_seconds, at_nanoseconds`.
pub(crate) fn delivered(columns: &Columns<'_>) -> Result<Delivered, StoreError> {
    Ok(Delivered {
        id: columns.get(0)?,
        fingerprint: columns.get::<Option<Digits>>(1)?.map(|digits| digits.0),
        contact: columns.get::<Digits>(2)?.0,
        at: columns.at(3)?,
    })
}

/// Reads a row of `place, id, event, state, finished, at_seconds, at_nanoseconds`.
pub(crate) fn event(columns: &Columns<'_>) -> Result<StoredEvent, StoreError> {
    let status = match columns.get(4)? {
        0 => EventStatus::Waiting,
        1 => EventStatus::Done,
        2 => EventStatus::Dead,
        _ => return Err(columns.damaged(4)),
    };
    let event = OutboxEvent {
        id: columns.get(1)?,
        event: columns.get(2)?,
        state: columns.get(3)?,
        at: columns.at(5)?,
    };
    Ok(StoredEvent { position: columns.number(0)?, status, event })
}
