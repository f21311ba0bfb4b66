//! Events that wait to become notes, and dead letters.

use super::{CONNECTION, commit, opened, time};
use crate::{Change, DeadLetter, OutboxEvent, Store};

fn event(id: &str) -> OutboxEvent {
    OutboxEvent {
        id: id.to_owned(),
        event: format!(r#"{{"id":"{id}","text":"Grüße"}}"#),
        state: "{}".to_owned(),
        at: time(0) + chrono::TimeDelta::nanoseconds(100),
    }
}

async fn add(store: &dyn Store, id: &str) -> bool {
    store.add_event(CONNECTION, event(id)).await.unwrap()
}

async fn outbox_ids(store: &dyn Store) -> Vec<String> {
    store.outbox(CONNECTION).await.unwrap().into_iter().map(|event| event.id).collect()
}

fn set(id: &str, state: &str, finished: bool) -> Change {
    Change::SetEvent { id: id.to_owned(), state: state.to_owned(), finished }
}

fn letter(integration: &str, subject: &str, reason: &str) -> DeadLetter {
    DeadLetter {
        integration: integration.to_owned(),
        subject: subject.to_owned(),
        reason: reason.to_owned(),
        at: "0001-01-01T00:00:00.0000001Z".parse().unwrap(),
    }
}

fn remove(integration: &str, subject: &str) -> Change {
    Change::RemoveDeadLetter { integration: integration.to_owned(), subject: subject.to_owned() }
}

/// First stored, first told, whatever the IDs are.
pub async fn events_come_in_the_order_in_which_they_were_stored(store: &dyn Store) {
    for id in ["c", "a", "b"] {
        assert!(add(store, id).await);
    }
    let stored = store.outbox(CONNECTION).await.unwrap();
    assert!(stored == ["c", "a", "b"].map(event), "order or content of the events is another");
}

/// A webhook that comes twice is one event, and the first one counts.
pub async fn an_event_is_stored_once(store: &dyn Store) {
    assert!(add(store, "a").await);
    let changed = OutboxEvent { event: "{}".to_owned(), ..event("a") };
    assert!(!store.add_event(CONNECTION, changed).await.unwrap());
    assert!(store.outbox(CONNECTION).await.unwrap() == [event("a")], "the first version is not the one kept");
}

/// Notes that were added are not added again after a restart.
pub async fn an_event_keeps_its_state_until_it_is_finished(store: &dyn Store) {
    add(store, "a").await;
    add(store, "b").await;
    let epoch = opened(store).await;
    commit(store, epoch, vec![set("a", r#"{"noted":1}"#, false), set("unknown", "{}", true)]).await;
    let stored = store.outbox(CONNECTION).await.unwrap();
    let expected = [OutboxEvent { state: r#"{"noted":1}"#.to_owned(), ..event("a") }, event("b")];
    assert!(stored == expected, "the state of the event is not the one that was set");
}

/// A replay long after is still known.
pub async fn a_finished_event_leaves_the_outbox_and_stays_known(store: &dyn Store) {
    add(store, "a").await;
    add(store, "b").await;
    let epoch = opened(store).await;
    commit(store, epoch, vec![set("a", "{}", true)]).await;
    assert_eq!(outbox_ids(store).await, ["b"]);
    assert!(!add(store, "a").await);
    assert_eq!(outbox_ids(store).await, ["b"]);
}

/// Any process may push, and an event fences nobody off.
pub async fn an_event_needs_no_opening(store: &dyn Store) {
    assert!(add(store, "a").await);
    let epoch = opened(store).await;
    assert!(add(store, "b").await);
    commit(store, epoch, vec![set("b", "{}", true)]).await;
    assert_eq!(outbox_ids(store).await, ["a"]);
}

/// The same ID in two connections is two events.
pub async fn events_of_connections_are_apart(store: &dyn Store) {
    assert!(add(store, "a").await);
    assert!(store.add_event("other", event("a")).await.unwrap());
    let epoch = opened(store).await;
    commit(store, epoch, vec![set("a", "{}", true)]).await;
    assert!(outbox_ids(store).await.is_empty());
    assert_eq!(store.outbox("other").await.unwrap().len(), 1);
}

/// An operator sees first what has lain longest.
pub async fn dead_letters_come_oldest_first(store: &dyn Store) {
    let epoch = opened(store).await;
    let letters = ["job:2", "job:1", "event:x"].map(|subject| letter("jobs", subject, "refused"));
    commit(store, epoch, letters.iter().cloned().map(Change::PutDeadLetter).collect()).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), letters);
}

/// The newest reason counts, and its letter is the newest.
pub async fn a_dead_letter_replaces_the_one_about_the_same(store: &dyn Store) {
    let epoch = opened(store).await;
    let [first, second, again] = [("job:1", "first"), ("job:2", "second"), ("job:1", "again")]
        .map(|(subject, why)| letter("jobs", subject, why));
    commit(store, epoch, vec![Change::PutDeadLetter(first), Change::PutDeadLetter(second.clone())]).await;
    commit(store, epoch, vec![Change::PutDeadLetter(again.clone())]).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), [second, again]);
}

/// The same record may be refused by two integrations.
pub async fn dead_letters_of_integrations_are_apart(store: &dyn Store) {
    let epoch = opened(store).await;
    let letters = ["jobs", "other"].map(|integration| letter(integration, "job:1", "refused"));
    commit(store, epoch, letters.iter().cloned().map(Change::PutDeadLetter).collect()).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), letters);
    commit(store, epoch, vec![remove("jobs", "job:1")]).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), letters[1..]);
}

/// What was solved is taken away, and what is not there is no error.
pub async fn a_dead_letter_can_be_removed(store: &dyn Store) {
    let epoch = opened(store).await;
    let letters = [letter("jobs", "job:1", "refused"), letter("jobs", "job:2", "refused")];
    commit(store, epoch, letters.iter().cloned().map(Change::PutDeadLetter).collect()).await;
    commit(store, epoch, vec![remove("jobs", "job:1"), remove("jobs", "job:3")]).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), letters[1..]);
}
