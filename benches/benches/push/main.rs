//! Push under full load: the time from `Engine::push` to the note while a backfill uses the whole request budget, compared with an idle client.
//!
//! The bench uses the real client with its limiter, the real engine, and the simulator without sockets behind a transport with the latency of
//! ServiceTitan over the Internet. It runs once by the clock with SQLite, and once in tokio's virtual time with the store in memory, where only
//! waiting counts.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod tenant;

use std::sync::Arc;
use std::time::Duration;

use hatch_mapping::{HatchEvent, HatchEventKind};
use sqlite_store::SqliteStore;
use sync_core::{Engine, MemoryStore, NoteOutcome, PushOutcome, Store};
use tokio::time::Instant;

use tenant::{JOBS, Tenant};

/// Upper bound of the median, in units of the idle client's median.
const GOAL: f64 = 1.2;

/// Durations of the pushes, in ascending order.
struct Measured(Vec<Duration>);

impl Measured {
    fn median(&self) -> f64 {
        self.0[self.0.len() / 2].as_secs_f64()
    }

    fn worst(&self) -> f64 {
        self.0[self.0.len() - 1].as_secs_f64()
    }
}

/// Pushes events one after the other, with a pause between them.
async fn push(engine: &Engine, jobs: &[i64]) -> Measured {
    let mut took = Vec::new();
    for job in jobs {
        // The pause is not a multiple of the budget's slots.
        tokio::time::sleep(Duration::from_millis(137)).await;
        let at = "2026-03-01T12:00:00Z".parse().unwrap();
        let event = HatchEvent::new(
            format!("event {job}"),
            JOBS,
            job.to_string(),
            at,
            HatchEventKind::IncomingMessage,
        );
        let began = Instant::now();
        let outcome = engine.push(event).await.unwrap();
        took.push(began.elapsed());
        let PushOutcome::Stored(report) = outcome else { panic!("{outcome:?}") };
        assert!(report.notes.iter().all(|(_, outcome)| *outcome == NoteOutcome::Written), "{report:?}");
    }
    took.sort_unstable();
    Measured(took)
}

/// Measures an idle engine, then an engine in the middle of its backfill.
async fn measure(name: &str, stores: [Arc<dyn Store>; 2], pushes: usize) {
    let [idle, loaded] = stores;
    let tenant = Tenant::new();
    let jobs = tenant.jobs(pushes);
    let engine = tenant.engine(idle, &jobs).await;
    let idle = push(&engine, &jobs).await;

    let tenant = Tenant::new();
    let engine = Arc::new(tenant.engine(loaded, &jobs).await);
    let backfilling = Arc::clone(&engine);
    let backfill = tokio::spawn(async move { backfilling.sync_once().await });
    // The budget lets the first requests of a second through without a wait.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (requests, began) = (tenant.requests(), Instant::now());
    let loaded = push(&engine, &jobs).await;
    let rate = (tenant.requests() - requests) as f64 / began.elapsed().as_secs_f64();
    assert!(!backfill.is_finished(), "the backfill was over before the pushes were: give it more jobs");
    backfill.abort();

    println!(
        "{name}: idle {:.0} ms; under load {:.0} ms, at {rate:.0} requests a second: {:.2} times as long, the slowest {:.2} (goal: {GOAL})",
        idle.median() * 1000.0,
        loaded.median() * 1000.0,
        loaded.median() / idle.median(),
        loaded.worst() / idle.median(),
    );
}

fn main() {
    let pushes = if std::env::args().any(|argument| argument == "--test") { 3 } else { 50 };
    let virtually =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let stores = [Arc::new(MemoryStore::new()) as Arc<dyn Store>, Arc::new(MemoryStore::new())];
    virtually.block_on(measure("in virtual time", stores, pushes));

    let really = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    really.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let open = async |name| {
            Arc::new(SqliteStore::open(folder.path().join(name)).await.unwrap()) as Arc<dyn Store>
        };
        measure("by the clock, SQLite", [open("idle.db").await, open("loaded.db").await], pushes).await;
    });
}
