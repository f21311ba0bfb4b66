//! Thousands of connections in one process.

use std::time::Duration;

use crate::host::{Host, RHYTHM, Running, pass};

#[tokio::test(start_paused = true)]
async fn two_thousand_idle_connections_keep_their_rhythm_with_few_engines_open() {
    let host = Host::with_many(2000);
    let running = Running::start(host.builder().close_after(Duration::from_secs(2)));
    pass(RHYTHM).await;
    let before = host.reads();
    let mut most = 0;
    for _ in 0..90 {
        pass(Duration::from_secs(10)).await;
        most = most.max(running.fleet.status().open_engines);
    }
    let counts: Vec<usize> = host.reads().iter().zip(before).map(|(now, before)| now - before).collect();
    assert!(counts.iter().all(|count| *count == 1), "{}", counts.iter().filter(|count| **count != 1).count());
    assert!(most <= 256, "{most}");
    assert_eq!(running.fleet.status().failing(), 0);
    running.stop().await;
}
