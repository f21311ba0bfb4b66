//! No more cycles run at a time than the bounds allow, and backfills take turns.

use std::sync::atomic::Ordering;
use std::time::Duration;

use fleet::{Activity, Bounds};

use crate::host::{Host, RHYTHM, Running, minutes, pass};

#[tokio::test(start_paused = true)]
async fn no_more_cycles_run_than_the_bounds_allow() {
    let host = Host::with_many(50);
    for tenant in host.tenants.values() {
        tenant.grow(5);
    }
    let bounds = Bounds::default().cycles(3, 2);
    let running = Running::start(host.builder().bounds(bounds));
    let mut most = 0;
    for _ in 0..900 {
        pass(Duration::from_secs(1)).await;
        most = most.max(running.fleet.status().count(Activity::Cycling));
    }
    assert!((2..=5).contains(&most), "{most}");
    assert!(host.reads().iter().all(|reads| *reads >= 5), "{:?}", host.reads());
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn backfills_of_hours_take_turns_and_go_on_from_where_they_were() {
    let host = Host::with(&["a", "b", "c"]);
    for tenant in host.tenants.values() {
        tenant.grow(3600);
    }
    let bounds = Bounds::default().cycles(4, 1).slice(minutes(2));
    let running = Running::start(host.builder().bounds(bounds));
    pass(minutes(30)).await;
    let reads = host.reads();
    // Ten minutes for each.
    assert!(reads.iter().all(|reads| (450..750).contains(reads)), "{reads:?}");
    pass(minutes(180)).await;
    assert!(host.tenants.values().all(|tenant| tenant.pages.load(Ordering::SeqCst) == 0));
    // Nothing was read twice but the pages in the midst of which a cycle was cut.
    assert!(host.reads().iter().all(|reads| *reads < 3800), "{:?}", host.reads());
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_backfill_that_is_alone_is_not_cut() {
    let host = Host::with(&["north"]);
    host.tenant("north").grow(3600);
    let running = host.run();
    pass(minutes(90)).await;
    let events = running.events_of("north").await;
    assert!(!events.contains(&"cut".to_owned()), "{events:?}");
    assert!(host.tenant("north").reads() >= 3600);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_cycle_that_turns_out_to_be_long_leaves_the_lane_of_the_short_ones() {
    let host = Host::with(&["large", "x", "y"]);
    let bounds = Bounds::default().cycles(1, 1).slice(minutes(1));
    let running = Running::start(host.builder().bounds(bounds));
    pass(RHYTHM).await;
    // Everything was synced once. Now an office changes a million records.
    host.tenant("large").grow(7200);
    running.fleet.sync_now("large").unwrap();
    pass(minutes(5)).await;
    let before = host.reads();
    pass(4 * RHYTHM).await;
    let reads = host.reads();
    assert_eq!((reads[1] - before[1], reads[2] - before[2]), (4, 4), "the others keep their rhythm");
    assert!(reads[0] - before[0] > 3000, "{reads:?}");
    running.stop().await;
}
