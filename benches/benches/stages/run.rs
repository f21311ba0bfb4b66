//! One tenant's cycles in a process of their own: a backfill, idle cycles, and one after changes to 1 % of the jobs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use benches::figures::{CycleCost, StageRun, rounded};
use benches::postgres::Postgres;
use benches::server::{MODELS, Server};
use benches::stage::Stage;
use cpu_time::ProcessTime;
use postgres_store::PostgresStore;
use servicetitan_client::{Environment, HttpTransport};
use sqlite_store::SqliteStore;
use sync_core::{Engine, MemoryStore, ServiceTitanSource, Store};

use crate::clock::{Part, spent, timed};
use crate::network::{Decoding, Downloading, Sending};
use crate::spans::StageSpans;
use crate::store::Storing;
use crate::threads::{ThreadCosts, Threads, on};

/// Number of idle cycles, of which the mean is taken.
const IDLE_CYCLES: u32 = 20;

/// CPU time of a process that may belong to a stage although the process has not spent it: the counts of threads are read one after the other.
const TOLERANCE: Duration = Duration::from_millis(5);

/// The largest answer that the client reads.
const LARGEST_ANSWER: usize = 64 << 20;

/// A store that can be opened by its name.
enum Opened {
    Memory,
    File(Arc<SqliteStore>),
    Server(Postgres, Arc<PostgresStore>),
}

impl Opened {
    async fn new(name: &str, folder: &Path) -> (Opened, Arc<dyn Store>) {
        match name {
            "memory" => (Opened::Memory, Arc::new(MemoryStore::new())),
            "SQLite" => {
                let store = Arc::new(SqliteStore::open(folder.join("sync.db")).await.unwrap());
                (Opened::File(Arc::clone(&store)), store)
            }
            _ => {
                let postgres = Postgres::from_environment().unwrap();
                let store = postgres.open().await;
                (Opened::Server(postgres, Arc::clone(&store)), store)
            }
        }
    }

    async fn close(self) {
        match self {
            Opened::Memory => {}
            Opened::File(store) => store.close().await,
            Opened::Server(postgres, store) => {
                store.close();
                postgres.remove().await;
            }
        }
    }
}

/// Runs the cycles with one store, in this process.
pub(crate) fn run(store: &str, jobs: usize) -> StageRun {
    tracing::subscriber::set_global_default(StageSpans).unwrap();
    let mut server = Server::start(jobs);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let threads = Threads::new();
    // One thread, so that whatever is no stage's is the runtime's.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (opened, store) = on(threads.store.handle(), Opened::new(store, folder.path())).await;
        let engine = engine(&server, store, &threads).await;
        let backfill = measured(1, async || cycle(&engine).await).await;
        assert!(backfill.delivered > 0, "nothing was delivered");
        let idle = measured(IDLE_CYCLES, async || cycle(&engine).await).await;
        assert_eq!(idle.delivered, 0, "an idle cycle delivers nothing");
        server.change_jobs(jobs / 100);
        let incremental = measured(1, async || cycle(&engine).await).await;
        assert!(incremental.delivered > 0, "no change was delivered");
        drop(engine);
        on(threads.store.handle(), opened.close()).await;
        StageRun { backfill, idle, incremental }
    })
}

async fn engine(server: &Server, store: Arc<dyn Store>, threads: &Threads) -> Engine {
    let url = server.text("servicetitan");
    let environment = Environment::custom(url, url).unwrap();
    let transport = Downloading {
        transport: HttpTransport::new(&environment, LARGEST_ANSWER).unwrap(),
        threads: threads.download.handle().clone(),
    };
    let client = server.client().transport(Arc::new(transport)).build().unwrap();
    let source = Decoding(ServiceTitanSource::new(client));
    let store = Storing { store, threads: threads.store.handle().clone() };
    let mut engine = Engine::builder("bench", Arc::new(source), Arc::new(store)).reconcile_every(None);
    for (name, model) in MODELS {
        let hatch = Arc::new(server.hatch(name).build().unwrap());
        let sink = Sending { hatch, threads: threads.send.handle().clone() };
        engine = engine.integration(server.integration(name, model, Arc::new(sink)));
    }
    engine.open().await.unwrap()
}

/// One cycle by its public steps, so that the engine's own time can be told apart. Returns the number of delivered opportunities.
async fn cycle(engine: &Engine) -> u64 {
    for feed in timed(Stage::Ingest, engine.due_feeds()).await.unwrap() {
        while timed(Stage::Ingest, engine.ingest_page(feed)).await.unwrap().has_more {}
    }
    let mut delivered = 0;
    for (name, _) in MODELS {
        let mut next = Some(0);
        while let Some(place) = next {
            let batch = timed(Stage::Hydrate, engine.deliver_batch(name, place)).await.unwrap();
            assert!(batch.report.error.is_none() && batch.report.rejected == 0, "{:?}", batch.report);
            delivered += batch.report.delivered;
            next = batch.next;
        }
    }
    delivered
}

/// CPU time so far, of the process and of its parts.
struct Snapshot {
    process: Duration,
    threads: ThreadCosts,
    stages: [Duration; Stage::ALL.len()],
    replay: Duration,
}

impl Snapshot {
    fn take() -> Self {
        Snapshot {
            threads: Threads::costs(),
            stages: Stage::ALL.map(|stage| spent(Part::Of(stage))),
            replay: spent(Part::Replay),
            process: ProcessTime::now().as_duration(),
        }
    }

    /// Returns the CPU time by stage since an earlier snapshot.
    fn since(&self, before: &Snapshot) -> [Duration; Stage::ALL.len()] {
        let replay = self.replay - before.replay;
        let mut costs = Stage::ALL.map(|stage| self.stages[stage as usize] - before.stages[stage as usize]);
        costs[Stage::Download as usize] += self.threads.download - before.threads.download;
        costs[Stage::Store as usize] += self.threads.store - before.threads.store;
        costs[Stage::Send as usize] += self.threads.send - before.threads.send;
        // The client writes the body in its own stage, as long as the replay took.
        costs[Stage::Send as usize] = costs[Stage::Send as usize].saturating_sub(replay);
        costs[Stage::Serialise as usize] += replay;
        let process = self.process - before.process - replay;
        let sum: Duration = costs.iter().sum();
        assert!(sum <= process + TOLERANCE, "the stages took {sum:?}, but the process only {process:?}");
        costs[Stage::Other as usize] = process.saturating_sub(sum);
        costs
    }
}

/// Measures so many cycles.
async fn measured(cycles: u32, cycle: impl AsyncFn() -> u64) -> CycleCost {
    let before = Snapshot::take();
    let mut delivered = 0;
    for _ in 0..cycles {
        delivered += cycle().await;
    }
    let costs = Snapshot::take().since(&before);
    let units = if delivered > 0 { delivered as f64 } else { f64::from(cycles) };
    let micros = |stage: Stage| rounded(costs[stage as usize].as_secs_f64() * 1e6 / units);
    CycleCost { delivered, micros: Stage::ALL.map(|stage| (stage, micros(stage))).into() }
}
