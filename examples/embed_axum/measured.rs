//! Metrics for `/metrics`, by Prometheus's conventions: one prefix, base units, `_total` for counters. The guide's chapter on operating lists them, and
//! `docs/monitoring` has a dashboard and alert rules over them.

use std::error::Error;

use examples::sync_metrics;
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sync_core::{
    ConnectionStatus, OnWebhookError, PushError, PushOutcome, SyncError, SyncReport, WebhookOutcome,
};

/// Starts collecting metrics of a connection. The returned handle renders them in Prometheus's text format.
pub fn install(connection: &str) -> Result<PrometheusHandle, Box<dyn Error>> {
    let handle = PrometheusBuilder::new().add_global_label("connection", connection).install_recorder()?;
    sync_metrics::describe();
    describe_counter!("hatch_sync_webhooks_total", "Received webhooks, by sender and outcome.");
    describe_gauge!("hatch_sync_engine_running", "1 while the engine runs, 0 once it stopped for good.");
    gauge!("hatch_sync_engine_running").set(1);
    Ok(handle)
}

/// Notes that the engine stopped for good.
pub fn engine_stopped() {
    gauge!("hatch_sync_engine_running").set(0);
}

/// Counts the outcome of a run.
pub fn run(outcome: &Result<SyncReport, SyncError>) {
    sync_metrics::count_run(None, if outcome.is_ok() { "ok" } else { "error" });
    if let Ok(report) = outcome {
        sync_metrics::set_last_success(None, chrono::Utc::now());
        sync_metrics::count_report(None, report);
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
    sync_metrics::set_status(None, status, status.dead_letters.len(), now);
}
