//! The notes of each kind of event, on the configured targets only.

use hatch_mapping::{Channel, HatchEventKind, NoteTarget, PushConfig, PushRule};
use sync_core::{NoteOutcome, PushOutcome, PushReport};

use crate::fixture::{CUSTOMER, Host, JOB, LOCATION, event};

const EVERY_KIND: [(HatchEventKind, Option<Channel>); 15] = [
    (HatchEventKind::CampaignMessage, Some(Channel::Text)),
    (HatchEventKind::CampaignMessage, Some(Channel::Email)),
    (HatchEventKind::CampaignMessage, Some(Channel::Voicemail)),
    (HatchEventKind::IncomingMessage, Some(Channel::Text)),
    (HatchEventKind::IncomingMessage, Some(Channel::Email)),
    (HatchEventKind::IncomingMessage, Some(Channel::Voicemail)),
    (HatchEventKind::IncomingMessage, Some(Channel::Call)),
    (HatchEventKind::UserMessage, Some(Channel::Text)),
    (HatchEventKind::UserMessage, Some(Channel::Email)),
    (HatchEventKind::UserMessage, Some(Channel::Voicemail)),
    (HatchEventKind::UserMessage, Some(Channel::Call)),
    (HatchEventKind::CampaignLaunched, None),
    (HatchEventKind::CampaignFirstMessage, None),
    (HatchEventKind::CampaignRemoved, None),
    (HatchEventKind::CampaignCompleted, None),
];

fn of_kind(index: usize) -> hatch_mapping::HatchEvent {
    let (kind, channel) = EVERY_KIND[index];
    let mut event = event(&format!("e{index}"), JOB);
    (event.kind, event.channel) = (kind, channel);
    event
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_event_becomes_a_note_of_its_own_on_each_target() {
    let host = Host::new().await.to([NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location]);
    let engine = host.engine().await;
    for index in 0..EVERY_KIND.len() {
        let outcome = engine.push(of_kind(index)).await.unwrap();
        let written = |target| (target, NoteOutcome::Written);
        let notes = [NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location].map(written).to_vec();
        assert_eq!(outcome, PushOutcome::Stored(PushReport { notes }));
    }
    for (target, id) in
        [(NoteTarget::Job, JOB), (NoteTarget::Customer, CUSTOMER), (NoteTarget::Location, LOCATION)]
    {
        let expected: Vec<String> = (0..EVERY_KIND.len()).map(|index| format!("e{index}")).collect();
        assert_eq!(host.titan.events(target, id), expected);
        let mut leads: Vec<String> = host
            .titan
            .notes(target, id)
            .iter()
            .map(|note| note.split(" on 2026").next().unwrap().replace(char::is_numeric, ""))
            .collect();
        leads.dedup();
        assert_eq!(leads.len(), EVERY_KIND.len(), "two kinds read the same: {leads:?}");
    }
    assert!(host.waiting().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_kind_without_targets_stores_nothing_and_costs_no_request() {
    let mut host = Host::new().await;
    host.push = PushConfig { incoming: PushRule::default(), ..host.push };
    host.remove_from_mirror(sync_core::Resource::Jobs, JOB).await;
    let engine = host.engine().await;
    assert_eq!(engine.push(event("e", JOB)).await.unwrap(), PushOutcome::NotConfigured);
    assert!(host.waiting().await.is_empty());
    assert_eq!(host.titan.requests(), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_content_is_in_the_note_only_where_the_kind_says_so() {
    let mut host = Host::new().await;
    host.push.campaign_messages = PushRule::to([NoteTarget::Job]);
    let engine = host.engine().await;
    engine.push(of_kind(0)).await.unwrap();
    engine.push(of_kind(3)).await.unwrap();
    let notes = host.titan.notes(NoteTarget::Job, JOB);
    assert!(!notes[0].contains("content of"), "{}", notes[0]);
    assert!(notes[1].contains("content of"), "{}", notes[1]);
}
