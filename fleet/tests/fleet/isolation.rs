//! A connection that fails is isolated, backed off and reported; the rest goes on.

use std::sync::atomic::Ordering;
use std::time::Duration;

use fleet::FailureKind;
use sync_core::{SourceErrorKind, StoreError, SyncError};

use crate::host::{Host, RHYTHM, builder, hatch_event, minutes, pass};

const A_SECOND: Duration = Duration::from_secs(1);

/// Lets a tenant fail for a day beside a healthy one, and returns the kind that is reported and the number of attempts.
async fn fail_for_a_day(break_it: impl Fn(&Host)) -> (FailureKind, usize) {
    let host = Host::with(&["broken", "healthy"]);
    break_it(&host);
    let running = host.run();
    pass(96 * RHYTHM).await;
    let status = running.fleet.status();
    assert_eq!((status.failing(), status.connections["healthy"].failures), (1, 0));
    assert!(host.tenant("healthy").reads() >= 96, "{}", host.tenant("healthy").reads());
    let failure = status.connections["broken"].failure.clone().unwrap();
    let attempts =
        running.events_of("broken").await.iter().filter(|event| event.starts_with("failed")).count();
    running.stop().await;
    (failure.kind, attempts)
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_is_reported_and_tried_less_and_less_often() {
    let (kind, attempts) =
        fail_for_a_day(|host| host.tenant("broken").fail(Some(SourceErrorKind::Auth))).await;
    assert_eq!(kind, FailureKind::Refused);
    assert!((5..=10).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn a_panic_costs_its_connection_and_no_other() {
    let (kind, attempts) =
        fail_for_a_day(|host| host.tenant("broken").panics.store(true, Ordering::SeqCst)).await;
    assert_eq!(kind, FailureKind::Panicked);
    assert!((5..=10).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_cannot_be_configured_is_reported() {
    let broken = |host: &Host| {
        host.registry
            .put("broken", || Err(fleet::RegistryError("the variable NORTH_KEY is not set".to_owned())));
    };
    let (kind, attempts) = fail_for_a_day(broken).await;
    assert_eq!(kind, FailureKind::Configuration);
    assert!((5..=10).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn an_outage_does_not_lengthen_the_rhythm() {
    let host = Host::with(&["north"]);
    let running = host.run();
    pass(A_SECOND).await;
    host.tenant("north").fail(Some(SourceErrorKind::Temporary));
    pass(8 * RHYTHM).await;
    let read = host.tenant("north").reads();
    assert!(read >= 9, "{read}");
    host.tenant("north").fail(None);
    pass(RHYTHM).await;
    assert_eq!(running.fleet.status().connections["north"].last_cycle.as_ref().unwrap().failed_feeds, 0);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_another_process_took_over_is_left_to_it_for_a_while() {
    let host = Host::with(&["north", "south"]);
    host.tenant("north").grow(10_000);
    let running = host.run();
    pass(minutes(1)).await;
    // Another process.
    let other = builder("north", host.tenants["north"].clone(), host.store.clone()).open().await.unwrap();
    pass(Duration::from_secs(10)).await;
    let status = running.fleet.status().connections["north"].clone();
    assert_eq!(status.failure.unwrap().kind, FailureKind::Fenced);
    assert!(status.next_cycle_in.unwrap() > A_SECOND && !status.is_open);
    assert!(running.fleet.status().connections["south"].failure.is_none());
    host.tenant("north").pages.store(0, Ordering::SeqCst);
    other.sync_once().await.unwrap();
    pass(5 * RHYTHM).await;
    other.sync_once().await.expect("it is left to the other process");
    // The fleet has the connection in its registry: it comes back.
    pass(24 * RHYTHM).await;
    assert!(running.fleet.status().connections["north"].failure.is_none());
    let fenced = other.sync_once().await.unwrap_err();
    assert!(matches!(fenced, SyncError::Store(StoreError::Fenced { .. })), "{fenced}");
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_engine_stays_open_while_a_note_waits_that_could_not_be_written() {
    let host = Host::with(&["north"]);
    let running = host.run();
    pass(A_SECOND).await;
    host.tenant("north").note_fails.store(true, Ordering::SeqCst);
    running.fleet.accept("north", hatch_event("first")).await.unwrap();
    pass(minutes(1)).await;
    assert!(running.fleet.status().connections["north"].is_open, "a note waits");
    host.tenant("north").note_fails.store(false, Ordering::SeqCst);
    pass(minutes(10)).await;
    assert_eq!(host.tenant("north").notes.lock().unwrap().len(), 1);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_taken_over_while_its_engine_was_closed_is_not_taken_back() {
    let host = Host::with(&["north"]);
    let running = host.run();
    pass(minutes(2)).await;
    assert_eq!(running.fleet.status().open_engines, 0);
    let other = builder("north", host.tenants["north"].clone(), host.store.clone()).open().await.unwrap();
    pass(4 * RHYTHM).await;
    assert_eq!(
        running.fleet.status().connections["north"].failure.as_ref().unwrap().kind,
        FailureKind::Fenced
    );
    other.sync_once().await.expect("it is left to the other process");
    running.stop().await;
}
