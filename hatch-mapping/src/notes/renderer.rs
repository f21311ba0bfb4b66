//! The texts of notes.

use chrono::FixedOffset;

use super::event::{Channel, HatchEvent, HatchEventKind};
use super::push::NoteTarget;

/// The longest note that is written, in characters. ServiceTitan does not publish its limit; a longer text is cut with a mark.
pub const NOTE_LIMIT: usize = 4000;

/// What a text that was cut ends with.
const CUT_MARK: &str = " […]";

/// Writes the text of a note. A host may put its own in place of [`DefaultNoteRenderer`].
pub trait NoteRenderer: Send + Sync {
    /// The text of an event's note on a target. It must contain `reference` unchanged, by which the note is found again; the message's
    /// content only where `include_content` says so.
    fn render(
        &self,
        event: &HatchEvent,
        target: NoteTarget,
        include_content: bool,
        reference: &str,
    ) -> String;
}

/// Who, by what channel, in which campaign, when, and what.
#[derive(Debug, Clone, Copy)]
pub struct DefaultNoteRenderer {
    /// The tenant's offset from UTC, in which times are told.
    pub utc_offset: FixedOffset,
}

impl Default for DefaultNoteRenderer {
    /// Tells times in UTC.
    fn default() -> Self {
        DefaultNoteRenderer { utc_offset: chrono::Offset::fix(&chrono::Utc) }
    }
}

impl NoteRenderer for DefaultNoteRenderer {
    fn render(
        &self,
        event: &HatchEvent,
        _target: NoteTarget,
        include_content: bool,
        reference: &str,
    ) -> String {
        let contact = named(event.contact_name.as_ref()).map_or("The contact".into(), harmless);
        let user = named(event.user_name.as_ref()).map_or("A Hatch user".into(), harmless);
        let what = what(event.channel);
        let campaign = named(event.campaign.as_ref()).map(|name| format!("campaign \"{}\"", harmless(name)));
        let the_campaign = campaign.clone().unwrap_or_else(|| "a campaign".to_owned());
        let mut text = match event.kind {
            HatchEventKind::CampaignMessage => {
                format!("Hatch {the_campaign} sent {what} to {}", lower_the(&contact))
            }
            HatchEventKind::IncomingMessage if event.channel == Some(Channel::Call) => {
                format!("{contact} called")
            }
            HatchEventKind::IncomingMessage => format!("{contact} sent {what}"),
            HatchEventKind::UserMessage if event.channel == Some(Channel::Call) => {
                format!("{user} called {}", lower_the(&contact))
            }
            HatchEventKind::UserMessage => format!("{user} sent {what} to {}", lower_the(&contact)),
            HatchEventKind::CampaignLaunched => format!("{contact} was launched into Hatch {the_campaign}"),
            HatchEventKind::CampaignFirstMessage => {
                format!("{contact} was sent the first message of Hatch {the_campaign}")
            }
            HatchEventKind::CampaignRemoved => {
                format!("{contact} was removed from Hatch {the_campaign} before it ended")
            }
            HatchEventKind::CampaignCompleted => format!("{contact} completed Hatch {the_campaign}"),
        };
        let at = event.at.with_timezone(&self.utc_offset);
        text.push_str(&format!(" on {}", at.format("%Y-%m-%d at %H:%M (UTC%:z)")));
        if let Some(content) =
            event.content.as_deref().filter(|content| include_content && !content.trim().is_empty())
        {
            text.push_str(":\n");
            text.push_str(&harmless(content.trim()));
        }
        let room = NOTE_LIMIT.saturating_sub(reference.chars().count() + 1);
        format!("{}\n{reference}", cut(&text, room))
    }
}

/// A name that is not blank.
fn named(name: Option<&String>) -> Option<&str> {
    name.map(|name| name.trim()).filter(|name| !name.is_empty())
}

fn what(channel: Option<Channel>) -> &'static str {
    match channel {
        Some(Channel::Text) => "a text",
        Some(Channel::Email) => "an e-mail",
        Some(Channel::Voicemail) => "a voicemail",
        Some(Channel::Call) => "a call",
        None => "a message",
    }
}

/// "The contact" within a sentence.
fn lower_the(contact: &str) -> String {
    if contact == "The contact" { "the contact".to_owned() } else { contact.to_owned() }
}

/// Takes the power from HTML and control characters: ServiceTitan shows notes as HTML.
fn harmless(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\n' => safe.push('\n'),
            '\t' => safe.push(' '),
            // Direction overrides would show the text in another order than it was written in.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            character if character.is_control() => {}
            character => safe.push(character),
        }
    }
    safe
}

/// Cuts a text to so many characters, with a mark, and never within an entity that [`harmless`] wrote.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(limit.saturating_sub(CUT_MARK.chars().count())).collect();
    if let Some(entity) = kept.rfind('&')
        && !kept[entity..].contains(';')
    {
        kept.truncate(entity);
    }
    kept + CUT_MARK
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn text_event(content: &str) -> HatchEvent {
        let at = DateTime::parse_from_rfc3339("2026-03-01T18:30:00Z").unwrap().to_utc();
        let mut event = HatchEvent::new("e1", "jobs", "42", at, HatchEventKind::CampaignMessage);
        event.channel = Some(Channel::Text);
        event.campaign = Some("Rehash".to_owned());
        event.content = Some(content.to_owned());
        event
    }

    #[test]
    fn a_note_tells_who_what_which_campaign_and_when_in_the_tenants_time() {
        let renderer = DefaultNoteRenderer { utc_offset: FixedOffset::west_opt(6 * 3600).unwrap() };
        let note = renderer.render(&text_event("Hello"), NoteTarget::Job, true, "[ref 1]");
        let expected = "Hatch campaign \"Rehash\" sent a text to the contact on 2026-03-01 at 12:30 (UTC-06:00):\nHello\n[ref 1]";
        assert_eq!(note, expected);
    }

    #[test]
    fn the_content_is_left_out_unless_it_is_allowed() {
        let note =
            DefaultNoteRenderer::default().render(&text_event("Hello"), NoteTarget::Job, false, "[ref 1]");
        assert!(!note.contains("Hello"), "{note}");
    }

    #[test]
    fn html_and_control_characters_are_made_harmless() {
        let event = text_event("<script>x</script>\u{7}\u{202e} a & b");
        let note = DefaultNoteRenderer::default().render(&event, NoteTarget::Job, true, "[ref 1]");
        assert!(note.contains("&lt;script&gt;x&lt;/script&gt; a &amp; b"), "{note}");
    }

    proptest! {
        #[test]
        fn a_note_is_never_too_long_and_always_ends_with_its_reference(content in "[<&a🙂]{0,6000}") {
            let note = DefaultNoteRenderer::default().render(&text_event(&content), NoteTarget::Job, true, "[ref 1]");
            prop_assert!(note.chars().count() <= NOTE_LIMIT);
            prop_assert!(note.ends_with("\n[ref 1]"));
        }
    }
}
