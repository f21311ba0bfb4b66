//! A stop ends between two transactions, and within a time.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use fleet::FleetError;

use crate::host::{Host, Running, hatch_event, minutes, pass};

#[tokio::test(start_paused = true)]
async fn a_stop_ends_cycles_and_engines_and_what_it_cut_goes_on_with_the_next_start() {
    let host = Host::with(&["north", "south"]);
    host.tenant("north").grow(300);
    let running = host.run();
    pass(minutes(1)).await;
    let (fleet, began) = (running.fleet.clone(), Instant::now());
    assert_eq!(running.stop().await.unfinished, Vec::<String>::new());
    assert!(began.elapsed() < Duration::from_secs(2));
    assert!(matches!(fleet.engine("north").await, Err(FleetError::NotRunning)));
    assert!(fleet.push("north", hatch_event("late")).await.is_err());
    let read = host.tenant("north").reads();

    let running = host.run();
    pass(minutes(10)).await;
    assert!(host.tenant("north").reads() - read < 260, "it went on where it was");
    assert!(running.fleet.status().connections["north"].last_cycle.is_some());
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_takes_too_long_says_which_connections_were_not_finished() {
    let host = Host::with(&["north", "south"]);
    let running = Running::start(host.builder().stop_within(Duration::from_secs(5)));
    pass(minutes(2)).await;
    // A host that does not give its lease back.
    let lease = running.fleet.engine("north").await.unwrap();
    let began = Instant::now();
    let report = running.stop().await;
    assert!(began.elapsed() <= Duration::from_secs(6));
    assert_eq!(report.unfinished, ["north"]);
    drop(lease);
}

#[tokio::test(start_paused = true)]
async fn a_fleet_whose_run_is_dropped_leaves_no_task_behind() {
    let host = Host::with(&["north"]);
    host.tenant("north").grow(10_000);
    let fleet = host.builder().build();
    let ended = tokio::time::timeout(minutes(1), fleet.run(CancellationToken::new())).await;
    assert!(ended.is_err());
    let read = host.tenant("north").reads();
    assert!(read > 0);
    pass(minutes(60)).await;
    assert!(host.tenant("north").reads() <= read + 1);
    assert_eq!(fleet.run(CancellationToken::new()).await.unfinished, Vec::<String>::new(), "it runs once");
}
