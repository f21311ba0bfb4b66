//! `sync_daemon` on SQLite or PostgreSQL, killed with SIGKILL repeatedly during a backfill with faults, and then left to finish. At the end Hatch
//! must have `map(source)`.
//!
//! `cargo test` tries a few seeds; `CRASH_SEEDS=0..50 cargo test -p examples --test crash` tries more. `.ci/postgres cargo test -p examples --test
//! crash -- --ignored` does the same on a PostgreSQL server.

#[path = "expectation/mod.rs"]
mod expectation;
#[path = "postgres_schema/mod.rs"]
mod postgres_schema;
#[allow(dead_code, reason = "other tests use the rest")]
mod program;
#[path = "seeds/mod.rs"]
mod seeds;

use std::process::{Child, Stdio};
use std::time::Duration;

use chrono::{DateTime, Utc};
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel};
use postgres_schema::Schema;
use postgres_store::PostgresStore;
use program::{Host, said};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use simulator::{FaultKind, FaultPlan, Simulator, SimulatorConfig};
use sqlite_store::SqliteStore;
use sync_core::Store;

/// Number of kills for each seed.
const KILLS: usize = 8;

/// Lower bound of a backfill's requests for this tenant, so that every kill hits a running program.
const REQUESTS_BETWEEN_KILLS: u64 = 60;

fn requests(simulator: &Simulator) -> u64 {
    let stats = simulator.stats();
    stats.servicetitan_requests() + stats.hatch_requests()
}

/// Waits until the program has sent this number of requests, or has ended.
async fn until_requests(simulator: &Simulator, program: &mut Child, wanted: u64) {
    while requests(simulator) < wanted && program.try_wait().expect("a child").is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn start(host: &Host, schema: Option<&Schema>) -> DateTime<Utc> {
    let store: Box<dyn Store> = match schema {
        None => {
            Box::new(SqliteStore::open_read_only(host.folder.path().join("sync.db")).await.expect("a store"))
        }
        Some(schema) => Box::new(PostgresStore::open(&schema.options()).await.expect("a store")),
    };
    let start = store.value("north", "start").await.expect("a value").expect("a start date");
    start.parse().expect("a date")
}

async fn survive(seed: u64, schema: Option<&Schema>) {
    let mut dice = StdRng::seed_from_u64(seed);
    let config = SimulatorConfig {
        seed,
        jobs: 150,
        memberships: 30,
        export_page_size: 40,
        undocumented_page_caps: true,
        reveal_revisions: true,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.expect("the simulator starts");
    let mut host = Host::new(&simulator, "");
    // The end of the test does not wait for the hour in which a changed table is read.
    host.replace("[sync]", "[sync]\nreference_tables_every_minutes = 0");
    if let Some(schema) = schema {
        host.use_postgres(&postgres_schema::url(), &schema.name);
    }
    let mut killed_at_work = 0;
    for _ in 0..KILLS {
        // Faults with waits that are longer than the program's life are left out.
        let plan = FaultPlan::light(dice.random()).without(|kind| matches!(kind, FaultKind::TimedOut { .. }));
        simulator.plan_faults(plan);
        simulator.world().mutate(dice.random(), 5);
        let mut program = host
            .command(&[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sync_daemon starts");
        let wanted = requests(&simulator) + dice.random_range(1..REQUESTS_BETWEEN_KILLS);
        until_requests(&simulator, &mut program, wanted).await;
        killed_at_work += usize::from(program.try_wait().expect("a child").is_none());
        // `kill` sends SIGKILL on Unix.
        program.kill().expect("it is killed");
        program.wait().expect("it is gone");
    }
    assert_eq!(killed_at_work, KILLS, "the program ended by itself");

    simulator.clear_faults();
    simulator.world().mend();
    loop {
        let before = simulator.hatch().total_upserts();
        let output = host.run(&["once"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        if simulator.hatch().total_upserts() == before {
            break;
        }
    }
    let start = start(&host, schema).await;
    for (model, department) in
        [OpportunityModel::Job, OpportunityModel::Membership].into_iter().zip(simulator.hatch_departments())
    {
        let mut config = MapperConfig::new(model, department.source.clone());
        config.selection = ObjectSelection::all(model);
        let mapper = Mapper::new(config).expect("a mapper");
        let expected = expectation::bodies(&simulator.world(), &mapper, start);
        let held = simulator.hatch().last_bodies(&department.source);
        let mut wrong = expectation::differences(&expected, &held);
        let back = simulator.hatch().steps_back(&department.source);
        wrong.extend(back.iter().map(|step| format!("sent from an older revision than before: {step:?}")));
        assert!(expected.len() > 5, "{} opportunities prove little", expected.len());
        assert!(
            wrong.is_empty(),
            "CRASH_SEEDS={seed} cargo test -p examples --test crash   # again:\n{}",
            wrong.join("\n")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_it_is_killed_hatch_ends_up_with_what_the_source_says() {
    for seed in seeds::from_environment("CRASH_SEEDS", 0..3) {
        survive(seed, None).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs POSTGRES_URL"]
async fn the_same_holds_with_the_state_on_postgresql() {
    for seed in seeds::from_environment("CRASH_SEEDS", 0..2) {
        survive(seed, Some(&Schema::fresh())).await;
    }
}
