//! Outcomes of a webhook.

use serde::Serialize;
use servicetitan_client::webhooks::WebhookError;
use thiserror::Error;

use crate::{Resource, SourceError, StoreError, SyncError};

/// The outcome of a webhook. Each of them is to be answered with a success: a repetition of the webhook would not help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
#[non_exhaustive]
pub enum WebhookOutcome {
    /// The record was newer than the mirror's, and is in the mirror now.
    BroughtForward {
        /// The resource of the record.
        resource: Resource,
        /// The record's ID.
        id: i64,
        /// Number of opportunities that the record affects.
        affected: u64,
        /// Number of affected opportunities that were delivered. The others did not change, cannot be delivered, or wait for the next run.
        delivered: u64,
    },
    /// The mirror had the record as it is already.
    Unchanged {
        /// The resource of the record.
        resource: Resource,
        /// The record's ID.
        id: i64,
    },
    /// The event came before.
    Duplicate,
    /// There is nothing to do for the webhook.
    Ignored {
        /// The reason.
        reason: IgnoredWebhook,
    },
}

/// The reason why there is nothing to do for a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IgnoredWebhook {
    /// Its type is unknown here, or its records are shown by no opportunity.
    Type(String),
    /// The webhook is about another tenant.
    OtherTenant,
    /// No integration of this connection needs the resource.
    NotNeeded(Resource),
    /// ServiceTitan does not have the record, or not any more; the feeds decide what that means.
    NoSuchRecord(Resource, i64),
    /// A base record that did not change since the start of the first sync.
    BeforeStart(Resource, i64),
}

/// The reason why a webhook was not ingested.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OnWebhookError {
    /// The engine was built without [`EngineBuilder::webhooks`](crate::EngineBuilder::webhooks).
    #[error("this engine takes no webhooks: give it the signing key with `EngineBuilder::webhooks`")]
    NotConfigured,
    /// The delivery is not ServiceTitan's, or cannot be read. [`WebhookError::status`] says how to answer.
    #[error(transparent)]
    Refused(#[from] WebhookError),
    /// The record could not be read, or not be stored. Answered with a failure, ServiceTitan sends the webhook again after a while.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl OnWebhookError {
    /// The HTTP status to answer the delivery with.
    pub fn status(&self) -> u16 {
        match self {
            OnWebhookError::Refused(error) => error.status(),
            OnWebhookError::Sync(error) if error.is_temporary() => 503,
            OnWebhookError::NotConfigured | OnWebhookError::Sync(_) => 500,
        }
    }
}

impl From<StoreError> for OnWebhookError {
    fn from(error: StoreError) -> Self {
        OnWebhookError::Sync(error.into())
    }
}

impl From<SourceError> for OnWebhookError {
    fn from(error: SourceError) -> Self {
        OnWebhookError::Sync(error.into())
    }
}
