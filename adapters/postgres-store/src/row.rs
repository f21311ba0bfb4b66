//! Values as PostgreSQL keeps them, and back.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sync_core::{Link, Resource, StoreError};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::error::Context;

/// A timestamp as it is stored: exact from year 1 on, where nanoseconds alone would not fit into 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) seconds: i64,
    pub(crate) nanoseconds: i32,
}

impl From<DateTime<Utc>> for Stored {
    fn from(time: DateTime<Utc>) -> Self {
        // Below 2,000,000,000, a leap second included.
        let nanoseconds = i32::try_from(time.timestamp_subsec_nanos()).unwrap_or(i32::MAX);
        Stored { seconds: time.timestamp(), nanoseconds }
    }
}

impl Stored {
    fn time(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.seconds, u32::try_from(self.nanoseconds).ok()?)
    }
}

/// Timestamps as two columns of a set.
#[derive(Debug, Default)]
pub(crate) struct Times {
    pub(crate) seconds: Vec<Option<i64>>,
    pub(crate) nanoseconds: Vec<Option<i32>>,
}

impl Times {
    pub(crate) fn push(&mut self, time: Option<DateTime<Utc>>) {
        let stored = time.map(Stored::from);
        self.seconds.push(stored.map(|time| time.seconds));
        self.nanoseconds.push(stored.map(|time| time.nanoseconds));
    }
}

/// Stands before what replaces a NUL, or the mark itself: a character of the private use area.
const ESCAPE: char = '\u{e000}';

/// The first byte of [`ESCAPE`] in UTF-8, and of few other characters.
const ESCAPE_BYTE: u8 = 0xee;

/// Text as it is stored. PostgreSQL's has no NUL, while a name or a value of ours may: it is written as the mark and `0`.
pub(crate) fn to_text(text: &str) -> Cow<'_, str> {
    // By bytes: every body passes here, and next to none has either.
    if !text.as_bytes().contains(&0) && !text.as_bytes().contains(&ESCAPE_BYTE) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\0' => escaped.extend([ESCAPE, '0']),
            ESCAPE => escaped.extend([ESCAPE, '1']),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// As [`to_text`], owned.
pub(crate) fn stored(text: &str) -> String {
    to_text(text).into_owned()
}

/// The text that was stored.
pub(crate) fn from_text(stored: &str) -> String {
    if !stored.as_bytes().contains(&ESCAPE_BYTE) {
        return stored.to_owned();
    }
    let mut text = String::with_capacity(stored.len());
    let mut characters = stored.chars();
    while let Some(character) = characters.next() {
        match (character, character == ESCAPE) {
            (_, true) => text.push(if characters.next() == Some('0') { '\0' } else { ESCAPE }),
            (other, false) => text.push(other),
        }
    }
    text
}

/// Reads columns of a row by their place; what cannot be what was written is named.
#[derive(Debug)]
pub(crate) struct Columns<'a> {
    pub(crate) row: &'a Row,
    pub(crate) context: &'a Context,
}

impl<'a> Columns<'a> {
    pub(crate) fn get<T: FromSql<'a>>(&self, column: usize) -> Result<T, StoreError> {
        self.row.try_get(column).map_err(|_| self.damaged(column))
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.get(column).map(from_text)
    }

    pub(crate) fn optional_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(self.get::<Option<&str>>(column)?.map(from_text))
    }

    pub(crate) fn number(&self, column: usize) -> Result<u64, StoreError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| self.damaged(column))
    }

    /// The time whose seconds are in this column and whose nanoseconds are in the next.
    pub(crate) fn optional_time(&self, column: usize) -> Result<Option<DateTime<Utc>>, StoreError> {
        match (self.get::<Option<i64>>(column)?, self.get::<Option<i32>>(column + 1)?) {
            (Some(seconds), Some(nanoseconds)) => {
                Stored { seconds, nanoseconds }.time().map(Some).ok_or_else(|| self.damaged(column))
            }
            _ => Ok(None),
        }
    }

    pub(crate) fn time(&self, column: usize) -> Result<DateTime<Utc>, StoreError> {
        self.optional_time(column)?.ok_or_else(|| self.damaged(column))
    }

    pub(crate) fn damaged(&self, column: usize) -> StoreError {
        let name = self.row.columns().get(column).map_or("?", |column| column.name());
        StoreError::Damaged(format!(
            "{} holds a `{name}` that cannot be read: restore it from a backup, or run the release that wrote it",
            self.context
        ))
    }
}

