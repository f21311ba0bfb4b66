//! Dead letters of events, and the ways in which an operator handles them.

use std::time::Duration;

use hatch_mapping::NoteTarget;
use serde_json::json;
use sync_core::{
    DEAD_LETTER_NOTES_AFTER, EventStatus, NoteOutcome, OutboxEvent, PushOutcome, Resource, SourceErrorKind,
    Store,
};

use crate::fixture::{CONNECTION, CUSTOMER, Fate, Host, JOB, PausedClock, event, pass, record};

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
        [(NoteTarget::Job, NoteOutcome::DeadLettered), (NoteTarget::Customer, NoteOutcome::Written)]
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
    pass(DEAD_LETTER_NOTES_AFTER).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.waiting().await, ["e"]);
    pass(Duration::from_secs(1)).await;
    engine.push_pending().await.unwrap();
    assert!(host.waiting().await.is_empty());
    assert_eq!(
        host.dead().await[0].1,
        "the note on the job: it could not be written in time: scripted: Temporary"
    );
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
async fn an_unclear_note_that_gets_too_old_is_looked_for_before_it_is_dead_lettered() {
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
    pass(DEAD_LETTER_NOTES_AFTER * 2).await;
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
async fn trying_again_writes_only_the_notes_that_were_dead_lettered() {
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
async fn a_dead_note_can_be_discarded_and_its_content_is_removed() {
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

/// Stores an event in the form of another version.
async fn store(host: &Host, id: &str, event: &str, state: &str) {
    let (id, event, state) = (id.to_owned(), event.to_owned(), state.to_owned());
    let event = OutboxEvent { id, event, state, at: PausedClock::start() };
    assert!(host.store.add_event(CONNECTION, event).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn an_event_that_cannot_be_read_is_a_dead_letter_and_holds_nothing_up() {
    let host = Host::new().await;
    let pending = r#"{"notes":[{"target":"job","id":42,"progress":"pending"}]}"#;
    store(&host, "broken", "{\"secret words\"", pending).await;
    let engine = host.engine().await;
    engine.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    let dead = host.dead().await;
    assert_eq!(dead[0].0, "event:broken");
    assert!(!dead[0].1.contains("secret"), "{dead:?}");
}

#[tokio::test(start_paused = true)]
async fn an_event_that_only_a_newer_version_reads_can_be_tried_again_and_discarded() {
    let host = Host::new().await;
    let of_newer = |event: &str, state: &str| {
        let mut json = serde_json::to_value(crate::fixture::event(event, JOB)).unwrap();
        json["kind"] = json!("contact_danced");
        (event.to_owned(), json.to_string(), state.to_owned())
    };
    let readable = r#"{"notes":[{"target":"job","id":42,"progress":"claimed"}]}"#;
    let unreadable = r#"{"notes":[{"target":"job","id":42,"progress":"dancing"}]}"#;
    for (id, event, state) in [of_newer("one", readable), of_newer("other", unreadable)] {
        store(&host, &id, &event, &state).await;
    }
    let engine = host.engine().await;
    engine.push_pending().await.unwrap();
    let letters = engine.dead_letters().await.unwrap();
    let letters = [&letters[0], &letters[1]];
    assert!(letters.iter().all(|letter| letter.integration == "jobs"), "{letters:?}");
    assert!(engine.retry_dead_letter(letters[0]).await.unwrap());
    let kept = host.store.event(CONNECTION, "one").await.unwrap().unwrap();
    assert_eq!(kept.status, EventStatus::Dead, "this version still cannot read it");
    assert!(kept.event.event.contains("contact_danced") && host.dead().await.len() == 2);
    for letter in letters {
        assert!(engine.discard_dead_letter(letter).await.unwrap());
    }
    assert!(host.dead().await.is_empty() && host.waiting().await.is_empty());
    for id in ["one", "other"] {
        let kept = host.store.event(CONNECTION, id).await.unwrap().unwrap();
        assert_eq!((kept.status, kept.event.event.as_str()), (EventStatus::Done, ""));
    }
}

#[tokio::test(start_paused = true)]
async fn a_note_that_nobody_tried_while_it_was_young_is_tried_before_it_is_dead_lettered() {
    let host = Host::new().await;
    host.builder().pusher().push(event("e", JOB)).await.unwrap();
    // The engine was down, or the clock was set.
    pass(DEAD_LETTER_NOTES_AFTER * 3).await;
    host.engine().await.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert!(host.dead().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_note_that_a_merged_customer_does_not_take_goes_to_the_survivor_when_it_is_tried_again() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer]);
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Customer, CUSTOMER, [Fate::Fails(SourceErrorKind::NotFound)]);
    engine.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.dead().await.len(), 1);
    let merged = json!({ "id": CUSTOMER, "mergedToId": 8, "active": false });
    host.mirror([record(Resource::Customers, CUSTOMER, &merged, &[(Resource::Customers, 8)])]).await;
    let engine = host.engine().await;
    assert!(engine.retry_event("jobs", "e").await.unwrap());
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Customer, 8), ["e"]);
    assert!(host.titan.events(NoteTarget::Customer, CUSTOMER).is_empty());
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert!(host.dead().await.is_empty() && host.waiting().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_note_that_may_have_been_written_is_looked_for_where_it_was_sent_even_if_the_customer_was_merged() {
    let mut host = Host::new().await.to([NoteTarget::Customer]);
    host.age = Some(Duration::from_secs(600));
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Customer, CUSTOMER, [Fate::Lost(Some(Duration::ZERO))]);
    engine.push(event("e", JOB)).await.unwrap();
    host.titan.reachable(false);
    pass(Duration::from_secs(700)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.dead().await.len(), 1);
    host.titan.reachable(true);
    let merged = json!({ "id": CUSTOMER, "mergedToId": 8, "active": false });
    host.mirror([record(Resource::Customers, CUSTOMER, &merged, &[(Resource::Customers, 8)])]).await;
    let engine = host.engine().await;
    assert!(engine.retry_event("jobs", "e").await.unwrap());
    pass(Duration::from_secs(101)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Customer, CUSTOMER), ["e"]);
    assert!(host.titan.events(NoteTarget::Customer, 8).is_empty());
    assert!(host.dead().await.is_empty() && host.waiting().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_note_under_way_is_settled_although_another_one_of_its_event_has_no_place_any_more() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer]);
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Customer, CUSTOMER, [Fate::Fails(SourceErrorKind::NotFound)]);
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(None)]);
    engine.push(event("e", JOB)).await.unwrap();
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.titan.remove(Resource::Jobs, JOB);
    let engine = host.engine().await;
    assert!(engine.retry_event("jobs", "e").await.unwrap());
    engine.push_pending().await.unwrap();
    pass(Duration::from_secs(101)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    let dead = host.dead().await;
    let no_record = "the note on the customer: ServiceTitan has no record for the opportunity";
    assert_eq!(dead, [("event:e".to_owned(), no_record.to_owned())]);
    assert!(host.waiting().await.is_empty());
}
