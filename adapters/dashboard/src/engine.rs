//! The connection of an engine in the same process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use hatch_mapping::OpportunityModel;
use sync_core::{
    Clock, ConnectionStatus, DeadLetter, Engine, EraseReport, OpportunityExplanation, Progress, Store,
    SyncError, SyncReport, SystemClock,
};

use crate::explaining::explain;
use crate::host::{Budgets, Connection, CustomerSummary, Found, HostError, Run, Runs};
use crate::mirror_search::MirrorSearch;

/// The connection of an [`Engine`] in the same process. The host hands it the outcome of each run.
pub struct EngineConnection {
    engine: Arc<Engine>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    budgets: Budgets,
    runs: Mutex<Runs>,
}

impl EngineConnection {
    /// The connection of an engine over this store, which is the engine's.
    pub fn new(engine: Arc<Engine>, store: Arc<dyn Store>) -> Self {
        EngineConnection {
            engine,
            store,
            clock: Arc::new(SystemClock),
            budgets: Budgets::default(),
            runs: Mutex::default(),
        }
    }

    /// Shows the requests to ServiceTitan against this limit for each second.
    #[must_use]
    pub fn requests_per_second(mut self, limit: u32) -> Self {
        self.budgets.servicetitan = Some(f64::from(limit));
        self
    }

    /// Shows the deliveries to Hatch against this limit for each ten seconds.
    #[must_use]
    pub fn deliveries_per_10_seconds(mut self, limit: u32) -> Self {
        self.budgets.hatch = Some(f64::from(limit) / 10.0);
        self
    }

    /// Sets the clock; the machine's by default.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Notes the outcome of a run, as [`Engine::run`] reports it.
    pub fn note_run(&self, outcome: &Result<SyncReport, SyncError>) {
        let run = Run {
            ended: self.clock.now(),
            report: outcome.as_ref().ok().cloned(),
            error: outcome.as_ref().err().map(ToString::to_string),
        };
        self.with_runs(|runs| runs.add(run));
    }

    /// Notes that the engine stopped for good with this error. Without an error it was asked to stop.
    pub fn note_stop(&self, error: Option<&SyncError>) {
        let reason = error.map_or_else(|| "it was asked to stop".to_owned(), ToString::to_string);
        self.with_runs(|runs| runs.stopped = Some(reason));
    }

    fn with_runs<T>(&self, change: impl FnOnce(&mut Runs) -> T) -> T {
        change(&mut self.runs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn mirror_search(&self) -> MirrorSearch<'_> {
        MirrorSearch::new(self.store.as_ref(), self.engine.connection(), self.engine.models())
    }
}

#[async_trait]
impl Connection for EngineConnection {
    fn name(&self) -> String {
        self.engine.connection().to_owned()
    }

    fn models(&self) -> BTreeMap<String, OpportunityModel> {
        self.engine.models()
    }

    async fn status(&self) -> Result<ConnectionStatus, HostError> {
        Ok(ConnectionStatus::read(self.store.as_ref(), self.engine.connection()).await?)
    }

    fn runs(&self) -> Runs {
        self.with_runs(|runs| runs.clone())
    }

    fn requests_sent(&self) -> u64 {
        self.engine.request_counts().values().sum()
    }

    fn budgets(&self) -> Budgets {
        self.budgets
    }

    fn progress(&self) -> BoxStream<'static, Progress> {
        self.engine.progress().boxed()
    }

    async fn search(&self, text: &str) -> Result<Found, HostError> {
        self.mirror_search().search_with_events(text, self.engine.explainer()).await
    }

    async fn explain(
        &self,
        integration: &str,
        id: i64,
        refresh: bool,
    ) -> Result<OpportunityExplanation, HostError> {
        explain(self.engine.explainer(), integration, id, refresh).await
    }

    async fn retry(&self, letter: &DeadLetter) -> Result<bool, HostError> {
        Ok(self.engine.retry_dead_letter(letter).await?)
    }

    async fn discard(&self, letter: &DeadLetter) -> Result<bool, HostError> {
        Ok(self.engine.discard_dead_letter(letter).await?)
    }

    async fn pause(&self, integration: &str) -> Result<(), HostError> {
        Ok(self.engine.pause(integration).await?)
    }

    async fn resume(&self, integration: &str) -> Result<(), HostError> {
        Ok(self.engine.resume(integration).await?)
    }

    async fn customer(&self, id: i64) -> Result<Option<CustomerSummary>, HostError> {
        Ok(self.mirror_search().customer(id).await?)
    }

    async fn erase(&self, id: i64) -> Result<EraseReport, HostError> {
        Ok(self.engine.erase(id).await?)
    }
}

impl fmt::Debug for EngineConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EngineConnection").field("engine", &self.engine).finish_non_exhaustive()
    }
}
