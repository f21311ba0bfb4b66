//! Lists: pages of records, one after the other.

use std::collections::VecDeque;
use std::fmt;

use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;

use super::client::ServiceTitan;
use super::decode::{self, RecordProblem};
use super::path::PathValues;
use super::perform::Plan;
use super::query::Query;
use crate::error::{Call, Error};
use crate::operations::Operation;

/// ServiceTitan takes no more IDs in one request.
const IDS_PER_REQUEST: usize = 50;
/// A list that goes on after this many empty pages in a row stands still.
const EMPTY_PAGES: u32 = 20;

/// A list that is about to be read: as [`pages`](Self::pages) or as [`records`](Self::records). Nothing is sent before the
/// stream is polled.
///
/// Page numbers are not a snapshot: while records change, one may move to another page and be seen twice or not at all.
/// Whoever must not miss any uses an export, or reads again from a little before.
#[must_use = "nothing is sent before the stream is polled"]
pub struct ListRequest<T> {
    client: ServiceTitan,
    operation: &'static Operation,
    path_values: PathValues,
    query: Query,
    ids: Option<(&'static str, Vec<i64>)>,
    page_size: Option<u32>,
    first_page: u32,
    id_of: Option<fn(&T) -> i64>,
}

/// One page of a list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records that could be read.
    pub records: Vec<T>,
    /// The page's number, from 1. It starts anew with every 50 IDs that are asked for.
    pub page: u32,
    /// How many records a page holds, as ServiceTitan says; it may be fewer than was asked for.
    pub page_size: Option<u32>,
    /// Whether another page follows.
    pub has_more: bool,
    /// How many records there are in all, where it was asked for.
    pub total_count: Option<u64>,
    /// The records that could not be read.
    pub problems: Vec<RecordProblem>,
    /// When the page was made, by ServiceTitan's clock.
    pub server_time: Option<DateTime<Utc>>,
}

impl<T> ListRequest<T> {
    pub(crate) fn new(
        client: ServiceTitan,
        operation: &'static Operation,
        path_values: PathValues,
        query: Query,
    ) -> ListRequest<T> {
        ListRequest {
            client,
            operation,
            path_values,
            query,
            ids: None,
            page_size: None,
            first_page: 1,
            id_of: None,
        }
    }

    /// Asks for these IDs only, 50 at a time and each once. No IDs, no records: an empty filter would mean all of them.
    pub(crate) fn for_ids(mut self, parameter: &'static str, mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        self.ids = Some((parameter, ids));
        self
    }

    /// Expects no other records than those asked for: ServiceTitan ignores a parameter that it does not know, and then everything comes.
    pub(crate) fn only_these(mut self, id_of: fn(&T) -> i64) -> Self {
        self.id_of = Some(id_of);
        self
    }

    /// How many records to ask for at once. ServiceTitan's default is 50; most lists allow up to 5000, some stop at 500 or 200
    /// without saying so, which costs nothing but pages.
    pub fn page_size(mut self, records: u32) -> Self {
        self.page_size = Some(records.max(1));
        self
    }

    /// Which page to begin with, instead of the first: to go on with a list that was read page by page. The order has to be a stable one
    /// then, such as by ID. Means nothing for a list of IDs.
    pub fn from_page(mut self, page: u32) -> Self {
        self.first_page = page.max(1);
        self
    }
}

impl<T: DeserializeOwned + Send + 'static> ListRequest<T> {
    /// The pages, until ServiceTitan says that there are no more. After an error the stream ends.
    pub fn pages(self) -> BoxStream<'static, Result<Page<T>, Error>> {
        let mut queries = VecDeque::new();
        match &self.ids {
            None => queries.push_back(self.query.clone()),
            Some((parameter, ids)) => {
                for ids in ids.chunks(IDS_PER_REQUEST) {
                    queries.push_back(self.query.clone().values(parameter, ids));
                }
            }
        }
        let page_size = self.page_size.or(self.ids.is_some().then_some(500));
        let reading = Reading {
            client: self.client,
            operation: self.operation,
            path_values: self.path_values,
            page_size,
            queries,
            page: if self.ids.is_some() { 1 } else { self.first_page },
            empty_pages: 0,
        };
        let asked_for = self.ids.zip(self.id_of);
        stream::try_unfold((reading, asked_for), |(mut reading, asked_for)| async move {
            let Some((page, call)) = reading.next::<T>().await? else { return Ok(None) };
            if let Some(((_, ids), id_of)) = &asked_for
                && page.records.iter().any(|record| ids.binary_search(&id_of(record)).is_err())
            {
                let message =
                    "records came that were not asked for: the list does not filter by ID".to_owned();
                return Err(Error::Unexpected { message, call: Box::new(call) });
            }
            Ok(Some((page, (reading, asked_for))))
        })
        .boxed()
    }

    /// The records of all pages. One that cannot be read comes as [`Error::Decode`] in its place, and the stream goes on; after any
    /// other error it ends.
    pub fn records(self) -> BoxStream<'static, Result<T, Error>> {
        let call = Plan::of(self.operation, PathValues::default()).call(1);
        self.pages()
            .map_ok(move |page| {
                let call = call.clone();
                let problems = page.problems.into_iter().map(move |problem| {
                    Err(Error::Decode {
                        path: problem.path,
                        record_id: problem.id,
                        reason: problem.reason,
                        call: Box::new(call.clone()),
                    })
                });
                stream::iter(page.records.into_iter().map(Ok).chain(problems))
            })
            .try_flatten()
            .boxed()
    }
}

impl<T> fmt::Debug for ListRequest<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ListRequest").field("operation", &self.operation.name).finish_non_exhaustive()
    }
}

/// How far a list has been read.
struct Reading {
    client: ServiceTitan,
    operation: &'static Operation,
    path_values: PathValues,
    page_size: Option<u32>,
    /// The first is being read, the others follow.
    queries: VecDeque<Query>,
    page: u32,
    empty_pages: u32,
}

impl Reading {
    async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<(Page<T>, Call)>, Error> {
        let Some(query) = self.queries.front() else { return Ok(None) };
        let mut plan = Plan::of(self.operation, self.path_values.clone());
        plan.query = query.clone().set("page", Some(self.page)).set("pageSize", self.page_size);
        let resource = self.operation.resource();
        let done = self.client.perform(&plan, |answer| decode::page::<T>(resource, answer.body())).await?;
        let (envelope, problems) = done.value;
        let empty = envelope.data.is_empty() && problems.is_empty();
        self.empty_pages = if empty { self.empty_pages + 1 } else { 0 };
        if envelope.page.is_some_and(|page| page != self.page) {
            return Err(Error::Unexpected {
                message: format!("page {} was asked for and another one came", self.page),
                call: Box::new(done.call),
            });
        }
        if envelope.has_more && self.empty_pages >= EMPTY_PAGES {
            return Err(Error::Unexpected {
                message: format!(
                    "the list stands still: {EMPTY_PAGES} empty pages, and more are said to follow"
                ),
                call: Box::new(done.call),
            });
        }
        let page = self.page;
        let more_of_this = envelope.has_more;
        if more_of_this {
            self.page += 1;
        } else {
            self.queries.pop_front();
            self.page = 1;
        }
        let page = Page {
            records: envelope.data,
            page,
            page_size: envelope.page_size,
            has_more: !self.queries.is_empty(),
            total_count: envelope.total_count,
            problems,
            server_time: done.server_time,
        };
        Ok(Some((page, done.call)))
    }
}
