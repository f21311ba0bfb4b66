//! What is given up, and what an operator can do about it.

use std::time::Duration;

use hatch_mapping::NoteTarget;
use sync_core::{GIVE_UP_NOTES_AFTER, NoteOutcome, PushOutcome, SourceErrorKind, Store};

use crate::fixture::{CONNECTION, CUSTOMER, Fate, Host, JOB, event, pass};

#[tokio::test(start_paused = true)]
async fn a_note_that_is_refused_is_a_dead_letter_with_its_reason_and_holds_nothing_up() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer]);
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Fails(SourceErrorKind::Refused)]);
    let PushOutcome::Stored(report) = engine.push(event("e", JOB)).await.unwrap() else {
        panic!("not stored")
    };
    assert_eq!(
        report.notes,
        [(NoteTarget::Job, NoteOutcome::GivenUp), (NoteTarget::Customer, NoteOutcome::Written)]
    );
    let dead = host.dead().await;
    assert_eq!(dead, [("event:e".to_owned(), "the note on the job: scripted: Refused".to_owned())]);
    engine.push(event("f", JOB)).await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["f"]);
}

#[tokio::test(start_paused = true)]
async fn a_note_that_could_not_be_written_for_a_day_is_a_dead_letter() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.reachable(false);
    engine.push(event("e", JOB)).await.unwrap();
    pass(GIVE_UP_NOTES_AFTER).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.waiting().await, ["e"]);
    pass(Duration::from_secs(1)).await;
    engine.push_pending().await.unwrap();
    assert!(host.waiting().await.is_empty());
    assert_eq!(host.dead().await[0].1, "the note on the job: it could not be written in time");
}

#[tokio::test(start_paused = true)]
async fn a_host_says_how_long_notes_are_tried() {
    let mut host = Host::new().await;
    host.age = Some(Duration::from_secs(600));
    let engine = host.engine().await;
    host.titan.reachable(false);
    engine.push(event("e", JOB)).await.unwrap();
    engine.push(event("undecided", 99)).await.unwrap();
    pass(Duration::from_secs(601)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.dead().await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_unclear_note_that_gets_too_old_is_looked_for_before_it_is_given_up() {
    let mut host = Host::new().await;
    host.age = Some(Duration::from_secs(60));
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(Some(Duration::ZERO)), Fate::Lost(None)]);
    engine.push(event("there", JOB)).await.unwrap();
    pass(Duration::from_secs(101)).await;
    engine.push_pending().await.unwrap();
    engine.push(event("lost", JOB)).await.unwrap();
    pass(Duration::from_secs(101)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["there"]);
    let subjects: Vec<String> = host.dead().await.into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(subjects, ["event:lost"]);
}

#[tokio::test(start_paused = true)]
async fn a_dead_note_can_be_tried_again_with_its_whole_content_and_a_new_age() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.reachable(false);
    engine.push(event("e", JOB)).await.unwrap();
    pass(GIVE_UP_NOTES_AFTER * 2).await;
    engine.push_pending().await.unwrap();
    drop(engine);
    host.titan.reachable(true);
    let engine = host.engine().await;
    assert!(engine.retry_event("jobs", "e").await.unwrap());
    assert!(host.dead().await.is_empty());
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert!(!engine.retry_event("jobs", "e").await.unwrap(), "it is done");
    assert!(!engine.retry_event("jobs", "unknown").await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn trying_again_writes_only_the_notes_that_were_given_up() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer]);
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Fails(SourceErrorKind::NotFound)]);
    engine.push(event("e", JOB)).await.unwrap();
    assert!(engine.retry_event("jobs", "e").await.unwrap());
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert_eq!(host.titan.events(NoteTarget::Customer, CUSTOMER), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn a_dead_note_that_may_have_been_written_is_looked_for_before_it_is_tried_again() {
    let mut host = Host::new().await;
    host.age = Some(Duration::from_secs(600));
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(Some(Duration::ZERO))]);
    engine.push(event("e", JOB)).await.unwrap();
    host.titan.reachable(false);
    pass(Duration::from_secs(700)).await;
    engine.push_pending().await.unwrap();
    assert!(host.dead().await[0].1.contains("may have been written"), "{:?}", host.dead().await);
    host.titan.reachable(true);
    assert!(engine.retry_event("jobs", "e").await.unwrap());
    pass(Duration::from_secs(100)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert!(host.waiting().await.is_empty() && host.dead().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_dead_note_can_be_put_away_and_its_content_is_forgotten() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Fails(SourceErrorKind::Refused)]);
    engine.push(event("e", JOB)).await.unwrap();
    let kept = host.store.event(CONNECTION, "e").await.unwrap().unwrap();
    assert!(kept.event.event.contains("content of e"), "a dead letter keeps its event");
    assert!(!format!("{kept:?} {:?}", host.dead().await).contains("content of e"));
    assert!(engine.discard_event("jobs", "e").await.unwrap());
    let kept = host.store.event(CONNECTION, "e").await.unwrap().unwrap();
    assert_eq!(kept.event.event, "");
    assert!(host.dead().await.is_empty());
    assert!(!engine.discard_event("jobs", "e").await.unwrap());
    assert_eq!(engine.push(event("e", JOB)).await.unwrap(), PushOutcome::Replay);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_cannot_be_read_is_a_dead_letter_and_holds_nothing_up() {
    let host = Host::new().await;
    let broken = sync_core::OutboxEvent {
        id: "broken".to_owned(),
        event: "{\"secret words\"".to_owned(),
        state: "{}".to_owned(),
        at: crate::fixture::PausedClock::start(),
    };
    host.store.add_event(CONNECTION, broken).await.unwrap();
    let engine = host.engine().await;
    engine.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    let dead = host.dead().await;
    assert_eq!(dead[0].0, "event:broken");
    assert!(!dead[0].1.contains("secret"), "{dead:?}");
}
