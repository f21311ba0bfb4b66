//! The targets of an event's notes, from the mirror or from ServiceTitan.

use std::time::Duration;

use hatch_mapping::{HatchEventKind, NoteTarget, OpportunityModel, PushRule};
use serde_json::json;
use sync_core::{NoteOutcome, Priority, PushError, PushOutcome, PushReport, Resource};

use crate::fixture::{CUSTOMER, Host, JOB, LOCATION, event, job, record};

fn stored(notes: &[(NoteTarget, NoteOutcome)]) -> PushOutcome {
    PushOutcome::Stored(PushReport { notes: notes.to_vec() })
}

#[tokio::test(start_paused = true)]
async fn a_record_in_the_mirror_costs_no_lookup() {
    let host = Host::new().await;
    host.engine().await.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.titan.requests(), (0, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_was_delivered_and_left_the_mirror_costs_no_lookup_for_a_note_on_it() {
    let host = Host::new().await;
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.delivered(JOB).await;
    host.engine().await.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert_eq!(host.titan.requests(), (0, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_delivered_job_that_left_the_mirror_is_asked_for_once_where_the_customer_gets_the_note() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer]);
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.delivered(JOB).await;
    host.engine().await.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.titan.lookups(), [(Resource::Jobs, Priority::Interactive)]);
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert_eq!(host.titan.events(NoteTarget::Customer, CUSTOMER), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_record_is_asked_for_once_and_ahead_of_all_reading() {
    let host = Host::new().await.to([NoteTarget::Customer, NoteTarget::Location]);
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.engine().await.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.titan.lookups(), [(Resource::Jobs, Priority::Interactive)]);
    assert_eq!(host.titan.events(NoteTarget::Customer, CUSTOMER), ["e"]);
    assert_eq!(host.titan.events(NoteTarget::Location, LOCATION), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_whose_record_servicetitan_does_not_have_is_refused_and_stores_nothing() {
    let host = Host::new().await;
    let engine = host.engine().await;
    for unknown in ["99", "no number", ""] {
        let mut event = event("e", JOB);
        event.external_id = unknown.to_owned();
        let error = engine.push(event).await.unwrap_err();
        assert!(matches!(&error, PushError::NoServiceTitanRecord(id) if id == unknown), "{error}");
    }
    assert!(host.waiting().await.is_empty() && host.dead().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_event_without_an_id_is_refused_since_the_next_one_would_pass_for_the_same() {
    let host = Host::new().await;
    for blank in ["", " "] {
        let error = host.engine().await.push(event(blank, JOB)).await.unwrap_err();
        assert!(matches!(error, PushError::NoId), "{error}");
    }
    assert!(host.waiting().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_event_of_an_unknown_integration_is_refused_by_name() {
    let host = Host::new().await;
    let mut event = event("e", JOB);
    event.integration = "other".to_owned();
    let error = host.engine().await.push(event).await.unwrap_err();
    assert!(matches!(&error, PushError::UnknownIntegration(name) if name == "other"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_event_is_stored_while_servicetitan_cannot_be_asked_and_written_once_it_can() {
    let host = Host::new().await;
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.titan.reachable(false);
    let engine = host.engine().await;
    assert_eq!(
        engine.push(event("e", JOB)).await.unwrap(),
        stored(&[(NoteTarget::Job, NoteOutcome::Waiting)])
    );
    assert_eq!(host.waiting().await, ["e"]);
    host.titan.reachable(true);
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert!(host.waiting().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_event_that_was_stored_undecided_and_has_no_record_after_all_is_a_dead_letter() {
    let host = Host::new().await;
    host.titan.reachable(false);
    let engine = host.engine().await;
    engine.push(event("e", 99)).await.unwrap();
    host.titan.reachable(true);
    engine.push_pending().await.unwrap();
    let dead = host.dead().await;
    assert_eq!(dead.len(), 1, "{dead:?}");
    assert!(dead[0].0 == "event:e" && dead[0].1.contains("no record"), "{dead:?}");
}

#[tokio::test(start_paused = true)]
async fn a_membership_has_no_job_and_a_location_may_be_missing() {
    let mut host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location]);
    host.model = OpportunityModel::Membership;
    let membership = json!({ "id": 5, "customerId": CUSTOMER, "locationId": null });
    host.mirror([record(Resource::Memberships, 5, &membership, &[])]).await;
    let outcome = host.engine().await.push(event("e", 5)).await.unwrap();
    let expected = [
        (NoteTarget::Job, NoteOutcome::NotApplicable),
        (NoteTarget::Customer, NoteOutcome::Written),
        (NoteTarget::Location, NoteOutcome::NotApplicable),
    ];
    assert_eq!(outcome, stored(&expected));
}

#[tokio::test(start_paused = true)]
async fn an_event_of_which_no_note_applies_is_done_and_still_known() {
    let mut host = Host::new().await.to([NoteTarget::Job]);
    host.model = OpportunityModel::Membership;
    host.mirror([record(Resource::Memberships, 5, &json!({ "id": 5, "customerId": CUSTOMER }), &[])]).await;
    let engine = host.engine().await;
    let outcome = engine.push(event("e", 5)).await.unwrap();
    assert_eq!(outcome, stored(&[(NoteTarget::Job, NoteOutcome::NotApplicable)]));
    assert!(host.waiting().await.is_empty() && host.dead().await.is_empty());
    assert_eq!(engine.push(event("e", 5)).await.unwrap(), PushOutcome::Replay);
}

#[tokio::test(start_paused = true)]
async fn the_prefix_of_external_ids_is_understood() {
    let mut host = Host::new().await;
    host.prefix = Some("north-".to_owned());
    let engine = host.engine().await;
    let mut prefixed = event("e", JOB);
    prefixed.external_id = format!("north-{JOB}");
    engine.push(prefixed).await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["e"]);
    assert!(matches!(engine.push(event("f", JOB)).await, Err(PushError::NoServiceTitanRecord(_))));
}

#[tokio::test(start_paused = true)]
async fn a_note_goes_to_the_customer_that_a_merged_one_became() {
    let host = Host::new().await.to([NoteTarget::Customer]);
    let customer = |id, into: i64| {
        record(
            Resource::Customers,
            id,
            &json!({ "id": id, "mergedToId": into }),
            &[(Resource::Customers, into)],
        )
    };
    // A cycle of merges ends.
    host.mirror([customer(CUSTOMER, 8), customer(8, 11), customer(11, 8)]).await;
    host.engine().await.push(event("e", JOB)).await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Customer, 8), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn a_target_is_decided_once_even_if_the_record_moves_before_the_note_is_written() {
    let host = Host::new().await.to([NoteTarget::Customer]);
    host.titan.reachable(false);
    let engine = host.engine().await;
    engine.push(event("e", JOB)).await.unwrap();
    let mut moved = job(JOB);
    moved.body = Some(json!({ "id": JOB, "customerId": 1000 }).to_string());
    host.mirror([moved]).await;
    host.titan.reachable(true);
    let engine = host.engine().await;
    engine.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Customer, CUSTOMER), ["e"]);
}

#[tokio::test(start_paused = true)]
async fn a_lookup_that_takes_long_does_not_keep_the_caller_waiting() {
    let host = Host::new().await;
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.titan.hold_lookups(true);
    let began = tokio::time::Instant::now();
    let outcome = host.builder().pusher().push(event("e", JOB)).await.unwrap();
    assert!(began.elapsed() <= Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(outcome, stored(&[(NoteTarget::Job, NoteOutcome::Waiting)]));
    assert_eq!(host.waiting().await, ["e"]);
}

#[tokio::test(start_paused = true)]
async fn events_that_wait_for_one_lookup_get_all_of_their_notes_also_where_the_first_needs_only_the_job() {
    let mut host = Host::new().await.to([NoteTarget::Job]);
    host.push.user_messages = PushRule::to([NoteTarget::Job, NoteTarget::Customer]).with_content();
    host.remove_from_mirror(Resource::Jobs, JOB).await;
    host.titan.reachable(false);
    let elsewhere = host.builder().pusher();
    elsewhere.push(event("first", JOB)).await.unwrap();
    let mut second = event("second", JOB);
    second.kind = HatchEventKind::UserMessage;
    elsewhere.push(second).await.unwrap();
    // In between, the job was delivered and pruned.
    host.delivered(JOB).await;
    host.titan.reachable(true);
    host.engine().await.push_pending().await.unwrap();
    assert_eq!(host.titan.events(NoteTarget::Job, JOB), ["first", "second"]);
    assert_eq!(host.titan.events(NoteTarget::Customer, CUSTOMER), ["second"]);
}
