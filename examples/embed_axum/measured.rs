//! Metrics for `/metrics`, by Prometheus's conventions: one prefix, base units, `_total` for counters. The guide's chapter on operating lists them, and
//! `docs/monitoring` has a dashboard and alert rules over them.
//!
//! The values of labels are integrations, feeds, outcomes, and a hundred field paths for each resource, so their number is bounded.

use std::error::Error;

use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sync_core::{
    ConnectionStatus, OnWebhookError, PushError, PushOutcome, SyncError, SyncReport, WebhookOutcome,
};

/// Starts collecting metrics of a connection. The returned handle renders them in Prometheus's text format.
pub fn install(connection: &str) -> Result<PrometheusHandle, Box<dyn Error>> {
    let handle = PrometheusBuilder::new().add_global_label("connection", connection).install_recorder()?;
    describe_counter!("hatch_sync_runs_total", "Runs of the engine, by outcome.");
    describe_counter!("hatch_sync_servicetitan_requests_total", "Requests that syncs sent to ServiceTitan.");
    describe_counter!(
        "hatch_sync_opportunities_delivered_total",
        "Opportunities delivered to Hatch, by integration."
    );
    describe_counter!("hatch_sync_webhooks_total", "Received webhooks, by sender and outcome.");
    describe_gauge!(
        "hatch_sync_opportunities_waiting",
        "Opportunities waiting for delivery, by integration."
    );
    describe_gauge!(
        "hatch_sync_dead_letters",
        "Dead letters: deliveries and notes that failed for good and wait for an operator."
    );
    describe_gauge!("hatch_sync_feed_lag_seconds", "Seconds since a feed was last read to its end, by feed.");
    describe_gauge!(
        "hatch_sync_feed_refused",
        "1 while ServiceTitan refuses the app a feed, else 0. By feed."
    );
    describe_gauge!(
        "hatch_sync_integration_paused",
        "1 while the delivery of an integration is paused, else 0. By integration."
    );
    describe_gauge!("hatch_sync_engine_running", "1 while the engine runs, 0 once it stopped for good.");
    describe_gauge!(
        "hatch_sync_last_success_timestamp_seconds",
        "When the last run without an error ended, in seconds since 1970."
    );
    describe_counter!(
        "hatch_sync_bad_fields_total",
        "Fields of ServiceTitan's records that could not be read, by resource and path."
    );
    describe_gauge!(
        "hatch_sync_feed_standstill_seconds",
        "Seconds since a feed stands still, because its next page cannot be read; 0 for one that goes on. By feed."
    );
    describe_counter!(
        "hatch_sync_opportunities_without_field_total",
        "Opportunities delivered without a field that Hatch refused, by field."
    );
    gauge!("hatch_sync_engine_running").set(1);
    Ok(handle)
}

/// Notes that the engine stopped for good.
pub fn engine_stopped() {
    gauge!("hatch_sync_engine_running").set(0);
}

/// Counts the outcome of a run.
pub fn run(outcome: &Result<SyncReport, SyncError>) {
    let result = if outcome.is_ok() { "ok" } else { "error" };
    counter!("hatch_sync_runs_total", "outcome" => result).increment(1);
    let Ok(report) = outcome else { return };
    let now = u32::try_from(chrono::Utc::now().timestamp()).unwrap_or(u32::MAX);
    gauge!("hatch_sync_last_success_timestamp_seconds").set(now);
    counter!("hatch_sync_servicetitan_requests_total").increment(report.total_requests());
    for (resource, paths) in &report.bad_fields {
        for (path, fields) in paths {
            let labels = [("resource", resource.name().to_owned()), ("path", path.clone())];
            counter!("hatch_sync_bad_fields_total", &labels).increment(*fields);
        }
    }
    for (name, integration) in &report.integrations {
        counter!("hatch_sync_opportunities_delivered_total", "integration" => name.clone())
            .increment(integration.delivered);
        for (field, count) in &integration.left_out {
            let labels = [("integration", name.clone()), ("field", field.clone())];
            counter!("hatch_sync_opportunities_without_field_total", &labels).increment(*count);
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
    counter!("hatch_sync_webhooks_total", "from" => "servicetitan", "outcome" => result).increment(1);
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
    counter!("hatch_sync_webhooks_total", "from" => "hatch", "outcome" => result).increment(1);
}

/// Sets the gauges from the connection's status.
pub fn status(status: &ConnectionStatus, now: chrono::DateTime<chrono::Utc>) {
    for (name, integration) in &status.integrations {
        let waiting = u32::try_from(integration.waiting).unwrap_or(u32::MAX);
        gauge!("hatch_sync_opportunities_waiting", "integration" => name.clone()).set(waiting);
        gauge!("hatch_sync_integration_paused", "integration" => name.clone())
            .set(u8::from(integration.paused.is_some()));
    }
    gauge!("hatch_sync_dead_letters").set(u32::try_from(status.dead_letters.len()).unwrap_or(u32::MAX));
    for (resource, feed) in &status.feeds {
        let standstill = feed.stands_still.as_ref().map_or(0, |it| (now - it.since).num_seconds().max(0));
        gauge!("hatch_sync_feed_standstill_seconds", "feed" => resource.name())
            .set(u32::try_from(standstill).unwrap_or(u32::MAX));
        gauge!("hatch_sync_feed_refused", "feed" => resource.name()).set(u8::from(feed.refused.is_some()));
        if let Some(read) = feed.read {
            let lag = u32::try_from((now - read).num_seconds().max(0)).unwrap_or(u32::MAX);
            gauge!("hatch_sync_feed_lag_seconds", "feed" => resource.name()).set(lag);
        }
    }
}
