//! Hatch's webhooks: verification, and translation into the engine's events.
//!
//! The layout of a webhook is configured in Hatch, so each host needs its own translation. This one expects
//! `{"id", "event", "external_id", "at", "channel", "campaign", "contact", "user", "text"}`; all fields except the first four are optional.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ed25519_dalek::{PUBLIC_KEY_LENGTH, Signature, VerifyingKey};
use hatch_mapping::{Channel, HatchEvent, HatchEventKind};
use serde::Deserialize;

/// Name of the integration whose events the webhooks carry.
pub const JOBS: &str = "jobs";

/// Header with the Ed25519 signature of the body, in Base64.
const SIGNATURE_HEADER: &str = "hatch-webhook-verification";

/// Reads a public key: 32 bytes in Base64.
pub fn key(base64: &str) -> Option<VerifyingKey> {
    let bytes: [u8; PUBLIC_KEY_LENGTH] = STANDARD.decode(base64.trim()).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// Returns true if the body has a valid signature by Hatch.
pub fn is_signed(key: &VerifyingKey, headers: &HeaderMap, body: &[u8]) -> bool {
    let signature = headers.get(SIGNATURE_HEADER).and_then(|value| STANDARD.decode(value.as_bytes()).ok());
    let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
    signature.is_some_and(|signature| key.verify_strict(body, &signature).is_ok())
}

#[derive(Deserialize)]
struct Payload {
    id: String,
    event: EventName,
    external_id: String,
    at: DateTime<Utc>,
    channel: Option<Channel>,
    campaign: Option<String>,
    contact: Option<String>,
    user: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum EventName {
    CampaignMessageSent,
    MessageReceived,
    UserMessageSent,
    ContactLaunched,
    FirstMessageSent,
    ContactRemoved,
    ContactCompleted,
}

/// Translates a body into an event. The error has the position in the body, but does not quote the body, which contains a customer's data.
pub fn translate(body: &[u8]) -> Result<HatchEvent, String> {
    let payload: Payload = serde_json::from_slice(body).map_err(|error| {
        format!(
            "the body is not an event of the expected layout, see line {}, column {}",
            error.line(),
            error.column()
        )
    })?;
    let kind = match payload.event {
        EventName::CampaignMessageSent => HatchEventKind::CampaignMessage,
        EventName::MessageReceived => HatchEventKind::IncomingMessage,
        EventName::UserMessageSent => HatchEventKind::UserMessage,
        EventName::ContactLaunched => HatchEventKind::CampaignLaunched,
        EventName::FirstMessageSent => HatchEventKind::CampaignFirstMessage,
        EventName::ContactRemoved => HatchEventKind::CampaignRemoved,
        EventName::ContactCompleted => HatchEventKind::CampaignCompleted,
    };
    let mut event = HatchEvent::new(payload.id, JOBS, payload.external_id, payload.at, kind);
    event.channel = payload.channel;
    event.campaign = payload.campaign;
    event.contact_name = payload.contact;
    event.user_name = payload.user;
    event.content = payload.text;
    Ok(event)
}
