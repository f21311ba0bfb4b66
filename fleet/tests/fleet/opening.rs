//! Engines open when they are needed, and close when they are idle.

use std::time::Duration;

use fleet::{Bounds, FleetError};
use http::HeaderMap;

use crate::host::{Host, Running, hatch_event, minutes, pass};

const A_SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn an_engine_closes_half_a_minute_after_its_cycle() {
    let host = Host::with(&["north"]);
    let running = host.run();
    pass(A_SECOND).await;
    assert!(running.fleet.status().connections["north"].is_open);
    pass(Duration::from_secs(30)).await;
    assert_eq!(running.fleet.status().open_engines, 0);
    assert_eq!(running.events_of("north").await, ["Added", "Opened", "CycleBegan", "cycled", "Closed"]);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_push_for_a_closed_connection_opens_it_and_its_note_is_written_at_once() {
    let host = Host::with(&["north"]);
    let running = host.run();
    pass(minutes(2)).await;
    assert_eq!(running.fleet.status().open_engines, 0);
    running.fleet.push("north", hatch_event("one")).await.unwrap();
    assert_eq!(host.tenant("north").notes.lock().unwrap().len(), 1);
    running.fleet.accept("north", hatch_event("two")).await.unwrap();
    pass(A_SECOND).await;
    assert_eq!(host.tenant("north").notes.lock().unwrap().len(), 2);
    assert_eq!(host.tenant("north").reads(), 1, "a push is no cycle");
    pass(minutes(1)).await;
    assert_eq!(running.fleet.status().open_engines, 0);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_webhook_for_a_closed_connection_opens_it() {
    let host = Host::with(&["north"]);
    let running = host.run();
    pass(minutes(2)).await;
    running.events_of("north").await;
    // The engine was built without a key for webhooks: that it says so shows that it was asked.
    let refused = running.fleet.on_webhook("north", &HeaderMap::new(), b"{}").await.unwrap_err();
    assert_eq!(refused.status(), 500);
    assert_eq!(running.events_of("north").await, ["Opened"]);
    let unknown = running.fleet.on_webhook("east", &HeaderMap::new(), b"{}").await.unwrap_err();
    assert_eq!(unknown.status(), 404);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_lease_keeps_an_engine_open() {
    let host = Host::with(&["north"]);
    let running = host.run();
    let engine = loop {
        match running.fleet.engine("north").await {
            Err(FleetError::Unknown(_)) => pass(A_SECOND).await,
            engine => break engine.unwrap(),
        }
    };
    pass(minutes(10)).await;
    assert!(running.fleet.status().connections["north"].is_open);
    assert!(!engine.has_waiting_events().await.unwrap());
    drop(engine);
    pass(minutes(1)).await;
    assert!(!running.fleet.status().connections["north"].is_open);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_engine_makes_room_for_another_one_where_no_more_may_be_open() {
    let host = Host::with_many(40);
    let bounds = Bounds::default().open_engines(3).cycles(1, 1);
    let running = Running::start(host.builder().bounds(bounds).close_after(minutes(60)));
    for _ in 0..60 {
        pass(A_SECOND).await;
        assert!(running.fleet.status().open_engines <= 3);
    }
    assert!(host.reads().iter().all(|reads| *reads >= 1), "{:?}", host.reads());
    let leases =
        [running.fleet.engine("tenant-1").await.unwrap(), running.fleet.engine("tenant-2").await.unwrap()];
    running.fleet.push("tenant-3", hatch_event("one")).await.unwrap();
    drop(leases);
    running.stop().await;
}
