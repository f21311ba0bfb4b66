//! A simulated tenant in this process, and an engine with every object of both models selected.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use allocation_counter::opt_out;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, Opportunity, OpportunityModel};
use http::{Request, Response};
use servicetitan_client::{
    Environment, RequestLimits, ServiceTitan, TenantId, Transport, TransportFailure, TransportKind,
};
use simulator::{Server, Simulator, SimulatorConfig};
use sync_core::{
    Clock, Engine, Integration, OpportunitySink, ServiceTitanSource, SinkError, Store, SyncReport, Upserted,
};
use tokio::runtime::{Builder, Runtime};

/// The name of the connection.
pub(crate) const CONNECTION: &str = "guards";

/// Transport to the simulated ServiceTitan, whose own allocations do not count.
struct InProcess(Arc<Simulator>);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let mut call = Box::pin(self.0.call(Server::ServiceTitan, &request));
        let answer = poll_fn(|context| {
            let mut polled = Poll::Pending;
            opt_out(|| polled = call.as_mut().poll(context));
            polled
        });
        answer.await.map_err(|broken| TransportFailure::new(TransportKind::Broken, broken.to_string()))
    }
}

/// The simulated world's clock as the host's.
struct WorldClock(Arc<Simulator>);

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.world().now()
    }

    async fn sleep(&self, duration: std::time::Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Sink that writes each body, as every sink does, and accepts it.
struct Writing(&'static str);

#[async_trait]
impl OpportunitySink for Writing {
    fn identity(&self) -> String {
        self.0.to_owned()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        let body = serde_json::to_vec(opportunity);
        std::hint::black_box(body.map_err(|error| SinkError::Unavailable(error.to_string()))?);
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

fn integration(name: &'static str, model: OpportunityModel) -> Integration {
    let mut config = MapperConfig::new(model, format!("custom:{name}"));
    config.selection = ObjectSelection::all(model);
    Integration::new(name, Mapper::new(config).unwrap(), Arc::new(Writing(name)))
}

/// Returns a runtime of one thread, in virtual time.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// A tenant of [`JOBS`] jobs, and a tenth as many memberships.
pub(crate) struct Tenant {
    pub(crate) simulator: Arc<Simulator>,
    engine: Engine,
}

/// Jobs of a tenant.
pub(crate) const JOBS: usize = 1_000;

impl Tenant {
    pub(crate) async fn open(store: Arc<dyn Store>) -> Tenant {
        let now = DateTime::from_timestamp(1_790_000_000, 0);
        let config = SimulatorConfig {
            seed: 1,
            jobs: JOBS,
            memberships: JOBS / 10,
            now,
            ..SimulatorConfig::default()
        };
        let simulator = Arc::new(Simulator::in_process(config));
        let credentials = simulator.credentials();
        let url = simulator.servicetitan_url();
        let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
            .app_key(credentials.app_key)
            .credentials(credentials.client_id, credentials.client_secret)
            .tenant(TenantId(credentials.tenant))
            .limits(RequestLimits::per_second(100_000))
            .transport(Arc::new(InProcess(Arc::clone(&simulator))))
            .build()
            .unwrap();
        let engine = Engine::builder(CONNECTION, Arc::new(ServiceTitanSource::new(client)), store)
            .clock(Arc::new(WorldClock(Arc::clone(&simulator))))
            .reconcile_every(None)
            .integration(integration("jobs", OpportunityModel::Job))
            .integration(integration("memberships", OpportunityModel::Membership))
            .open()
            .await
            .unwrap();
        Tenant { simulator, engine }
    }

    /// Runs one sync.
    pub(crate) async fn sync(&self) -> SyncReport {
        let report = self.engine.sync_once().await.unwrap();
        assert!(report.integrations.values().all(|it| it.waiting == 0 && it.rejected == 0), "{report:?}");
        report
    }
}

/// Returns the number of opportunities that a sync delivered.
pub(crate) fn delivered(report: &SyncReport) -> u64 {
    report.integrations.values().map(|it| it.delivered).sum()
}
