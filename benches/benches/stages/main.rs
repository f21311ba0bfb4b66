//! CPU time for each opportunity by stage, from a feed's page to the answered upsert: with the store in memory, in SQLite, and in the
//! PostgreSQL server that `POSTGRES_URL` names. Beside a backfill, an idle cycle and a cycle after changes to 1 % of the jobs.
//!
//! Each run is a process of its own; the simulated ServiceTitan and Hatch run in another one, and are reached over HTTP without TLS. Source, sink
//! and store are wrapped: the CPU time of the thread that polls them counts as theirs. The engine's own time is told apart by the step that is
//! called, and by spans around mapping and fingerprints. The sum is compared with the CPU time of the process. With `--test`, 200 jobs.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports and may fail")]

mod clock;
mod network;
mod run;
mod spans;
mod store;
mod threads;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use benches::figures::{CycleCost, Figures as _, StageFigures, StageRun};
use benches::pictures;
use benches::postgres::Postgres;
use benches::server;
use benches::stage::Stage;

/// CPU time for each opportunity of the largest tenant, in units of the smallest one's.
const GOAL: f64 = 1.3;

/// Tenants with more jobs are measured once.
const MANY_JOBS: usize = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let numbers: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    match arguments.get(1).map(String::as_str) {
        Some("--serve") => return server::serve(numbers[0]),
        Some("--run") => {
            let run = run::run(&arguments[2], numbers[0]);
            println!("{}", serde_json::to_string(&run).unwrap());
            return;
        }
        _ => {}
    }
    let is_test = arguments.iter().any(|argument| argument == "--test");
    let mut sizes = numbers;
    if is_test {
        sizes = vec![200];
    } else if sizes.is_empty() {
        sizes = vec![1_000, 10_000];
    }
    let mut stores = vec!["memory", "SQLite"];
    if Postgres::from_environment().is_some() {
        stores.push("PostgreSQL");
    }
    let mut measured: BTreeMap<&str, BTreeMap<usize, StageRun>> = BTreeMap::new();
    for jobs in sizes {
        // The stores take turns, so that other work of the machine falls on all of them.
        for _ in 0..if is_test || jobs > MANY_JOBS { 1 } else { 3 } {
            for store in &stores {
                let run = run_elsewhere(store, jobs);
                let kept = measured.entry(store).or_default();
                let is_cheaper = |kept: &StageRun| run.backfill.total() < kept.backfill.total();
                if kept.get(&jobs).is_none_or(is_cheaper) {
                    kept.insert(jobs, run);
                }
            }
        }
    }
    for store in &stores {
        report(store, &measured[store]);
    }
    if !is_test {
        let mut figures = StageFigures::read().unwrap_or_default();
        for (store, runs) in measured {
            figures.stores.entry(store.to_owned()).or_default().extend(runs);
        }
        pictures::publish(&figures);
    }
}

fn run_elsewhere(store: &str, jobs: usize) -> StageRun {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--run", store, &jobs.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the run of {jobs} jobs with {store} failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn report(store: &str, runs: &BTreeMap<usize, StageRun>) {
    for (jobs, run) in runs {
        println!("{store}, {jobs} jobs: µs of CPU");
        print!("| {:34} |", "");
        Stage::ALL.iter().for_each(|stage| print!(" {stage:9} |"));
        println!(" {:9} |", "sum");
        report_cycle(&format!("backfill, of each of {}", run.backfill.delivered), &run.backfill);
        report_cycle(&format!("1 % changed, of each of {}", run.incremental.delivered), &run.incremental);
        report_cycle("idle, the cycle", &run.idle);
    }
    let (Some((small, first)), Some((large, last))) = (runs.first_key_value(), runs.last_key_value()) else {
        return;
    };
    if small != large {
        let ratio = |of: fn(&StageRun) -> &CycleCost| of(last).total() / of(first).total();
        println!(
            "{store}: {large} jobs in units of {small} (goal {GOAL}): backfill {:.2}, 1 % changed {:.2}, idle {:.2}",
            ratio(|run| &run.backfill),
            ratio(|run| &run.incremental),
            ratio(|run| &run.idle)
        );
    }
}

fn report_cycle(name: &str, cost: &CycleCost) {
    print!("| {name:34} |");
    Stage::ALL.iter().for_each(|stage| print!(" {:9.1} |", cost.micros.get(stage).unwrap_or(&0.0)));
    println!(" {:9.1} |", cost.total());
}
