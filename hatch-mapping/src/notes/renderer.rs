//! The texts of notes.

use chrono::FixedOffset;

use super::event::{Channel, HatchEvent, HatchEventKind};
use super::push::NoteTarget;
use super::safe_text::{cut_text, escape_name, escape_text};
use super::time_zone::TimeZone;
#[cfg(feature = "time-zones")]
use super::time_zone::UnknownTimeZone;

/// The longest note that [`DefaultNoteRenderer`] writes unless [told otherwise](DefaultNoteRenderer::cut_to), in characters. ServiceTitan
/// does not publish its limit; a longer text is cut with a mark.
pub const NOTE_LIMIT: usize = 4000;

/// A writer of notes' texts. A host may put its own in place of [`DefaultNoteRenderer`].
pub trait NoteRenderer: Send + Sync {
    /// Returns the text of an event's note on a target. The text must contain `reference` unchanged, by which the engine finds the note again. It
    /// may have the message's content only if `include_content` is set.
    fn render(
        &self,
        event: &HatchEvent,
        target: NoteTarget,
        include_content: bool,
        reference: &str,
    ) -> String;
}

/// The renderer that is used unless the host has its own. Its notes name the person, the channel, the campaign, the time and the content.
///
/// HTML and control characters of names and contents are escaped or dropped. A note has at most [`NOTE_LIMIT`] characters, including its
/// reference, which is never cut.
///
/// ```
/// use hatch_mapping::{Channel, DefaultNoteRenderer, HatchEvent, HatchEventKind, NoteRenderer, NoteTarget};
///
/// let at = "2026-03-01T18:30:00Z".parse().unwrap();
/// let mut event = HatchEvent::new("e1", "jobs", "42", at, HatchEventKind::IncomingMessage);
/// event.channel = Some(Channel::Text);
/// event.contact_name = Some("John Smith".to_owned());
/// event.content = Some("See you at 9".to_owned());
/// let note = DefaultNoteRenderer::default().render(&event, NoteTarget::Job, true, "[ref 1]");
/// assert_eq!(note, "John Smith sent a text on 2026-03-01 at 18:30 (UTC+00:00):\nSee you at 9\n[ref 1]");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct DefaultNoteRenderer {
    time_zone: TimeZone,
    limit: usize,
}

impl Default for DefaultNoteRenderer {
    /// Returns a renderer that writes times in UTC.
    fn default() -> Self {
        DefaultNoteRenderer::with_time_zone(TimeZone::utc())
    }
}

impl DefaultNoteRenderer {
    /// Returns a renderer that writes times at one offset from UTC, in summer and in winter.
    pub fn at_utc_offset(offset: FixedOffset) -> Self {
        DefaultNoteRenderer::with_time_zone(TimeZone::Offset(offset))
    }

    /// Returns a renderer that writes times in the tenant's time zone, daylight saving included. Names are those of the IANA database, such as
    /// `America/Chicago`. Needs the feature `time-zones`.
    ///
    /// # Errors
    ///
    /// [`UnknownTimeZone`] if no time zone has this name.
    #[cfg(feature = "time-zones")]
    pub fn in_time_zone(name: &str) -> Result<Self, UnknownTimeZone> {
        Ok(DefaultNoteRenderer::with_time_zone(TimeZone::named(name)?))
    }

    /// Limits notes to so many characters in place of [`NOTE_LIMIT`], for tenants that take less or more.
    #[must_use]
    pub fn cut_to(mut self, characters: usize) -> Self {
        self.limit = characters;
        self
    }

    fn with_time_zone(time_zone: TimeZone) -> Self {
        DefaultNoteRenderer { time_zone, limit: NOTE_LIMIT }
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
        let at = self.time_zone.local(event.at);
        let mut text = format!("{} on {}", describe_event(event), at.format("%Y-%m-%d at %H:%M (UTC%:z)"));
        let content =
            event.content.as_deref().filter(|_| include_content).map(escape_text).unwrap_or_default();
        if !content.trim().is_empty() {
            text.push_str(":\n");
            text.push_str(content.trim());
        }
        let room = self.limit.saturating_sub(reference.chars().count() + 1);
        let text = cut_text(&text, room);
        if text.is_empty() { reference.to_owned() } else { format!("{text}\n{reference}") }
    }
}

/// Returns the first sentence of a note: the event, its people and its campaign.
fn describe_event(event: &HatchEvent) -> String {
    let contact = escape_name(event.contact_name.as_deref());
    let the_contact = contact.as_deref().unwrap_or("the contact");
    let contact = contact.as_deref().unwrap_or("The contact");
    let user = escape_name(event.user_name.as_deref());
    let user = user.as_deref().unwrap_or("A Hatch user");
    let campaign = escape_name(event.campaign.as_deref())
        .map_or_else(|| "a campaign".to_owned(), |name| format!("campaign \"{name}\""));
    let message = match event.channel {
        Some(Channel::Text) => "a text",
        Some(Channel::Email) => "an e-mail",
        Some(Channel::Voicemail) => "a voicemail",
        Some(Channel::Call) => "a call",
        None => "a message",
    };
    match (event.kind, event.channel) {
        (HatchEventKind::CampaignMessage, _) => format!("Hatch {campaign} sent {message} to {the_contact}"),
        (HatchEventKind::IncomingMessage, Some(Channel::Call)) => format!("{contact} called"),
        (HatchEventKind::IncomingMessage, Some(Channel::Voicemail)) => format!("{contact} left {message}"),
        (HatchEventKind::IncomingMessage, _) => format!("{contact} sent {message}"),
        (HatchEventKind::UserMessage, Some(Channel::Call)) => format!("{user} called {the_contact}"),
        (HatchEventKind::UserMessage, _) => format!("{user} sent {message} to {the_contact}"),
        (HatchEventKind::CampaignLaunched, _) => format!("{contact} was launched into Hatch {campaign}"),
        (HatchEventKind::CampaignFirstMessage, _) => {
            format!("{contact} was sent the first message of Hatch {campaign}")
        }
        (HatchEventKind::CampaignRemoved, _) => {
            format!("{contact} was removed from Hatch {campaign} before it ended")
        }
        (HatchEventKind::CampaignCompleted, _) => format!("{contact} completed Hatch {campaign}"),
    }
}
