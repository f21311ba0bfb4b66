//! Metrics of a connection's syncs and of its state in the store, by Prometheus's conventions, for all programs that publish them.
//!
//! `connection` is the label of each; `None` where the program's recorder adds the label to all of its metrics. The values of labels are connections,
//! integrations, feeds, outcomes, and a hundred field paths for each resource, so their number is bounded.

use chrono::{DateTime, Utc};
use metrics::{counter, describe_counter, describe_gauge, gauge};
use sync_core::{ConnectionStatus, SyncReport};

type Labels = Vec<(&'static str, String)>;

/// Describes the metrics.
pub fn describe() {
    describe_counter!("hatch_sync_runs_total", "Syncs, by connection and outcome.");
    describe_counter!(
        "hatch_sync_servicetitan_requests_total",
        "Requests that syncs sent to ServiceTitan, by connection."
    );
    describe_counter!(
        "hatch_sync_bad_fields_total",
        "Fields of ServiceTitan's records that could not be read, by connection, resource and path."
    );
    describe_counter!(
        "hatch_sync_opportunities_delivered_total",
        "Opportunities delivered to Hatch, by connection and integration."
    );
    describe_counter!(
        "hatch_sync_opportunities_without_field_total",
        "Opportunities delivered without a field that Hatch refused, by connection, integration and field."
    );
    describe_gauge!(
        "hatch_sync_last_success_timestamp_seconds",
        "When the last sync without an error ended, in seconds since 1970, by connection."
    );
    describe_gauge!(
        "hatch_sync_dead_letters",
        "Dead letters: deliveries and notes that failed for good and wait for an operator, by connection."
    );
    describe_gauge!(
        "hatch_sync_opportunities_waiting",
        "Opportunities waiting for delivery, by connection and integration."
    );
    describe_gauge!(
        "hatch_sync_integration_paused",
        "1 while the delivery of an integration is paused, else 0. By connection and integration."
    );
    describe_gauge!(
        "hatch_sync_feed_lag_seconds",
        "Seconds since a feed was last read to its end, by connection and feed."
    );
    describe_gauge!(
        "hatch_sync_feed_standstill_seconds",
        "Seconds since a feed stands still, because its next page cannot be read; 0 for one that goes on. By connection and feed."
    );
    describe_gauge!(
        "hatch_sync_feed_refused",
        "1 while ServiceTitan refuses the app a feed, else 0. By connection and feed."
    );
}

/// Counts a sync with this outcome, such as `ok`.
pub fn count_run(connection: Option<&str>, outcome: &'static str) {
    counter!("hatch_sync_runs_total", &labels(connection, [("outcome", outcome)])).increment(1);
}

/// Counts the requests, bad fields and deliveries of a sync.
pub fn count_report(connection: Option<&str>, report: &SyncReport) {
    counter!("hatch_sync_servicetitan_requests_total", &labels(connection, []))
        .increment(report.total_requests());
    for (resource, paths) in &report.bad_fields {
        for (path, fields) in paths {
            let labels = labels(connection, [("resource", resource.name()), ("path", path.as_str())]);
            counter!("hatch_sync_bad_fields_total", &labels).increment(*fields);
        }
    }
    for (name, integration) in &report.integrations {
        let of_integration = labels(connection, [("integration", name.as_str())]);
        counter!("hatch_sync_opportunities_delivered_total", &of_integration)
            .increment(integration.delivered);
        for (field, count) in &integration.left_out {
            let labels = labels(connection, [("integration", name.as_str()), ("field", field.as_str())]);
            counter!("hatch_sync_opportunities_without_field_total", &labels).increment(*count);
        }
    }
}

/// Sets the time of the last sync that ended without an error.
pub fn set_last_success(connection: Option<&str>, ended: DateTime<Utc>) {
    gauge!("hatch_sync_last_success_timestamp_seconds", &labels(connection, []))
        .set(u32::try_from(ended.timestamp()).unwrap_or(u32::MAX));
}

/// Sets the gauges of a connection's state. `dead_letters` is the number of its dead letters.
pub fn set_status(
    connection: Option<&str>,
    status: &ConnectionStatus,
    dead_letters: usize,
    now: DateTime<Utc>,
) {
    let seconds =
        |since: DateTime<Utc>| u32::try_from((now - since).num_seconds().max(0)).unwrap_or(u32::MAX);
    gauge!("hatch_sync_dead_letters", &labels(connection, []))
        .set(u32::try_from(dead_letters).unwrap_or(u32::MAX));
    for (name, integration) in &status.integrations {
        let labels = labels(connection, [("integration", name.as_str())]);
        gauge!("hatch_sync_opportunities_waiting", &labels)
            .set(u32::try_from(integration.waiting).unwrap_or(u32::MAX));
        gauge!("hatch_sync_integration_paused", &labels).set(u8::from(integration.paused.is_some()));
    }
    for (resource, feed) in &status.feeds {
        let labels = labels(connection, [("feed", resource.name())]);
        gauge!("hatch_sync_feed_standstill_seconds", &labels)
            .set(feed.stands_still.as_ref().map_or(0, |standstill| seconds(standstill.since)));
        gauge!("hatch_sync_feed_refused", &labels).set(u8::from(feed.refused.is_some()));
        if let Some(read) = feed.read {
            gauge!("hatch_sync_feed_lag_seconds", &labels).set(seconds(read));
        }
    }
}

fn labels<const N: usize>(connection: Option<&str>, more: [(&'static str, &str); N]) -> Labels {
    let connection = connection.map(|name| ("connection", name));
    connection.into_iter().chain(more).map(|(name, value)| (name, value.to_owned())).collect()
}
