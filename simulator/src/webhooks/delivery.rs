//! A delivery of a webhook.

use bytes::Bytes;

/// The header that carries a delivery's signature.
pub const SIGNATURE_HEADER: &str = "x-servicetitan-signature";

/// A webhook on its way: one delivery of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// The event's type, such as `tn.jpm.job-updated`.
    pub event_type: String,
    /// The ID by which duplicates are known: the same for every delivery of one event.
    pub event_id: String,
    /// The body, byte for byte as it is signed.
    pub body: Bytes,
    /// The value of [`SIGNATURE_HEADER`].
    pub signature: String,
}
