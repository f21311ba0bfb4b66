//! Exports: change feeds that are followed from where the last run ended.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::http::Response;
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use futures::Stream;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::ServiceTitan;
use super::decode::{self, Head};
use super::path::PathValues;
use super::perform::Plan;
use super::prefetch::{self, Behind, Pages};
use super::query::{ActiveFilter, Query};
use crate::error::Error;
use crate::model::{Fields, RecordProblem};
use crate::operations::Operation;

/// After this many pages whose token is the one that was asked with, the feed stands still.
const UNMOVED_PAGES: u32 = 3;

/// Where a feed goes on: opaque, as ServiceTitan gave it. Every page has one, the last one included: it is where the next run
/// starts.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContinueFrom(String);

impl ContinueFrom {
    /// A token that was kept as text.
    pub fn new(token: impl Into<String>) -> ContinueFrom {
        ContinueFrom(token.into())
    }

    /// The text to keep.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContinueFrom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for ContinueFrom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ContinueFrom({})", self.0)
    }
}

/// Where to start reading a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFrom(Option<String>);

impl ExportFrom {
    /// With everything there is.
    pub fn beginning() -> ExportFrom {
        ExportFrom(None)
    }

    /// With what was changed at this time or later.
    pub fn date(time: DateTime<Utc>) -> ExportFrom {
        ExportFrom(Some(time.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
    }

    /// With what was changed on this day (UTC) or later.
    pub fn day(day: NaiveDate) -> ExportFrom {
        ExportFrom(Some(day.to_string()))
    }

    /// Where an earlier run ended.
    pub fn token(token: impl Into<ContinueFrom>) -> ExportFrom {
        ExportFrom(Some(token.into().0))
    }
}

impl From<ContinueFrom> for ExportFrom {
    fn from(token: ContinueFrom) -> Self {
        ExportFrom(Some(token.0))
    }
}

impl From<&str> for ContinueFrom {
    fn from(token: &str) -> Self {
        ContinueFrom(token.to_owned())
    }
}

impl From<String> for ContinueFrom {
    fn from(token: String) -> Self {
        ContinueFrom(token)
    }
}

/// One page of a feed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ExportPage<T> {
    /// The records that could be read, usually in the order of their modification. One may come again, changed or not.
    pub records: Vec<T>,
    /// Where to go on after this page. To be kept together with what was done about its records.
    pub continue_from: ContinueFrom,
    /// Whether more is there now. `false`: the head of the feed was reached.
    pub has_more: bool,
    /// The records that could not be read, and the fields of `records` that could not: [`RecordProblem::kind`] tells them apart.
    pub problems: Vec<RecordProblem>,
    /// When the page was made, by ServiceTitan's clock.
    pub server_time: Option<DateTime<Utc>>,
}

/// A change feed: a stream of pages that ends when the head is reached. After an error the stream ends too, and the last page's
/// `continue_from` is where to go on.
///
/// Inactive, deleted and merged records come as well. A page may be empty although more follows.
#[cfg_attr(
    feature = "jpm",
    doc = r#"
```no_run
use futures::TryStreamExt as _;
use servicetitan_client::{Error, ExportFrom, ServiceTitan};

/// Takes in what has changed, and answers where the next run starts.
async fn take_in_changes(st: &ServiceTitan, kept: Option<String>) -> Result<Option<String>, Error> {
    let from = kept.clone().map_or_else(ExportFrom::beginning, ExportFrom::token);
    let mut feed = st.jobs().export(from);
    let mut reached = kept;
    while let Some(page) = feed.try_next().await? {
        // … the page's records and its token are kept together.
        reached = Some(page.continue_from.to_string());
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

/// A page of a feed that is to be read.
struct Feed<T> {
    client: ServiceTitan,
    operation: &'static Operation,
    query: Query,
    from: Option<String>,
    unmoved_pages: u32,
    ahead: bool,
    record: PhantomData<fn() -> T>,
}

impl<T> ExportRequest<T> {
    pub(crate) fn new(
        client: ServiceTitan,
        operation: &'static Operation,
        from: ExportFrom,
    ) -> ExportRequest<T> {
        let feed = Feed {
            client,
            operation,
            query: Query::default(),
            from: from.0,
            unmoved_pages: 0,
            ahead: true,
            record: PhantomData,
        };
        ExportRequest { state: State::Prepared(Some(Box::new(feed))) }
    }

    /// Shows the newest changes sooner, at the price of seeing some records again.
    pub fn include_recent_changes(self, include: bool) -> Self {
        self.with("includeRecentChanges", include.then(|| "true".to_owned()))
    }

    /// Whether pages are read before they are asked for, which they are unless this says `false`: while one page is decoded the next one is
    /// downloaded, and up to two pages are ready or under way beside the one that the caller holds. A stream that is dropped before its end has
    /// then cost a request or two for nothing.
    pub fn prefetch(mut self, ahead: bool) -> Self {
        if let State::Prepared(Some(feed)) = &mut self.state {
            feed.ahead = ahead;
        }
        self
    }

    /// Which records to show, in the feeds that can tell (appointments and appointment assignments); the others ignore it.
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
    /// Reads one page and nothing more, for a run that goes page by page: the next one starts at the page's `continue_from`.
    ///
    /// # Errors
    /// As every call; [`Error::Unexpected`] if the page does not say where to go on.
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
            self.state = State::Reading(prefetch::stream(*feed, ahead));
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

impl<T> Feed<T> {
    /// The page behind the one with this token.
    fn behind(&self, token: &str) -> Feed<T> {
        let unmoved = self.from.as_deref() == Some(token);
        Feed {
            client: self.client.clone(),
            operation: self.operation,
            query: self.query.clone(),
            from: Some(token.to_owned()),
            unmoved_pages: if unmoved { self.unmoved_pages + 1 } else { 0 },
            ahead: self.ahead,
            record: PhantomData,
        }
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> Pages for Feed<T> {
    type Page = ExportPage<T>;

    async fn read(self, behind: &Behind<Self>) -> Result<ExportPage<T>, Error> {
        let mut plan = Plan::of(self.operation, PathValues::default());
        plan.query = self.query.clone().set("from", self.from.as_ref());
        let resource = self.operation.resource();
        let stands_still = |next: &Feed<T>| next.unmoved_pages >= UNMOVED_PAGES;
        let decode = |answer: &Response<Bytes>| {
            // The next page's download begins before this one's records are decoded.
            let Head { has_more, continue_from } = decode::head(answer.body());
            let early = continue_from.filter(|token| has_more == Some(true) && !token.is_empty());
            behind.is(early.as_deref().map(|token| self.behind(token)).filter(|next| !stands_still(next)));
            let page = decode::page::<T>(resource, answer.body());
            if page.is_err() {
                behind.is(None);
            }
            Ok((page?, early))
        };
        let done = self.client.perform(&plan, decode).await?;
        let ((envelope, problems), early) = done.value;
        let unexpected = |message: &str| Error::Unexpected {
            message: message.to_owned(),
            call: Box::new(done.call.clone()),
        };
        let Some(token) = envelope.continue_from.filter(|token| !token.is_empty()) else {
            return Err(unexpected("the feed does not say where it goes on"));
        };
        let next = envelope.has_more.then(|| self.behind(&token));
        if next.as_ref().is_some_and(stands_still) {
            return Err(unexpected(
                "the feed stands still: it goes on where it was, and says that there is more",
            ));
        }
        if early.as_ref() != next.as_ref().and(Some(&token)) {
            behind.is(next);
        }
        Ok(ExportPage {
            records: envelope.data,
            continue_from: ContinueFrom(token),
            has_more: envelope.has_more,
            problems,
            server_time: done.server_time,
        })
    }
}
