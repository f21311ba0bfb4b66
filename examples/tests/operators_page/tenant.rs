//! A simulated tenant with an engine and its page.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use dashboard::{Connections, Dashboard, DashboardBuilder, EngineConnection};
use hatch_mapping::{HatchEvent, HatchEventKind, NoteTarget, OpportunityModel, PushConfig, PushRule};
use servicetitan_client::RequestLimits;
use simulator::{Fault, FaultKind, Server, Simulator, SimulatorConfig};
use sync_core::{Engine, MemoryStore, MirrorRecord, Resource, ServiceTitanSource, Store};
use tokio_util::sync::CancellationToken;

use crate::browser::Browser;
use crate::simulated;

/// The connection's name, with a letter that addresses escape.
pub const NAME: &str = "north & south";

/// The address of the connection's page.
pub const HOME: &str = "/operate/connections/north%20%26%20south";

/// A simulated tenant with an engine that has synced once.
pub struct Tenant {
    pub simulator: Simulator,
    pub engine: Arc<Engine>,
    pub store: Arc<MemoryStore>,
    pub connection: Arc<EngineConnection>,
    pub stop: CancellationToken,
}

impl Tenant {
    /// Starts the tenant, of whose opportunities Hatch refuses as many.
    pub async fn start(refusals: u32) -> Self {
        let config = SimulatorConfig { seed: 5, jobs: 40, memberships: 10, ..SimulatorConfig::default() };
        let simulator = Simulator::start(config).await.expect("the simulator starts");
        if refusals > 0 {
            simulator.inject(Fault::once(Server::Hatch, FaultKind::Rejected).times(refusals));
        }
        let client = simulated::client(&simulator).limits(RequestLimits::per_second(10_000));
        let source = Arc::new(ServiceTitanSource::new(client.build().expect("a client")));
        let store = Arc::new(MemoryStore::new());
        let stop = CancellationToken::new();
        let [jobs, memberships] = simulator.hatch_departments();
        let push = PushConfig {
            user_messages: PushRule::to([NoteTarget::Job]).with_content(),
            ..PushConfig::default()
        };
        let integration =
            |name, model, department| simulated::integration(&simulator, name, model, department);
        let engine = Engine::builder(NAME, source, store.clone())
            .integration(integration("jobs", OpportunityModel::Job, jobs).push(push))
            .integration(integration("memberships", OpportunityModel::Membership, memberships))
            .cancellation(stop.clone())
            .open()
            .await
            .expect("an engine");
        let engine = Arc::new(engine);
        let connection =
            Arc::new(EngineConnection::new(engine.clone(), store.clone()).requests_per_second(60));
        let tenant = Tenant { simulator, engine, store, connection, stop };
        tenant.sync().await;
        tenant
    }

    /// Runs a sync, and tells the page.
    pub async fn sync(&self) {
        let outcome = self.engine.sync_once().await;
        self.connection.note_run(&outcome);
        outcome.expect("a sync");
    }

    pub fn builder(&self) -> DashboardBuilder {
        Dashboard::builder(Arc::new(Connections::of([self.connection.clone()])))
            .mounted_at("/operate")
            .stopping_with(self.stop.clone())
    }

    /// A browser of an operator whom the host has authenticated.
    pub fn browser(&self) -> Browser {
        Browser::of(self.builder().behind_authentication().build().router())
    }

    /// The mirrored records of a resource, with their bodies as JSON.
    pub async fn records(&self, resource: Resource) -> Vec<(MirrorRecord, serde_json::Value)> {
        let ids = self.store.record_ids(NAME, resource, None, 10_000).await.expect("IDs");
        let records = self.store.records(NAME, resource, &ids).await.expect("records");
        let with_body = |record: MirrorRecord| {
            let body = serde_json::from_str(record.body.as_deref()?).ok()?;
            Some((record, body))
        };
        records.into_iter().filter_map(with_body).collect()
    }

    /// The ID of a job that Hatch has, and that of its customer.
    pub async fn delivered_job(&self) -> (i64, i64) {
        let source = &self.simulator.hatch_departments()[0].source;
        let delivered = self.simulator.hatch().last_bodies(source);
        let job = delivered.keys().next().expect("a delivered job").parse().expect("an ID");
        let records = self.store.records(NAME, Resource::Jobs, &[job]).await.expect("a job");
        (job, records[0].linked_to(Resource::Customers).expect("a customer"))
    }

    /// A message about a job, which becomes a note.
    pub fn message(&self, id: &str, job: i64) -> HatchEvent {
        let at: DateTime<Utc> = self.simulator.world().now();
        HatchEvent::new(id, "jobs", job.to_string(), at, HatchEventKind::UserMessage)
    }
}
