//! Atomic commits, fencing, and the separation of connections.

use super::{CONNECTION, commit, mark, opened, read, record, value};
use crate::{Change, DeadLetter, Delivered, Epoch, Resource, Role, Store, StoreError};

const fn syncing(number: u64) -> Epoch {
    Epoch { role: Role::Syncing, number }
}

fn is_fenced(error: &StoreError, epoch: Epoch) -> bool {
    matches!(error, StoreError::Fenced { role, held } if (*role, *held) == (epoch.role, epoch.number))
}

/// All changes of a commit can be read afterwards.
pub async fn a_commit_applies_all_its_changes(store: &dyn Store) {
    let epoch = opened(store).await;
    let at = super::time(0);
    let delivered = Delivered { id: 42, fingerprint: Some("f".into()), contact: "c".into(), at };
    let letter =
        DeadLetter { integration: "jobs".into(), subject: "job:7".into(), reason: "refused".into(), at };
    let changes = vec![
        value("cursor", "7"),
        Change::PutRecord(record(Resource::Jobs, 42, None, "1")),
        Change::MarkComplete { children: Resource::Appointments, parent_id: 42 },
        mark("jobs", 42),
        Change::SetDelivered { integration: "jobs".into(), delivered: delivered.clone() },
        Change::PutDeadLetter(letter.clone()),
    ];
    commit(store, epoch, changes).await;

    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap().as_deref(), Some("7"));
    assert_eq!(read(store, Resource::Jobs, &[42]).await.len(), 1);
    assert_eq!(store.completeness(CONNECTION, Resource::Appointments, &[42]).await.unwrap(), [(42, true)]);
    assert_eq!(store.dirty_count(CONNECTION, "jobs").await.unwrap(), 1);
    assert_eq!(store.delivered(CONNECTION, "jobs", &[42]).await.unwrap(), [delivered]);
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), [letter]);
}

/// A later change of a commit builds on an earlier one.
pub async fn changes_are_applied_in_their_order(store: &dyn Store) {
    let epoch = opened(store).await;
    let changes = vec![
        value("cursor", "1"),
        value("cursor", "2"),
        Change::PutRecord(record(Resource::Jobs, 1, None, "1")),
        Change::RemoveRecord { resource: Resource::Jobs, id: 1, owner: 0 },
        Change::RemoveRecord { resource: Resource::Jobs, id: 2, owner: 0 },
        Change::PutRecord(record(Resource::Jobs, 2, None, "1")),
    ];
    commit(store, epoch, changes).await;

    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap().as_deref(), Some("2"));
    assert_eq!(store.record_ids(CONNECTION, Resource::Jobs, None, 10).await.unwrap(), [2]);
}

/// The answer of a commit can get lost: repeating the commit does no harm.
pub async fn a_repeated_commit_leaves_everything_as_it_was(store: &dyn Store) {
    let epoch = opened(store).await;
    let delivered = Delivered { id: 42, fingerprint: None, contact: "c".into(), at: super::time(0) };
    let letter = DeadLetter {
        integration: "jobs".into(),
        subject: "job:7".into(),
        reason: "refused".into(),
        at: super::time(0),
    };
    let changes = vec![
        value("cursor", "7"),
        Change::RemoveValue { key: "old".into() },
        Change::PutRecord(super::child(Resource::Appointments, 5, &[(Resource::Jobs, 42)])),
        Change::RemoveRecord { resource: Resource::Appointments, id: 6, owner: 0 },
        Change::MarkIncomplete { children: Resource::Estimates, parent_id: 42 },
        Change::MarkComplete { children: Resource::Appointments, parent_id: 42 },
        mark("jobs", 42),
        Change::SetDelivered { integration: "jobs".into(), delivered },
        Change::PutDeadLetter(letter),
    ];
    commit(store, epoch, vec![value("old", "1"), mark("jobs", 1), mark("jobs", 42)]).await;
    commit(store, epoch, changes.clone()).await;
    let before = everything(store).await;
    commit(store, epoch, changes).await;
    assert_eq!(everything(store).await, before);
}

