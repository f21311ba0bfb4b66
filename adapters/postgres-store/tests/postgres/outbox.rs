//! Positions of events are read in the order in which they become visible.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::DateTime;
use sync_core::{Change, OutboxEvent, Role, Store};

use crate::fencing::until_waiting;
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
    // Another process puts events in by commits, as a copy from another store does.
    let copier = schema.store().await;
    adders.push(tokio::spawn(async move {
        let epoch = copier.open("acme", Role::Pushing).await.unwrap();
        for number in 0..EACH {
            let copied = ["one", "two"].map(|id| Change::AddEvent(event(&format!("{id} {number} copied"))));
            copier.commit("acme", epoch, copied.into()).await.unwrap();
        }
        2 * EACH
    }));
    let mut stored = 0;
    for adder in adders {
        stored += adder.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);

    let mut seen = reading.await.unwrap();
    assert_eq!(stored, ADDERS * EACH / 2 + ADDERS * EACH / 4 + 2 * EACH);
    assert_eq!(seen.len(), stored, "an event was missed, or came twice");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), stored);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn an_event_that_is_slow_to_become_visible_is_not_overtaken() {
    let schema = Schema::fresh();
    let store = Arc::new(schema.store().await);
    let (watcher, blocker) = (session().await, session().await);
    // The slow one stops when it has its position already, until the test lets it go on.
    let trigger = schema.sql(
        "CREATE FUNCTION {s}.stop() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_advisory_xact_lock_shared(hashtext('{s}')); RETURN NEW; END $$;
         CREATE TRIGGER stop BEFORE INSERT ON {s}.events FOR EACH ROW WHEN (NEW.id = 'slow') EXECUTE FUNCTION {s}.stop();
         SELECT pg_advisory_lock(hashtext('{s}'))",
    );
    blocker.batch_execute(&trigger).await.unwrap();
    let add = |id: &'static str| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.add_event("acme", event(id)).await })
    };
    let slow = add("slow");
    until_waiting(&watcher, &schema, 1, &[&slow]).await;
    let fast = add("fast");
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'";
    while !fast.is_finished()
        && watcher.query_one(waiting, &[&schema.name]).await.unwrap().get::<_, i64>(0) < 2
    {
        tokio::task::yield_now().await;
    }

    let mut read = store.outbox("acme", 0, 10).await.unwrap();
    blocker.batch_execute(&schema.sql("SELECT pg_advisory_unlock(hashtext('{s}'))")).await.unwrap();
    assert!(slow.await.unwrap().unwrap() && fast.await.unwrap().unwrap());
    let last = read.last().map_or(0, |stored| stored.position);
    read.extend(store.outbox("acme", last, 10).await.unwrap());
    let ids: Vec<&str> = read.iter().map(|stored| stored.event.id.as_str()).collect();
    assert_eq!(ids, ["slow", "fast"]);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn adding_waits_neither_for_a_commit_nor_for_an_opening() {
    let schema = Schema::fresh();
    let store = schema.store().await;
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
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
