//! Backfills of several sizes, each in a process of its own: peak resident memory, and time for each job.

use std::path::Path;
use std::process::Command;

use benches::backfill::{self, Sink};
use benches::postgres::Postgres;
use benches::process::resident;
use benches::server::Server;
use serde_json::{Value, json};

/// Upper bound of the largest backfill's peak memory, and of its time for each job, in units of the smallest one's.
const GOAL: f64 = 1.3;

/// Backfills into SQLite, and into PostgreSQL where `POSTGRES_URL` names a server.
pub(crate) fn measure(sizes: &[usize]) {
    let mut stores = vec!["sqlite"];
    if Postgres::from_environment().is_some() {
        stores.push("postgres");
    }
    for store in stores {
        println!("{store}: jobs, opportunities, peak memory in MB, seconds, ms of CPU for each opportunity");
        let measured: Vec<Value> = sizes.iter().map(|jobs| backfill_elsewhere(store, *jobs)).collect();
        let number = |measured: &Value, key: &str| measured[key].as_f64().unwrap();
        for (jobs, it) in sizes.iter().zip(&measured) {
            println!(
                "  {jobs}, {}, {:.0}, {:.0}, {:.3}",
                it["delivered"],
                number(it, "peak") / 1e6,
                number(it, "seconds"),
                number(it, "cpu") * 1e3 / number(it, "delivered")
            );
        }
        let (Some(small), Some(large)) = (measured.first(), measured.last()) else { return };
        let ratio = |value: &dyn Fn(&Value) -> f64| value(large) / value(small);
        let per_job = |key: &'static str| move |it: &Value| number(it, key) / number(it, "delivered");
        println!(
            "  largest in units of the smallest (goal {GOAL}): memory {:.2}, time {:.2}, CPU {:.2}",
            ratio(&|it| number(it, "peak")),
            ratio(&per_job("seconds")),
            ratio(&per_job("cpu"))
        );
    }
}

fn backfill_elsewhere(store: &str, jobs: usize) -> Value {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--backfill", store, &jobs.to_string()])
        .stderr(std::process::Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the backfill of {jobs} jobs failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Backfills in this process, and prints what it cost as JSON.
pub(crate) fn backfill_here(store: &str, jobs: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let server = Server::start(jobs);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let cost = runtime.block_on(async {
        match store {
            "postgres" => Postgres::from_environment().unwrap().run(&server, Sink::Serialising).await.0,
            _ => {
                backfill::in_file(&server, Sink::Serialising, &folder.path().join(Path::new("sync.db"))).await
            }
        }
    });
    let (seconds, cpu) = (cost.wall.as_secs_f64(), cost.cpu.as_secs_f64());
    println!(
        "{}",
        json!({ "peak": resident().peak, "seconds": seconds, "cpu": cpu, "delivered": cost.delivered })
    );
}
