//! Metrics for `/metrics`. The values of labels are integrations, feeds, outcomes, and a hundred field paths for each resource, so their number is bounded.

use std::error::Error;

use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sync_core::{
    ConnectionStatus, OnWebhookError, PushError, PushOutcome, SyncError, SyncReport, WebhookOutcome,
};

/// Starts collecting metrics. The returned handle renders them in Prometheus's text format.
pub fn install() -> Result<PrometheusHandle, Box<dyn Error>> {
    let handle = PrometheusBuilder::new().install_recorder()?;
    describe_counter!("sync_runs_total", "Runs of the engine, by outcome.");
    describe_counter!("servicetitan_requests_total", "Requests that syncs sent to ServiceTitan.");
    describe_counter!("opportunities_delivered_total", "Opportunities delivered to Hatch, by integration.");
    describe_counter!("webhooks_total", "Received webhooks, by sender and outcome.");
    describe_gauge!("opportunities_waiting", "Opportunities waiting for delivery, by integration.");
    describe_gauge!(
        "dead_letters",
        "Dead letters: deliveries and notes that failed for good and wait for an operator."
    );
    describe_gauge!("feed_lag_seconds", "Seconds since a feed was last read to its end, by feed.");
    describe_counter!(
        "bad_fields_total",
        "Fields of ServiceTitan's records that could not be read, by resource and path."
    );
    describe_gauge!(
        "feed_standstill_seconds",
        "Seconds since a feed stands still, because its next page cannot be read; 0 for one that goes on. By feed."
    );
    describe_counter!(
        "opportunities_without_field_total",
        "Opportunities delivered without a field that Hatch refused, by field."
    );
    Ok(handle)
}

/// Counts the outcome of a run.
pub fn run(outcome: &Result<SyncReport, SyncError>) {
    let result = if outcome.is_ok() { "ok" } else { "error" };
    counter!("sync_runs_total", "outcome" => result).increment(1);
    let Ok(report) = outcome else { return };
    counter!("servicetitan_requests_total").increment(report.total_requests());
    for (resource, paths) in &report.bad_fields {
        for (path, fields) in paths {
            let labels = [("resource", resource.name().to_owned()), ("path", path.clone())];
            counter!("bad_fields_total", &labels).increment(*fields);
        }
    }
    for (name, integration) in &report.integrations {
        counter!("opportunities_delivered_total", "integration" => name.clone())
            .increment(integration.delivered);
        for (field, count) in &integration.left_out {
            let labels = [("integration", name.clone()), ("field", field.clone())];
            counter!("opportunities_without_field_total", &labels).increment(*count);
        }
    }
}

/// Counts the outcome of a webhook from ServiceTitan.
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

/// Counts the outcome of a webhook from Hatch.
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

/// Sets the gauges from the connection's status.
pub fn status(status: &ConnectionStatus, now: chrono::DateTime<chrono::Utc>) {
    for (name, integration) in &status.integrations {
        let waiting = u32::try_from(integration.waiting).unwrap_or(u32::MAX);
        gauge!("opportunities_waiting", "integration" => name.clone()).set(waiting);
    }
    gauge!("dead_letters").set(u32::try_from(status.dead_letters.len()).unwrap_or(u32::MAX));
    for (resource, feed) in &status.feeds {
        let standstill = feed.stands_still.as_ref().map_or(0, |it| (now - it.since).num_seconds().max(0));
        gauge!("feed_standstill_seconds", "feed" => resource.name())
            .set(u32::try_from(standstill).unwrap_or(u32::MAX));
        if let Some(read) = feed.read {
            let lag = u32::try_from((now - read).num_seconds().max(0)).unwrap_or(u32::MAX);
            gauge!("feed_lag_seconds", "feed" => resource.name()).set(lag);
        }
    }
}
