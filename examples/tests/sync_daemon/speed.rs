//! The time that a backfill takes, as the program tells it.

use std::time::Duration;

use crate::pace::{HatchLimit, Pace, in_words};
use crate::program::{Host, said};
use crate::simulator;

#[test]
fn ten_thousand_opportunities_take_seventeen_minutes_at_hatchs_limit() {
    let time = |opportunities| in_words(HatchLimit(100).time_for(opportunities));
    assert_eq!(time(10_000), "17 minutes");
    assert_eq!(time(1), "1 second");
    assert_eq!(time(900), "90 seconds");
    assert_eq!(time(100_000), "2 hours 47 minutes");
    assert_eq!(HatchLimit(100).time_for(u64::MAX), Duration::from_millis(u64::MAX / 100));
}

#[test]
fn the_time_that_is_left_goes_by_the_present_rate() {
    let left = |settled| Pace { waiting: 1000, settled }.time_left(Duration::from_secs(50));
    assert_eq!(left(0), None);
    assert_eq!(left(500), Some(Duration::from_secs(50)));
    assert_eq!(left(1000), Some(Duration::ZERO));
    // More were settled than were waiting at the start.
    assert_eq!(left(1001), Some(Duration::ZERO));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_the_time_where_there_is_no_terminal() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    host.replace("requests_per_10_seconds = 100000", "requests_per_10_seconds = 300");
    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let expected = "delivery started; with Hatch's limit of 300 requests in 10 seconds it takes about ";
    assert!(said(&output).contains(expected), "{}", said(&output));
}
