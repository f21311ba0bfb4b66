//! Lists in the order of creation, which go on from the last record's time instead of from a page's number.
//!
//! # Why not by page number?
//!
//! A page's number counts rows, and rows move: when a record on an earlier page is deleted, or ceases to fit the filter, the first row of the next
//! page slips to a page that was read already, and is never seen. The time of a record's creation does not move. A request for the records that
//! were created at the last record's time or later begins behind all that was read, whatever happened to it; records that share that time come
//! again, and are left out by their IDs.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, SubsecRound as _, Utc};
use serde::de::DeserializeOwned;

use super::page::{List, Page, PageRequest, Standing};
use super::prefetch::{Pages, Upcoming};
use crate::error::{Call, Error};
use crate::http::call::Query;
use crate::model::{Fields, Record};

const DEFAULT_PAGE_SIZE: u32 = 500;
/// The largest page that most lists allow.
const LARGEST_PAGE: u32 = 5000;

/// The two fields by which a list in the order of creation goes on.
pub(super) struct CreationKey<T> {
    id: fn(&T) -> i64,
    created_on: fn(&T) -> Option<DateTime<Utc>>,
}

impl<T: Record> CreationKey<T> {
    pub(super) fn of() -> CreationKey<T> {
        CreationKey { id: |record| record.id().into(), created_on: T::created_on }
    }
}

/// A page of a list in the order of creation.
pub(super) struct ByCreation<T> {
    list: List<T>,
    query: Query,
    key: CreationKey<T>,
    /// The time up to which records were read, to the millisecond, which all of ServiceTitan understands.
    since: Option<DateTime<Utc>>,
    /// The IDs that were read already among the records that were created since then.
    seen: BTreeSet<i64>,
    /// The number of the next page among the records that were created since then.
    page: u32,
    page_size: u32,
    pages_read: u32,
    standing: Standing,
}

impl<T> ByCreation<T> {
    pub(super) fn new(list: List<T>, query: Query, key: CreationKey<T>) -> ByCreation<T> {
        let query = query.set("sort", Some("+CreatedOn"));
        ByCreation {
            query,
            key,
            since: None,
            seen: BTreeSet::new(),
            page: 1,
            page_size: list.page_size.unwrap_or(DEFAULT_PAGE_SIZE),
            pages_read: 0,
            standing: Standing::default(),
            list,
        }
    }

    /// Whether the records are in order, and none is older than was asked for.
    fn in_order(&self, records: &[T]) -> bool {
        let mut earliest = self.since;
        records.iter().filter_map(self.key.created_on).all(|created_on| {
            let in_order = earliest.is_none_or(|earliest| created_on >= earliest);
            earliest = Some(created_on);
            in_order
        })
    }

    /// Moves the position behind the records of a page, of which those that were seen before are left out.
    fn advance(&mut self, page: &Page<T>) {
        let newest = page.records.iter().filter_map(self.key.created_on).next_back();
        let newest = newest.map(|newest| newest.trunc_subsecs(3));
        if newest > self.since {
            self.since = newest;
            self.seen.clear();
            self.page = 1;
            self.page_size = self.list.page_size.unwrap_or(DEFAULT_PAGE_SIZE);
        } else if self.page == 1
            && self.page_size < LARGEST_PAGE
            && page.page_size.is_none_or(|size| size >= self.page_size)
        {
            // More records than a page holds share one time. A larger page holds them all, where page numbers would let rows slip by.
            self.page_size = self.page_size.saturating_mul(2).min(LARGEST_PAGE);
        } else {
            self.page += 1;
        }
        let created_since =
            |record: &&T| (self.key.created_on)(record).is_none_or(|on| Some(on) >= self.since);
        self.seen.extend(page.records.iter().filter(created_since).map(self.key.id));
        self.seen.extend(page.problems.iter().filter_map(|problem| problem.id));
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> Pages for ByCreation<T> {
    type Page = Page<T>;

    async fn read(mut self, upcoming: &Upcoming<Self>) -> Result<Page<T>, Error> {
        let since = self.since.map(|since| since.to_rfc3339_opts(SecondsFormat::Millis, true));
        let request = PageRequest {
            part: since.as_ref().map_or_else(String::new, |since| format!("created from {since} on, ")),
            query: self.query.clone().set("createdOnOrAfter", since),
            number: self.page,
            size: Some(self.page_size),
        };
        let (mut page, call) = self.list.read(request, &mut self.standing).await?;
        if !self.in_order(&page.records) {
            let message = "the list is not in the order of creation, or has records that are older than was asked for: this resource does not sort by creation";
            return Err(unexpected(message, call));
        }
        let timeless = page.records.iter().all(|record| (self.key.created_on)(record).is_none());
        if page.has_more && timeless && !page.records.is_empty() {
            return Err(unexpected(
                "the list cannot go on: its records do not tell when they were created",
                call,
            ));
        }
        self.pages_read += 1;
        page.page = self.pages_read;
        page.records.retain(|record| !self.seen.contains(&(self.key.id)(record)));
        page.problems.retain(|problem| problem.id.is_none_or(|id| !self.seen.contains(&id)));
        if page.has_more {
            self.advance(&page);
            upcoming.set(Some(self));
        }
        Ok(page)
    }
}

fn unexpected(message: &str, call: Call) -> Error {
    Error::Unexpected { message: message.to_owned(), call: Box::new(call) }
}
