//! Exports: change feeds, each followed from the position that the last run reached.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::http::Response;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::Stream;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;

use super::feed_position::{ContinueFrom, ExportFrom};
use super::prefetch::{self, Pages, Upcoming};
use crate::error::{Call, Error};
use crate::http::answer::decode::{self, Head};
use crate::http::call::{ActiveFilter, PathValues, Plan, Query, ServiceTitan};
use crate::model::{Fields, RecordProblem};
use crate::operations::Operation;

/// The pages in a row that may end where they began before the feed counts as standing still.
const UNMOVED_PAGES: u32 = 3;

/// One page of a feed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ExportPage<T> {
    /// The records that could be read, usually in the order of their modification. A record may come again, changed or not.
    pub records: Vec<T>,
    /// The position behind this page, to be kept together with the work that was done on its records.
    ///
    /// `None` where ServiceTitan names no position, as it may on the last page: then the former position stays, and the next run reads this page
    /// again. With [`has_more`](Self::has_more) it means that the feed cannot go on: nobody knows where the records that follow begin.
    pub continue_from: Option<ContinueFrom>,
    /// Whether more records are there now. `false`: the head of the feed was reached.
    pub has_more: bool,
    /// The records that could not be read, and the fields of `records` that could not: [`RecordProblem::kind`] tells them apart.
    pub problems: Vec<RecordProblem>,
    /// The time at which the page was made, by ServiceTitan's clock.
    pub server_time: Option<DateTime<Utc>>,
}

/// A change feed: a stream of pages that ends when the head is reached. After an error the stream ends too, and the next run goes on from the last
/// page's `continue_from`.
///
/// Inactive, deleted and merged records come as well. A page may be empty although more pages follow. A feed that cannot go on, since ServiceTitan
/// names no next position or the same one again and again, ends with [`Error::Unexpected`] behind the records of its last page.
#[cfg_attr(
    feature = "jpm",
    doc = r#"
```no_run
use futures::TryStreamExt as _;
use servicetitan_client::{Error, ExportFrom, ServiceTitan};

/// Ingests the changes, and returns the position from which the next run goes on.
async fn ingest_changes(st: &ServiceTitan, kept: Option<String>) -> Result<Option<String>, Error> {
    let from = kept.clone().map_or_else(ExportFrom::beginning, ExportFrom::token);
    let mut feed = st.jobs().export(from);
    let mut reached = kept;
    while let Some(page) = feed.try_next().await? {
        // … the page's records and its position are stored together.
        if let Some(position) = page.continue_from {
            reached = Some(position.to_string());
        }
    }
    Ok(reached)
}
```
"#
)]
#[must_use = "nothing is sent before the stream is polled"]
pub struct ExportRequest<T> {
    state: State<T>,
}

enum State<T> {
    Prepared(Option<Box<Feed<T>>>),
    Reading(BoxStream<'static, Result<ExportPage<T>, Error>>),
}

impl ServiceTitan {
    /// Prepares the reading of a change feed.
    #[allow(dead_code, reason = "marketing alone has no feed")]
    pub(crate) fn export<T>(&self, operation: &'static Operation, from: ExportFrom) -> ExportRequest<T> {
        let feed = Feed {
            client: self.clone(),
            operation,
            query: Query::default(),
            from,
            unmoved_pages: 0,
            ahead: true,
            record: PhantomData,
        };
        ExportRequest { state: State::Prepared(Some(Box::new(feed))) }
    }
}

impl<T> ExportRequest<T> {
    /// Asks for the newest changes too, which the feed else holds back for some minutes. The price is that some records come again.
    pub fn include_recent_changes(self, include: bool) -> Self {
        self.with("includeRecentChanges", include.then(|| "true".to_owned()))
    }

    /// Sets whether pages are read ahead; they are by default. While one page is decoded the next one is downloaded, and up to two pages are
    /// ready or under way beside the one that the caller holds. A stream that is dropped before its end has then cost a request or two for nothing.
    pub fn prefetch(mut self, ahead: bool) -> Self {
        if let State::Prepared(Some(feed)) = &mut self.state {
            feed.ahead = ahead;
        }
        self
    }

    /// Chooses between active and inactive records, in the feeds that have the choice (appointments and appointment assignments). The others
    /// ignore it.
    pub fn active(self, active: ActiveFilter) -> Self {
        self.with("active", Some(active.to_string()))
    }

