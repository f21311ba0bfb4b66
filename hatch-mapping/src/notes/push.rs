//! The choice of events that become notes, and of the notes' targets.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::event::{HatchEvent, HatchEventKind};

/// The kind of record that gets a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteTarget {
    /// The job.
    Job,
    /// The customer.
    Customer,
    /// The location.
    Location,
}

/// The rules by which events become notes, one for each kind of event. No event does by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PushConfig {
    /// The rule for messages that campaigns send.
    pub campaign_messages: PushRule,
    /// The rule for incoming messages and calls.
    pub incoming: PushRule,
    /// The rule for messages and calls of Hatch's users.
    pub user_messages: PushRule,
    /// The rule for events of a contact within a campaign, unless one of the four below is set.
    pub campaign_events: PushRule,
    /// The rule for a contact that was launched into a campaign; `None` leaves it to `campaign_events`.
    pub campaign_launched: Option<PushRule>,
    /// The rule for a contact that was sent a campaign's first message; `None` leaves it to `campaign_events`.
    pub campaign_first_message: Option<PushRule>,
    /// The rule for a contact that was removed from a campaign before it had ended; `None` leaves it to `campaign_events`.
    pub campaign_removed: Option<PushRule>,
    /// The rule for a contact that completed a campaign; `None` leaves it to `campaign_events`.
    pub campaign_completed: Option<PushRule>,
}

/// The notes that one kind of event becomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PushRule {
    /// The records that get a note: any number of them, or none.
    pub targets: BTreeSet<NoteTarget>,
    /// Whether the note has the message's content.
    pub content: bool,
}

impl PushRule {
    /// Returns a rule for notes on these records, without the content of messages.
    pub fn to(targets: impl IntoIterator<Item = NoteTarget>) -> Self {
        PushRule { targets: targets.into_iter().collect(), content: false }
    }

    /// Adds the content of messages to the notes.
    #[must_use]
    pub fn with_content(mut self) -> Self {
        self.content = true;
        self
    }
}

impl PushConfig {
    /// Returns the records that get a note of an event.
    pub fn targets(&self, event: &HatchEvent) -> Vec<NoteTarget> {
        self.rule(event.kind).targets.iter().copied().collect()
    }

    /// Returns the records that get notes of any kind of event.
    pub fn all_targets(&self) -> BTreeSet<NoteTarget> {
        let messages = [&self.campaign_messages, &self.incoming, &self.user_messages];
        let launched = self.campaign_event(self.campaign_launched.as_ref());
        let first_message = self.campaign_event(self.campaign_first_message.as_ref());
        let removed = self.campaign_event(self.campaign_removed.as_ref());
        let completed = self.campaign_event(self.campaign_completed.as_ref());
        let rules = messages.into_iter().chain([launched, first_message, removed, completed]);
        rules.flat_map(|rule| &rule.targets).copied().collect()
    }

    /// Whether the notes of an event have the message's content.
    pub fn includes_content(&self, event: &HatchEvent) -> bool {
        self.rule(event.kind).content
    }

    fn rule(&self, kind: HatchEventKind) -> &PushRule {
        match kind {
            HatchEventKind::CampaignMessage => &self.campaign_messages,
            HatchEventKind::IncomingMessage => &self.incoming,
            HatchEventKind::UserMessage => &self.user_messages,
            HatchEventKind::CampaignLaunched => self.campaign_event(self.campaign_launched.as_ref()),
            HatchEventKind::CampaignFirstMessage => self.campaign_event(self.campaign_first_message.as_ref()),
            HatchEventKind::CampaignRemoved => self.campaign_event(self.campaign_removed.as_ref()),
            HatchEventKind::CampaignCompleted => self.campaign_event(self.campaign_completed.as_ref()),
        }
    }

    fn campaign_event<'a>(&'a self, own: Option<&'a PushRule>) -> &'a PushRule {
        own.unwrap_or(&self.campaign_events)
    }
}
