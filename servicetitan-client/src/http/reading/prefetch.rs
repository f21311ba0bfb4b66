//! Reading pages ahead of the caller that takes them.

use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::error::Error;

/// The number of pages that may be under way or ready before the first of them is taken: one is decoded while the next one is downloaded.
const PAGES_AHEAD: usize = 2;

/// A page that is to be read, and the pages behind it.
pub(super) trait Pages: Sized + Send + 'static {
    type Page: Send + 'static;

    /// Reads the page. Sets the upcoming page as soon as it is known: its reading may begin before this page is decoded.
    fn read(self, upcoming: &Upcoming<Self>) -> impl Future<Output = Result<Self::Page, Error>> + Send;
}

/// The page behind the one that is being read.
pub(super) struct Upcoming<P: Pages> {
    /// The permits of pages that are read ahead; `None` if no page is.
    gate: Option<Arc<Semaphore>>,
    next: Mutex<Option<Next<P>>>,
}

enum Next<P: Pages> {
    Named(P),
    UnderWay(Reading<P>),
}

/// A page that is being read, with all pages that follow it. Its drop ends the requests.
type Reading<P> = AbortOnDropHandle<Result<Read<P>, Error>>;

struct Read<P: Pages> {
    page: P::Page,
    next: Option<Next<P>>,
    /// Returned when the page is taken.
    _permit: Option<OwnedSemaphorePermit>,
}

impl<P: Pages> Upcoming<P> {
    /// Sets the next page; `None` if this page is the last. A later call replaces an earlier one, and ends the requests that it began.
    pub(super) fn set(&self, next: Option<P>) {
        let next = next.map(|pages| match &self.gate {
            Some(gate) => Next::UnderWay(begin(pages, gate.clone())),
            None => Next::Named(pages),
        });
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

/// Streams the pages, and ends after an error. Nothing is sent before the stream is polled; `ahead` says whether pages are read before they
/// are asked for. Dropping the stream ends the requests that are under way.
pub(super) fn stream<P: Pages>(first: P, ahead: bool) -> BoxStream<'static, Result<P::Page, Error>> {
    let gate = ahead.then(|| Arc::new(Semaphore::new(PAGES_AHEAD)));
    stream::try_unfold(Some(Next::Named(first)), move |next| {
        let gate = gate.clone();
        async move {
            let Some(next) = next else { return Ok(None) };
            let Read { page, next, _permit } = match next {
                Next::Named(pages) => read(pages, gate).await?,
                Next::UnderWay(reading) => join(reading).await?,
            };
            Ok(Some((page, next)))
        }
    })
    .boxed()
}

async fn read<P: Pages>(pages: P, gate: Option<Arc<Semaphore>>) -> Result<Read<P>, Error> {
    let permit = match gate.clone() {
        // The gate is never closed.
        Some(gate) => gate.acquire_owned().await.ok(),
        None => None,
    };
    let upcoming = Upcoming { gate, next: Mutex::new(None) };
    let page = pages.read(&upcoming).await?;
    let next = upcoming.next.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Read { page, next, _permit: permit })
}

fn begin<P: Pages>(pages: P, gate: Arc<Semaphore>) -> Reading<P> {
    // Each page's task begins the next one's: without the box its type would contain itself.
    let reading: BoxFuture<'static, Result<Read<P>, Error>> = Box::pin(read(pages, Some(gate)));
    AbortOnDropHandle::new(tokio::spawn(reading.in_current_span()))
}

async fn join<P: Pages>(reading: Reading<P>) -> Result<Read<P>, Error> {
    match reading.await {
        Ok(read) => read,
        Err(failed) => match failed.try_into_panic() {
            // A panic passes on to the caller, as it would without a task.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::configuration("the runtime that reads the pages was shut down")),
        },
    }
}
