//! Many machines, on purpose a bad day: Restate, one PostgreSQL, three workers, the simulator with many tenants and faults. Workers are killed,
//! frozen for longer than every timeout and started again, Restate and PostgreSQL are restarted. In the end Hatch has `map(source)` for every
//! tenant, each pushed note is there exactly once or a dead letter, stale workers' writes were refused, and no limit was exceeded.
//!
//! `.ci/postgres .ci/restate cargo test -p examples --test restate -- --ignored` takes three minutes at most. `RESTATE_TENANTS=300` and
//! `RESTATE_SECONDS=600` make it longer.

mod chaos;
mod crew;
#[path = "../example/mod.rs"]
mod example;
#[path = "../expectation/mod.rs"]
mod expectation;
#[path = "../postgres_schema/mod.rs"]
mod postgres_schema;
mod pushing;
mod scene;
mod servers;
mod verdict;

use std::time::{Duration, Instant};

use chaos::Chaos;
use scene::Scene;

/// The number that a variable gives, or the default.
fn setting(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().map_or(default, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RESTATE_URL and POSTGRES_URL"]
async fn through_kills_freezes_and_restarts_hatch_gets_the_mapped_source_and_each_note_is_written_once() {
    let seed = setting("RESTATE_SEED", 17);
    let tenants = setting("RESTATE_TENANTS", 12);
    let trouble = Duration::from_secs(setting("RESTATE_SECONDS", 30));
    let began = Instant::now();
    let mut scene = Scene::set(seed, tenants).await;
    scene.start_tenants().await;
    let told = Chaos::new(seed, trouble).rage(&mut scene).await;
    let quiet = scene.calm_down().await;
    let verdict = scene.verdict().await;
    println!(
        "{tenants} tenants, seed {seed}: {told}; {verdict}; quiet after {} of {} seconds",
        quiet.as_secs(),
        began.elapsed().as_secs()
    );
    assert!(verdict.wrong.is_empty(), "RESTATE_SEED={seed}\n{}", verdict.wrong.join("\n"));
    assert!(told.kills > 0 && told.freezes > 0, "nothing happened, so that this shows nothing");
    assert!(verdict.opportunities > 10 * tenants, "{} opportunities prove little", verdict.opportunities);
    assert!(verdict.notes > tenants, "{} notes prove little", verdict.notes);
    assert!(scene.fenced() > 0, "no stale worker's write was refused");
}
