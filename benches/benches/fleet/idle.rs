//! Idle connections: memory and time to open one, and CPU of a cycle that finds nothing new.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use benches::process::resident;
use benches::server::Server;
use cpu_time::ProcessTime;
use fleet::{Fleet, MemoryRegistry};
use hatch_client::{Connections, HatchClient, RateLimit};
use hatch_mapping::{Mapper, MapperConfig, OpportunityModel};
use secrecy::SecretString;
use servicetitan_client::{Environment, HttpTransport};
use sqlite_store::SqliteStore;
use sync_core::{Clock, Engine, EngineBuilder, Integration, MemoryStore, ServiceTitanSource, Store};
use tokio_util::sync::CancellationToken;

const CYCLES: u32 = 50;

/// Parts that all connections share.
#[derive(Clone)]
struct Shared {
    store: Arc<dyn Store>,
    transport: Arc<HttpTransport>,
    hatch: Connections,
    hatch_url: String,
}

/// A clock that stands still, so that the reference tables, which are read hourly, stay out of the cycles.
struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

impl Shared {
    fn new(store: Arc<dyn Store>, server: &Server) -> Shared {
        let url = server.text("servicetitan");
        let environment = Environment::custom(url, url).unwrap();
        // As for production: with the certificates that a pool for this machine does without.
        let transport = Arc::new(HttpTransport::new(&environment, 64 << 20).unwrap());
        let (hatch, hatch_url) = (Connections::new().unwrap(), server.text("hatch").to_owned());
        Shared { store, transport, hatch, hatch_url }
    }

    fn builder(&self, name: &str, server: &Server) -> EngineBuilder {
        let client = server.client().transport(Arc::<HttpTransport>::clone(&self.transport)).build().unwrap();
        let integration = |model: &'static str, opportunity| {
            let hatch = HatchClient::builder(format!("{model} of {name}"), SecretString::from("key"))
                .base_url(self.hatch_url.clone())
                .connections(self.hatch.clone())
                .rate_limit(RateLimit::default());
            let mapper = Mapper::new(MapperConfig::new(opportunity, "custom:bench")).unwrap();
            Integration::new(model, mapper, Arc::new(hatch.build().unwrap()))
        };
        Engine::builder(name, Arc::new(ServiceTitanSource::new(client)), Arc::clone(&self.store))
            .clock(Arc::new(Still))
            .integration(integration("jobs", OpportunityModel::Job))
            .integration(integration("memberships", OpportunityModel::Membership))
    }
}

/// Opens so many engines, and prints what each costs.
pub(crate) fn measure(connections: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let server = Arc::new(Server::start(20));
    runtime.block_on(async {
        let shared = Shared::new(Arc::new(MemoryStore::new()), &server);
        drop(shared.builder("first", &server).open().await.unwrap());
        let before = resident().now;
        let began = Instant::now();
        let mut engines = Vec::new();
        for number in 0..connections {
            engines.push(shared.builder(&format!("tenant-{number}"), &server).open().await.unwrap());
        }
        let each = began.elapsed() / u32::try_from(connections).unwrap();
        let kept = (resident().now - before) / connections as u64;
        println!(
            "{connections} open engines with two sinks: {kept} bytes and {:.3} ms each",
            each.as_secs_f64() * 1e3
        );
        drop(engines);

        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path().join("sync.db")).await.unwrap());
        for (name, store) in [("memory", Arc::new(MemoryStore::new()) as Arc<dyn Store>), ("SQLite", file)] {
            let shared = Shared::new(store, &server);
            let engine = shared.builder("tenant", &server).open().await.unwrap();
            // Hatch refuses the key: whatever the backfill finds stays dirty. The pauses keep it from being tried again.
            engine.pause("jobs").await.unwrap();
            engine.pause("memberships").await.unwrap();
            engine.sync_once().await.unwrap();
            let cpu = ProcessTime::now();
            let mut requests = 0;
            for _ in 0..CYCLES {
                requests = engine.sync_once().await.unwrap().total_requests();
            }
            let each = cpu.elapsed().as_secs_f64() * 1e3 / f64::from(CYCLES);
            println!("an idle cycle with the store in {name}: {each:.2} ms of CPU, {requests} requests");
        }
    });
    closed(&runtime, connections, &server);
}

/// Prints what a connection costs whose engine is closed, and how long a fleet takes to know all of them.
fn closed(runtime: &tokio::runtime::Runtime, connections: usize, server: &Arc<Server>) {
    runtime.block_on(async {
        let registry = Arc::new(MemoryRegistry::new());
        let shared = Shared::new(Arc::new(MemoryStore::new()), server);
        for number in 0..connections {
            let (shared, server, name) = (shared.clone(), Arc::clone(server), format!("tenant-{number}"));
            registry.put(&name.clone(), move || Ok(shared.builder(&name, &server)));
        }
        let before = resident().now;
        let began = Instant::now();
        // No cycle is due before the measurement is over.
        let fleet = Fleet::builder(registry).rhythm(Duration::from_secs(1_000_000)).build();
        let (running, stop) = (fleet.clone(), CancellationToken::new());
        let stopped = stop.clone();
        let run = tokio::spawn(async move { running.run(stopped).await });
        while fleet.status().connections.len() < connections {
            tokio::task::yield_now().await;
        }
        let took = began.elapsed();
        let kept = resident().now.saturating_sub(before) / connections as u64;
        println!(
            "{connections} closed connections in a fleet: {kept} bytes each, known after {:.0} ms",
            took.as_secs_f64() * 1e3
        );
        stop.cancel();
        run.await.unwrap();
    });
}
