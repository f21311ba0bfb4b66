//! Latency of what somebody waits for: the time from a webhook's arrival to the answered upsert, and from `Engine::push` to the answered note, with
//! an idle engine and in the middle of a backfill.
//!
//! The bench uses the real client with its limiter, the real engine, and the simulator without sockets: a request to ServiceTitan or Hatch
//! takes 120 ms, and both keep to their published limits. In tokio's virtual time only waiting counts, so that every machine gives the same figures.
//! Pushes are also measured by the clock, with SQLite. With `--test`, few samples.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench reports and may fail"
)]

mod samples;
mod tenant;

use std::sync::Arc;
use std::time::Duration;

use sqlite_store::SqliteStore;
use sync_core::{Engine, MemoryStore, Store};
use tokio::time::Instant;

use samples::{Kind, Samples, take_samples};
use tenant::{Load, Tenant};

/// Upper bound of a push's median under load, in units of the idle engine's.
const GOAL: f64 = 1.2;

/// Number of samples, and sizes of the tenants.
struct Scale {
    samples: usize,
    /// Jobs of the tenant whose feeds are read during the measurement.
    reading: usize,
    /// Jobs of the tenant whose opportunities are delivered during the measurement.
    delivering: usize,
}

const FULL: Scale = Scale { samples: 250, reading: 6_000, delivering: 24_000 };
const SHORT: Scale = Scale { samples: 3, reading: 800, delivering: 600 };

/// Takes samples beside a backfill. Returns them with the number of requests a second to ServiceTitan and to Hatch meanwhile.
async fn beside_backfill(kind: Kind, tenant: &Tenant, engine: Engine, jobs: &[i64]) -> (Samples, [f64; 2]) {
    let engine = Arc::new(engine);
    let backfilling = Arc::clone(&engine);
    let backfill = tokio::spawn(async move { backfilling.sync_once().await });
    // The budgets let the first requests through without a wait, and reference tables are small.
    tokio::time::sleep(Duration::from_secs(15)).await;
    let (before, began) = (tenant.requests(), Instant::now());
    let samples = take_samples(kind, tenant, &engine, jobs).await;
    let seconds = began.elapsed().as_secs_f64();
    assert!(!backfill.is_finished(), "the backfill was over before the measurement was: give it more jobs");
    backfill.abort();
    let after = tenant.requests();
    (samples, [0, 1].map(|server| (after[server] - before[server]) as f64 / seconds))
}

/// An engine that knows these jobs and nothing else: the state of a first sync that has just begun.
async fn new_engine(tenant: &Tenant, store: Arc<dyn Store>, jobs: &[i64]) -> Engine {
    tenant.remember(store.as_ref(), jobs).await;
    tenant.engine(store).await
}

async fn in_virtual_time(scale: &Scale) {
    println!("| | | median | 99th percentile | slowest | in units of idle: median | 99th percentile |");
    println!("|---|---|---|---|---|---|---|");
    let store = || Arc::new(MemoryStore::new()) as Arc<dyn Store>;

    // A tenant whose opportunities are all delivered.
    let tenant = Tenant::new(scale.samples * 2 + 50, Load::Idle);
    let jobs = tenant.jobs(scale.samples);
    let engine = tenant.engine(store()).await;
    engine.sync_once().await.unwrap();
    let idle_push = take_samples(Kind::Push, &tenant, &engine, &jobs).await;
    idle_push.report("push", "idle", None);
    let idle_webhook = take_samples(Kind::Webhook, &tenant, &engine, &jobs).await;
    idle_webhook.report("webhook", "idle", None);

    // The same before the first sync: whatever the mirror lacks is looked up.
    let tenant = Tenant::new(scale.samples * 2 + 50, Load::Idle);
    let engine = new_engine(&tenant, store(), &jobs).await;
    let idle_lookup = take_samples(Kind::Webhook, &tenant, &engine, &jobs).await;
    idle_lookup.report("webhook, with lookups", "idle", None);

    for (kind, name, idle) in
        [(Kind::Push, "push", &idle_push), (Kind::Webhook, "webhook, with lookups", &idle_lookup)]
    {
        let tenant = Tenant::new(scale.reading, Load::Reading);
        let jobs = tenant.jobs(scale.samples);
        let engine = new_engine(&tenant, store(), &jobs).await;
        let (samples, [servicetitan, _]) = beside_backfill(kind, &tenant, engine, &jobs).await;
        samples.report(name, &reading(servicetitan), Some(idle));
    }

    for (kind, name, idle) in [(Kind::Push, "push", &idle_push), (Kind::Webhook, "webhook", &idle_webhook)] {
        let tenant = Tenant::new(scale.delivering, Load::Delivering);
        let jobs = tenant.jobs(scale.samples);
        let engine = tenant.engine(store()).await;
        for feed in engine.feeds() {
            while engine.ingest_page(feed).await.unwrap().has_more {}
        }
        let (samples, [_, hatch]) = beside_backfill(kind, &tenant, engine, &jobs).await;
        let load = format!("a backfill delivers, {hatch:.1} requests a second to Hatch");
        samples.report(name, &load, Some(idle));
    }
}

fn reading(requests_per_second: f64) -> String {
    format!("a backfill reads feeds, {requests_per_second:.0} requests a second to ServiceTitan")
}

/// Pushes by the clock, with SQLite: other work of the machine counts, too.
async fn by_the_clock(scale: &Scale) {
    let pushes = scale.samples / 5 + 1;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let open =
        async |name| Arc::new(SqliteStore::open(folder.path().join(name)).await.unwrap()) as Arc<dyn Store>;
    let name = "push, by the clock with SQLite";
    let tenant = Tenant::new(scale.reading, Load::Reading);
    let jobs = tenant.jobs(pushes);
    let engine = new_engine(&tenant, open("idle.db").await, &jobs).await;
    let idle = take_samples(Kind::Push, &tenant, &engine, &jobs).await;
    idle.report(name, "idle", None);

    let tenant = Tenant::new(scale.reading, Load::Reading);
    let engine = new_engine(&tenant, open("loaded.db").await, &jobs).await;
    let (samples, [servicetitan, _]) = beside_backfill(Kind::Push, &tenant, engine, &jobs).await;
    samples.report(name, &reading(servicetitan), Some(&idle));
}

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let scale = if is_test { SHORT } else { FULL };
    println!("{} samples each; goal for the median of pushes: {GOAL} of idle\n", scale.samples);
    let virtually =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    virtually.block_on(in_virtual_time(&scale));
    if !is_test {
        let really = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        really.block_on(by_the_clock(&scale));
    }
}
