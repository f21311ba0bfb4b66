//! Notes of one target keep the order of their events; replays are ignored.

use std::time::Duration;

use hatch_mapping::NoteTarget;
use sync_core::{NoteOutcome, PushOutcome, Resource, SourceErrorKind};

use crate::fixture::{CUSTOMER, Fate, Host, JOB, OTHER_JOB, event, pass};

#[tokio::test(start_paused = true)]
async fn a_replay_is_ignored_whatever_became_of_the_first() {
    let host = Host::new().await;
    let engine = host.engine().await;
    engine.push(event("written", JOB)).await.unwrap();
    host.titan.script(NoteTarget::Job, JOB, [Fate::Fails(SourceErrorKind::Refused), Fate::Lost(None)]);
    engine.push(event("dead", JOB)).await.unwrap();
    engine.push(event("unclear", JOB)).await.unwrap();
    let requests = host.titan.requests();
    for id in ["written", "dead", "unclear"] {
        assert_eq!(engine.push(event(id, JOB)).await.unwrap(), PushOutcome::Replay);
    }
    assert_eq!(host.titan.requests(), requests);
}

#[tokio::test(start_paused = true)]
async fn a_replay_is_ignored_even_if_its_record_is_gone_meanwhile() {
    let host = Host::new().await;
    let engine = host.engine().await;
    engine.push(event("e", JOB)).await.unwrap();
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.titan.remove(Resource::Jobs, JOB);
    assert_eq!(engine.push(event("e", JOB)).await.unwrap(), PushOutcome::Replay);
}

#[tokio::test(start_paused = true)]
async fn the_same_event_pushed_twice_at_once_is_one_note() {
    let host = Host::new().await;
    let engine = host.engine().await;
    let outcomes = tokio::join!(engine.push(event("e", JOB)), engine.push(event("e", JOB)));
    let outcomes = [outcomes.0.unwrap(), outcomes.1.unwrap()];
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == PushOutcome::Replay).count(), 1);
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn events_pushed_at_once_are_written_in_the_order_in_which_they_were_stored() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Slow(Duration::from_secs(5))]);
    let ids: Vec<String> = (0..20).map(|index| format!("e{index}")).collect();
    futures::future::join_all(ids.iter().map(|id| engine.push(event(id, JOB)))).await;
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ids);
}

#[tokio::test(start_paused = true)]
async fn notes_behind_one_that_failed_wait_for_it_and_keep_their_order() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Fails(SourceErrorKind::Temporary)]);
    engine.push(event("first", JOB)).await.unwrap();
    engine.push(event("second", JOB)).await.unwrap();
    assert!(host.titan.events(NoteTarget::Job, JOB).is_empty());
    let reports = engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["first", "second"]);
    let ids: Vec<&str> = reports.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["first", "second"]);
    assert!(reports.iter().all(|(_, report)| report.notes == [(NoteTarget::Job, NoteOutcome::Written)]));
}

#[tokio::test(start_paused = true)]
async fn the_targets_of_one_event_do_not_wait_for_each_other() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer]);
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(None)]);
    engine.push(event("first", JOB)).await.unwrap();
    engine.push(event("second", OTHER_JOB)).await.unwrap();
    engine.push(event("third", JOB)).await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Customer, CUSTOMER), ["first", "second", "third"]);
    assert_eq!(host.titan.events(NoteTarget::Job, OTHER_JOB), ["second"]);
    assert!(host.titan.events(NoteTarget::Job, JOB).is_empty());
    pass(Duration::from_secs(101)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["first", "third"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_whose_record_is_still_looked_for_is_not_overtaken_by_the_next_of_its_opportunity() {
    let host = Host::new().await;
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.titan.reachable(false);
    let engine = host.engine().await;
    engine.push(event("first", JOB)).await.unwrap();
    host.titan.reachable(true);
    // The targets of this event are known at once.
    host.delivered(JOB).await;
    let engine = host.engine().await;
    engine.push(event("second", JOB)).await.unwrap();
    assert!(host.titan.events(NoteTarget::Job, JOB).is_empty());
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["first", "second"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_pushed_elsewhere_keeps_its_place_before_a_later_one() {
    let host = Host::new().await;
    let elsewhere = host.builder().pusher();
    let engine = host.engine().await;
    elsewhere.push(event("first", JOB)).await.unwrap();
    engine.push(event("second", JOB)).await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["first", "second"]);
    assert_eq!(elsewhere.push(event("second", JOB)).await.unwrap(), PushOutcome::Replay);
}
