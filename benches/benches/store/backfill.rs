//! One backfill into an empty store: its feeds, then everything else, with what each cost.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cpu_time::ProcessTime;
use hatch_client::HatchClient;
use hatch_mapping::{Mapper, MapperConfig, Opportunity, OpportunityModel};
use servicetitan_client::{Environment, RequestLimits, ServiceTitan, TenantId};
use sqlite_store::SqliteStore;
use sync_core::{
    Engine, Integration, MemoryStore, OpportunitySink, ServiceTitanSource, SinkError, Store, Upserted,
};

use crate::server::Server;

/// Where opportunities go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sink {
    /// Written as JSON and dropped: the least that any sink does.
    Serialising,
    /// The simulated Hatch, over HTTP.
    Hatch,
}

/// What a backfill cost, and how much it did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// CPU time of reading the feeds.
    pub(crate) feeds: Duration,
    /// Records on the feeds' pages.
    pub(crate) records: usize,
    /// CPU time of the whole.
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
    pub(crate) delivered: u64,
    /// Bytes that this process sent to the disk.
    pub(crate) written: u64,
    /// Bytes of the closed file; 0 without one.
    pub(crate) file: u64,
    /// CPU time of the store's threads: the writing one, and the reading one.
    pub(crate) threads: [Duration; 2],
}

impl Cost {
    /// Each figure at its least, over all rounds.
    pub(crate) fn cheapest(rounds: &[Cost]) -> Cost {
        let least = |a: Cost, b: &Cost| Cost {
            feeds: a.feeds.min(b.feeds),
            cpu: a.cpu.min(b.cpu),
            wall: a.wall.min(b.wall),
            written: a.written.min(b.written),
            threads: [a.threads[0].min(b.threads[0]), a.threads[1].min(b.threads[1])],
            ..a
        };
        rounds.iter().fold(rounds[0], least)
    }

    pub(crate) fn per_record(&self) -> f64 {
        self.feeds.as_secs_f64() / self.records as f64
    }

    pub(crate) fn per_opportunity(&self) -> f64 {
        self.cpu.as_secs_f64() / self.delivered as f64
    }

    /// Bytes written in units of the file's final size.
    pub(crate) fn amplification(&self) -> f64 {
        self.written as f64 / self.file as f64
    }
}

struct Serialising(&'static str);

#[async_trait]
impl OpportunitySink for Serialising {
    fn identity(&self) -> String {
        self.0.to_owned()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        let body =
            serde_json::to_vec(opportunity).map_err(|error| SinkError::Unavailable(error.to_string()))?;
        std::hint::black_box(body);
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// Runs a backfill with everything in memory.
pub(crate) async fn in_memory(server: &Server, sink: Sink) -> Cost {
    backfill(server, sink, Arc::new(MemoryStore::new())).await
}

/// Runs a backfill into a new file, and closes it.
pub(crate) async fn in_file(server: &Server, sink: Sink, path: &Path) -> Cost {
    let (cpu, wall, written) = (ProcessTime::now(), Instant::now(), bytes_written());
    let store = Arc::new(SqliteStore::open(path).await.unwrap());
    let cost = backfill(server, sink, Arc::clone(&store) as Arc<dyn Store>).await;
    let threads = ["store-writer", "store-reader"].map(cpu_of_threads);
    store.close().await;
    Cost {
        cpu: cpu.elapsed(),
        wall: wall.elapsed(),
        written: bytes_written() - written,
        file: path.metadata().unwrap().len(),
        threads,
        ..cost
    }
}

/// Runs a backfill into an empty store.
pub(crate) async fn backfill(server: &Server, sink: Sink, store: Arc<dyn Store>) -> Cost {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let engine = engine(server, sink, store).await;
    let mut records = 0;
    let began = ProcessTime::now();
    for feed in engine.feeds() {
        loop {
            let page = engine.ingest_page(feed).await.unwrap();
            records += page.records;
            if !page.has_more {
                break;
            }
        }
    }
    let feeds = began.elapsed();
    let report = engine.sync_once().await.unwrap();
    let delivered: u64 = report.integrations.values().map(|it| it.delivered).sum();
    assert!(report.integrations.values().all(|it| it.waiting == 0 && it.rejected == 0), "{report:?}");
    drop(engine);
    let (cpu, wall) = (cpu.elapsed(), wall.elapsed());
    Cost { feeds, records, cpu, wall, delivered, written: 0, file: 0, threads: [Duration::ZERO; 2] }
}

async fn engine(server: &Server, sink: Sink, store: Arc<dyn Store>) -> Engine {
    let url = server.text("servicetitan");
    let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
        .app_key(server.secret("app_key"))
        .credentials(server.text("client_id"), server.secret("client_secret"))
        .tenant(TenantId(server.tenant()))
        .limits(RequestLimits::per_second(100_000))
        .build()
        .unwrap();
    let integration = |name: &'static str, model| {
        let source = server.text(&format!("{name}_source"));
        let key = server.secret(&format!("{name}_key"));
        let sink: Arc<dyn OpportunitySink> = match sink {
            Sink::Serialising => Arc::new(Serialising(name)),
            Sink::Hatch => {
                let hatch =
                    HatchClient::builder(name, key).base_url(server.text("hatch")).without_rate_limit();
                Arc::new(hatch.build().unwrap())
            }
        };
        Integration::new(name, Mapper::new(MapperConfig::new(model, source)).unwrap(), sink)
    };
    Engine::builder("bench", Arc::new(ServiceTitanSource::new(client)), store)
        .integration(integration("jobs", OpportunityModel::Job))
        .integration(integration("memberships", OpportunityModel::Membership))
        .open()
        .await
        .unwrap()
}

/// Bytes that this process caused to be sent to the disk, by Linux' own count: pages of files, each time that one was made dirty after it
/// had been written. 0 where it is not counted.
pub(crate) fn bytes_written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|bytes| bytes.trim().parse().ok()).unwrap_or(0)
}

/// CPU time of this process' running threads of a name, by Linux' own count.
fn cpu_of_threads(name: &str) -> Duration {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Duration::ZERO };
    let read = |thread: std::io::Result<std::fs::DirEntry>| {
        let path = thread.ok()?.path();
        let is_meant = std::fs::read_to_string(path.join("comm")).ok()?.trim() == name;
        let statistics = std::fs::read_to_string(path.join("schedstat")).ok()?;
        let running = statistics.split(' ').next()?.parse().ok()?;
        is_meant.then_some(Duration::from_nanos(running))
    };
    threads.filter_map(read).sum()
}