/// The numbers that resources go by in this schema.
///
/// They are given out by the schema itself, so that they neither depend on the order in which a release lists its resources nor cost a
/// name in every key.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    numbers: HashMap<Resource, i16>,
    resources: HashMap<i16, Resource>,
}

impl Resources {
    /// Names that this release does not know are passed over: a newer one may have added them.
    pub(crate) fn from_rows(rows: &[Row], context: &Context) -> Result<Self, StoreError> {
        let mut all = Resources::default();
        for row in rows {
            let columns = Columns { row, context };
            let (number, name) = (columns.get(0)?, columns.get::<&str>(1)?);
            if let Some(resource) = Resource::from_name(name) {
                all.numbers.insert(resource, number);
                all.resources.insert(number, resource);
            }
        }
        Ok(all)
    }

    /// The names of those that have no number.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let missing = Resource::ALL.into_iter().filter(|resource| !self.numbers.contains_key(resource));
        missing.map(Resource::name).collect()
    }

    pub(crate) fn number(&self, resource: Resource, context: &Context) -> Result<i16, StoreError> {
        self.numbers.get(&resource).copied().ok_or_else(|| {
            StoreError::Refused(format!(
                "{context} does not know the resource {resource}: use the postgres-store that belongs to this sync-core"
            ))
        })
    }

    /// The resource with this number.
    pub(crate) fn resource(&self, number: i16) -> Option<Resource> {
        self.resources.get(&number).copied()
    }

    /// The links as they are stored beside their record: "3:7 5:9".
    pub(crate) fn write_links(&self, links: &[Link], context: &Context) -> Result<String, StoreError> {
        let mut text = String::with_capacity(links.len() * 12);
        for link in links {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&format!("{}:{}", self.number(link.resource, context)?, link.id));
        }
        Ok(text)
    }

    /// The links that [`write_links`](Self::write_links) wrote.
    pub(crate) fn read_links(&self, text: &str) -> Option<Vec<Link>> {
        let link = |(number, id)| Some(Link { resource: self.resource(number)?, id });
        numbered_links(text)?.into_iter().map(link).collect()
    }
}

/// The links as numbers, which needs to know none of the resources.
pub(crate) fn numbered_links(text: &str) -> Option<Vec<(i16, i64)>> {
    text.split_ascii_whitespace()
        .map(|link| {
            let (number, id) = link.split_once(':')?;
            Some((number.parse().ok()?, id.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Stored, from_text, numbered_links, to_text};

    #[test]
    fn text_with_and_without_nul_comes_back_to_the_letter() {
        for text in ["", "Müller 🛠\n", "a\0b", "\0", "\u{e000}", "\u{e000}0", "\0\u{e000}\0 01", "\u{e001}"]
        {
            let stored = to_text(text);
            assert!(!stored.contains('\0'), "{text:?}");
            assert_eq!(from_text(&stored), text);
        }
        assert_eq!(to_text("plain"), "plain");
    }

    #[test]
    fn the_extremes_of_time_come_back_exactly() {
        for text in
            ["0001-01-01T00:00:00.000000001Z", "1969-12-31T23:59:59.999999999Z", "9999-12-31T23:59:60.9Z"]
        {
            let time = text.parse().unwrap();
            assert_eq!(Stored::from(time).time(), Some(time));
        }
    }

    #[test]
    fn links_that_nobody_wrote_are_not_read() {
        assert_eq!(numbered_links("3:7 5:-9"), Some(vec![(3, 7), (5, -9)]));
        assert_eq!(numbered_links(""), Some(Vec::new()));
        for text in ["3", "3:", "x:7", "3:7,5:9"] {
            assert_eq!(numbered_links(text), None, "{text}");
        }
    }
}