/// Everything that the connection has, except for the numbers of marks.
async fn everything(store: &dyn Store) -> impl PartialEq + std::fmt::Debug {
    let dirty = store.dirty(CONNECTION, "jobs", 0, 10).await.unwrap();
    (
        [store.value(CONNECTION, "cursor").await.unwrap(), store.value(CONNECTION, "old").await.unwrap()],
        store.linked(CONNECTION, Resource::Appointments, Resource::Jobs, &[42]).await.unwrap(),
        store.completeness(CONNECTION, Resource::Appointments, &[42]).await.unwrap(),
        store.completeness(CONNECTION, Resource::Estimates, &[42]).await.unwrap(),
        dirty.into_iter().map(|dirty| (dirty.id, dirty.place)).collect::<Vec<_>>(),
        store.delivered(CONNECTION, "jobs", &[42]).await.unwrap(),
        store.dead_letters(CONNECTION).await.unwrap(),
    )
}

/// Each opening gets a higher epoch than the one before.
pub async fn an_opening_has_a_newer_epoch_than_the_one_before(store: &dyn Store) {
    let first = opened(store).await;
    let second = opened(store).await;
    let third = opened(store).await;
    let numbers = [first, second, third].map(|epoch| epoch.number);
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    assert!([first, second, third].iter().all(|epoch| epoch.role == Role::Syncing));
}

/// A holder that was fenced off cannot write any part of a commit.
pub async fn a_commit_under_an_old_epoch_is_fenced_and_changes_nothing(store: &dyn Store) {
    let old = opened(store).await;
    let new = opened(store).await;
    commit(store, new, vec![value("cursor", "new")]).await;

    let changes = vec![
        value("cursor", "old"),
        Change::PutRecord(record(Resource::Jobs, 42, None, "1")),
        mark("jobs", 42),
    ];
    let refused = store.commit(CONNECTION, old, changes).await.unwrap_err();

    assert!(is_fenced(&refused, old), "{refused:?}");
    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap().as_deref(), Some("new"));
    assert!(read(store, Resource::Jobs, &[42]).await.is_empty());
    assert_eq!(store.dirty_count(CONNECTION, "jobs").await.unwrap(), 0);
}

/// The engine checks its epoch before each upsert and each note: only the newest opening may send.
pub async fn only_the_newest_epoch_passes_the_check(store: &dyn Store) {
    for never in [syncing(0), syncing(1)] {
        assert!(is_fenced(&store.check_epoch(CONNECTION, never).await.unwrap_err(), never));
    }
    let old = opened(store).await;
    store.check_epoch(CONNECTION, old).await.unwrap();
    let new = opened(store).await;
    let refused = store.check_epoch(CONNECTION, old).await.unwrap_err();
    assert!(is_fenced(&refused, old), "{refused:?}");
    store.check_epoch(CONNECTION, new).await.unwrap();
    store.open("other", Role::Syncing).await.unwrap();
    store.check_epoch(CONNECTION, new).await.unwrap();
}

/// A connection without an opening takes no commits.
pub async fn a_commit_to_a_connection_that_was_never_opened_is_fenced(store: &dyn Store) {
    let refused = store.commit(CONNECTION, syncing(1), vec![value("cursor", "1")]).await.unwrap_err();
    assert!(is_fenced(&refused, syncing(1)), "{refused:?}");
    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap(), None);
}

/// The new holder can write after a fenced one tried to.
pub async fn a_fenced_holder_does_not_hinder_the_new_one(store: &dyn Store) {
    let old = opened(store).await;
    let new = opened(store).await;
    assert!(store.commit(CONNECTION, old, vec![value("cursor", "old")]).await.is_err());
    commit(store, new, vec![value("cursor", "new")]).await;
    assert!(store.commit(CONNECTION, old, vec![value("cursor", "old")]).await.is_err());
    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap().as_deref(), Some("new"));
}

/// A new opening changes no stored data.
pub async fn opening_keeps_what_is_stored(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![value("cursor", "7"), mark("jobs", 42)]).await;
    let before = store.dirty(CONNECTION, "jobs", 0, 10).await.unwrap();
    opened(store).await;
    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap().as_deref(), Some("7"));
    assert_eq!(store.dirty(CONNECTION, "jobs", 0, 10).await.unwrap(), before);
}

