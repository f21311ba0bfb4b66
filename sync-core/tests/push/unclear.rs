//! Notes with an unclear outcome.

use std::time::Duration;

use hatch_mapping::NoteTarget;
use sync_core::{NoteOutcome, PushOutcome, SourceErrorKind};

use crate::fixture::{Fate, Host, JOB, event, pass};

/// ServiceTitan's own timeout of a request.
const LIMIT: Duration = Duration::from_secs(100);

#[tokio::test(start_paused = true)]
async fn a_note_that_was_written_although_the_answer_got_lost_is_found_by_its_reference_and_not_repeated() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(Some(Duration::ZERO))]);
    let PushOutcome::Stored(report) = engine.push(event("e", JOB)).await.unwrap() else {
        panic!("not stored")
    };
    assert_eq!(report.notes, [(NoteTarget::Job, NoteOutcome::Waiting)]);
    pass(LIMIT).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert!(host.waiting().await.is_empty());
    assert_eq!(host.titan.requests(), (0, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn the_targets_notes_are_not_read_before_servicetitan_has_given_the_request_up() {
    let host = Host::new().await;
    let engine = host.engine().await;
    // The note appears at the last moment: an engine that looked for it earlier would write it twice.
    let late = LIMIT - Duration::from_millis(1);
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(Some(late))]);
    engine.push(event("e", JOB)).await.unwrap();
    for _ in 0..99 {
        pass(Duration::from_secs(1)).await;
        engine.push_pending().await.unwrap();
    }
    assert_eq!(host.titan.requests(), (0, 1, 0));
    pass(Duration::from_secs(1)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn a_note_that_did_not_arrive_is_written_again_before_those_behind_it() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(None)]);
    engine.push(event("first", JOB)).await.unwrap();
    engine.push(event("second", JOB)).await.unwrap();
    assert!(host.titan.events(NoteTarget::Job, JOB).is_empty());
    pass(LIMIT).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["first", "second"]);
}

#[tokio::test(start_paused = true)]
async fn a_note_claimed_before_a_crash_is_looked_for_by_the_next_engine_after_the_limit() {
    let host = Host::new().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Slow(Duration::from_secs(3600))]);
    let engine = host.engine().await;
    // The process ends while the request is on its way, an hour after the event was stored.
    tokio::time::timeout(Duration::from_secs(50), engine.push(event("e", JOB))).await.unwrap_err();
    drop(engine);
    host.titan.write_by_hand(NoteTarget::Job, JOB, "Called her back.");
    let engine = host.engine().await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.requests(), (0, 1, 0), "it may still be under way");
    pass(LIMIT).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert_eq!(host.titan.requests(), (0, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_push_whose_caller_went_away_is_looked_for_after_the_limit_by_the_same_engine() {
    let host = Host::new().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Slow(Duration::from_secs(3600))]);
    let engine = host.engine().await;
    tokio::time::timeout(Duration::from_secs(50), engine.push(event("e", JOB))).await.unwrap_err();
    pass(LIMIT - Duration::from_secs(1)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.requests(), (0, 1, 0), "it may still be under way");
    pass(Duration::from_secs(1)).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn the_same_words_written_by_a_person_are_not_taken_for_the_note() {
    let host = Host::new().await;
    let engine = host.engine().await;
    engine.push(event("e", JOB)).await.unwrap();
    let words = host.titan.notes(NoteTarget::Job, JOB)[0].rsplit_once('\n').unwrap().0.to_owned();
    assert!(words.contains("content of e"), "{words}");

    let again = Host::new().await;
    let engine = again.engine().await;
    again.titan.script(NoteTarget::Job, JOB, [Fate::Lost(None)]);
    engine.push(event("e", JOB)).await.unwrap();
    again.titan.write_by_hand(NoteTarget::Job, JOB, &words);
    pass(LIMIT).await;
    engine.push_pending().await.unwrap();
    assert_eq!(again.titan.notes(NoteTarget::Job, JOB).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_note_is_not_repeated_while_the_targets_notes_cannot_be_read() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(Some(Duration::ZERO))]);
    engine.push(event("e", JOB)).await.unwrap();
    pass(LIMIT).await;
    host.titan.reachable(false);
    engine.push_pending().await.unwrap();
    assert_eq!(host.waiting().await, ["e"]);
    host.titan.reachable(true);
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert_eq!(host.titan.requests().1, 1);
}

#[tokio::test(start_paused = true)]
async fn without_references_an_unclear_note_is_written_again_at_least_once() {
    let mut host = Host::new().await;
    host.references = false;
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(Some(Duration::ZERO))]);
    engine.push(event("e", JOB)).await.unwrap();
    engine.push_pending().await.unwrap();
    let notes = host.titan.notes(NoteTarget::Job, JOB);
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e", "e"]);
    assert!(notes.iter().all(|note| !note.contains("[ref") && !note.ends_with('\n')), "{notes:?}");
    assert_eq!(host.titan.requests().2, 0, "nobody looks without a reference");
}

/// A renderer that leaves the reference out.
struct OwnTexts;

impl hatch_mapping::NoteRenderer for OwnTexts {
    fn render(&self, event: &hatch_mapping::HatchEvent, _: NoteTarget, _: bool, _: &str) -> String {
        format!("content of {}", event.id)
    }
}

#[tokio::test(start_paused = true)]
async fn a_renderer_that_drops_the_reference_does_not_cost_the_promise() {
    let host = Host::new().await;
    let engine = host.builder().note_renderer(std::sync::Arc::new(OwnTexts)).open().await.unwrap();
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(Some(Duration::ZERO))]);
    engine.push(event("e", JOB)).await.unwrap();
    pass(LIMIT).await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_was_fenced_off_writes_no_note_any_more() {
    let host = Host::new().await;
    let old = host.engine().await;
    let new = host.engine().await;
    old.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.titan.requests().1, 0);
    assert_eq!(host.waiting().await, ["e"], "what it stored is safe");
    new.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_surely_wrote_nothing_is_tried_again_without_reading_notes() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.script(
        NoteTarget::Job,
        JOB,
        [SourceErrorKind::Temporary, SourceErrorKind::Auth, SourceErrorKind::MissingScope].map(Fate::Fails),
    );
    engine.push(event("e", JOB)).await.unwrap();
    for _ in 0..3 {
        engine.push_pending().await.unwrap();
    }
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert_eq!(host.titan.requests(), (0, 4, 0));
}
