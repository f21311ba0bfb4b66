//! Webhooks on their way from the process that received them to the worker that brings their records forward.

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use sync_core::{Resource, WebhookOutcome};

use crate::Worker;
use crate::failure::Failure;

/// A webhook of ServiceTitan, without its body: Restate keeps what it hands on, and a body is a customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookNotice {
    /// The ID of the event, by which one that comes again is known.
    pub event: String,
    /// The resource of the record that the event is about.
    pub resource: Resource,
    /// The ID of the record.
    pub id: i64,
    /// Number of attempts that failed.
    #[serde(default)]
    pub attempt: u32,
}

/// The outcome of a webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebhookResult {
    /// A word for the outcome, such as `brought_forward`; `None` if it failed.
    pub outcome: Option<String>,
    /// The failure. A temporary one is tried again some times; what then fails is left to the feeds.
    pub failure: Option<Failure>,
}

pub(crate) async fn bring_forward(
    worker: Worker,
    connection: String,
    opening: Option<u64>,
    notice: WebhookNotice,
) -> HandlerResult<Json<Result<(u64, String), Failure>>> {
    let outcome = worker
        .sync_step(&connection, opening, |engine| async move {
            engine.bring_forward(&notice.event, notice.resource, notice.id).await
        })
        .await;
    Ok(Json(outcome.map(|(opening, outcome)| (opening, name_of(&outcome).to_owned()))))
}

fn name_of(outcome: &WebhookOutcome) -> &'static str {
    match outcome {
        WebhookOutcome::BroughtForward { .. } => "brought_forward",
        WebhookOutcome::Unchanged { .. } => "unchanged",
        WebhookOutcome::Duplicate => "duplicate",
        _ => "ignored",
    }
}
