//! Positions of events are read in the order in which they become visible.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::DateTime;
use sync_core::{OutboxEvent, Store};

use crate::server::{Schema, session, value};

fn event(id: &str) -> OutboxEvent {
    OutboxEvent {
        id: id.to_owned(),
        event: "{}".to_owned(),
        state: "{}".to_owned(),
        at: DateTime::UNIX_EPOCH,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs POSTGRES_URL"]
async fn a_reader_that_goes_on_behind_the_last_position_misses_none_of_many_concurrent_adders() {
    const ADDERS: usize = 12;
    const EACH: usize = 60;
    let schema = Schema::fresh();
    let store = Arc::new(schema.store().await);
    let done = Arc::new(AtomicBool::new(false));
    let reading = tokio::spawn({
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        async move {
            let (mut seen, mut after) = (Vec::new(), 0);
            loop {
                let last_round = done.load(Ordering::SeqCst);
                let read = store.outbox("acme", after, 7).await.unwrap();
                for stored in &read {
                    assert!(stored.position > after);
                    after = stored.position;
                    seen.push(stored.event.id.clone());
                }
                if read.is_empty() && last_round {
                    return seen;
                }
            }
        }
    });
    let mut adders = Vec::new();
    for adder in 0..ADDERS {
        // A pool of its own, as another process has.
        let store = schema.store().await;
        adders.push(tokio::spawn(async move {
            let mut stored = 0;
            for number in 0..EACH {
                // Half of the events are pushed by two.
                let id = if number % 2 == 0 {
                    format!("{} {number}", adder / 2)
                } else {
                    format!("{adder} {number} own")
                };
                stored += usize::from(store.add_event("acme", event(&id)).await.unwrap());
            }
            stored
        }));
    }
    let mut stored = 0;
    for adder in adders {
        stored += adder.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);

    let mut seen = reading.await.unwrap();
    assert_eq!(stored, ADDERS * EACH / 2 + ADDERS * EACH / 4);
    assert_eq!(seen.len(), stored, "an event was missed, or came twice");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), stored);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn adding_waits_neither_for_a_commit_nor_for_an_opening() {
    let schema = Schema::fresh();
    let store = schema.store().await;
    let epoch = store.open("acme").await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap();
    store.add_event("acme", event("1")).await.unwrap();
    // All that a commit of the engine holds at its end, and an opening.
    let blocker = session().await;
    let locks = schema.sql(
        "BEGIN; SELECT FROM {s}.epochs FOR UPDATE; UPDATE {s}.connections SET last_number = last_number + 1;
         UPDATE {s}.connection_values SET value = '2'",
    );
    blocker.batch_execute(&locks).await.unwrap();

    assert!(store.add_event("acme", event("2")).await.unwrap());
    assert_eq!(store.outbox("acme", 0, 10).await.unwrap().len(), 2);
    blocker.batch_execute("ROLLBACK").await.unwrap();
}
