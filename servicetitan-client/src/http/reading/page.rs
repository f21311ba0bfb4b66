//! Reading one page of a list, and noticing a list that does not advance.

use std::hash::{DefaultHasher, Hasher as _};

use ::http::Response;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use crate::error::{Call, Error};
use crate::http::answer::decode;
use crate::http::call::{PathValues, Plan, Query, ServiceTitan};
use crate::model::{Fields, RecordProblem};
use crate::operations::Operation;

/// The pages in a row that may be empty, or the same page again, before a list counts as standing still.
const PAGES_WITHOUT_NEWS: u32 = 20;

/// One page of a list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records that could be read.
    pub records: Vec<T>,
    /// The page's number, from 1. It starts anew with every 50 IDs that are asked for.
    pub page: u32,
    /// The number of records that a page holds, as ServiceTitan says; it may be smaller than the one that was asked for.
    pub page_size: Option<u32>,
    /// Whether another page follows.
    pub has_more: bool,
    /// The number of records in the whole list, if it was asked for.
    pub total_count: Option<u64>,
    /// The records that could not be read, and the fields of `records` that could not: [`RecordProblem::kind`] tells them apart.
    pub problems: Vec<RecordProblem>,
    /// The time at which the page was made, by ServiceTitan's clock.
    pub server_time: Option<DateTime<Utc>>,
}

/// The part of a list's requests that all its pages share.
pub(super) struct List<T> {
    pub(super) client: ServiceTitan,
    pub(super) operation: &'static Operation,
    pub(super) path_values: PathValues,
    pub(super) page_size: Option<u32>,
    pub(super) asked_for: Option<AskedFor<T>>,
}

/// The only IDs that may come, in ascending order, and the ID of a record that they are compared with.
pub(super) struct AskedFor<T> {
    ids: Vec<i64>,
    id_of: fn(&T) -> Option<i64>,
}

impl<T> AskedFor<T> {
    pub(super) fn new(mut ids: Vec<i64>, id_of: fn(&T) -> Option<i64>) -> Self {
        ids.sort_unstable();
        AskedFor { ids, id_of }
    }
}

/// The page to be read.
pub(super) struct PageRequest {
    pub(super) query: Query,
    pub(super) number: u32,
    pub(super) size: Option<u32>,
    /// The part of the list, as errors name it in front of the page's number; empty for the whole list.
    pub(super) part: String,
}

impl<T: DeserializeOwned + Fields + Send> List<T> {
    /// Reads a page, and notes in `standing` whether the list advances.
    pub(super) async fn read(
        &self,
        request: PageRequest,
        standing: &mut Standing,
    ) -> Result<(Page<T>, Call), Error> {
        let PageRequest { query, number, size, part } = request;
        let mut plan = Plan::of(self.operation, self.path_values.clone());
        plan.query = query.set("page", Some(number)).set("pageSize", size);
        plan.position = Some(format!("{part}page {number}"));
        let resource = self.operation.resource();
        let decode = |answer: &Response<Bytes>| {
            Ok((decode::page::<T>(resource, answer.body())?, Standing::fingerprint(answer.body())))
        };
        let done = self.client.perform(&plan, decode).await?;
        let ((envelope, problems), fingerprint) = done.value;
        let unexpected = |message: String| Error::Unexpected { message, call: Box::new(done.call.clone()) };
        if let Some(other) = envelope.page.filter(|page| *page != number) {
            return Err(unexpected(format!("page {number} was asked for, and page {other} came")));
        }
        if let Some(AskedFor { ids, id_of }) = &self.asked_for
            && envelope.data.iter().filter_map(id_of).any(|id| ids.binary_search(&id).is_err())
        {
            let message = "records came that were not asked for: the list does not filter by ID";
            return Err(unexpected(message.to_owned()));
        }
        let empty = envelope.data.is_empty() && problems.is_empty();
        if envelope.has_more && standing.is_still(empty, fingerprint) {
            let message = "the list does not advance: ServiceTitan says that more records follow, and sends no new ones";
            return Err(unexpected(message.to_owned()));
        }
        let page = Page {
            records: envelope.data,
            page: number,
            page_size: envelope.page_size,
            has_more: envelope.has_more,
            total_count: envelope.total_count,
            problems,
            server_time: done.server_time,
        };
        Ok((page, done.call))
    }
}

/// The number of pages in a row that brought nothing new.
#[derive(Clone, Copy, Default)]
pub(super) struct Standing {
    pages: u32,
    last: Option<u64>,
}

impl Standing {
    fn fingerprint(body: &[u8]) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(body);
        hasher.finish()
    }

    /// Counts a page. Returns whether too many in a row were empty or the same page again.
    fn is_still(&mut self, empty: bool, fingerprint: u64) -> bool {
        let again = self.last.replace(fingerprint) == Some(fingerprint);
        self.pages = if empty || again { self.pages + 1 } else { 0 };
        self.pages >= PAGES_WITHOUT_NEWS
    }
}
