//! The texts of notes, and which events become notes where.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use chrono::{DateTime, FixedOffset, Utc};
use hatch_mapping::{
    Channel, DefaultNoteRenderer, HatchEvent, HatchEventKind, NOTE_LIMIT, NoteRenderer, NoteTarget,
    PushConfig, PushRule,
};
use proptest::prelude::*;

const REFERENCE: &str = "[ref 1]";

fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

fn event(kind: HatchEventKind, channel: Option<Channel>) -> HatchEvent {
    let mut event = HatchEvent::new("e1", "jobs", "42", at("2026-03-01T18:30:00Z"), kind);
    event.channel = channel;
    event.campaign = Some("Rehash".to_owned());
    event.contact_name = Some("Ann Lee".to_owned());
    event.user_name = Some("Uwe".to_owned());
    event.content = Some("Hello".to_owned());
    event
}

fn campaign_text() -> HatchEvent {
    event(HatchEventKind::CampaignMessage, Some(Channel::Text))
}

fn note(event: &HatchEvent) -> String {
    DefaultNoteRenderer::default().render(event, NoteTarget::Job, true, REFERENCE)
}

#[test]
fn a_note_of_each_kind_of_event_tells_who_did_what_by_which_channel_in_which_campaign() {
    use {Channel::*, HatchEventKind::*};
    for (kind, channel, told) in [
        (CampaignMessage, Some(Text), "Hatch campaign \"Rehash\" sent a text to Ann Lee"),
        (CampaignMessage, Some(Email), "Hatch campaign \"Rehash\" sent an e-mail to Ann Lee"),
        (CampaignMessage, Some(Voicemail), "Hatch campaign \"Rehash\" sent a voicemail to Ann Lee"),
        (CampaignMessage, None, "Hatch campaign \"Rehash\" sent a message to Ann Lee"),
        (IncomingMessage, Some(Text), "Ann Lee sent a text"),
        (IncomingMessage, Some(Email), "Ann Lee sent an e-mail"),
        (IncomingMessage, Some(Voicemail), "Ann Lee left a voicemail"),
        (IncomingMessage, Some(Call), "Ann Lee called"),
        (UserMessage, Some(Text), "Uwe sent a text to Ann Lee"),
        (UserMessage, Some(Email), "Uwe sent an e-mail to Ann Lee"),
        (UserMessage, Some(Call), "Uwe called Ann Lee"),
        (CampaignLaunched, None, "Ann Lee was launched into Hatch campaign \"Rehash\""),
        (CampaignFirstMessage, None, "Ann Lee was sent the first message of Hatch campaign \"Rehash\""),
        (CampaignRemoved, None, "Ann Lee was removed from Hatch campaign \"Rehash\" before it ended"),
        (CampaignCompleted, None, "Ann Lee completed Hatch campaign \"Rehash\""),
    ] {
        let expected = format!("{told} on 2026-03-01 at 18:30 (UTC+00:00):\nHello\n{REFERENCE}");
        assert_eq!(note(&event(kind, channel)), expected);
    }
}

#[test]
fn who_and_which_campaign_are_told_in_general_words_where_they_are_not_known() {
    for blank in [None, Some(" \n".to_owned())] {
        let mut event = event(HatchEventKind::UserMessage, None);
        (event.contact_name, event.user_name, event.campaign) = (blank.clone(), blank.clone(), blank);
        assert!(note(&event).starts_with("A Hatch user sent a message to the contact on "));
        event.kind = HatchEventKind::CampaignRemoved;
        assert!(
            note(&event).starts_with("The contact was removed from Hatch a campaign before it ended on ")
        );
    }
}

#[test]
fn a_time_is_told_at_the_tenants_offset_from_utc() {
    let renderer = DefaultNoteRenderer::at_utc_offset(FixedOffset::west_opt(6 * 3600).unwrap());
    let note = renderer.render(&campaign_text(), NoteTarget::Job, true, REFERENCE);
    assert!(note.contains(" on 2026-03-01 at 12:30 (UTC-06:00):"), "{note}");
}

