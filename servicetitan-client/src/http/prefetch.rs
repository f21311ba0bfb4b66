//! Reading pages ahead of whoever takes them.

use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::error::Error;

/// How many pages may be under way or ready before the first of them is taken: one is decoded while the next one is downloaded.
const PAGES_AHEAD: usize = 2;

/// A page that is to be read, and those behind it.
pub(crate) trait Pages: Sized + Send + 'static {
    type Page: Send + 'static;

    /// Reads the page. Names what comes behind it as soon as that is known: reading that may begin before this page is decoded.
    fn read(self, behind: &Behind<Self>) -> impl Future<Output = Result<Self::Page, Error>> + Send;
}

/// What comes behind a page.
pub(crate) struct Behind<P: Pages> {
    /// Who may go ahead; `None` if nobody is to.
    gate: Option<Arc<Semaphore>>,
    next: Mutex<Option<Next<P>>>,
}

enum Next<P: Pages> {
    Named(P),
    UnderWay(Reading<P>),
}

/// A page that is being read, with all that follows it. Dropping it ends the requests.
type Reading<P> = AbortOnDropHandle<Result<Read<P>, Error>>;

struct Read<P: Pages> {
    page: P::Page,
    next: Option<Next<P>>,
    /// Given back when the page is taken.
    _permit: Option<OwnedSemaphorePermit>,
}

impl<P: Pages> Behind<P> {
    /// What comes next; `None` if this page is the last. The last word counts, should it be said twice.
    pub(crate) fn is(&self, next: Option<P>) {
        let next = next.map(|pages| match &self.gate {
            Some(gate) => Next::UnderWay(begin(pages, gate.clone())),
            None => Next::Named(pages),
        });
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

/// The pages as a stream, which ends after an error. Nothing is sent before it is polled; `ahead` says whether pages are read before they
/// are asked for. Dropping the stream ends what is under way.
pub(crate) fn stream<P: Pages>(first: P, ahead: bool) -> BoxStream<'static, Result<P::Page, Error>> {
    let gate = ahead.then(|| Arc::new(Semaphore::new(PAGES_AHEAD)));
    stream::try_unfold(Some(Next::Named(first)), move |next| {
        let gate = gate.clone();
        async move {
            let Some(next) = next else { return Ok(None) };
            let Read { page, next, _permit } = match next {
                Next::Named(pages) => read(pages, gate).await?,
                Next::UnderWay(reading) => ended(reading).await?,
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
    let behind = Behind { gate, next: Mutex::new(None) };
    let page = pages.read(&behind).await?;
    let next = behind.next.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Read { page, next, _permit: permit })
}

fn begin<P: Pages>(pages: P, gate: Arc<Semaphore>) -> Reading<P> {
    // Each page's task begins the next one's: without the box its type would contain itself.
    let reading: BoxFuture<'static, Result<Read<P>, Error>> = Box::pin(read(pages, Some(gate)));
    AbortOnDropHandle::new(tokio::spawn(reading.in_current_span()))
}

async fn ended<P: Pages>(reading: Reading<P>) -> Result<Read<P>, Error> {
    match reading.await {
        Ok(read) => read,
        Err(failed) => match failed.try_into_panic() {
            // As it would have done without a task of its own.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::configuration("the runtime that reads the pages was shut down")),
        },
    }
}
