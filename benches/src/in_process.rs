//! A simulated tenant in this process, without sockets, and an engine with every object of both models selected.

use std::sync::Arc;

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
    Clock, Engine, Integration, OpportunitySink, ServiceTitanSource, SinkError, Store, Upserted,
};

/// The name of the connection.
pub const CONNECTION: &str = "bench";

/// Transport to the simulated ServiceTitan.
#[derive(Debug)]
pub struct InProcess(Arc<Simulator>);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let answer = self.0.call(Server::ServiceTitan, &request).await;
        answer.map_err(|broken| TransportFailure::new(TransportKind::Broken, broken.to_string()))
    }
}

/// The simulated world's clock as the host's, so that an hour of the world is an hour of the engine.
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

/// Sink that writes each body, as every sink does, and accepts it. Requests to Hatch are not made.
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

/// A tenant, and an engine that syncs it.
#[derive(Debug)]
pub struct Tenant {
    /// The simulated ServiceTitan.
    pub simulator: Arc<Simulator>,
    /// The engine, whose clock is the simulated world's. It makes no reconciliations, without which the floor of requests is reckoned.
    pub engine: Engine,
}

impl Tenant {
    /// Opens an engine for a tenant of so many jobs and a tenth as many memberships, the same ones each time. Requests go through the transport that
    /// `transport` makes.
    pub async fn open<T: Transport>(
        jobs: usize,
        store: Arc<dyn Store>,
        transport: impl FnOnce(InProcess) -> T,
    ) -> Tenant {
        let now = DateTime::from_timestamp(1_790_000_000, 0);
        let config =
            SimulatorConfig { seed: 1, jobs, memberships: jobs / 10, now, ..SimulatorConfig::default() };
        let simulator = Arc::new(Simulator::in_process(config));
        let credentials = simulator.credentials();
        let url = simulator.servicetitan_url();
        let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
            .app_key(credentials.app_key)
            .credentials(credentials.client_id, credentials.client_secret)
            .tenant(TenantId(credentials.tenant))
            .limits(RequestLimits::per_second(100_000))
            .transport(Arc::new(transport(InProcess(Arc::clone(&simulator)))))
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

    /// Runs one sync. Returns the number of opportunities that it delivered.
    pub async fn sync(&self) -> u64 {
        let report = self.engine.sync_once().await.unwrap();
        assert!(report.integrations.values().all(|it| it.waiting == 0 && it.rejected == 0), "{report:?}");
        report.integrations.values().map(|it| it.delivered).sum()
    }

    /// Runs one sync. Returns the number of requests that it made.
    pub async fn requests_of_sync(&self) -> u64 {
        self.simulator.reset_stats();
        self.sync().await;
        let stats = self.simulator.stats();
        // A jump of the world's clock expires the token early.
        let refused: u64 =
            stats.servicetitan.iter().filter(|((_, status), _)| *status == 401).map(|(_, count)| count).sum();
        stats.servicetitan_requests() - refused
    }
}
