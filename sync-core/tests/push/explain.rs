//! What became of an event: its targets and their notes.

use std::time::Duration;

use hatch_mapping::NoteTarget;
use sync_core::{DEAD_LETTER_NOTES_AFTER, EventExplanation, EventProgress, NoteProgress, SourceErrorKind};

use crate::fixture::{CUSTOMER, Fate, Host, JOB, OTHER_JOB, event, pass};

fn progress(explanation: &EventExplanation) -> Vec<(NoteTarget, NoteProgress)> {
    explanation.notes.iter().map(|note| (note.target, note.progress)).collect()
}

#[tokio::test(start_paused = true)]
async fn each_target_is_told_with_what_became_of_its_note() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location]);
    let engine = host.engine().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(None)]);
    host.titan.script(NoteTarget::Customer, 7, [Fate::Fails(SourceErrorKind::Refused)]);
    engine.push(event("e", JOB)).await.unwrap();
    engine.push(event("other", OTHER_JOB)).await.unwrap();
    let explanation = engine.explain_event("e").await.unwrap().unwrap();
    assert_eq!(
        progress(&explanation),
        [
            (NoteTarget::Job, NoteProgress::Unclear),
            (NoteTarget::Customer, NoteProgress::DeadLettered),
            (NoteTarget::Location, NoteProgress::Written)
        ]
    );
    assert_eq!(explanation.progress, EventProgress::Waiting);
    assert_eq!(explanation.external_id.as_deref(), Some("42"));
    assert_eq!(explanation.notes[1].reason.as_deref(), Some("scripted: Refused"));
    let reference = explanation.notes[2].reference.clone().unwrap();
    assert!(host.titan.notes(NoteTarget::Location, 9).iter().any(|text| text.contains(&reference)));
    let text = explanation.to_string();
    for line in [
        "event e of ",
        "  about opportunity 42 of jobs",
        "  note on the job 42: sent, and ServiceTitan's answer is not known yet; it is looked for before it is sent again [ref ",
        "  note on the customer 7: not written, since scripted: Refused",
        "  note on the location 9: written [ref ",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    // The message stays out of everything.
    for shown in [text, format!("{explanation:?}"), serde_json::to_string(&explanation).unwrap()] {
        assert!(!shown.contains("content of"), "{shown}");
    }
    let of_job = engine.explain("jobs", JOB).await.unwrap().events;
    assert_eq!(of_job, [explanation]);
    assert!(engine.explain_event("nobody").await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_event_whose_record_was_not_looked_up_yet_waits_without_records_and_ends_as_a_dead_letter() {
    let host = Host::new().await;
    let engine = host.engine().await;
    host.titan.reachable(false);
    engine.push(event("e", 99)).await.unwrap();
    let waiting = engine.explain_event("e").await.unwrap().unwrap();
    assert_eq!(progress(&waiting), [(NoteTarget::Job, NoteProgress::Waiting)]);
    assert_eq!((waiting.notes[0].record_id, waiting.retried_at), (None, None));
    pass(DEAD_LETTER_NOTES_AFTER + Duration::from_secs(1)).await;
    engine.push_pending().await.unwrap();
    let dead = engine.explain_event("e").await.unwrap().unwrap();
    assert_eq!(dead.progress, EventProgress::DeadLettered);
    assert!(dead.dead_letter.is_some());
    assert_eq!(engine.explain("jobs", 99).await.unwrap().events, [dead]);
    engine.retry_event("jobs", "e").await.unwrap();
    let again = engine.explain_event("e").await.unwrap().unwrap();
    assert!(again.retried_at.is_some() && again.dead_letter.is_none());
    assert_eq!(again.progress, EventProgress::Waiting);
}

#[tokio::test(start_paused = true)]
async fn a_finished_event_tells_its_notes_without_the_customer_and_an_erasure_removes_it() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer]);
    let engine = host.engine().await;
    engine.push(event("e", JOB)).await.unwrap();
    let finished = engine.explain_event("e").await.unwrap().unwrap();
    assert_eq!(finished.progress, EventProgress::Finished);
    assert_eq!(
        progress(&finished),
        [(NoteTarget::Job, NoteProgress::Written), (NoteTarget::Customer, NoteProgress::Written)]
    );
    assert_eq!(finished.external_id.as_deref(), Some("42"));
    let reference = finished.notes[1].reference.clone().unwrap();
    assert!(host.titan.notes(NoteTarget::Customer, CUSTOMER).iter().any(|text| text.contains(&reference)));
    assert_eq!(engine.explain("jobs", JOB).await.unwrap().events, [finished]);
    assert!(engine.explain("jobs", OTHER_JOB).await.unwrap().events.is_empty());

    host.titan.script(NoteTarget::Customer, CUSTOMER, [Fate::Fails(SourceErrorKind::Refused)]);
    engine.push(event("discarded", JOB)).await.unwrap();
    engine.discard_event("jobs", "discarded").await.unwrap();
    let discarded = engine.explain_event("discarded").await.unwrap().unwrap();
    assert_eq!(
        progress(&discarded),
        [(NoteTarget::Job, NoteProgress::Written), (NoteTarget::Customer, NoteProgress::Discarded)]
    );

    engine.erase(CUSTOMER).await.unwrap();
    let erased = engine.explain_event("e").await.unwrap().unwrap();
    assert!(erased.notes.is_empty() && erased.external_id.is_none());
    assert!(erased.to_string().contains("finished: each note was written"), "{erased}");
    assert!(engine.explain("jobs", JOB).await.unwrap().events.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_history_of_an_opportunity_ends_with_its_fifty_newest_events() {
    let host = Host::new().await;
    let engine = host.engine().await;
    for number in 0..52 {
        engine.push(event(&format!("e{number}"), JOB)).await.unwrap();
    }
    let events = engine.explain("jobs", JOB).await.unwrap().events;
    let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!((ids.len(), ids[0], ids[49]), (50, "e2", "e51"));
    assert!(engine.explain_event("e1").await.unwrap().unwrap().notes.is_empty());
}