/// Two tenants with the same IDs share nothing.
pub async fn connections_do_not_see_each_other(store: &dyn Store) {
    let epoch = opened(store).await;
    let other = store.open("other", Role::Syncing).await.unwrap();
    let delivered = Delivered { id: 42, fingerprint: None, contact: "c".into(), at: super::time(0) };
    let letter = DeadLetter {
        integration: "jobs".into(),
        subject: "job:42".into(),
        reason: "refused".into(),
        at: super::time(0),
    };
    let changes = vec![
        value("cursor", "7"),
        Change::PutRecord(super::child(Resource::Appointments, 5, &[(Resource::Jobs, 42)])),
        Change::MarkComplete { children: Resource::Appointments, parent_id: 42 },
        mark("jobs", 42),
        Change::SetDelivered { integration: "jobs".into(), delivered },
        Change::PutDeadLetter(letter),
    ];
    commit(store, epoch, changes).await;

    assert_eq!(store.value("other", "cursor").await.unwrap(), None);
    assert!(store.records("other", Resource::Appointments, &[5]).await.unwrap().is_empty());
    assert!(store.linked("other", Resource::Appointments, Resource::Jobs, &[42]).await.unwrap().is_empty());
    assert!(store.record_ids("other", Resource::Appointments, None, 10).await.unwrap().is_empty());
    assert!(store.completeness("other", Resource::Appointments, &[42]).await.unwrap().is_empty());
    assert!(store.dirty("other", "jobs", 0, 10).await.unwrap().is_empty());
    assert!(store.dirty_among("other", "jobs", &[42]).await.unwrap().is_empty());
    assert!(store.delivered("other", "jobs", &[42]).await.unwrap().is_empty());
    assert!(store.dead_letters("other").await.unwrap().is_empty());

    let removals = vec![
        Change::RemoveValue { key: "cursor".into() },
        Change::RemoveRecord { resource: Resource::Appointments, id: 5, owner: 0 },
        Change::RemoveResource { resource: Resource::Appointments },
        Change::RemoveOpportunity { integration: "jobs".into(), id: 42 },
        Change::RemoveIntegration { integration: "jobs".into() },
    ];
    store.commit("other", other, removals).await.unwrap();
    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap().as_deref(), Some("7"));
    assert_eq!(read(store, Resource::Appointments, &[5]).await.len(), 1);
    assert_eq!(store.completeness(CONNECTION, Resource::Appointments, &[42]).await.unwrap(), [(42, true)]);
    assert_eq!(store.dirty_count(CONNECTION, "jobs").await.unwrap(), 1);
    assert_eq!(store.delivered(CONNECTION, "jobs", &[42]).await.unwrap().len(), 1);
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap().len(), 1);
}

/// Opening one connection fences off no holder of another.
pub async fn an_epoch_of_one_connection_means_nothing_in_another(store: &dyn Store) {
    let epoch = opened(store).await;
    store.open("other", Role::Syncing).await.unwrap();
    let newest = store.open("other", Role::Syncing).await.unwrap();
    commit(store, epoch, vec![value("cursor", "7")]).await;
    assert!(store.commit(CONNECTION, newest, vec![value("cursor", "8")]).await.is_err());
    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap().as_deref(), Some("7"));
}

/// Reads need no opening.
pub async fn a_connection_that_nobody_opened_is_empty(store: &dyn Store) {
    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap(), None);
    assert!(read(store, Resource::Jobs, &[42]).await.is_empty());
    assert!(store.dirty(CONNECTION, "jobs", 0, 10).await.unwrap().is_empty());
    assert_eq!(store.dirty_count(CONNECTION, "jobs").await.unwrap(), 0);
    assert!(store.delivered(CONNECTION, "jobs", &[42]).await.unwrap().is_empty());
    assert!(store.dead_letters(CONNECTION).await.unwrap().is_empty());
    assert!(store.outbox(CONNECTION, 0, 10).await.unwrap().is_empty());
}

