//! Lists: pages of records, one after the other.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{DefaultHasher, Hasher as _};

use ::http::Response;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;

use super::by_creation::{ByCreation, CreationKey};
use super::client::ServiceTitan;
use super::decode;
use super::path::PathValues;
use super::perform::Plan;
use super::prefetch::{self, Behind, Pages};
use super::query::Query;
use crate::error::{Call, Error};
use crate::model::{Fields, Record, RecordProblem};
use crate::operations::Operation;

/// ServiceTitan takes no more IDs in one request.
const IDS_PER_REQUEST: usize = 50;
/// A list that goes on after this many pages in a row that are empty, or the same once more, stands still.
const PAGES_WITHOUT_NEWS: u32 = 20;

/// A list that is about to be read: as [`pages`](Self::pages) or as [`records`](Self::records). Nothing is sent before the
/// stream is polled.
///
/// Page numbers are not a snapshot: while records change, one may move to another page and be seen twice or not at all.
/// Whoever must not miss any reads [`by_creation`](Self::by_creation), or an export. A list that goes round in circles is an error and no
/// endless stream.
#[cfg_attr(
    feature = "jpm",
    doc = r#"
```no_run
use futures::TryStreamExt as _;
use servicetitan_client::{Error, JobFilter, ServiceTitan};

/// Counts jobs of one status, however they come and go meanwhile.
async fn count(st: &ServiceTitan, status: &str) -> Result<usize, Error> {
    let filter = JobFilter { job_status: Some(status.into()), ..JobFilter::default() };
    let mut pages = st.jobs().list(&filter).page_size(500).by_creation().pages();
    let mut jobs = 0;
    while let Some(page) = pages.try_next().await? {
        jobs += page.records.len() + page.problems.iter().filter(|problem| problem.is_record_lost()).count();
    }
    Ok(jobs)
}
```
"#
)]
#[must_use = "nothing is sent before the stream is polled"]
pub struct ListRequest<T> {
    client: ServiceTitan,
    operation: &'static Operation,
    path_values: PathValues,
    query: Query,
    ids: Option<(&'static str, Vec<i64>)>,
    page_size: Option<u32>,
    first_page: u32,
    id_of: Option<fn(&T) -> Option<i64>>,
    by_creation: Option<CreationKey<T>>,
    ahead: bool,
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
    /// The records that could not be read, and the fields of `records` that could not: [`RecordProblem::kind`] tells them apart.
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
            by_creation: None,
            ahead: true,
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
    /// `id_of` is the ID, of the record or of what it belongs to, that the list goes by; one that a tenant leaves out proves nothing.
    pub(crate) fn only_these(mut self, id_of: fn(&T) -> Option<i64>) -> Self {
        self.id_of = Some(id_of);
        self
    }

    /// How many records to ask for at once. ServiceTitan's default is 50; most lists allow up to 5000, some stop at 500 or 200
    /// without saying so, which costs nothing but pages.
    pub fn page_size(mut self, records: u32) -> Self {
        self.page_size = Some(records.max(1));
        self
    }

    /// Asks how many records there are in all: [`Page::total_count`] tells then.
    pub fn include_total(mut self) -> Self {
        self.query = self.query.set("includeTotal", Some(true));
        self
    }

    /// Which page to begin with, instead of the first: to go on with a list that was read page by page. The order has to be a stable one
    /// then, such as by ID. Means nothing for a list of IDs or by creation.
    pub fn from_page(mut self, page: u32) -> Self {
        self.first_page = page.max(1);
        self
    }

    /// Whether pages are read before they are asked for, which they are unless this says `false`: up to two are ready or under way beside
    /// the one that the caller holds. A stream that is dropped before its end has then cost a request or two for nothing.
    pub fn prefetch(mut self, ahead: bool) -> Self {
        self.ahead = ahead;
        self
    }
}

impl<T: Record> ListRequest<T> {
    /// Reads in the order of creation, and goes on from the time of the last record instead of from a page's number.
    ///
    /// Then nothing is skipped: a record that fits the filter all the while is returned, and once, whatever else is created, changed or
    /// deleted meanwhile (unless more records than ServiceTitan puts on a page were created in one millisecond). One that begins or ceases to fit
    /// may be missing or not, and each is returned as it was when its page was made.
    ///
    /// For lists whose schema has `createdOnOrAfter` and sorts by `CreatedOn`, as those of jobs, appointments, customers, locations, estimates,
    /// invoices and memberships; it takes the place of a `sort` in the filter. Where ServiceTitan does not keep to the order, the stream ends with
    /// [`Error::Unexpected`].
    pub fn by_creation(mut self) -> Self {
        self.by_creation = Some(CreationKey::of());
        self
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> ListRequest<T> {
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
        if queries.is_empty() {
            return stream::empty().boxed();
        }
        let ahead = self.ahead;
        let by_ids = self.ids.is_some();
        let first_page = if by_ids { 1 } else { self.first_page };
        let list = List {
            client: self.client,
            operation: self.operation,
            path_values: self.path_values,
            page_size: self.page_size.or(by_ids.then_some(500)),
            asked_for: self.ids.zip(self.id_of).map(|((_, ids), id_of)| AskedFor { ids, id_of }),
        };
        match self.by_creation {
            Some(key) if !by_ids => prefetch::stream(ByCreation::new(list, self.query, key), ahead),
            _ => prefetch::stream(
                Numbered { list, queries, page: first_page, standing: Standing::default() },
                ahead,
            ),
        }
    }

    /// Reads one page and nothing more: the first one, or the one that [`from_page`](Self::from_page) names; of a list of IDs, the first
    /// fifty.
    ///
    /// # Errors
    /// As every call.
    pub async fn one_page(self) -> Result<Page<T>, Error> {
        match self.prefetch(false).pages().try_next().await? {
            Some(page) => Ok(page),
            // No IDs were asked for.
            None => Ok(Page {
                records: Vec::new(),
                page: 1,
                page_size: None,
                has_more: false,
                total_count: None,
                problems: Vec::new(),
                server_time: None,
            }),
        }
    }

    /// The records of all pages. One that cannot be read comes as [`Error::Decode`] behind the others of its page, and the stream goes on;
    /// after any other error it ends.
    pub fn records(self) -> BoxStream<'static, Result<T, Error>> {
        let call = Plan::of(self.operation, PathValues::default()).call(1);
        self.pages()
            .map_ok(move |page| {
                let call = call.clone();
                let lost = page.problems.into_iter().filter(RecordProblem::is_record_lost);
                let lost = lost.map(move |problem| {
                    Err(Error::Decode {
                        path: problem.path,
                        record_id: problem.id,
                        reason: problem.reason,
                        call: Box::new(call.clone()),
                    })
                });
                stream::iter(page.records.into_iter().map(Ok).chain(lost))
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

/// What a list asks for, whatever the page.
pub(crate) struct List<T> {
    client: ServiceTitan,
    operation: &'static Operation,
    path_values: PathValues,
    pub(crate) page_size: Option<u32>,
    asked_for: Option<AskedFor<T>>,
}

/// The only IDs that may come, in order, and how to tell a record's.
struct AskedFor<T> {
    ids: Vec<i64>,
    id_of: fn(&T) -> Option<i64>,
}

impl<T: DeserializeOwned + Fields> List<T> {
    /// Reads a page, and counts in `standing` whether the list moves.
    pub(crate) async fn read(
        &self,
        query: Query,
        number: u32,
        page_size: Option<u32>,
        standing: &mut Standing,
    ) -> Result<(Page<T>, Call), Error> {
        let mut plan = Plan::of(self.operation, self.path_values.clone());
        plan.query = query.set("page", Some(number)).set("pageSize", page_size);
        let resource = self.operation.resource();
        let decode = |answer: &Response<Bytes>| {
            Ok((decode::page::<T>(resource, answer.body())?, Standing::fingerprint(answer.body())))
        };
        let done = self.client.perform(&plan, decode).await?;
        let ((envelope, problems), fingerprint) = done.value;
        let unexpected = |message: String| Error::Unexpected { message, call: Box::new(done.call.clone()) };
        if envelope.page.is_some_and(|page| page != number) {
            return Err(unexpected(format!("page {number} was asked for and another one came")));
        }
        if let Some(AskedFor { ids, id_of }) = &self.asked_for
            && envelope.data.iter().filter_map(id_of).any(|id| ids.binary_search(&id).is_err())
        {
            let message = "records came that were not asked for: the list does not filter by ID";
            return Err(unexpected(message.to_owned()));
        }
        let empty = envelope.data.is_empty() && problems.is_empty();
        if envelope.has_more && standing.still(empty, fingerprint) {
            let message = "the list stands still: nothing new comes, and more is said to follow";
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

/// For how long a list has brought nothing new.
#[derive(Clone, Copy, Default)]
pub(crate) struct Standing {
    pages: u32,
    last: Option<u64>,
}

impl Standing {
    fn fingerprint(body: &[u8]) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(body);
        hasher.finish()
    }

    /// Takes note of a page; whether there were too many in a row that were empty or the same once more.
    fn still(&mut self, empty: bool, fingerprint: u64) -> bool {
        let again = self.last.replace(fingerprint) == Some(fingerprint);
        self.pages = if empty || again { self.pages + 1 } else { 0 };
        self.pages >= PAGES_WITHOUT_NEWS
    }
}

/// A page of a list that goes by page numbers.
struct Numbered<T> {
    list: List<T>,
    /// The first is being read, the others follow.
    queries: VecDeque<Query>,
    page: u32,
    standing: Standing,
}

impl<T: DeserializeOwned + Fields + Send + 'static> Pages for Numbered<T> {
    type Page = Page<T>;

    async fn read(mut self, behind: &Behind<Self>) -> Result<Page<T>, Error> {
        let Some(query) = self.queries.front().cloned() else {
            return Err(Error::configuration("a list has at least one page"));
        };
        let (mut page, _) = self.list.read(query, self.page, self.list.page_size, &mut self.standing).await?;
        if page.has_more {
            self.page += 1;
        } else {
            self.queries.pop_front();
            self.page = 1;
        }
        page.has_more = !self.queries.is_empty();
        behind.is(page.has_more.then_some(self));
        Ok(page)
    }
}
