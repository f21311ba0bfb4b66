//! The refusals of deliveries.

/// The reason why a webhook's delivery is refused, or a signing key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The signing key cannot be one of the portal's.
    #[error("the webhooks' signing key {problem}")]
    Key {
        /// The fault of the key.
        problem: &'static str,
    },
    /// The delivery has no signature, or one that is not written as hexadecimal digits.
    #[error("the delivery carries no signature in `x-servicetitan-signature`")]
    NotSigned,
    /// None of the keys made the signature: somebody else sent it, or the key in the portal is another one.
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
        /// The part that does not fit, without its content.
        reason: &'static str,
    },
}

impl WebhookError {
    /// Returns the HTTP status to answer the delivery with.
    pub fn status(&self) -> u16 {
        match self {
            WebhookError::Key { .. } => 500,
            WebhookError::NotSigned | WebhookError::WrongSignature => 401,
            WebhookError::TooLarge { .. } => 413,
            WebhookError::NotAnEvent { .. } => 400,
        }
    }
}
