//! Syncing and pushing: roles of a connection with an epoch each.

use futures::future::join_all;

use super::{CONNECTION, commit, opened, value};
use crate::{Change, DeadLetter, Epoch, EventStatus, OutboxEvent, Role, Store, StoreError};

async fn opened_for_pushing(store: &dyn Store) -> Epoch {
    store.open(CONNECTION, Role::Pushing).await.unwrap()
}

async fn add_event(store: &dyn Store, id: &str) {
    let (event, state) = ("{}".to_owned(), "new".to_owned());
    let event = OutboxEvent { id: id.to_owned(), event, state, at: super::time(0) };
    assert!(store.add_event(CONNECTION, event).await.unwrap());
}

fn set_event(id: &str, state: &str) -> Change {
    Change::SetEvent { id: id.to_owned(), state: state.to_owned(), status: EventStatus::Waiting }
}

fn letter(subject: &str) -> DeadLetter {
    DeadLetter {
        integration: "jobs".to_owned(),
        subject: subject.to_owned(),
        reason: "refused".to_owned(),
        at: super::time(0),
    }
}

async fn state(store: &dyn Store, id: &str) -> String {
    store.event(CONNECTION, id).await.unwrap().unwrap().event.state
}

fn is_fenced(outcome: &Result<(), StoreError>, epoch: Epoch) -> bool {
    matches!(outcome, Err(StoreError::Fenced { role, held }) if (*role, *held) == (epoch.role, epoch.number))
}

/// What a role writes.
fn of_its_own(role: Role, text: &str) -> Change {
    match role {
        Role::Syncing => value("cursor", text),
        Role::Pushing => set_event("a", text),
    }
}

/// What a role wrote last.
async fn written(store: &dyn Store, role: Role) -> String {
    match role {
        Role::Syncing => store.value(CONNECTION, "cursor").await.unwrap().unwrap(),
        Role::Pushing => state(store, "a").await,
    }
}

/// One machine writes notes while another one backfills the same connection.
pub async fn roles_do_not_fence_each_other_off(store: &dyn Store) {
    add_event(store, "a").await;
    let syncing = opened(store).await;
    let pushing = opened_for_pushing(store).await;
    opened_for_pushing(store).await;
    commit(store, syncing, vec![value("cursor", "1")]).await;
    store.check_epoch(CONNECTION, syncing).await.unwrap();
    assert!(is_fenced(&store.check_epoch(CONNECTION, pushing).await, pushing));

    let pushing = opened_for_pushing(store).await;
    opened(store).await;
    commit(store, pushing, vec![set_event("a", "1")]).await;
    store.check_epoch(CONNECTION, pushing).await.unwrap();
    assert!(is_fenced(&store.check_epoch(CONNECTION, syncing).await, syncing));
    assert_eq!([written(store, Role::Syncing).await, written(store, Role::Pushing).await], ["1", "1"]);
}

/// Whoever pushed before writes nothing any more.
pub async fn an_older_opening_for_pushing_is_fenced_off(store: &dyn Store) {
    add_event(store, "a").await;
    let old = opened_for_pushing(store).await;
    let new = opened_for_pushing(store).await;
    let refused = store.commit(CONNECTION, old, vec![set_event("a", "old")]).await;
    assert!(is_fenced(&refused, old), "{refused:?}");
    commit(store, new, vec![set_event("a", "new")]).await;
    assert_eq!(state(store, "a").await, "new");
}

/// The number of one role says nothing about the other.
pub async fn an_epoch_of_one_role_is_none_of_the_other(store: &dyn Store) {
    let syncing = opened(store).await;
    let pushing = Epoch { role: Role::Pushing, ..syncing };
    assert!(is_fenced(&store.check_epoch(CONNECTION, pushing).await, pushing));
    add_event(store, "a").await;
    assert!(is_fenced(&store.commit(CONNECTION, pushing, vec![set_event("a", "1")]).await, pushing));
    assert_eq!(state(store, "a").await, "new");
}

