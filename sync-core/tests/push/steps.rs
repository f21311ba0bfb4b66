//! Pushing in steps that end after some time.

use std::time::Duration;

use hatch_mapping::NoteTarget;
use sync_core::{PushEngine, PushedStep, SourceErrorKind};

use crate::fixture::{Fate, Host, JOB, OTHER_JOB, event, pass};

const STEP: Duration = Duration::from_secs(2);

async fn step(engine: &PushEngine) -> (u64, u64, Option<Duration>) {
    let PushedStep { written, waiting, due_in, .. } = engine.push_within(STEP).await.unwrap();
    (written, waiting, due_in)
}

#[tokio::test(start_paused = true)]
async fn a_step_writes_what_was_pushed_elsewhere_and_says_when_the_rest_is_due() {
    let host = Host::new().await;
    let engine = host.builder().open_pushing().await.unwrap();
    let pusher = host.builder().pusher();
    host.titan.script(NoteTarget::Job, OTHER_JOB, [Fate::Fails(SourceErrorKind::Temporary)]);
    pusher.push(event("good", JOB)).await.unwrap();
    pusher.push(event("bad", OTHER_JOB)).await.unwrap();
    assert_eq!(step(&engine).await, (1, 1, Some(Duration::from_secs(2))));
    pass(Duration::from_secs(2)).await;
    assert_eq!(step(&engine).await, (1, 0, None));
    assert_eq!(host.titan.events(NoteTarget::Job, OTHER_JOB), ["bad"]);
}

#[tokio::test(start_paused = true)]
async fn a_step_begins_no_note_once_its_time_is_up() {
    let host = Host::new().await;
    let engine = host.builder().open_pushing().await.unwrap();
    let pusher = host.builder().pusher();
    host.titan.script(NoteTarget::Job, JOB, [Fate::Slow(Duration::from_millis(1500)); 5]);
    for number in 0..5 {
        pusher.push(event(&format!("e{number}"), JOB)).await.unwrap();
    }
    assert_eq!(step(&engine).await, (2, 3, Some(Duration::ZERO)));
    assert_eq!(step(&engine).await, (2, 1, Some(Duration::ZERO)));
    assert_eq!(step(&engine).await, (1, 0, None));
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e0", "e1", "e2", "e3", "e4"]);
}

/// Each opening begins with lanes that know nothing of earlier ones.
#[tokio::test(start_paused = true)]
async fn a_note_that_may_have_been_written_is_looked_for_in_time_however_often_the_role_moves() {
    let host = Host::new().await;
    host.titan.script(NoteTarget::Job, JOB, [Fate::Lost(None)]);
    host.builder().pusher().push(event("e", JOB)).await.unwrap();
    let mut steps = 0;
    while host.titan.events(NoteTarget::Job, JOB).is_empty() {
        let builder = host.builder().clocks_agree_within(Duration::from_secs(20));
        let engine = builder.open_pushing().await.unwrap();
        engine.push_within(STEP).await.unwrap();
        pass(Duration::from_secs(10)).await;
        steps += 1;
        assert!(steps < 20, "the question is put off for ever");
    }
    // Not before ServiceTitan has given the request up, even if the clocks of two processes differ.
    assert!(steps >= 12, "{steps}");
    assert_eq!(host.titan.requests(), (0, 2, 1));
}
