//! Which events become notes, and where.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::event::{HatchEvent, HatchEventKind};

/// The record that gets a note.
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

/// Which events become notes on which records. Nothing is pushed by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PushConfig {
    /// Messages that campaigns send.
    pub campaign_messages: PushRule,
    /// Messages and calls that come in.
    pub incoming: PushRule,
    /// Messages and calls of users.
    pub user_messages: PushRule,
    /// What happens to a contact within a campaign, unless one of the four below says otherwise.
    pub campaign_events: PushRule,
    /// A contact was launched into a campaign; `None` leaves it to `campaign_events`.
    pub campaign_launched: Option<PushRule>,
    /// A contact was sent a campaign's first message; `None` leaves it to `campaign_events`.
    pub campaign_first_message: Option<PushRule>,
    /// A contact was removed from a campaign before it had ended; `None` leaves it to `campaign_events`.
    pub campaign_removed: Option<PushRule>,
    /// A contact completed a campaign; `None` leaves it to `campaign_events`.
    pub campaign_completed: Option<PushRule>,
}

/// What becomes of one kind of event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PushRule {
    /// The records that get a note: any number of them, or none.
    pub targets: BTreeSet<NoteTarget>,
    /// Whether the note has the message's content.
    pub content: bool,
}

impl PushRule {
    /// Notes on these records, without the content of messages.
    pub fn to(targets: impl IntoIterator<Item = NoteTarget>) -> Self {
        PushRule { targets: targets.into_iter().collect(), content: false }
    }

    /// The content of messages too.
    #[must_use]
    pub fn with_content(mut self) -> Self {
        self.content = true;
        self
    }
}

impl PushConfig {
    /// The records that get a note of this event.
    pub fn targets(&self, event: &HatchEvent) -> Vec<NoteTarget> {
        self.rule(event.kind).targets.iter().copied().collect()
    }

    /// The records that get notes of any kind of event.
    pub fn all_targets(&self) -> BTreeSet<NoteTarget> {
        let messages = [&self.campaign_messages, &self.incoming, &self.user_messages];
        let launched = self.campaign_event(self.campaign_launched.as_ref());
        let first_message = self.campaign_event(self.campaign_first_message.as_ref());
        let removed = self.campaign_event(self.campaign_removed.as_ref());
        let completed = self.campaign_event(self.campaign_completed.as_ref());
        let rules = messages.into_iter().chain([launched, first_message, removed, completed]);
        rules.flat_map(|rule| &rule.targets).copied().collect()
    }

    /// Whether the notes of this event have the message's content.
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
