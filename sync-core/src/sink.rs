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

    /// As [`upsert`](Self::upsert), for a sink that lets requests wait for a rate limit, or repeats them: such a sink asks the gate right before
    /// each request leaves, and sends none once the gate is shut ([`SinkError::Shut`]). A process that was frozen while its request waited
    /// would else send it over a newer one of the process that took its place. By default the gate is asked once, before all.
    async fn upsert_through(
        &self,
        opportunity: &Opportunity,
        gate: &dyn Gate,
    ) -> Result<Upserted, SinkError> {
        if gate.is_open().await { self.upsert(opportunity).await } else { Err(SinkError::Shut) }
    }

    /// Tests whether the sink can be reached with these credentials. Must not change anything there.
    async fn check(&self) -> Result<(), SinkError>;
}

/// The last question before a request leaves for the sink.
#[async_trait]
pub trait Gate: Send + Sync {
    /// Returns whether the request may leave. Cheap, and once it is `false` it stays so.
    async fn is_open(&self) -> bool;
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
    /// The gate was shut before the request left: another process may have taken the sender's place. This attempt was not carried out.
    #[error("the sender may not write any more")]
    Shut,
    /// The upsert may have been carried out.
    #[error("the outcome of the delivery is unclear: {0}")]
    Unclear(String),
}

impl SinkError {
    /// Whether the same upsert may succeed later.
    pub fn is_temporary(&self) -> bool {
        !matches!(self, SinkError::Rejected { .. } | SinkError::Unauthorized(_) | SinkError::Shut)
    }
}
