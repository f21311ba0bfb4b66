//! Hatch's webhooks: verified, and translated into what the engine takes.
//!
//! The layout of a webhook is chosen in Hatch's own screens, so that the translation is the host's. This one expects
//! `{"id", "event", "external_id", "at", "channel", "campaign", "contact", "user", "text"}`, of which all but the first four may be missing.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ed25519_dalek::{PUBLIC_KEY_LENGTH, Signature, VerifyingKey};
use hatch_mapping::{Channel, HatchEvent, HatchEventKind};
use serde::Deserialize;

use crate::settings::JOBS;

/// The header with the EdDSA signature over the body, in base64.
const SIGNATURE_HEADER: &str = "hatch-webhook-verification";

/// A public key from its 32 bytes in base64.
pub fn key(base64: &str) -> Option<VerifyingKey> {
    let bytes: [u8; PUBLIC_KEY_LENGTH] = STANDARD.decode(base64.trim()).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// Whether Hatch signed this body.
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

/// The event, or in which place the body does not fit. The body itself is a customer's and is not quoted.
pub fn translate(body: &[u8]) -> Result<HatchEvent, String> {
    let payload: Payload = serde_json::from_slice(body)
        .map_err(|error| format!("it does not fit at line {}, column {}", error.line(), error.column()))?;
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