#[cfg(feature = "time-zones")]
#[test]
fn a_time_is_told_by_the_clocks_of_the_tenants_time_zone_in_summer_and_in_winter() {
    let renderer = DefaultNoteRenderer::in_time_zone("America/Chicago").unwrap();
    for (time, told) in [
        ("2026-03-01T05:30:00Z", "2026-02-28 at 23:30 (UTC-06:00)"),
        ("2026-03-08T07:59:59Z", "2026-03-08 at 01:59 (UTC-06:00)"),
        ("2026-03-08T08:00:00Z", "2026-03-08 at 03:00 (UTC-05:00)"),
        // The hour that comes twice is told apart by its offset.
        ("2026-11-01T06:30:00Z", "2026-11-01 at 01:30 (UTC-05:00)"),
        ("2026-11-01T07:30:00Z", "2026-11-01 at 01:30 (UTC-06:00)"),
    ] {
        let mut event = campaign_text();
        event.at = at(time);
        let note = renderer.render(&event, NoteTarget::Job, false, REFERENCE);
        assert!(note.contains(told), "{note}");
    }
}

#[cfg(feature = "time-zones")]
#[test]
fn a_time_zone_that_does_not_exist_is_refused_by_its_name() {
    let error = DefaultNoteRenderer::in_time_zone("America/Springfield").unwrap_err();
    assert!(error.to_string().contains("America/Springfield"), "{error}");
}

#[test]
fn the_content_is_left_out_unless_it_is_allowed() {
    let note = DefaultNoteRenderer::default().render(&campaign_text(), NoteTarget::Job, false, REFERENCE);
    assert!(!note.contains("Hello"), "{note}");
}

#[test]
fn html_control_characters_and_overrides_of_direction_are_made_harmless() {
    let mut event = campaign_text();
    event.content = Some("<script>x</script>\u{7}\u{202e}\u{2028}a & b\tc".to_owned());
    assert!(note(&event).contains("\n&lt;script&gt;x&lt;/script&gt;\na &amp; b c\n"), "{}", note(&event));
}

#[test]
fn each_end_of_a_line_stays_one_however_it_is_written() {
    let mut event = campaign_text();
    event.content = Some("a\r\nb\rc\nd\u{b}e\u{c}f\u{85}g\u{2028}h\n\r\ni".to_owned());
    assert!(note(&event).contains(":\na\nb\nc\nd\ne\nf\ng\nh\n\ni\n[ref"), "{}", note(&event));
}

#[test]
fn a_content_of_nothing_that_can_be_shown_is_none() {
    let mut event = campaign_text();
    event.content = Some(" \u{7}\r\n\u{0} ".to_owned());
    assert!(note(&event).ends_with(&format!("(UTC+00:00)\n{REFERENCE}")), "{}", note(&event));
}

#[test]
fn a_note_with_no_room_for_a_text_is_its_reference() {
    for limit in 0..REFERENCE.len() + 5 {
        let renderer = DefaultNoteRenderer::default().cut_to(limit);
        let note = renderer.render(&campaign_text(), NoteTarget::Job, true, REFERENCE);
        assert_eq!(note, REFERENCE, "{limit}");
    }
}

#[test]
fn a_name_adds_no_line_of_its_own() {
    let mut event = campaign_text();
    event.campaign = Some("A\r\nUwe  called".to_owned());
    assert!(note(&event).starts_with("Hatch campaign \"A Uwe called\" sent a text"), "{}", note(&event));
}

#[test]
fn a_note_that_is_too_long_is_cut_with_a_mark_and_ends_with_its_reference_all_the_same() {
    let mut event = campaign_text();
    event.content = Some("ä".repeat(NOTE_LIMIT));
    let note = note(&event);
    assert_eq!(note.chars().count(), NOTE_LIMIT);
    assert!(note.ends_with(&format!("ä […]\n{REFERENCE}")));
}

#[test]
fn each_kind_of_event_has_targets_and_content_of_its_own() {
    use HatchEventKind::*;
    let config = PushConfig {
        campaign_messages: PushRule::to([NoteTarget::Job]).with_content(),
        incoming: PushRule::to([NoteTarget::Customer]),
        user_messages: PushRule::to([NoteTarget::Location]).with_content(),
        campaign_events: PushRule::to([NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location]),
        ..PushConfig::default()
    };
    for (kind, targets, content) in [
        (CampaignMessage, &[NoteTarget::Job][..], true),
        (IncomingMessage, &[NoteTarget::Customer], false),
        (UserMessage, &[NoteTarget::Location], true),
        (CampaignLaunched, &[NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location], false),
        (CampaignFirstMessage, &[NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location], false),
        (CampaignRemoved, &[NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location], false),
        (CampaignCompleted, &[NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location], false),
    ] {
        let event = event(kind, None);
        assert_eq!((config.targets(&event).as_slice(), config.includes_content(&event)), (targets, content));
        assert!(PushConfig::default().targets(&event).is_empty(), "nothing is pushed unless it is asked for");
    }
}

