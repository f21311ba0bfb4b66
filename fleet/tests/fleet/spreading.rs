//! Cycles are spread over the rhythm, and stay spread.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use crate::host::{Host, RHYTHM, minutes, pass};

/// Returns the largest number of tenants that begin a cycle within one of the 15 minutes of a rhythm.
fn busiest_minute(host: &Host, from: Instant) -> usize {
    let mut minutes = [0; 15];
    for tenant in host.tenants.values() {
        for moment in tenant.read.lock().unwrap().iter().filter(|moment| **moment >= from) {
            let minute = (*moment - from).as_secs() / 60;
            if let Some(count) = minutes.get_mut(usize::try_from(minute).unwrap()) {
                *count += 1;
            }
        }
    }
    minutes.into_iter().max().unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_connection_has_one_cycle_in_each_rhythm_and_they_do_not_come_together() {
    let host = Host::with_many(150);
    let running = host.run();
    pass(RHYTHM).await;
    let second = Instant::now();
    let before = host.reads();
    pass(RHYTHM).await;
    let counts: Vec<usize> = host.reads().iter().zip(before).map(|(now, before)| now - before).collect();
    assert!(counts.iter().all(|count| *count == 1), "{counts:?}");
    assert!(busiest_minute(&host, second) < 30, "10 in a minute if they are spread evenly");
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn cycles_that_were_slow_together_are_spread_again_afterwards() {
    let host = Host::with_many(60);
    let running = host.run();
    pass(RHYTHM).await;
    // An outage of twenty minutes: all cycles end at the same time.
    for tenant in host.tenants.values() {
        tenant.page_takes.store(20 * 60 * 1000, Ordering::SeqCst);
    }
    pass(minutes(20)).await;
    for tenant in host.tenants.values() {
        tenant.page_takes.store(0, Ordering::SeqCst);
    }
    pass(minutes(25)).await;
    let later = Instant::now();
    pass(RHYTHM).await;
    assert!(busiest_minute(&host, later) < 16, "4 in a minute if they are spread evenly");
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_few_connections_start_at_once_and_an_added_one_too() {
    let mut host = Host::with(&["north", "south"]);
    let running = host.run();
    pass(Duration::from_secs(1)).await;
    assert_eq!(host.reads(), [1, 1]);
    let east = host.add("east");
    pass(Duration::from_secs(1)).await;
    assert_eq!(east.reads(), 1);
    running.fleet.sync_now("north").unwrap();
    pass(Duration::from_secs(1)).await;
    assert_eq!(host.tenant("north").reads(), 2);
    running.stop().await;
}
