//! Five ways to read an export feed of 100,000 jobs of about 1 KB from a server in another process. The bench measures the CPU time of this
//! process, in units of a plain loop of reqwest and derived serde that reads the same fields.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports and may fail")]

mod readers;
mod server;

use std::time::{Duration, Instant};

use benches::figures::{FeedFigures, rounded};
use benches::pictures;
use cpu_time::ProcessTime;

/// Size of the feed's pages, number of pages, and number of rounds.
struct Size {
    pages: usize,
    jobs_per_page: usize,
    rounds: usize,
}

const FULL: Size = Size { pages: 100, jobs_per_page: 1000, rounds: 7 };
/// A small feed that shows that the bench runs, for `cargo bench -- --test`.
const SHORT: Size = Size { pages: 3, jobs_per_page: 50, rounds: 1 };

/// Wait of the server before each page, for the measurement in which downloads overlap with decoding.
const SLOW: Duration = Duration::from_millis(5);

/// The goal for the CPU time of both typed readers, in units of the plain loop.
const GOAL: f64 = 0.8;

#[derive(Clone, Copy)]
struct Cost {
    cpu: Duration,
    wall: Duration,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|argument| argument == "--serve") {
        let number = |at: usize| arguments[at].parse::<usize>().unwrap();
        return server::serve(number(2), number(3), Duration::from_millis(number(4) as u64));
    }
    let size = if arguments.iter().any(|argument| argument == "--test") { SHORT } else { FULL };
    let server = server::Server::start(&size, Duration::ZERO);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let jobs = size.pages * size.jobs_per_page;
    println!("{jobs} jobs in pages of {}, {} bytes each", size.jobs_per_page, server::job(1).len());

    let url = &server.url;
    let mut costs: [Vec<Cost>; 5] = Default::default();
    // One round warms up; then the readers take turns, so that other load on the machine affects all of them alike.
    for round in 0..=size.rounds {
        let read = [
            measured(|| runtime.block_on(readers::download_only(url))),
            measured(|| runtime.block_on(readers::plain_loop(url))),
            measured(|| runtime.block_on(readers::values(url))),
            measured(|| runtime.block_on(readers::typed_stream(url))),
            measured(|| runtime.block_on(readers::typed_pages(url))),
        ];
        for (costs, (cost, read)) in costs.iter_mut().zip(read) {
            assert!(read == jobs || read == 0, "{read} of {jobs} jobs were read");
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    let costs = costs.map(median);
    report(&costs);
    if size.rounds == FULL.rounds {
        pictures::publish(&figures(&costs));
    }

    // The server waits before it sends a page, so that reading ahead makes a difference.
    let slow = server::Server::start(&size, SLOW);
    let (plain, _) = measured(|| runtime.block_on(readers::plain_loop(&slow.url)));
    let (typed, _) = measured(|| runtime.block_on(readers::typed_stream(&slow.url)));
    println!(
        "where each page takes {} ms to come: (b) {:.3} s wall, (d) {:.3} s wall",
        SLOW.as_millis(),
        plain.wall.as_secs_f64(),
        typed.wall.as_secs_f64()
    );
}

fn measured(read: impl FnOnce() -> usize) -> (Cost, usize) {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let jobs = read();
    (Cost { cpu: cpu.elapsed(), wall: wall.elapsed() }, jobs)
}

fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by_key(|cost| cost.cpu);
    costs[costs.len() / 2]
}

fn figures(costs: &[Cost; 5]) -> FeedFigures {
    let names = [
        "download, without parsing",
        "plain loop, unknown fields dropped",
        "serde_json::Value",
        "typed stream, unknown fields kept",
        "typed pages, one after the other",
    ];
    let ratio = |cost: &Cost| rounded(cost.cpu.as_secs_f64() / costs[1].cpu.as_secs_f64());
    FeedFigures {
        readers: names.iter().zip(costs).map(|(name, cost)| ((*name).to_owned(), ratio(cost))).collect(),
    }
}

fn report(costs: &[Cost; 5]) {
    let names = [
        "(a) downloaded without reading",
        "(b) plain loop of reqwest and derived serde, unknown fields dropped",
        "(c) read into serde_json::Value",
        "(d) our typed stream, unknown fields kept",
        "(e) our typed pages, one after the other, unknown fields kept",
    ];
    let plain = costs[1].cpu.as_secs_f64();
    for (name, cost) in names.iter().zip(costs) {
        let ratio = cost.cpu.as_secs_f64() / plain;
        println!(
            "{name:70} {:6.3} s CPU = {ratio:4.2} × (b), {:6.3} s wall",
            cost.cpu.as_secs_f64(),
            cost.wall.as_secs_f64()
        );
    }
    let [stream, pages] = [3, 4].map(|reader: usize| costs[reader].cpu.as_secs_f64() / plain);
    println!("(d) / (b) = {stream:.2}, (e) / (b) = {pages:.2} (goal: at most {GOAL})");
}
