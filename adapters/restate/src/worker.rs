//! A worker: the engines that it has open, and the steps that it carries out with them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sync_core::{Engine, EngineBuilder, PushEngine, RHYTHM, SyncError};
use tokio_util::sync::CancellationToken;

use crate::Host;
use crate::failure::{Failure, FailureKind};
use crate::openings::{Opening, Openings};

/// The time within which the clocks of all workers have to agree. Restate's timers need as much.
const CLOCK_SKEW: Duration = Duration::from_secs(20);

/// One process that works on connections, for the objects that a host binds into its endpoint: [`Connection`](crate::Connection) and
/// [`Notes`](crate::Notes). Clones are the same worker.
#[derive(Clone)]
pub struct Worker {
    inner: Arc<Inner>,
}

/// Settings of a worker, the same for all workers of a deployment.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// The time from the beginning of a connection's cycle to that of its next one; [`RHYTHM`] by default.
    pub rhythm: Duration,
    /// The time after which a step begins nothing new, two seconds by default. Webhooks and other calls of the same connection wait for about
    /// as long.
    pub step: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        WorkerOptions { rhythm: RHYTHM, step: Duration::from_secs(2) }
    }
}

struct Inner {
    host: Arc<dyn Host>,
    options: WorkerOptions,
    syncing: Openings<Engine>,
    pushing: Openings<PushEngine>,
    counters: Counters,
}

#[derive(Default)]
struct Counters {
    steps: AtomicU64,
    failed: AtomicU64,
    fenced: AtomicU64,
}

/// Counts of a worker since its start, for its metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerCounts {
    /// Steps that were carried out to their end, failed ones among them.
    pub steps: u64,
    /// Steps that failed.
    pub failed: u64,
    /// Steps whose write was refused by the store since another worker had opened the connection meanwhile.
    pub fenced: u64,
    /// Engines that are open now, in either role.
    pub open: u64,
}

impl Worker {
    /// Returns a worker for the connections of a host.
    pub fn new(host: Arc<dyn Host>, options: WorkerOptions) -> Self {
        let (syncing, pushing) = (Openings::default(), Openings::default());
        Worker { inner: Arc::new(Inner { host, options, syncing, pushing, counters: Counters::default() }) }
    }

    /// Returns the counts of this worker.
    pub fn counts(&self) -> WorkerCounts {
        let Inner { counters, syncing, pushing, .. } = &*self.inner;
        WorkerCounts {
            steps: counters.steps.load(Ordering::Relaxed),
            failed: counters.failed.load(Ordering::Relaxed),
            fenced: counters.fenced.load(Ordering::Relaxed),
            open: (syncing.len() + pushing.len()) as u64,
        }
    }

    pub(crate) fn options(&self) -> &WorkerOptions {
        &self.inner.options
    }

    /// Carries out a step on the connection's engine, opened for syncing, and returns the number of the opening.
    pub(crate) async fn sync_step<T, F>(
        &self,
        connection: &str,
        opening: Option<u64>,
        step: impl FnOnce(Arc<Engine>) -> F,
    ) -> Result<(u64, T), Failure>
    where
        F: Future<Output = Result<T, SyncError>> + Send + 'static,
        T: Send + 'static,
    {
        self.carry_out(&self.inner.syncing, connection, opening, EngineBuilder::open_syncing, step).await
    }

    /// Carries out a step on the connection's engine, opened for pushing, and returns the number of the opening.
    pub(crate) async fn push_step<T, F>(
        &self,
        connection: &str,
        opening: Option<u64>,
        step: impl FnOnce(Arc<PushEngine>) -> F,
    ) -> Result<(u64, T), Failure>
    where
        F: Future<Output = Result<T, SyncError>> + Send + 'static,
        T: Send + 'static,
    {
        self.carry_out(&self.inner.pushing, connection, opening, EngineBuilder::open_pushing, step).await
    }

