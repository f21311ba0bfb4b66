//! Dirty opportunities, and the last deliveries.

use super::{CONNECTION, commit, mark, opened, time};
use crate::{Change, DeadLetter, Delivered, Dirty, Store};

const JOBS: &str = "jobs";

async fn waiting(store: &dyn Store) -> Vec<Dirty> {
    store.dirty(CONNECTION, JOBS, 0, 100).await.unwrap()
}

async fn waiting_ids(store: &dyn Store) -> Vec<i64> {
    waiting(store).await.iter().map(|dirty| dirty.id).collect()
}

fn clear(dirty: Dirty) -> Change {
    Change::ClearDirty { integration: JOBS.to_owned(), dirty }
}

fn delivery(integration: &str, id: i64, fingerprint: &str) -> Change {
    Change::SetDelivered { integration: integration.to_owned(), delivered: delivered(id, fingerprint) }
}

fn delivered(id: i64, fingerprint: &str) -> Delivered {
    Delivered {
        id,
        fingerprint: Some(fingerprint.to_owned()),
        contact: format!("contact of {id}"),
        at: time(id),
    }
}

/// Opportunities wait in the order of their marks, not of their IDs.
pub async fn what_was_marked_first_waits_first(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![mark(JOBS, 30), mark(JOBS, 10)]).await;
    commit(store, epoch, vec![mark(JOBS, 20)]).await;
    assert_eq!(waiting_ids(store).await, [30, 10, 20]);
}

/// An opportunity that changes over and over keeps its place, so that it is not put off for ever.
pub async fn a_new_mark_keeps_the_place_and_changes_the_mark(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![mark(JOBS, 1), mark(JOBS, 2)]).await;
    let before = waiting(store).await;
    commit(store, epoch, vec![mark(JOBS, 1)]).await;
    let after = waiting(store).await;
    assert_eq!(waiting_ids(store).await, [1, 2]);
    assert_ne!(before[0].mark, after[0].mark);
    assert_eq!(before[1], after[1]);
}

/// The engine reads a batch and counts all that wait.
pub async fn the_limit_gives_the_first_and_the_count_gives_all(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, (1..=5).map(|id| mark(JOBS, id)).collect()).await;
    let all = waiting(store).await;
    assert_eq!(store.dirty(CONNECTION, JOBS, 0, 2).await.unwrap(), all[..2]);
    assert!(store.dirty(CONNECTION, JOBS, 0, 0).await.unwrap().is_empty());
    assert_eq!(store.dirty(CONNECTION, JOBS, 0, usize::MAX).await.unwrap(), all);
    assert_eq!(store.dirty_count(CONNECTION, JOBS).await.unwrap(), 5);
}

/// Reading goes on behind the last place, and opportunities in front of it keep waiting.
pub async fn places_rise_and_reading_goes_on_behind_one(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, [50, 40, 30, 20].map(|id| mark(JOBS, id)).to_vec()).await;
    let all = waiting(store).await;
    assert!(all[0].place > 0 && all.windows(2).all(|pair| pair[0].place < pair[1].place), "{all:?}");
    assert_eq!(store.dirty(CONNECTION, JOBS, all[1].place, 1).await.unwrap(), all[2..3]);
    assert!(store.dirty(CONNECTION, JOBS, all[3].place, 10).await.unwrap().is_empty());
    assert!(store.dirty(CONNECTION, JOBS, u64::MAX, 10).await.unwrap().is_empty());
    commit(store, epoch, vec![mark(JOBS, 50), mark(JOBS, 10)]).await;
    let behind = store.dirty(CONNECTION, JOBS, all[3].place, 10).await.unwrap();
    assert_eq!(behind.iter().map(|dirty| dirty.id).collect::<Vec<_>>(), [10]);
    assert_eq!(waiting(store).await[0].place, all[0].place);
}

/// A dirty opportunity is found by its ID, with its place and its newest mark.
pub async fn those_that_wait_are_found_by_id(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![mark(JOBS, 3), mark(JOBS, 1), mark(JOBS, 2), mark("other", 4)]).await;
    commit(store, epoch, vec![mark(JOBS, 1)]).await;
    let all = waiting(store).await;
    let mut found = store.dirty_among(CONNECTION, JOBS, &[1, 2, 4, 5]).await.unwrap();
    found.sort_by_key(|dirty| dirty.place);
    assert_eq!(found, all[1..]);
    assert!(store.dirty_among(CONNECTION, JOBS, &[]).await.unwrap().is_empty());
}