    fn with(mut self, name: &str, value: Option<String>) -> Self {
        if let (State::Prepared(Some(feed)), Some(value)) = (&mut self.state, value) {
            feed.query.put(name, value);
        }
        self
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> ExportRequest<T> {
    /// Reads one page and nothing more, for a run that goes page by page: the next one starts at the page's `continue_from`. Such a run sees for
    /// itself whether the feed goes on: see [`ExportPage::continue_from`], and compare it with the position that was asked for.
    ///
    /// # Errors
    /// Every failure of a call.
    pub async fn one_page(self) -> Result<ExportPage<T>, Error> {
        match self.prefetch(false).try_next().await? {
            Some(page) => Ok(page),
            None => Err(Error::configuration("this feed was read already")),
        }
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> Stream for ExportRequest<T> {
    type Item = Result<ExportPage<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let State::Prepared(feed) = &mut self.state {
            let Some(feed) = feed.take() else { return Poll::Ready(None) };
            let ahead = feed.ahead;
            self.state = State::Reading(prefetch::stream(Step::Page(feed), ahead));
        }
        match &mut self.state {
            State::Reading(pages) => pages.poll_next_unpin(context),
            State::Prepared(_) => Poll::Ready(None),
        }
    }
}

impl<T> fmt::Debug for ExportRequest<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("ExportRequest");
        if let State::Prepared(Some(feed)) = &self.state {
            fields.field("operation", &feed.operation.name);
        }
        fields.finish_non_exhaustive()
    }
}

/// A page of a feed that is to be read.
struct Feed<T> {
    client: ServiceTitan,
    operation: &'static Operation,
    query: Query,
    from: ExportFrom,
    unmoved_pages: u32,
    ahead: bool,
    record: PhantomData<fn() -> T>,
}

/// The step behind a page.
enum Step<T> {
    Page(Box<Feed<T>>),
    /// The feed cannot go on. The records of its last page come first, and then this error.
    Stop(Box<Error>),
}

impl<T> Feed<T> {
    /// The step behind the page whose answer names this position, and says that more follows.
    fn step_to(&self, token: Option<&str>, call: &Call) -> Step<T> {
        let stop = |message: &str| {
            let call = Box::new(call.clone());
            Step::Stop(Box::new(Error::Unexpected { message: message.to_owned(), call }))
        };
        let Some(token) = token else {
            return stop(
                "the feed cannot go on: ServiceTitan says that more records follow, and names no position to read them from",
            );
        };
        let next = self.behind(token);
        if next.unmoved_pages >= UNMOVED_PAGES {
            return stop(
                "the feed cannot go on: ServiceTitan says that more records follow, and names the same position again",
            );
        }
        Step::Page(Box::new(next))
    }

    /// The page behind the one that ends at this position.
    fn behind(&self, token: &str) -> Feed<T> {
        let unmoved = self.from.0.as_deref() == Some(token);
        Feed {
            client: self.client.clone(),
            operation: self.operation,
            query: self.query.clone(),
            from: ExportFrom::token(token),
            unmoved_pages: if unmoved { self.unmoved_pages + 1 } else { 0 },
            ahead: self.ahead,
            record: PhantomData,
        }
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> Feed<T> {
    async fn read(self, upcoming: &Upcoming<Step<T>>) -> Result<ExportPage<T>, Error> {
        let mut plan = Plan::of(self.operation, PathValues::default());
        plan.query = self.query.clone().set("from", self.from.0.as_ref());
        plan.position = Some(self.from.described());
        let resource = self.operation.resource();
        let decode = |answer: &Response<Bytes>| {
            // The next page's download begins before this page's records are decoded.
            let Head { has_more, continue_from } = decode::head(answer.body());
            let early = continue_from.filter(|token| has_more == Some(true) && !token.is_empty());
            let next = early.as_deref().map(|token| self.behind(token));
            let next = next.filter(|next| next.unmoved_pages < UNMOVED_PAGES);
            let early = early.filter(|_| next.is_some());
            upcoming.set(next.map(|next| Step::Page(Box::new(next))));
            let page = decode::page::<T>(resource, answer.body());
            if page.is_err() {
                upcoming.set(None);
            }
            Ok((page?, early))
        };
        let done = self.client.perform(&plan, decode).await?;
        let ((envelope, problems), early) = done.value;
        let token = envelope.continue_from.filter(|token| !token.is_empty());
        let next = envelope.has_more.then(|| self.step_to(token.as_deref(), &done.call));
        // The head of the page was a hint; the whole page decides.
        let begun = early.is_some() && early == token && matches!(&next, Some(Step::Page(_)));
        if !begun {
            upcoming.set(next);
        }
        Ok(ExportPage {
            records: envelope.data,
            continue_from: token.map(ContinueFrom::new),
            has_more: envelope.has_more,
            problems,
            server_time: done.server_time,
        })
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> Pages for Step<T> {
    type Page = ExportPage<T>;

    async fn read(self, upcoming: &Upcoming<Self>) -> Result<ExportPage<T>, Error> {
        match self {
            Step::Page(feed) => feed.read(upcoming).await,
            Step::Stop(error) => Err(*error),
        }
    }
}