#[test]
fn each_event_of_a_campaign_can_go_its_own_way_or_nowhere() {
    use HatchEventKind::*;
    let shared = PushConfig { campaign_events: PushRule::to([NoteTarget::Job]), ..PushConfig::default() };
    type Own = fn(&mut PushConfig) -> &mut Option<PushRule>;
    let events: [(HatchEventKind, Own); 4] = [
        (CampaignLaunched, |config| &mut config.campaign_launched),
        (CampaignFirstMessage, |config| &mut config.campaign_first_message),
        (CampaignRemoved, |config| &mut config.campaign_removed),
        (CampaignCompleted, |config| &mut config.campaign_completed),
    ];
    for (kind, own) in events {
        let mut config = shared.clone();
        *own(&mut config) = Some(PushRule::to([NoteTarget::Customer]).with_content());
        for (other, _) in events {
            let event = event(other, None);
            let mine = other == kind;
            let expected = if mine { NoteTarget::Customer } else { NoteTarget::Job };
            assert_eq!((config.targets(&event), config.includes_content(&event)), (vec![expected], mine));
        }
        assert_eq!(config.all_targets(), [NoteTarget::Job, NoteTarget::Customer].into());
        *own(&mut config) = Some(PushRule::default());
        assert!(config.targets(&event(kind, None)).is_empty());
    }
}

#[test]
fn a_tenant_may_take_shorter_or_longer_notes() {
    let mut event = campaign_text();
    event.content = Some("ä".repeat(2 * NOTE_LIMIT));
    for limit in [100, 2 * NOTE_LIMIT] {
        let renderer = DefaultNoteRenderer::default().cut_to(limit);
        let note = renderer.render(&event, NoteTarget::Job, true, REFERENCE);
        assert_eq!(note.chars().count(), limit);
        assert!(note.ends_with(&format!("ä […]\n{REFERENCE}")));
    }
}

#[test]
fn a_push_configuration_survives_being_written_and_read() {
    let config =
        PushConfig { incoming: PushRule::to([NoteTarget::Job]).with_content(), ..PushConfig::default() };
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<PushConfig>(&text).unwrap(), config);
    assert_eq!(serde_json::from_str::<PushConfig>("{}").unwrap(), PushConfig::default());
}

#[test]
fn the_debug_of_an_event_has_neither_names_nor_content() {
    let shown = format!("{:?}", campaign_text());
    assert!(!["Ann", "Uwe", "Hello"].iter().any(|secret| shown.contains(secret)), "{shown}");
}

/// Texts that a note must not be harmed by, beside any others.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[<>&;a\"'\n\r\t\u{0}\u{7f}\u{85}\u{202e}\u{2066}🙂]{0,40}",
        ("[<&a🙂\n]{0,30}", 0..300_usize).prop_map(|(text, times)| text.repeat(times)),
    ]
}

proptest! {
    #[test]
    fn a_note_is_never_too_long_ends_with_its_reference_and_is_harmless_whatever_it_tells(
        content in texts(), contact in texts(), campaign in texts()
    ) {
        let mut event = campaign_text();
        (event.content, event.contact_name, event.campaign) = (Some(content), Some(contact), Some(campaign));
        let note = note(&event);
        prop_assert!(note.chars().count() <= NOTE_LIMIT);
        let text = note.strip_suffix(&format!("\n{REFERENCE}")).unwrap();
        prop_assert!(!text.contains(['<', '>']));
        prop_assert!(!text.chars().any(|it| it.is_control() && it != '\n'));
        let overrides = ['\u{202a}', '\u{202b}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2069}'];
        prop_assert!(!text.contains(overrides));
        for (at, _) in text.match_indices('&') {
            let entity = ["&lt;", "&gt;", "&amp;"].iter().any(|entity| text[at..].starts_with(entity));
            prop_assert!(entity, "a bare & or half an entity");
        }
    }

    #[test]
    fn a_content_that_fits_is_told_whole(content in "[a-zäß🙂 ]{0,200}") {
        let mut event = campaign_text();
        event.content = Some(content.clone());
        prop_assert!(note(&event).contains(content.trim()));
        prop_assert!(!note(&event).contains("[…]"));
    }
}
