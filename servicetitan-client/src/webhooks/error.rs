//! The reasons for which a delivery is refused.

/// The reason for which a webhook's delivery, or a signing key, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The developer portal would not take the signing key.
    #[error("the webhooks' signing key {problem}")]
    Key {
        /// The fault of the key.
        problem: &'static str,
    },
    /// None of the headers that may carry it has a signature, or not one of 32 bytes in hexadecimal digits or Base64.
    #[error("the delivery is not signed: no header has an HMAC-SHA256 in hexadecimal digits or Base64")]
    NotSigned,
    /// None of the keys made the signature: somebody else sent the delivery, or the portal has another key.
    #[error("the delivery's signature was made with another key, or its body was changed on the way")]
    WrongSignature,
    /// The body is larger than the bound.
    #[error("the delivery is larger than {largest} bytes")]
    TooLarge {
        /// The bound.
        largest: usize,
    },
    /// The body is no CloudEvents envelope.
    #[error("the delivery is no CloudEvent: {reason}")]
    NotAnEvent {
        /// The misfit, without a quotation from the body.
        reason: &'static str,
    },
}

impl WebhookError {
    /// Returns the HTTP status with which to answer the delivery.
    pub fn status(&self) -> u16 {
        match self {
            WebhookError::Key { .. } => 500,
            WebhookError::NotSigned | WebhookError::WrongSignature => 401,
            WebhookError::TooLarge { .. } => 413,
            WebhookError::NotAnEvent { .. } => 400,
        }
    }
}
