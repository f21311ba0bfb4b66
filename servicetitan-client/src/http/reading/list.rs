//! Lists: the choice of pages, and the streams that read them.

use std::collections::HashSet;
use std::fmt;

use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;

use super::by_creation::{ByCreation, CreationKey};
use super::numbered::{Numbered, Part};
use super::page::{AskedFor, List, Page};
use super::prefetch;
use crate::error::Error;
use crate::http::call::{PathValues, Plan, Query, ServiceTitan};
use crate::model::{Fields, Record, RecordProblem};
use crate::operations::Operation;

/// The page size of a list of IDs, unless another one is asked for.
const PAGE_SIZE_OF_IDS: u32 = 500;

/// A list that is about to be read: as [`pages`](Self::pages) or as [`records`](Self::records). Nothing is sent before the
/// stream is polled.
///
/// Page numbers are not a snapshot: while records change, a record may move to another page and be seen twice or not at all.
/// A caller that must not miss any reads [`by_creation`](Self::by_creation), or an export. A list that goes round in circles ends with an error.
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

impl ServiceTitan {
    /// Prepares the reading of a list.
    pub(crate) fn list<T>(
        &self,
        operation: &'static Operation,
        path_values: PathValues,
        query: Query,
    ) -> ListRequest<T> {
        ListRequest {
            client: self.clone(),
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

    /// Prepares the reading of a list whose `parameter` takes IDs: of these IDs only, 50 in a request, in the caller's order and each once. Without
    /// IDs nothing is read: an empty filter would mean all records.
    ///
    /// The order is the caller's, since an endpoint may honour the first ID only: a caller that wants to notice puts IDs behind that it knows.
    pub(crate) fn list_by<T, I: Into<i64> + Copy>(
        &self,
        operation: &'static Operation,
        parameter: &'static str,
        ids: &[I],
        query: Query,
    ) -> ListRequest<T> {
        let mut seen = HashSet::new();
        let ids = ids.iter().map(|id| (*id).into()).filter(|id| seen.insert(*id)).collect();
        ListRequest { ids: Some((parameter, ids)), ..self.list(operation, PathValues::default(), query) }
    }
}

impl<T> ListRequest<T> {
    /// Makes records that were not asked for an error: ServiceTitan ignores a parameter that it does not know, and then everything comes.
    /// `id_of` is the ID, of the record or of its owner, by which the list filters; a record without it proves nothing.
    pub(crate) fn only_these(mut self, id_of: fn(&T) -> Option<i64>) -> Self {
        self.id_of = Some(id_of);
        self
    }

    /// Sets the number of records to ask for at once. ServiceTitan's default is 50. Most lists allow up to 5000; some stop at 500 or 200
    /// without saying so, which costs nothing but pages.
    pub fn page_size(mut self, records: u32) -> Self {
        self.page_size = Some(records.max(1));
        self
    }

    /// Asks for the number of records in the whole list, which is then in [`Page::total_count`].
    pub fn include_total(mut self) -> Self {
        self.query = self.query.set("includeTotal", Some(true));
        self
    }

    /// Sets the first page, to go on with a list that was read page by page. The list needs a stable order then, such as by ID. Has no effect on a
    /// list of IDs or by creation.
    pub fn from_page(mut self, page: u32) -> Self {
        self.first_page = page.max(1);
        self
    }

    /// Sets whether pages are read ahead; they are by default. Up to two pages are ready or under way beside
    /// the one that the caller holds. A stream that is dropped before its end has then cost a request or two for nothing.
    pub fn prefetch(mut self, ahead: bool) -> Self {
        self.ahead = ahead;
        self
    }
}

impl<T: Record> ListRequest<T> {
    /// Reads in the order of creation, and goes on from the time of the last record instead of from a page's number.
    ///
    /// Then nothing is skipped: a record that fits the filter all the while is returned exactly once, whatever else is created, changed or
    /// deleted meanwhile (unless more records than ServiceTitan puts on a page were created in one millisecond). A record that begins or ceases to
    /// fit may be missing or not, and each is returned as it was when its page was made.
    ///
    /// For lists whose schema has `createdOnOrAfter` and sorts by `CreatedOn`, such as those of jobs, appointments, customers, locations, estimates,
    /// invoices and memberships. Replaces a `sort` of the filter. Where ServiceTitan does not keep to the order, the stream ends with
    /// [`Error::Unexpected`].
    pub fn by_creation(mut self) -> Self {
        self.by_creation = Some(CreationKey::of());
        self
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> ListRequest<T> {
    /// Streams the pages, until ServiceTitan says that there are no more. A record that does not fit is in its page's
    /// [`problems`](Page::problems). After an error the stream ends.
    pub fn pages(self) -> BoxStream<'static, Result<Page<T>, Error>> {
        let by_ids = self.ids.is_some();
        let parts = match &self.ids {
            None => Part::whole(self.query.clone()),
            Some((parameter, ids)) => Part::of_ids(&self.query, parameter, ids),
        };
        if parts.is_empty() {
            return stream::empty().boxed();
        }
        let list = List {
            client: self.client,
            operation: self.operation,
            path_values: self.path_values,
            page_size: self.page_size.or(by_ids.then_some(PAGE_SIZE_OF_IDS)),
            asked_for: self.ids.zip(self.id_of).map(|((_, ids), id_of)| AskedFor::new(ids, id_of)),
        };
        match self.by_creation {
            Some(key) if !by_ids => prefetch::stream(ByCreation::new(list, self.query, key), self.ahead),
            _ => {
                let first_page = if by_ids { 1 } else { self.first_page };
                prefetch::stream(Numbered::new(list, parts, first_page), self.ahead)
            }
        }
    }

    /// Reads one page and nothing more: the first one, or the one that [`from_page`](Self::from_page) names; of a list of IDs, the first
    /// fifty.
    ///
    /// # Errors
    /// Every failure of a call.
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

    /// Streams the records of all pages.
    ///
    /// A record that does not fit comes as [`Error::Decode`], behind the other records of its page, and the stream goes on behind it. A caller that
    /// ends at the first error, as `?` does, loses no record unnoticed; one that wants to go on matches that error, or reads
    /// [`pages`](Self::pages). After any other error the stream ends.
    pub fn records(self) -> BoxStream<'static, Result<T, Error>> {
        let call = Plan::of(self.operation, PathValues::default()).call(1);
        self.pages()
            .map_ok(move |page| {
                let mut call = call.clone();
                call.position = Some(format!("page {}", page.page));
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
