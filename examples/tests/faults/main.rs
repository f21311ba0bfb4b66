//! The engine's first promise under faults and crashes: once nothing changes any more, the last upsert that Hatch accepted for every base record
//! has the body `map(source)`.
//!
//! Everything runs in one process on tokio's paused clock: the real client with its token, limits and retries over the simulator, the real
//! engine, a store, a sink. Alongside the runs, a host performs steps and handles webhooks, its operators pause, redeliver and erase, and the office
//! changes records while they are being read or sent. A seed always gives the same history. `cargo test` tries a few seeds;
//! `FAULT_SEEDS=0..5000 cargo test -p examples --release --test faults` tries more. `.ci/postgres cargo test -p examples --test faults --
//! --ignored` keeps the engine's state on a PostgreSQL server.

mod beside;
mod chaos;
#[path = "../expectation/mod.rs"]
mod expectation;
mod host_clock;
mod host_integrations;
mod in_process;
mod office;
#[path = "../postgres_schema/mod.rs"]
mod postgres_schema;
mod scenario;
#[path = "../seeds/mod.rs"]
mod seeds;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../simulated/mod.rs"]
mod simulated;
mod store_hook;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use scenario::{Storage, Travelled};

/// Seeds that `cargo test` tries.
const SEEDS: Range<u64> = 0..40;

/// Seeds that are tried on PostgreSQL.
const POSTGRES_SEEDS: Range<u64> = 0..8;

/// One in this number of seeds uses SQLite, which is slower than the store in memory.
const SQLITE_EVERY: u64 = 20;

/// Upper bound of a history's duration on the paused clock.
const A_LONG_TIME: Duration = Duration::from_secs(100 * 24 * 60 * 60);

/// The store of a seed.
fn embedded(seed: u64) -> Storage {
    if seed % SQLITE_EVERY == SQLITE_EVERY / 2 { Storage::Sqlite } else { Storage::Memory }
}

fn live_through(seed: u64, storage: Storage) -> Result<Travelled, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let history = async {
        // If all tasks wait for ever, the paused clock jumps to this timeout at once.
        let ended = tokio::time::timeout(A_LONG_TIME, scenario::run(seed, storage)).await;
        ended.unwrap_or_else(|_| Err("it hangs".to_owned()))
    };
    // A panic is caught, so that the message names its seed.
    let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(history)));
    ended.unwrap_or_else(|_| Err("it panicked, as told above".to_owned()))
}

#[test]
fn hatch_ends_up_with_the_mapped_source_after_any_faults_and_crashes() {
    live_through_all(seeds::from_environment("FAULT_SEEDS", SEEDS), embedded, "");
}

#[test]
#[ignore = "needs POSTGRES_URL"]
fn the_same_holds_with_the_state_on_postgresql() {
    let seeds = seeds::from_environment("POSTGRES_FAULT_SEEDS", POSTGRES_SEEDS);
    live_through_all(seeds, |_| Storage::Postgres, "POSTGRES_");
}

fn live_through_all(seeds: Range<u64>, storage: fn(u64) -> Storage, prefix: &str) {
    let next = AtomicU64::new(seeds.start);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut outcomes: Vec<(u64, Result<Travelled, String>)> = thread::scope(|scope| {
        let run = || {
            let mut outcomes = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::SeqCst);
                if seed >= seeds.end {
                    return outcomes;
                }
                outcomes.push((seed, live_through(seed, storage(seed))));
            }
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a thread")).collect()
    });
    outcomes.sort_by_key(|(seed, _)| *seed);
    let failed: Vec<String> = outcomes
        .iter()
        .filter_map(|(seed, outcome)| {
            let wrong = outcome.as_ref().err()?;
            Some(format!(
                "{prefix}FAULT_SEEDS={seed} cargo test -p examples --test faults   # again:\n{wrong}"
            ))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} seeds failed\n{}",
        failed.len(),
        outcomes.len(),
        failed.join("\n\n")
    );
    let travelled: Vec<Travelled> = outcomes.into_iter().filter_map(|(_, outcome)| outcome.ok()).collect();
    let total = |of: fn(&Travelled) -> u64| travelled.iter().map(of).sum::<u64>();
    println!(
        "{} seeds: {} lives, {} crashes, {} failed runs, {} requests, {} upserts, {} opportunities, {} changes, {} faults, {} mended, {} left out",
        travelled.len(),
        total(|it| it.lives),
        total(|it| it.crashes),
        total(|it| it.failed_runs),
        total(|it| it.requests),
        total(|it| it.upserts),
        total(|it| it.opportunities),
        total(|it| it.changes),
        total(|it| it.faults),
        total(|it| it.mended),
        total(|it| it.left_out)
    );
    // The histories must have had crashes, faults and changes, or the test proves nothing.
    if travelled.len() >= 8 {
        assert!(
            total(|it| it.crashes) > 0
                && total(|it| it.faults) > 0
                && total(|it| it.opportunities) > 0
                && total(|it| it.changes) > 0
        );
    }
}

#[test]
fn a_seed_gives_the_same_history_again() {
    for seed in [3, 8, 21] {
        let live = || live_through(seed, embedded(seed));
        assert_eq!(live(), live(), "seed {seed}");
    }
}
