//! The destination of opportunities: Hatch, as the engine sees it.

use std::time::Duration;

use async_trait::async_trait;
use hatch_mapping::Opportunity;
use thiserror::Error;

/// The destination of opportunities: Hatch, or a host's substitute.
///
/// Upserts must be idempotent: the engine repeats an upsert whose outcome is unclear.
#[async_trait]
pub trait OpportunitySink: Send + Sync {
    /// Returns a name for the destination (address and account, no secret). The name is part of every fingerprint: after a change of name, all
    /// opportunities are delivered again.
    fn identity(&self) -> String;

    /// Creates the opportunity, or replaces the one with the same external ID.
    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError>;

    /// Tests whether the sink can be reached with these credentials. Must not change anything there.
    async fn check(&self) -> Result<(), SinkError>;
}

/// The answer of a sink to an upsert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upserted {
    /// The ID of the opportunity's contact, if the sink returns one.
    pub contact_id: Option<String>,
}

/// A failed delivery.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SinkError {
    /// The sink refused the body, and will refuse the same body again. If the pointers name only standard fields that may be left out, the engine
    /// delivers the opportunity without these fields.
    #[error("the opportunity was refused: {}", reasons.join("; "))]
    Rejected {
        /// The reasons, each with the field's name and without its content.
        reasons: Vec<String>,
        /// The JSON pointer that each reason names, such as `/data/attributes/email`, as long as every reason names one; else empty.
        pointers: Vec<String>,
    },
    /// The sink refused the credentials.
    #[error("the credentials were refused: {0}")]
    Unauthorized(String),
    /// The sink takes no more requests for now.
    #[error("too many requests")]
    RateLimited {
        /// The time to wait, if the sink named one.
        retry_after: Option<Duration>,
    },
    /// The sink cannot be reached or is broken. The upsert was not carried out.
    #[error("the sink is unavailable: {0}")]
    Unavailable(String),
    /// The upsert may have been carried out.
    #[error("the outcome of the delivery is unclear: {0}")]
    Unclear(String),
}

impl SinkError {
    /// Whether the same upsert may succeed later.
    pub fn is_temporary(&self) -> bool {
        !matches!(self, SinkError::Rejected { .. } | SinkError::Unauthorized(_))
    }
}
