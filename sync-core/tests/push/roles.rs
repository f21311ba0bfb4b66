//! Syncing and pushing in processes of their own.

use hatch_mapping::NoteTarget;
use sync_core::{PushOutcome, Role, SourceErrorKind, Store, StoreError, SyncError};
use tokio_util::sync::CancellationToken;

use crate::fixture::{CONNECTION, CUSTOMER, Fate, Host, JOB, OTHER_JOB, event};

fn is_fenced(error: &SyncError, held_role: Role) -> bool {
    matches!(error, SyncError::Store(StoreError::Fenced { role, .. }) if *role == held_role)
}

#[tokio::test(start_paused = true)]
async fn one_process_writes_notes_while_another_one_syncs() {
    let host = Host::new().await;
    let syncing = host.builder().open_syncing().await.unwrap();
    let pushing = host.builder().open_pushing().await.unwrap();
    for round in 0..2 {
        pushing.push(event(&format!("e{round}"), JOB)).await.unwrap();
        syncing.sync_once().await.unwrap();
    }
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e0", "e1"]);
    // Each of them may be replaced without the other one.
    let pushing = host.builder().open_pushing().await.unwrap();
    syncing.sync_once().await.unwrap();
    let syncing = host.builder().open_syncing().await.unwrap();
    pushing.push(event("e2", JOB)).await.unwrap();
    syncing.sync_once().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e0", "e1", "e2"]);
}

#[tokio::test(start_paused = true)]
async fn an_engine_for_syncing_only_leaves_notes_to_the_one_that_pushes() {
    let host = Host::new().await;
    let stop = CancellationToken::new();
    let syncing = host.builder().cancellation(stop.clone()).open_syncing().await.unwrap();
    assert!(matches!(syncing.push(event("a", JOB)).await.unwrap(), PushOutcome::Stored(_)));
    assert!(matches!(syncing.accept(event("b", JOB)).await.unwrap(), PushOutcome::Stored(_)));
    assert_eq!(syncing.push(event("a", JOB)).await.unwrap(), PushOutcome::Replay);
    let refused = syncing.push_pending().await.unwrap_err();
    assert!(matches!(refused, SyncError::Store(StoreError::WrongRole { held: Role::Syncing })), "{refused}");
    assert!(!refused.is_temporary());
    syncing.run(|_| stop.cancel()).await.unwrap();
    assert!(host.titan.events(NoteTarget::Job, JOB).is_empty());

    let pushing = host.builder().open_pushing().await.unwrap();
    assert_eq!(pushing.push_pending().await.unwrap().len(), 2);
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn whoever_opens_for_pushing_takes_it_from_an_engine_for_both_and_leaves_it_syncing() {
    let host = Host::new().await;
    let both = host.engine().await;
    let pushing = host.builder().open_pushing().await.unwrap();
    // Stored, since any process may; its note is the other one's.
    both.push(event("a", JOB)).await.unwrap();
    assert!(host.titan.events(NoteTarget::Job, JOB).is_empty());
    assert!(is_fenced(&both.push_pending().await.unwrap_err(), Role::Pushing));
    both.sync_once().await.unwrap();
    pushing.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["a"]);
    // Its rhythm ends, with a sentence that says why.
    let ended = both.run(|_| {}).await.unwrap_err();
    assert!(is_fenced(&ended, Role::Pushing) && ended.to_string().contains("for pushing"), "{ended}");
}

#[tokio::test(start_paused = true)]
async fn an_older_process_that_pushes_is_fenced_off_and_sends_nothing() {
    let host = Host::new().await;
    let old = host.builder().open_pushing().await.unwrap();
    let new = host.builder().open_pushing().await.unwrap();
    old.accept(event("a", JOB)).await.unwrap();
    assert!(is_fenced(&old.run().await.unwrap_err(), Role::Pushing));
    assert!(host.titan.events(NoteTarget::Job, JOB).is_empty());
    new.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn erasing_beside_another_process_that_pushes_takes_the_role_over_meanwhile() {
    let host = Host::new().await;
    let syncing = host.builder().open_syncing().await.unwrap();
    let pushing = host.builder().open_pushing().await.unwrap();
    host.titan.script(NoteTarget::Job, JOB, [Fate::Fails(SourceErrorKind::Temporary)]);
    pushing.push(event("theirs", JOB)).await.unwrap();
    assert_eq!(host.waiting().await, ["theirs"]);

    assert_eq!(syncing.erase(CUSTOMER).await.unwrap().events, 1);

    assert!(host.waiting().await.is_empty());
    assert_eq!(host.store.event(CONNECTION, "theirs").await.unwrap().unwrap().event.event, "");
    // Nothing of it is written by the one that had it in memory, and nothing else either.
    pushing.push_pending().await.unwrap();
    pushing.accept(event("next", OTHER_JOB)).await.unwrap();
    assert!(is_fenced(&pushing.push_pending().await.unwrap_err(), Role::Pushing));
    assert!(host.titan.events(NoteTarget::Job, JOB).is_empty());
    assert!(host.titan.events(NoteTarget::Job, OTHER_JOB).is_empty());
    // The role is free again, and syncing was not disturbed.
    let pushing = host.builder().open_pushing().await.unwrap();
    pushing.push(event("later", OTHER_JOB)).await.unwrap();
    syncing.sync_once().await.unwrap();
    pushing.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, OTHER_JOB), ["next", "later"]);
}

#[tokio::test(start_paused = true)]
async fn dead_letters_of_events_are_listed_retried_and_discarded_by_the_one_that_pushes() {
    let host = Host::new().await;
    let pushing = host.builder().open_pushing().await.unwrap();
    for id in ["again", "never"] {
        host.titan.script(NoteTarget::Job, JOB, [Fate::Fails(SourceErrorKind::Refused)]);
        pushing.push(event(id, JOB)).await.unwrap();
    }
    let ids = async |pushing: &sync_core::PushEngine| -> Vec<String> {
        let letters = pushing.dead_letters().await.unwrap();
        letters.iter().filter_map(|letter| letter.event_id().map(str::to_owned)).collect()
    };
    assert_eq!(ids(&pushing).await, ["again", "never"]);
    assert!(pushing.retry_event("jobs", "again").await.unwrap());
    assert!(pushing.discard_event("jobs", "never").await.unwrap());
    pushing.push_pending().await.unwrap();
    assert!(ids(&pushing).await.is_empty());
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["again"]);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_has_nothing_to_write_learns_that_another_one_pushes() {
    let host = Host::new().await;
    let old = host.builder().open_pushing().await.unwrap();
    let running = async { old.run().await.unwrap_err() };
    let taking_over = async {
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        host.builder().open_pushing().await.unwrap()
    };
    let (ended, _new) = tokio::join!(running, taking_over);
    assert!(is_fenced(&ended, Role::Pushing), "{ended}");
}