/// The last value stays, and other keys keep theirs.
pub async fn a_value_is_replaced(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![value("jobs", "1"), value("customers", "1")]).await;
    commit(store, epoch, vec![value("jobs", "2")]).await;
    assert_eq!(store.value(CONNECTION, "jobs").await.unwrap().as_deref(), Some("2"));
    assert_eq!(store.value(CONNECTION, "customers").await.unwrap().as_deref(), Some("1"));
    assert_eq!(store.value(CONNECTION, "estimates").await.unwrap(), None);
}

/// Names and values are not trimmed, folded or cut.
pub async fn names_and_values_are_kept_to_the_letter(store: &dyn Store) {
    let name = " Müller & 'Söhne' \"%_\" 🛠\n";
    let long = "x".repeat(100_000);
    let epoch = store.open(name, Role::Syncing).await.unwrap();
    store.commit(name, epoch, vec![value("Key", name), value("key", ""), value(name, &long)]).await.unwrap();
    assert_eq!(store.value(name, "Key").await.unwrap().as_deref(), Some(name));
    assert_eq!(store.value(name, "key").await.unwrap().as_deref(), Some(""));
    assert_eq!(store.value(name, name).await.unwrap(), Some(long));
    assert_eq!(store.value(name.trim(), "Key").await.unwrap(), None);
}

/// Concurrent commits are applied one after the other.
pub async fn of_two_writers_at_once_none_loses_a_change(store: &dyn Store) {
    let epoch = opened(store).await;
    let other = store.open("other", Role::Syncing).await.unwrap();
    let first = async {
        for id in 0..20 {
            commit(store, epoch, vec![mark("jobs", id)]).await;
        }
    };
    let second = async {
        for id in 0..20 {
            store.commit("other", other, vec![mark("jobs", id)]).await.unwrap();
        }
    };
    tokio::join!(first, second);
    assert_eq!(store.dirty_count(CONNECTION, "jobs").await.unwrap(), 20);
    assert_eq!(store.dirty_count("other", "jobs").await.unwrap(), 20);
}

/// A removed value cannot be read, and can be set again.
pub async fn a_value_can_be_removed(store: &dyn Store) {
    let epoch = opened(store).await;
    let remove = |key: &str| Change::RemoveValue { key: key.to_owned() };
    commit(store, epoch, vec![value("a", "1"), value("b", "2")]).await;
    commit(store, epoch, vec![remove("a"), remove("never set")]).await;
    assert_eq!(store.value(CONNECTION, "a").await.unwrap(), None);
    assert_eq!(store.value(CONNECTION, "b").await.unwrap().as_deref(), Some("2"));
    commit(store, epoch, vec![remove("b"), value("a", "3")]).await;
    assert_eq!(store.value(CONNECTION, "a").await.unwrap().as_deref(), Some("3"));
    assert_eq!(store.value(CONNECTION, "b").await.unwrap(), None);
}

/// Keys that were never set, were removed or belong to another connection have no value.
pub async fn values_read_together_come_with_their_keys_and_missing_ones_are_left_out(store: &dyn Store) {
    let epoch = opened(store).await;
    let set = (0..300).map(|number| value(&format!("key {number}"), &number.to_string())).collect();
    commit(store, epoch, set).await;
    commit(store, epoch, vec![value("empty", ""), Change::RemoveValue { key: "key 7".to_owned() }]).await;
    let other = store.open("other", Role::Syncing).await.unwrap();
    store.commit("other", other, vec![value("key 1", "other's"), value("other's key", "1")]).await.unwrap();

    let asked = ["key 1", "never set", "empty", "key 299", "key 7", "other's key", "key 20"];
    let mut found = store.values(CONNECTION, &asked).await.unwrap();
    found.sort();
    let expected = [("empty", ""), ("key 1", "1"), ("key 20", "20"), ("key 299", "299")];
    assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    assert!(store.values(CONNECTION, &[]).await.unwrap().is_empty());

    let keys: Vec<String> = (0..600).map(|number| format!("key {number}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(store.values(CONNECTION, &keys).await.unwrap().len(), 299);
}
