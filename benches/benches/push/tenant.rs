//! A tenant whose backfill takes longer than the bench, and an engine that syncs it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hatch_mapping::{Mapper, MapperConfig, NoteTarget, Opportunity, OpportunityModel, PushConfig, PushRule};
use http::{Request, Response};
use servicetitan_client::{
    Environment, RequestLimits, ServiceTitan, TenantId, Transport, TransportFailure, TransportKind,
};
use simulator::{Server, Simulator, SimulatorConfig};
use sync_core::{
    Change, Engine, Integration, MirrorRecord, OpportunitySink, Resource, Role, ServiceTitanSource,
    SinkError, Store, Upserted,
};

pub const JOBS: &str = "jobs";
const CONNECTION: &str = "bench";

/// Round-trip time of a request to ServiceTitan.
const LATENCY: Duration = Duration::from_millis(120);

/// Rate limit that ServiceTitan publishes.
const REQUESTS_PER_SECOND: u32 = 60;

struct Internet(Arc<Simulator>);

#[async_trait]
impl Transport for Internet {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        tokio::time::sleep(LATENCY).await;
        let answer = self.0.call(Server::ServiceTitan, &request).await;
        answer.map_err(|broken| TransportFailure::new(TransportKind::Broken, broken.to_string()))
    }
}

/// Sink that accepts every opportunity immediately.
struct Nowhere;

#[async_trait]
impl OpportunitySink for Nowhere {
    fn identity(&self) -> String {
        "nowhere".to_owned()
    }
    async fn upsert(&self, _: &Opportunity) -> Result<Upserted, SinkError> {
        Ok(Upserted::default())
    }
    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

pub struct Tenant(Arc<Simulator>);

impl Tenant {
    pub fn new() -> Self {
        // Small pages keep more feeds waiting for the budget than it lets through.
        let config =
            SimulatorConfig { jobs: 1500, memberships: 0, export_page_size: 2, ..SimulatorConfig::default() };
        Tenant(Arc::new(Simulator::in_process(config)))
    }

    pub fn jobs(&self, count: usize) -> Vec<i64> {
        self.0.world().ids("jobs").into_iter().take(count).collect()
    }

    pub fn requests(&self) -> u64 {
        self.0.stats().servicetitan_requests()
    }

    /// Opens an engine that has these jobs in its mirror, as it has the jobs that it delivered.
    pub async fn engine(&self, store: Arc<dyn Store>, jobs: &[i64]) -> Engine {
        let credentials = self.0.credentials();
        let url = self.0.servicetitan_url();
        let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
            .app_key(credentials.app_key)
            .credentials(credentials.client_id, credentials.client_secret)
            .tenant(TenantId(credentials.tenant))
            .limits(RequestLimits::per_second(REQUESTS_PER_SECOND))
            .transport(Arc::new(Internet(Arc::clone(&self.0))))
            .build()
            .unwrap();
        client.check().await.unwrap();
        let epoch = store.open(CONNECTION, Role::Syncing).await.unwrap();
        let record = |id: &i64| {
            let body = self.0.world().record("jobs", *id).unwrap().to_string();
            Change::PutRecord(MirrorRecord { body: Some(body), ..MirrorRecord::absent(Resource::Jobs, *id) })
        };
        store.commit(CONNECTION, epoch, jobs.iter().map(record).collect()).await.unwrap();
        let push = PushConfig { incoming: PushRule::to([NoteTarget::Job]), ..PushConfig::default() };
        let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:bench")).unwrap();
        Engine::builder(CONNECTION, Arc::new(ServiceTitanSource::new(client)), store)
            .integration(Integration::new(JOBS, mapper, Arc::new(Nowhere)).push(push))
            .open()
            .await
            .unwrap()
    }
}