/// Each role writes what is its own: the other one may be held elsewhere.
pub async fn a_role_may_not_write_what_belongs_to_the_other(store: &dyn Store) {
    add_event(store, "a").await;
    let (syncing, pushing) = (opened(store).await, opened_for_pushing(store).await);
    commit(store, syncing, vec![Change::PutDeadLetter(letter("job:1"))]).await;
    commit(store, pushing, vec![Change::PutDeadLetter(letter("event:a"))]).await;
    let remove = |subject: &str| Change::RemoveDeadLetter {
        integration: "jobs".to_owned(),
        subject: subject.to_owned(),
    };
    let of_syncing = [
        value("cursor", "1"),
        super::mark("jobs", 42),
        Change::PutRecord(super::record(crate::Resource::Jobs, 42, None, "1")),
        Change::RemoveIntegration { integration: "jobs".to_owned() },
        Change::PutDeadLetter(letter("membership:2")),
        remove("job:1"),
    ];
    let of_pushing = [set_event("a", "1"), Change::PutDeadLetter(letter("event:b")), remove("event:a")];
    for (epoch, own, others) in [
        (syncing, value("own", "1"), of_pushing.as_slice()),
        (pushing, set_event("a", "own"), of_syncing.as_slice()),
    ] {
        for change in others {
            let refused = store.commit(CONNECTION, epoch, vec![own.clone(), change.clone()]).await;
            assert!(
                matches!(refused, Err(StoreError::WrongRole { held }) if held == epoch.role),
                "{change:?}: {refused:?}"
            );
        }
    }
    // Nothing was written, not even what the role may write.
    assert_eq!(store.value(CONNECTION, "own").await.unwrap(), None);
    assert_eq!(store.value(CONNECTION, "cursor").await.unwrap(), None);
    assert_eq!(store.dirty_count(CONNECTION, "jobs").await.unwrap(), 0);
    assert_eq!(state(store, "a").await, "new");
    assert_eq!(store.dead_letters(CONNECTION).await.unwrap(), [letter("job:1"), letter("event:a")]);
}

/// A commit that began before a newer opening was answered is either seen by the newer holder, or never carried out.
pub async fn a_commit_that_an_opening_overtakes_is_refused(store: &dyn Store) {
    add_event(store, "a").await;
    for role in Role::ALL {
        let first = store.open(CONNECTION, role).await.unwrap();
        commit(store, first, vec![of_its_own(role, "0")]).await;
        for round in 1..=20 {
            let old = store.open(CONNECTION, role).await.unwrap();
            let text = format!("{round}");
            let (committed, seen) =
                tokio::join!(store.commit(CONNECTION, old, vec![of_its_own(role, &text)]), async {
                    // Sooner and later within the commit.
                    for _ in 0..round % 5 {
                        tokio::task::yield_now().await;
                    }
                    store.open(CONNECTION, role).await.unwrap();
                    written(store, role).await
                });
            match &committed {
                Ok(()) => assert_eq!(seen, text, "{role}: a commit was carried out after a newer opening"),
                Err(_) => assert!(is_fenced(&committed, old) && seen != text, "{role}: {committed:?}"),
            }
            assert_eq!(written(store, role).await, seen, "{role}");
        }
    }
}

/// Of several that open a role at once, each has an epoch of its own, and only the newest writes.
pub async fn of_openers_at_once_only_the_newest_goes_on(store: &dyn Store) {
    add_event(store, "a").await;
    for role in Role::ALL {
        let openings = join_all((0..6).map(|_| store.open(CONNECTION, role))).await;
        let mut epochs: Vec<Epoch> = openings.into_iter().map(|epoch| epoch.unwrap()).collect();
        epochs.sort_by_key(|epoch| epoch.number);
        assert!(epochs.is_sorted_by(|one, next| one.number < next.number), "{epochs:?}");
        let newest = epochs.pop().unwrap();
        for old in epochs {
            assert!(is_fenced(&store.commit(CONNECTION, old, vec![of_its_own(role, "old")]).await, old));
        }
        commit(store, newest, vec![of_its_own(role, "new")]).await;
        assert_eq!(written(store, role).await, "new");
    }
}

/// Opening all roles is opening each of them.
pub async fn an_opening_in_all_roles_fences_off_each_of_them(store: &dyn Store) {
    add_event(store, "a").await;
    let mut before = Vec::new();
    for role in Role::ALL {
        before.push(store.open(CONNECTION, role).await.unwrap());
    }
    let opened = store.open_all(CONNECTION).await.unwrap();
    for ((role, old), epoch) in Role::ALL.into_iter().zip(before).zip(opened) {
        assert_eq!((epoch.role, epoch.number), (role, old.number + 1));
        assert!(is_fenced(&store.check_epoch(CONNECTION, old).await, old));
        assert!(is_fenced(&store.commit(CONNECTION, old, vec![of_its_own(role, "old")]).await, old));
        commit(store, epoch, vec![of_its_own(role, "new")]).await;
    }
    let [first, second] = store.open_all("another").await.unwrap();
    assert_eq!((first.number, second.number), (1, 1));
}

/// Two processes that start at the same time do not fence each other off in one role each.
pub async fn of_openers_of_all_roles_at_once_one_is_the_newest_in_each(store: &dyn Store) {
    for _ in 0..10 {
        let openings = join_all((0..6).map(|_| store.open_all(CONNECTION))).await;
        let mut epochs: Vec<[Epoch; 2]> = openings.into_iter().map(|epochs| epochs.unwrap()).collect();
        epochs.sort_by_key(|[syncing, _]| syncing.number);
        assert!(epochs.is_sorted_by(|one, next| one[1].number < next[1].number), "{epochs:?}");
    }
}
