//! One backfill into an empty store: its feeds, then everything else, with what each cost.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cpu_time::ProcessTime;
use hatch_mapping::Opportunity;
use sqlite_store::SqliteStore;
use sync_core::{Engine, MemoryStore, OpportunitySink, ServiceTitanSource, SinkError, Store, Upserted};

use crate::process::{bytes_written, cpu_of_threads};
use crate::server::{MODELS, Server};

/// Where opportunities go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sink {
    /// Written as JSON and dropped: the least that any sink does.
    Serialising,
    /// The simulated Hatch, over HTTP.
    Hatch,
}

/// What a backfill cost, and how much it did.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// CPU time of reading the feeds.
    pub feeds: Duration,
    /// Records on the feeds' pages.
    pub records: usize,
    /// CPU time of the whole.
    pub cpu: Duration,
    /// Time by the clock.
    pub wall: Duration,
    /// Opportunities that the sink took.
    pub delivered: u64,
    /// Bytes that this process sent to the disk.
    pub written: u64,
    /// Bytes of the closed file; 0 without one.
    pub file: u64,
    /// CPU time of the store's threads: the writing one, and the reading one.
    pub threads: [Duration; 2],
}

impl Cost {
    /// Returns each figure at its least, over all rounds.
    pub fn cheapest(rounds: &[Cost]) -> Cost {
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

    /// Returns the CPU time of the feeds for each of their records, in seconds.
    pub fn per_record(&self) -> f64 {
        self.feeds.as_secs_f64() / self.records as f64
    }

    /// Returns the CPU time for each delivered opportunity, in seconds.
    pub fn per_opportunity(&self) -> f64 {
        self.cpu.as_secs_f64() / self.delivered as f64
    }

    /// Returns the bytes written in units of the file's final size.
    pub fn amplification(&self) -> f64 {
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
pub async fn in_memory(server: &Server, sink: Sink) -> Cost {
    backfill(server, sink, Arc::new(MemoryStore::new())).await
}

/// Runs a backfill into a new file, and closes it.
pub async fn in_file(server: &Server, sink: Sink, path: &Path) -> Cost {
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
pub async fn backfill(server: &Server, sink: Sink, store: Arc<dyn Store>) -> Cost {
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
    let client = server.client().build().unwrap();
    let mut engine = Engine::builder("bench", Arc::new(ServiceTitanSource::new(client)), store);
    for (name, model) in MODELS {
        let sink: Arc<dyn OpportunitySink> = match sink {
            Sink::Serialising => Arc::new(Serialising(name)),
            Sink::Hatch => Arc::new(server.hatch(name).build().unwrap()),
        };
        engine = engine.integration(server.integration(name, model, sink));
    }
    engine.open().await.unwrap()
}
