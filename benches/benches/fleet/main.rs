//! Many connections, and large ones: the memory and time of an idle connection, and the peak memory and the time of backfills of two sizes.
//!
//! `cargo bench -p benches --bench fleet -- idle 10000` measures idle connections, `cargo bench -p benches --bench fleet -- flat 100000 1000000` backfills. The simulated
//! ServiceTitan runs in another process, and each backfill in one of its own. With `--test`, everything once on a small scale.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports and may fail")]

mod flat;
mod idle;

use benches::server;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let numbers: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    match arguments.get(1).map(String::as_str) {
        Some("--serve") => return server::serve(numbers[0]),
        Some("--backfill") => return flat::backfill_here(&arguments[2], numbers[0]),
        _ => {}
    }
    let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
    if is_named("--test") {
        idle::measure(50);
        flat::measure(&[100, 200]);
        return;
    }
    if is_named("idle") || !is_named("flat") {
        idle::measure(if is_named("idle") { numbers.first().copied().unwrap_or(10_000) } else { 10_000 });
    }
    if is_named("flat") {
        flat::measure(if numbers.len() > 1 { &numbers } else { &[100_000, 1_000_000] });
    }
}