/// A cleared opportunity does not wait any more.
pub async fn clearing_takes_out_what_was_read(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![mark(JOBS, 1), mark(JOBS, 2)]).await;
    let read = waiting(store).await;
    commit(store, epoch, vec![clear(read[0])]).await;
    assert_eq!(waiting(store).await, read[1..]);
    assert_eq!(store.dirty_count(CONNECTION, JOBS).await.unwrap(), 1);
}

/// A mark that was set during a delivery stays when the delivery is settled.
pub async fn clearing_leaves_what_was_marked_since(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![mark(JOBS, 1), mark(JOBS, 2)]).await;
    let read = waiting(store).await;
    commit(store, epoch, vec![mark(JOBS, 1)]).await;
    commit(store, epoch, vec![clear(read[0])]).await;
    assert_eq!(waiting_ids(store).await, [1, 2]);
}

/// A cleared opportunity loses its place.
pub async fn what_was_cleared_and_marked_again_waits_last(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![mark(JOBS, 1), mark(JOBS, 2)]).await;
    let read = waiting(store).await;
    commit(store, epoch, vec![clear(read[0]), mark(JOBS, 1)]).await;
    assert_eq!(waiting_ids(store).await, [2, 1]);
}

/// An old mark never clears a new one, even if the opportunity did not wait in between.
pub async fn a_mark_is_never_given_twice(store: &dyn Store) {
    let mut epoch = opened(store).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        commit(store, epoch, vec![mark(JOBS, 1)]).await;
        let read = waiting(store).await;
        assert!(!seen.contains(&read[0].mark), "{read:?} was given before: {seen:?}");
        seen.push(read[0].mark);
        commit(store, epoch, vec![clear(read[0])]).await;
        assert!(waiting(store).await.is_empty());
        epoch = opened(store).await;
    }
}

/// Clearing twice does no harm.
pub async fn clearing_what_does_not_wait_changes_nothing(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![mark(JOBS, 1)]).await;
    let read = waiting(store).await;
    let others = vec![
        clear(Dirty { id: 2, ..read[0] }),
        clear(Dirty { mark: read[0].mark + 1, ..read[0] }),
        clear(Dirty { mark: u64::MAX, ..read[0] }),
        Change::ClearDirty { integration: "memberships".to_owned(), dirty: read[0] },
    ];
    commit(store, epoch, others).await;
    assert_eq!(waiting(store).await, read);
}

/// The same record may be dirty in two integrations.
pub async fn integrations_wait_apart(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![mark(JOBS, 1), mark("other", 1), mark("other", 2)]).await;
    let read = waiting(store).await;
    commit(store, epoch, vec![clear(read[0])]).await;
    assert!(waiting(store).await.is_empty());
    assert_eq!(store.dirty_count(CONNECTION, "other").await.unwrap(), 2);
    assert_eq!(store.dirty_count(CONNECTION, "neither").await.unwrap(), 0);
}

/// A later delivery replaces every field of the former one.
pub async fn the_last_delivery_is_kept(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![delivery(JOBS, 1, "old")]).await;
    let at = "2026-03-01T12:00:00.123456789Z".parse().unwrap();
    let last = Delivered { id: 1, fingerprint: Some("new".to_owned()), contact: "another".to_owned(), at };
    let change = Change::SetDelivered { integration: JOBS.to_owned(), delivered: last.clone() };
    commit(store, epoch, vec![change]).await;
    assert_eq!(store.delivered(CONNECTION, JOBS, &[1]).await.unwrap(), [last]);
}