    /// Closes the engine that syncs a connection: its cycle is over.
    pub(crate) fn close_syncing(&self, connection: &str, opening: u64) {
        self.inner.syncing.close(connection, opening);
    }

    async fn carry_out<E, T, O, F>(
        &self,
        openings: &Openings<E>,
        connection: &str,
        opening: Option<u64>,
        open: impl FnOnce(EngineBuilder) -> O,
        step: impl FnOnce(Arc<E>) -> F,
    ) -> Result<(u64, T), Failure>
    where
        O: Future<Output = Result<E, SyncError>>,
        F: Future<Output = Result<T, SyncError>> + Send + 'static,
        T: Send + 'static,
    {
        let held = opening.and_then(|number| openings.find(connection, number));
        let opening = match held {
            Some(opening) => opening,
            None => self.open(openings, connection, open).await.inspect_err(|failure| {
                self.count(connection, Some(failure));
            })?,
        };
        // Restate may drop the step at any moment, such as when it lost sight of this worker. The engine is stopped between two transactions
        // then, and not in the midst of an upsert.
        let abandoned = CloseOnDrop { openings, connection, opening: Some(opening.number) };
        let (worker, name) = (self.clone(), connection.to_owned());
        let step = step(Arc::clone(&opening.engine));
        let carried_out = tokio::spawn(async move {
            let outcome = step.await.map_err(Failure::from);
            worker.count(&name, outcome.as_ref().err());
            outcome
        });
        let outcome = carried_out.await;
        abandoned.disarm();
        let outcome =
            outcome.unwrap_or_else(|_| Err(Failure::new(FailureKind::Temporary, "the step panicked")));
        // An engine that was asked to stop leaves work undone without a failure.
        let outcome = outcome.and_then(|outcome| match opening.cancellation.is_cancelled() {
            false => Ok(outcome),
            true => Err(Failure::new(FailureKind::Temporary, "the engine was asked to stop")),
        });
        if outcome.is_err() {
            openings.close(connection, opening.number);
        }
        outcome.map(|outcome| (opening.number, outcome))
    }

    async fn open<E, O>(
        &self,
        openings: &Openings<E>,
        connection: &str,
        open: impl FnOnce(EngineBuilder) -> O,
    ) -> Result<Opening<E>, Failure>
    where
        O: Future<Output = Result<E, SyncError>>,
    {
        let builder = self.inner.host.engine(connection).await?;
        let builder = builder.ok_or_else(Failure::of_unknown_connection)?;
        let cancellation = CancellationToken::new();
        let builder = builder.cancellation(cancellation.clone()).clocks_agree_within(CLOCK_SKEW);
        let engine = open(builder).await?;
        let opening = Opening { number: rand::random(), engine: Arc::new(engine), cancellation };
        openings.keep(connection, opening.clone());
        Ok(opening)
    }

    fn count(&self, connection: &str, failure: Option<&Failure>) {
        let counters = &self.inner.counters;
        counters.steps.fetch_add(1, Ordering::Relaxed);
        if let Some(failure) = failure {
            counters.failed.fetch_add(1, Ordering::Relaxed);
            counters.fenced.fetch_add(u64::from(failure.is_fenced()), Ordering::Relaxed);
            tracing::warn!(connection, reason = %failure.reason, "a step failed");
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Worker")
            .field("options", &self.inner.options)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

/// Closes an opening whose step was dropped in the midst.
struct CloseOnDrop<'a, E> {
    openings: &'a Openings<E>,
    connection: &'a str,
    /// `None` once the step has ended.
    opening: Option<u64>,
}

impl<E> CloseOnDrop<'_, E> {
    fn disarm(mut self) {
        self.opening = None;
    }
}

impl<E> Drop for CloseOnDrop<'_, E> {
    fn drop(&mut self) {
        if let Some(opening) = self.opening {
            self.openings.close(self.connection, opening);
        }
    }
}
