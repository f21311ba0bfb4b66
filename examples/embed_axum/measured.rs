//! What `/metrics` shows. No label has more values than there are integrations, feeds or outcomes.

use std::error::Error;

use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sync_core::{
    ConnectionStatus, OnWebhookError, PushError, PushOutcome, SyncError, SyncReport, WebhookOutcome,
};

/// Collects from now on. The handle writes what was collected in Prometheus's text format.
pub fn install() -> Result<PrometheusHandle, Box<dyn Error>> {
    let handle = PrometheusBuilder::new().install_recorder()?;
    describe_counter!("sync_runs_total", "Runs of the engine, by outcome.");
    describe_counter!("servicetitan_requests_total", "Requests that syncs sent to ServiceTitan.");
    describe_counter!("opportunities_delivered_total", "Opportunities that Hatch took, by integration.");
    describe_counter!("webhooks_total", "Webhooks, by sender and outcome.");
    describe_gauge!("opportunities_waiting", "Opportunities that wait for delivery, by integration.");
    describe_gauge!("dead_letters", "What was given up and waits for somebody to look at it.");
    describe_gauge!("feed_lag_seconds", "Seconds since a feed was read to its head.");
    Ok(handle)
}

/// Notes the outcome of a run.
pub fn run(outcome: &Result<SyncReport, SyncError>) {
    let result = if outcome.is_ok() { "ok" } else { "error" };
    counter!("sync_runs_total", "outcome" => result).increment(1);
    let Ok(report) = outcome else { return };
    counter!("servicetitan_requests_total").increment(report.total_requests());
    for (name, integration) in &report.integrations {
        counter!("opportunities_delivered_total", "integration" => name.clone())
            .increment(integration.delivered);
    }
}

/// Notes what became of a webhook of ServiceTitan.
pub fn servicetitan_webhook(outcome: &Result<WebhookOutcome, OnWebhookError>) {
    let result = match outcome {
        Ok(WebhookOutcome::BroughtForward { .. }) => "brought_forward",
        Ok(WebhookOutcome::Unchanged { .. }) => "unchanged",
        Ok(WebhookOutcome::Duplicate) => "duplicate",
        Ok(_) => "ignored",
        Err(OnWebhookError::Refused(_)) => "refused",
        Err(_) => "failed",
    };
    counter!("webhooks_total", "from" => "servicetitan", "outcome" => result).increment(1);
}

/// Notes what became of a webhook of Hatch.
pub fn hatch_webhook(outcome: &Result<PushOutcome, PushError>) {
    let result = match outcome {
        Ok(PushOutcome::Stored(_)) => "stored",
        Ok(PushOutcome::Replay) => "duplicate",
        Ok(_) => "ignored",
        Err(PushError::Store(_)) => "failed",
        Err(_) => "refused",
    };
    counter!("webhooks_total", "from" => "hatch", "outcome" => result).increment(1);
}

/// Brings what is not counted but looked at up to date.
pub fn status(status: &ConnectionStatus, now: chrono::DateTime<chrono::Utc>) {
    for (name, integration) in &status.integrations {
        let waiting = u32::try_from(integration.waiting).unwrap_or(u32::MAX);
        gauge!("opportunities_waiting", "integration" => name.clone()).set(waiting);
    }
    gauge!("dead_letters").set(u32::try_from(status.dead_letters.len()).unwrap_or(u32::MAX));
    for (resource, feed) in &status.feeds {
        if let Some(read) = feed.read {
            let lag = u32::try_from((now - read).num_seconds().max(0)).unwrap_or(u32::MAX);
            gauge!("feed_lag_seconds", "feed" => resource.name()).set(lag);
        }
    }
}