/// A read of an opportunity that was never delivered is no error.
pub async fn what_was_never_delivered_is_left_out(store: &dyn Store) {
    let epoch = opened(store).await;
    let ids: Vec<i64> = (0..500).collect();
    commit(store, epoch, ids.iter().map(|id| delivery(JOBS, id * 2, "x")).collect()).await;
    let found = store.delivered(CONNECTION, JOBS, &ids).await.unwrap();
    assert_eq!(found.len(), 250);
    assert!(found.contains(&delivered(4, "x")));
    assert!(store.delivered(CONNECTION, JOBS, &[1]).await.unwrap().is_empty());
    assert!(store.delivered(CONNECTION, JOBS, &[]).await.unwrap().is_empty());
}

/// The deliveries of one integration are not those of another.
pub async fn deliveries_of_integrations_are_apart(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![delivery(JOBS, 1, "a"), delivery("other", 1, "b")]).await;
    assert_eq!(store.delivered(CONNECTION, JOBS, &[1]).await.unwrap(), [delivered(1, "a")]);
    assert_eq!(store.delivered(CONNECTION, "other", &[1]).await.unwrap(), [delivered(1, "b")]);
}

/// A claim before an upsert removes the fingerprint of the last delivery, whatever the outcome of the upsert.
pub async fn a_claim_takes_the_fingerprint_away_until_a_delivery(store: &dyn Store) {
    let epoch = opened(store).await;
    let claim = Delivered { fingerprint: None, ..delivered(1, "") };
    let claiming = Change::SetDelivered { integration: JOBS.to_owned(), delivered: claim.clone() };
    commit(store, epoch, vec![delivery(JOBS, 1, "a")]).await;
    commit(store, epoch, vec![claiming]).await;
    opened(store).await;
    assert_eq!(store.delivered(CONNECTION, JOBS, &[1]).await.unwrap(), [claim]);
    let epoch = opened(store).await;
    commit(store, epoch, vec![delivery(JOBS, 1, "b")]).await;
    assert_eq!(store.delivered(CONNECTION, JOBS, &[1]).await.unwrap(), [delivered(1, "b")]);
}

/// A removed opportunity leaves neither a mark nor a delivery.
pub async fn a_removed_opportunity_neither_waits_nor_was_delivered(store: &dyn Store) {
    let epoch = opened(store).await;
    let changes = vec![
        mark(JOBS, 1),
        mark(JOBS, 2),
        mark("other", 1),
        delivery(JOBS, 1, "a"),
        delivery(JOBS, 2, "b"),
        delivery("other", 1, "c"),
    ];
    commit(store, epoch, changes).await;
    let remove = |id| Change::RemoveOpportunity { integration: JOBS.to_owned(), id };
    commit(store, epoch, vec![remove(1), remove(3)]).await;
    assert_eq!(waiting_ids(store).await, [2]);
    assert_eq!(store.dirty_count(CONNECTION, JOBS).await.unwrap(), 1);
    assert_eq!(store.delivered(CONNECTION, JOBS, &[1, 2]).await.unwrap(), [delivered(2, "b")]);
    assert_eq!(store.dirty_count(CONNECTION, "other").await.unwrap(), 1);
    assert_eq!(store.delivered(CONNECTION, "other", &[1]).await.unwrap(), [delivered(1, "c")]);
}

/// A removed integration leaves no marks and deliveries. Dead letters are removed one by one, since those of events belong to the other role.
pub async fn a_removed_integration_is_gone_with_its_opportunities(store: &dyn Store) {
    let epoch = opened(store).await;
    let letter = |integration: &str| DeadLetter {
        integration: integration.to_owned(),
        subject: "job:1".to_owned(),
        reason: "refused".to_owned(),
        at: time(0),
    };
    let of = |integration| {
        vec![mark(integration, 1), delivery(integration, 1, "a"), Change::PutDeadLetter(letter(integration))]
    };
    commit(store, epoch, of(JOBS)).await;
    commit(store, epoch, of("other")).await;
    commit(store, epoch, vec![Change::RemoveIntegration { integration: JOBS.to_owned() }]).await;
    assert!(waiting(store).await.is_empty());
    assert!(store.delivered(CONNECTION, JOBS, &[1]).await.unwrap().is_empty());
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), [letter(JOBS), letter("other")]);
    assert_eq!(store.dirty_count(CONNECTION, "other").await.unwrap(), 1);
    assert_eq!(store.delivered(CONNECTION, "other", &[1]).await.unwrap().len(), 1);
}
