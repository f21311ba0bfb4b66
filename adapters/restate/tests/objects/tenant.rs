//! A tenant of the simulator, and a worker for it in this process.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hatch_client::HatchClient;
use hatch_mapping::{Mapper, MapperConfig, NoteTarget, OpportunityModel, PushConfig, PushRule};
use restate_adapter::{Connection, Host, Notes, Worker, WorkerOptions};
use restate_sdk::prelude::{Endpoint, HttpServer};
use servicetitan_client::{Environment, ServiceTitan, TenantId};
use simulator::{Simulator, SimulatorConfig};
use sync_core::{Engine, EngineBuilder, Integration, MemoryStore, ServiceTitanSource, SyncError};

pub(crate) const RHYTHM: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub(crate) struct Tenant {
    /// Another one in each run, since Restate keeps the objects.
    pub(crate) name: String,
    pub(crate) simulator: Arc<Simulator>,
    /// A job that is in Hatch.
    pub(crate) job: i64,
    source: Arc<ServiceTitanSource>,
    integration: Integration,
    store: Arc<MemoryStore>,
}

impl Tenant {
    pub(crate) async fn start() -> Self {
        let config = SimulatorConfig { jobs: 40, memberships: 0, ..SimulatorConfig::default() };
        let simulator = Arc::new(Simulator::start(config).await.unwrap());
        let credentials = simulator.credentials();
        let url = simulator.servicetitan_url();
        let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
            .app_key(credentials.app_key)
            .credentials(credentials.client_id, credentials.client_secret)
            .tenant(TenantId(credentials.tenant))
            .build()
            .unwrap();
        let [department, _] = simulator.hatch_departments();
        let hatch = HatchClient::builder(department.name, department.api_key)
            .base_url(simulator.hatch_url())
            .without_rate_limit()
            .build()
            .unwrap();
        let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, department.source)).unwrap();
        let push = PushConfig {
            incoming: PushRule::to([NoteTarget::Job, NoteTarget::Customer]),
            ..PushConfig::default()
        };
        let world = simulator.world();
        Tenant {
            name: format!("tenant-{}", std::process::id()),
            job: world.jobs_with_open_estimate()[0],
            simulator,
            source: Arc::new(ServiceTitanSource::new(client)),
            integration: Integration::new("jobs", mapper, Arc::new(hatch)).push(push),
            store: Arc::new(MemoryStore::new()),
        }
    }

    pub(crate) fn builder(&self) -> EngineBuilder {
        Engine::builder(self.name.clone(), self.source.clone(), self.store.clone())
            .integration(self.integration.clone())
    }
}

#[async_trait]
impl Host for Tenant {
    async fn engine(&self, connection: &str) -> Result<Option<EngineBuilder>, SyncError> {
        Ok(Some(self.builder()).filter(|_| connection == self.name))
    }
}

/// Serves a worker for the tenant until the test ends, and returns its address.
pub(crate) async fn serve(tenant: &Tenant) -> String {
    let options = WorkerOptions { rhythm: RHYTHM, ..WorkerOptions::default() };
    let worker = Worker::new(Arc::new(tenant.clone()), options);
    let endpoint = Endpoint::builder().bind(Connection::new(worker.clone())).bind(Notes::new(worker)).build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(HttpServer::new(endpoint).serve_with_cancel(listener, std::future::pending::<()>()));
    format!("http://{address}")
}
