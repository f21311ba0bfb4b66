//! Number of requests to ServiceTitan for a tenant of 10,000 jobs: those that the engine makes, the fewest possible, and one for each
//! object. The results are counts, not times; `examples/tests/request_floor.rs` checks smaller tenants against the floor. With `--test`,
//! the tenant has 200 jobs.

#![allow(clippy::print_stdout, reason = "a bench tells what it counted")]

use std::sync::Arc;

use benches::figures::{RequestCounts, RequestFigures};
use benches::in_process::Tenant;
use benches::pictures;
use chrono::{Duration, NaiveTime};
use simulator::{ChangeKind, ReferenceReads};
use sync_core::MemoryStore;

#[tokio::main]
async fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let jobs = if is_test { 200 } else { 10_000 };
    let tenant = Tenant::open(jobs, Arc::new(MemoryStore::new()), |transport| transport).await;
    let world = tenant.simulator.world();
    let start = (world.now() - Duration::days(90)).date_naive().and_time(NaiveTime::MIN).and_utc();
    let one_by_one = world.requests_one_by_one(start);
    let mut reckoning = world.reckon_requests_with(start, ReferenceReads::Every(Duration::hours(1)));

    println!("{jobs} jobs, {} memberships\n", jobs / 10);
    println!("| | engine | floor | ratio | one request for each object |\n|---|---|---|---|---|");
    let mut cycles = Vec::new();
    let mut cycle = async |what: &str, in_picture: &str, one_by_one: Option<u64>| {
        let (made, floor) = (tenant.requests_of_sync().await, reckoning.next_floor().total());
        let hundredths = (made * 100 + floor / 2) / floor;
        println!(
            "| {what} | {made} | {floor} | {}.{:02} | {} |",
            hundredths / 100,
            hundredths % 100,
            one_by_one.map_or_else(String::new, |requests| requests.to_string())
        );
        cycles.push(RequestCounts { cycle: in_picture.to_owned(), engine: made, floor, one_by_one });
    };
    cycle("backfill of 90 days", "backfill of 90 days", Some(one_by_one)).await;
    cycle("idle cycle", "idle cycle", None).await;
    world.advance(Duration::hours(1));
    let after_an_hour = "idle cycle after an hour, which reads the reference tables";
    cycle(after_an_hour, "idle cycle, with reference tables", None).await;
    let kinds = [ChangeKind::JobChanged, ChangeKind::JobAdded, ChangeKind::JobCanceled];
    world.mutate_only(&kinds, 1, jobs / 100);
    cycle("cycle after changes to 1 % of the jobs", "1 % of the jobs changed", None).await;
    if !is_test {
        pictures::publish(&RequestFigures { cycles });
    }
}
