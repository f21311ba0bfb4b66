//! The outbox of events that become notes, and dead letters.

use super::{CONNECTION, commit, time};
use crate::{Change, DeadLetter, Epoch, EventStatus, OutboxEvent, Role, Store, StoredEvent};

/// Opens the connection for pushing, to which events belong.
async fn opened(store: &dyn Store) -> Epoch {
    store.open(CONNECTION, Role::Pushing).await.unwrap()
}

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

async fn waiting(store: &dyn Store, after: u64, limit: usize) -> Vec<StoredEvent> {
    store.outbox(CONNECTION, after, limit).await.unwrap()
}

async fn outbox(store: &dyn Store) -> Vec<OutboxEvent> {
    waiting(store, 0, 100).await.into_iter().map(|stored| stored.event).collect()
}

async fn outbox_ids(store: &dyn Store) -> Vec<String> {
    outbox(store).await.into_iter().map(|event| event.id).collect()
}

fn set(id: &str, state: &str, status: EventStatus) -> Change {
    Change::SetEvent { id: id.to_owned(), state: state.to_owned(), status }
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

/// Events are read in the order of storing, whatever their IDs.
pub async fn events_come_in_the_order_in_which_they_were_stored(store: &dyn Store) {
    for id in ["c", "a", "b"] {
        assert!(add(store, id).await);
    }
    let stored = outbox(store).await;
    assert!(stored == ["c", "a", "b"].map(event), "order or content of the events is another");
}

/// A webhook that arrives twice is one event, with the first content.
pub async fn an_event_is_stored_once(store: &dyn Store) {
    assert!(add(store, "a").await);
    let changed = OutboxEvent { event: "{}".to_owned(), ..event("a") };
    assert!(!store.add_event(CONNECTION, changed).await.unwrap());
    assert!(outbox(store).await == [event("a")], "the first version is not the one kept");
}

/// An event keeps the state of its notes, so that none is added again after a restart.
pub async fn an_event_keeps_its_state_until_it_is_finished(store: &dyn Store) {
    add(store, "a").await;
    add(store, "b").await;
    let epoch = opened(store).await;
    commit(
        store,
        epoch,
        vec![set("a", r#"{"noted":1}"#, EventStatus::Waiting), set("unknown", "{}", EventStatus::Done)],
    )
    .await;
    let stored = outbox(store).await;
    let expected = [OutboxEvent { state: r#"{"noted":1}"#.to_owned(), ..event("a") }, event("b")];
    assert!(stored == expected, "the state of the event is not the one that was set");
}

/// A finished event stays known, so that a late repetition of its webhook is recognized.
pub async fn a_finished_event_leaves_the_outbox_and_stays_known(store: &dyn Store) {
    add(store, "a").await;
    add(store, "b").await;
    let epoch = opened(store).await;
    commit(store, epoch, vec![set("a", "{}", EventStatus::Done)]).await;
    assert_eq!(outbox_ids(store).await, ["b"]);
    assert!(!add(store, "a").await);
    assert_eq!(outbox_ids(store).await, ["b"]);
}

/// A customer's message is removed once its notes are written.
pub async fn the_content_of_an_event_that_is_done_is_forgotten(store: &dyn Store) {
    add(store, "a").await;
    let epoch = opened(store).await;
    commit(store, epoch, vec![set("a", r#"{"noted":1}"#, EventStatus::Done)]).await;
    let kept = store.event(CONNECTION, "a").await.unwrap().unwrap();
    assert_eq!(kept.status, EventStatus::Done);
    let forgotten = OutboxEvent { event: String::new(), state: String::new(), ..event("a") };
    assert!(kept.event == forgotten, "the content of the event is still there");
}

/// An operator can retry an event after repairing the cause: message, state and place in the outbox are unchanged.
pub async fn an_event_that_was_given_up_keeps_its_content_and_can_wait_again_at_its_place(store: &dyn Store) {
    add(store, "a").await;
    add(store, "b").await;
    let before = store.event(CONNECTION, "a").await.unwrap().unwrap();
    let epoch = opened(store).await;
    commit(store, epoch, vec![set("a", r#"{"noted":1}"#, EventStatus::Dead)]).await;
    assert_eq!(outbox_ids(store).await, ["b"]);
    assert!(!add(store, "a").await, "an event that was given up is known");
    let dead = store.event(CONNECTION, "a").await.unwrap().unwrap();
    assert_eq!((dead.status, dead.position), (EventStatus::Dead, before.position));
    let noted = OutboxEvent { state: r#"{"noted":1}"#.to_owned(), ..event("a") };
    assert!(dead.event == noted, "content or state of the event is another");

    commit(store, epoch, vec![set("a", "{}", EventStatus::Waiting)]).await;
    assert_eq!(outbox_ids(store).await, ["a", "b"]);
    assert_eq!(store.event(CONNECTION, "a").await.unwrap().unwrap().position, before.position);
}

/// A long outbox is read in parts, each behind the last position.
pub async fn the_outbox_is_read_in_parts_by_position(store: &dyn Store) {
    for id in ["c", "a", "b"] {
        add(store, id).await;
    }
    let first = waiting(store, 0, 2).await;
    assert_eq!(first.iter().map(|stored| stored.event.id.as_str()).collect::<Vec<_>>(), ["c", "a"]);
    assert!(first[0].position > 0 && first[0].position < first[1].position);
    let rest = waiting(store, first[1].position, 2).await;
    assert_eq!(rest.iter().map(|stored| stored.event.id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert!(waiting(store, rest[0].position, 2).await.is_empty());
}

/// An unknown ID finds no event.
pub async fn an_event_is_found_by_its_id(store: &dyn Store) {
    assert!(store.event(CONNECTION, "a").await.unwrap().is_none());
    add(store, "a").await;
    let found = store.event(CONNECTION, "a").await.unwrap().unwrap();
    assert!(found.event == event("a") && found.status == EventStatus::Waiting, "it is another event");
    assert!(store.event("other", "a").await.unwrap().is_none());
}

/// Any process may store an event, which fences off no holder.
pub async fn an_event_needs_no_opening(store: &dyn Store) {
    assert!(add(store, "a").await);
    let epoch = opened(store).await;
    assert!(add(store, "b").await);
    commit(store, epoch, vec![set("b", "{}", EventStatus::Done)]).await;
    assert_eq!(outbox_ids(store).await, ["a"]);
}

/// The same ID in two connections means two events.
pub async fn events_of_connections_are_apart(store: &dyn Store) {
    assert!(add(store, "a").await);
    assert!(store.add_event("other", event("a")).await.unwrap());
    let epoch = opened(store).await;
    commit(store, epoch, vec![set("a", "{}", EventStatus::Done)]).await;
    assert!(outbox_ids(store).await.is_empty());
    assert_eq!(store.outbox("other", 0, 10).await.unwrap().len(), 1);
}

/// Operators see the oldest dead letter first.
pub async fn dead_letters_come_oldest_first(store: &dyn Store) {
    let (syncing, pushing) = (super::opened(store).await, opened(store).await);
    let letters = ["job:2", "job:1", "event:x", "job:3"].map(|subject| letter("jobs", subject, "refused"));
    for letter in &letters {
        let epoch = if letter.event_id().is_some() { pushing } else { syncing };
        commit(store, epoch, vec![Change::PutDeadLetter(letter.clone())]).await;
    }
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), letters);
}

/// A dead letter about the same subject replaces the reason and the place of the former one.
pub async fn a_dead_letter_replaces_the_one_about_the_same(store: &dyn Store) {
    let epoch = super::opened(store).await;
    let [first, second, again] = [("job:1", "first"), ("job:2", "second"), ("job:1", "again")]
        .map(|(subject, why)| letter("jobs", subject, why));
    commit(store, epoch, vec![Change::PutDeadLetter(first), Change::PutDeadLetter(second.clone())]).await;
    commit(store, epoch, vec![Change::PutDeadLetter(again.clone())]).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), [second, again]);
}

/// Two integrations may have a dead letter about the same record.
pub async fn dead_letters_of_integrations_are_apart(store: &dyn Store) {
    let epoch = super::opened(store).await;
    let letters = ["jobs", "other"].map(|integration| letter(integration, "job:1", "refused"));
    commit(store, epoch, letters.iter().cloned().map(Change::PutDeadLetter).collect()).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), letters);
    commit(store, epoch, vec![remove("jobs", "job:1")]).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), letters[1..]);
}

/// A dead letter can be removed; removing an unknown one is no error.
pub async fn a_dead_letter_can_be_removed(store: &dyn Store) {
    let epoch = super::opened(store).await;
    let letters = [letter("jobs", "job:1", "refused"), letter("jobs", "job:2", "refused")];
    commit(store, epoch, letters.iter().cloned().map(Change::PutDeadLetter).collect()).await;
    commit(store, epoch, vec![remove("jobs", "job:1"), remove("jobs", "job:3")]).await;
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), letters[1..]);
}

/// An event that comes from another store gets the next position, whoever else adds events.
pub async fn an_event_is_added_by_a_commit_behind_those_that_are_there(store: &dyn Store) {
    let epoch = opened(store).await;
    let added = |id: &str| Change::AddEvent(event(id));
    commit(store, epoch, vec![added("b"), added("a"), set("a", "{}", EventStatus::Done)]).await;
    add(store, "d").await;
    commit(store, epoch, vec![added("c"), set("c", r#"{"noted":1}"#, EventStatus::Waiting)]).await;
    assert_eq!(outbox_ids(store).await, ["b", "d", "c"]);
    let stored = waiting(store, 0, 100).await;
    assert!(stored[0].event == event("b"), "the content of the event is another");
    assert_eq!(stored[2].event.state, r#"{"noted":1}"#);
    let done = store.event(CONNECTION, "a").await.unwrap().unwrap();
    assert_eq!((done.status, done.event.event.as_str()), (EventStatus::Done, ""));
}

/// The changes of a commit count in their order also for an event that the commit adds.
pub async fn an_event_that_a_commit_adds_is_stored_once(store: &dyn Store) {
    add(store, "known").await;
    let epoch = opened(store).await;
    let other = |id: &str| Change::AddEvent(OutboxEvent { event: "{}".to_owned(), ..event(id) });
    let changes = vec![
        set("known", "1", EventStatus::Waiting),
        other("known"),
        // Not there yet.
        set("new", "1", EventStatus::Dead),
        Change::AddEvent(event("new")),
        set("new", "2", EventStatus::Waiting),
        other("new"),
    ];
    commit(store, epoch, changes).await;
    let stored = outbox(store).await;
    let of = |id: &str, state: &str| OutboxEvent { state: state.to_owned(), ..event(id) };
    assert!(stored == [of("known", "1"), of("new", "2")], "{stored:?}");
}
