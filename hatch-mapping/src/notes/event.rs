//! Events in Hatch.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An event in Hatch that is to become a note in ServiceTitan. The host translates Hatch's webhooks into it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HatchEvent {
    /// The event's own ID. An event that comes again under the same ID is ignored.
    pub id: String,
    /// The integration that the opportunity belongs to.
    pub integration: String,
    /// The opportunity's `externalID`.
    pub external_id: String,
    /// The time of the event.
    pub at: DateTime<Utc>,
    /// The kind of event.
    pub kind: HatchEventKind,
    /// The channel, for messages and calls.
    pub channel: Option<Channel>,
    /// The campaign's name.
    pub campaign: Option<String>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The name of the Hatch user who wrote or called.
    pub user_name: Option<String>,
    /// The message's content.
    pub content: Option<String>,
}

impl HatchEvent {
    /// Returns an event without channel, names and content. Set those as fields.
    pub fn new(
        id: impl Into<String>,
        integration: impl Into<String>,
        external_id: impl Into<String>,
        at: DateTime<Utc>,
        kind: HatchEventKind,
    ) -> Self {
        HatchEvent {
            id: id.into(),
            integration: integration.into(),
            external_id: external_id.into(),
            at,
            kind,
            channel: None,
            campaign: None,
            contact_name: None,
            user_name: None,
            content: None,
        }
    }
}

/// Prints IDs and kind only: names and content are a customer's, and stay out of logs.
impl fmt::Debug for HatchEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HatchEvent")
            .field("id", &self.id)
            .field("integration", &self.integration)
            .field("external_id", &self.external_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// A kind of event, as on the product page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HatchEventKind {
    /// A campaign sent a message to the contact.
    CampaignMessage,
    /// The contact called or sent a message.
    IncomingMessage,
    /// A user called the contact or sent a message.
    UserMessage,
    /// The contact was launched into a campaign.
    CampaignLaunched,
    /// The contact was sent the campaign's first message.
    CampaignFirstMessage,
    /// The contact was removed from a campaign before it had ended.
    CampaignRemoved,
    /// The contact completed a campaign.
    CampaignCompleted,
}

/// The channel of a message or a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Channel {
    /// A text message.
    Text,
    /// An e-mail.
    Email,
    /// A voicemail.
    Voicemail,
    /// A call.
    Call,
}
