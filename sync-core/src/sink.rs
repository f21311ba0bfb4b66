//! Where opportunities are delivered.

use std::time::Duration;

use async_trait::async_trait;
use hatch_mapping::Opportunity;
use thiserror::Error;

/// A place that takes opportunities: Hatch, or what a host puts in its stead.
///
/// An upsert must be idempotent: the engine repeats one that may or may not have arrived.
#[async_trait]
pub trait OpportunitySink: Send + Sync {
    /// Names the place (address and account, no secret). Part of the fingerprint: a new identity delivers everything again.
    fn identity(&self) -> String;

    /// Creates the opportunity, or replaces the one with its external ID.
    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError>;

    /// Says whether the place can be reached at all. Must not change anything there.
    async fn check(&self) -> Result<(), SinkError>;
}

/// What a sink answered to an upsert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upserted {
    /// The ID of the contact that now has the opportunity, if the sink tells.
    pub contact_id: Option<String>,
}

/// Why an opportunity was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SinkError {
    /// The body was refused. The same body will be refused again. Where the pointers name only standard fields that may be left out, the
    /// engine delivers the opportunity without these.
    #[error("the opportunity was refused: {}", reasons.join("; "))]
    Rejected {
        /// What was wrong with which field, without its content.
        reasons: Vec<String>,
        /// The JSON pointer that each reason names, such as `/data/attributes/email`, as long as every reason names one; else empty.
        pointers: Vec<String>,
    },
    /// The credentials were refused.
    #[error("the credentials were refused: {0}")]
    Unauthorized(String),
    /// Too many requests, for now.
    #[error("too many requests")]
    RateLimited {
        /// How long to wait, if the sink said.
        retry_after: Option<Duration>,
    },
    /// The sink cannot be reached or is broken; the upsert was not done.
    #[error("the sink cannot take anything now: {0}")]
    Unavailable(String),
    /// The upsert may or may not have been done.
    #[error("it is not known whether the opportunity arrived: {0}")]
    Unclear(String),
}

impl SinkError {
    /// Whether the same upsert may succeed later.
    pub fn is_temporary(&self) -> bool {
        !matches!(self, SinkError::Rejected { .. } | SinkError::Unauthorized(_))
    }
}
