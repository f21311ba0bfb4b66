//! The operators' page over a fleet.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::Utc;
use dashboard::{Budgets, Connection, CustomerSummary, Found, Host, HostError, MirrorSearch, Run, Runs};
use fleet::{ConnectionEvent, EngineLease, FailureKind, Fleet, FleetEvent, Registry};
use futures::StreamExt;
use futures::stream::BoxStream;
use hatch_mapping::OpportunityModel;
use sync_core::{
    ConnectionStatus, DeadLetter, EraseReport, Explainer, OpportunityExplanation, Progress, Store,
};

use crate::registry::FileRegistry;

/// The connections of a fleet, as the operators' page sees them. The last cycles are those since the start of the program.
pub struct FleetHost {
    inner: Arc<Inner>,
}

struct Inner {
    fleet: Fleet,
    registry: Arc<FileRegistry>,
    store: Arc<dyn Store>,
    seen: Mutex<BTreeMap<String, Seen>>,
}

/// The cycles of a connection.
#[derive(Default)]
struct Seen {
    /// Stopped while the connection waits for somebody.
    runs: Runs,
    requests: u64,
}

impl FleetHost {
    pub fn new(fleet: Fleet, registry: Arc<FileRegistry>, store: Arc<dyn Store>) -> Self {
        FleetHost { inner: Arc::new(Inner { fleet, registry, store, seen: Mutex::default() }) }
    }

    /// Notes an event of a connection.
    pub fn note(&self, connection: &str, event: &ConnectionEvent) {
        let mut seen = self.inner.seen();
        let of_connection = seen.entry(connection.to_owned()).or_default();
        match event {
            ConnectionEvent::Cycled { report, .. } => {
                of_connection.requests += report.total_requests();
                of_connection.runs.stopped = None;
                of_connection.runs.add(Run {
                    ended: Utc::now(),
                    report: Some(report.as_ref().clone()),
                    error: None,
                });
            }
            ConnectionEvent::Failed { failure, .. } => {
                let message = failure.message.clone();
                if failure.kind != FailureKind::Temporary {
                    of_connection.runs.stopped = Some(message.clone());
                }
                of_connection.runs.add(Run { ended: Utc::now(), report: None, error: Some(message) });
            }
            ConnectionEvent::Removed => {
                seen.remove(connection);
            }
            _ => {}
        }
    }
}

impl Inner {
    fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for FleetHost {
    fn names(&self) -> Vec<String> {
        self.inner.fleet.status().connections.into_keys().collect()
    }

    fn connection(&self, name: &str) -> Option<Arc<dyn Connection>> {
        let is_there = self.inner.fleet.status().connections.contains_key(name);
        let connection = Tenant { inner: Arc::clone(&self.inner), name: name.to_owned() };
        is_there.then(|| Arc::new(connection) as Arc<dyn Connection>)
    }
}

/// A connection of the fleet. Its engine is opened for what changes something only.
struct Tenant {
    inner: Arc<Inner>,
    name: String,
}

impl Tenant {
    async fn engine(&self) -> Result<EngineLease, HostError> {
        self.inner.fleet.engine(&self.name).await.map_err(|error| HostError(error.to_string()))
    }

    async fn explainer(&self) -> Result<Explainer, HostError> {
        let builder = self.inner.registry.builder(&self.name).await;
        Ok(builder.map_err(|error| HostError(error.to_string()))?.explainer())
    }

    fn mirror_search(&self) -> MirrorSearch<'_> {
        MirrorSearch::new(self.inner.store.as_ref(), &self.name, self.models())
    }

    /// Lets the next cycle come now, so that an operator sees what the last action led to.
    fn hurry(&self) {
        if let Err(error) = self.inner.fleet.sync_now(&self.name) {
            tracing::debug!(%error, "an operator's action waits for the next cycle");
        }
    }
}

#[async_trait]
impl Connection for Tenant {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn models(&self) -> BTreeMap<String, OpportunityModel> {
        self.inner.registry.models(&self.name)
    }

    async fn status(&self) -> Result<ConnectionStatus, HostError> {
        Ok(ConnectionStatus::read(self.inner.store.as_ref(), &self.name).await?)
    }

    fn runs(&self) -> Runs {
        self.inner.seen().get(&self.name).map(|seen| seen.runs.clone()).unwrap_or_default()
    }

    fn requests_sent(&self) -> u64 {
        self.inner.seen().get(&self.name).map_or(0, |seen| seen.requests)
    }

    fn budgets(&self) -> Budgets {
        self.inner.registry.budgets()
    }

    fn progress(&self) -> BoxStream<'static, Progress> {
        let name = self.name.clone();
        let steps = self.inner.fleet.events().filter_map(move |event| {
            let step = match event {
                FleetEvent::Connection { name: of, event: ConnectionEvent::Progress(step) }
                    if *of == *name =>
                {
                    Some(step)
                }
                _ => None,
            };
            std::future::ready(step)
        });
        steps.boxed()
    }

    async fn search(&self, text: &str) -> Result<Found, HostError> {
        self.mirror_search().search_with_events(text, &self.explainer().await?).await
    }

    async fn explain(
        &self,
        integration: &str,
        id: i64,
        refresh: bool,
    ) -> Result<OpportunityExplanation, HostError> {
        dashboard::explain(&self.explainer().await?, integration, id, refresh).await
    }

    async fn retry(&self, letter: &DeadLetter) -> Result<bool, HostError> {
        let was_there = self.engine().await?.retry_dead_letter(letter).await?;
        self.hurry();
        Ok(was_there)
    }

    async fn discard(&self, letter: &DeadLetter) -> Result<bool, HostError> {
        Ok(self.engine().await?.discard_dead_letter(letter).await?)
    }

    async fn pause(&self, integration: &str) -> Result<(), HostError> {
        Ok(self.engine().await?.pause(integration).await?)
    }

    async fn resume(&self, integration: &str) -> Result<(), HostError> {
        self.engine().await?.resume(integration).await?;
        self.hurry();
        Ok(())
    }

    async fn customer(&self, id: i64) -> Result<Option<CustomerSummary>, HostError> {
        Ok(self.mirror_search().customer(id).await?)
    }

    async fn erase(&self, id: i64) -> Result<EraseReport, HostError> {
        Ok(self.engine().await?.erase(id).await?)
    }
}
