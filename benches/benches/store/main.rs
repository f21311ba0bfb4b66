//! Cost of a durable store: a backfill of a whole tenant into SQLite, and into the PostgreSQL server that `POSTGRES_URL` names, beside the same
//! one into memory. The simulated ServiceTitan and Hatch run in another process, as PostgreSQL does; what counts is this process's CPU time, and the
//! bytes that it writes. With `--test`, 200 jobs.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports and may fail")]

use benches::backfill::{self, Cost, Sink};
use benches::postgres::{Postgres, TableSize};
use benches::server::{self, Server};

/// CPU time for each delivered opportunity, in units of the store in memory.
const OPPORTUNITY_GOAL: f64 = 2.0;

/// CPU time for each record of a feed, in units of the store in memory.
const RECORD_GOAL: f64 = 3.0;

/// Bytes written, in units of the file's final size.
const WRITTEN_GOAL: f64 = 3.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|argument| argument == "--serve") {
        return server::serve(arguments[2].parse().unwrap());
    }
    let is_test = arguments.iter().any(|argument| argument == "--test");
    let given: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if is_test {
        vec![200]
    } else if given.is_empty() {
        vec![10_000, 40_000]
    } else {
        given
    };
    for jobs in sizes {
        let rounds = if is_test { 1 } else { 3 };
        measure(jobs, rounds);
    }
}

/// Measures both stores in turns, so that other work of the machine falls on both.
fn measure(jobs: usize, rounds: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let server = Server::start(jobs);
    let postgres = Postgres::from_environment();
    println!("{jobs} jobs, {} memberships", jobs / 10);
    for sink in [Sink::Serialising, Sink::Hatch] {
        let mut sizes = Vec::new();
        let [mut memory, mut file, mut on_postgres] = [const { Vec::<Cost>::new() }; 3];
        for _ in 0..rounds {
            memory.push(runtime.block_on(backfill::in_memory(&server, sink)));
            let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            file.push(runtime.block_on(backfill::in_file(&server, sink, &folder.path().join("sync.db"))));
            if let Some(postgres) = &postgres {
                let cost;
                (cost, sizes) = runtime.block_on(postgres.run(&server, sink));
                on_postgres.push(cost);
            }
        }
        let memory = Cost::cheapest(&memory);
        report(sink, &memory, &Cost::cheapest(&file));
        if !on_postgres.is_empty() {
            report_cpu("PostgreSQL", &memory, &Cost::cheapest(&on_postgres));
            report_sizes(jobs, &sizes);
        }
    }
}

fn report(sink: Sink, memory: &Cost, file: &Cost) {
    println!("{sink:?}: {} records, {} delivered", file.records, file.delivered);
    report_cpu("SQLite", memory, file);
    println!(
        "  written: {:.1} MB for a file of {:.1} MB = {:.2} (goal {WRITTEN_GOAL})",
        file.written as f64 / 1e6,
        file.file as f64 / 1e6,
        file.amplification()
    );
    let [writing, reading] = file.threads.map(|cpu| cpu.as_secs_f64() * 1e3 / file.delivered as f64);
    println!("  of SQLite's: {writing:.3} ms on the writing thread, {reading:.3} ms on the reading one");
    println!("  wall: memory {:.1} s, SQLite {:.1} s", memory.wall.as_secs_f64(), file.wall.as_secs_f64());
}

fn report_cpu(name: &str, memory: &Cost, store: &Cost) {
    let (of_memory, of_store) = (memory.per_opportunity() * 1e3, store.per_opportunity() * 1e3);
    println!(
        "  CPU per opportunity: memory {of_memory:.3} ms, {name} {of_store:.3} ms = {:.2} (goal {OPPORTUNITY_GOAL})",
        of_store / of_memory
    );
    let (of_memory, of_store) = (memory.per_record() * 1e6, store.per_record() * 1e6);
    println!(
        "  CPU per record of a feed: memory {of_memory:.1} µs, {name} {of_store:.1} µs = {:.2} (goal {RECORD_GOAL})",
        of_store / of_memory
    );
}

fn report_sizes(jobs: usize, sizes: &[TableSize]) {
    let of_each = |amount: i64| amount as f64 / jobs as f64;
    for TableSize { table, rows, bytes, in_indexes } in sizes {
        println!(
            "    {table}: {:.1} rows and {:.0} bytes for each job, of that {:.0} in indexes",
            of_each(*rows),
            of_each(*bytes),
            of_each(*in_indexes)
        );
    }
}
