//! Metrics for `/metrics`, by Prometheus's conventions. The guide's chapter on operating lists them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use fleet::{Activity, ConnectionEvent, FailureKind, Fleet, FleetEvent, FleetStatus};
use futures::StreamExt;
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use metrics_util::MetricKindMask;
use sync_core::{ConnectionStatus, Store};

/// The time after which the gauges of a removed connection are gone.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(600);

/// The metrics of all connections of a fleet.
#[derive(Clone)]
pub struct Metrics {
    fleet: Fleet,
    prometheus: PrometheusHandle,
    /// The state of each connection after its last cycle. A store is not read to answer a request.
    states: Arc<Mutex<BTreeMap<String, State>>>,
}

/// The state of a connection in the store after its last cycle.
struct State {
    status: ConnectionStatus,
    dead_letters: usize,
}

impl Metrics {
    /// Starts collecting.
    pub fn install(fleet: Fleet) -> Result<Metrics, BuildError> {
        let prometheus = PrometheusBuilder::new()
            .idle_timeout(MetricKindMask::GAUGE, Some(FORGOTTEN_AFTER))
            .install_recorder()?;
        describe();
        Ok(Metrics { fleet, prometheus, states: Arc::default() })
    }

    /// Reads the state of each connection that a cycle or a failure has changed, as long as it is polled.
    pub async fn follow(&self, store: Arc<dyn Store>) -> Infallible {
        let mut events = Box::pin(self.fleet.events());
        while let Some(event) = events.next().await {
            let FleetEvent::Connection { name, event } = event else { continue };
            match event {
                ConnectionEvent::Cycled { .. } | ConnectionEvent::Failed { .. } => {
                    match ConnectionStatus::read(store.as_ref(), &name).await {
                        Ok(mut status) => {
                            let dead_letters = std::mem::take(&mut status.dead_letters).len();
                            self.states().insert(name.to_string(), State { status, dead_letters });
                        }
                        Err(error) => {
                            tracing::warn!(%name, %error, "the state for the metrics cannot be read")
                        }
                    }
                }
                ConnectionEvent::Removed => drop(self.states().remove(&*name)),
                _ => {}
            }
        }
        // The stream has ended: the fleet stops, and the program with it.
        std::future::pending().await
    }

    /// Returns all metrics in Prometheus's text format.
    pub fn render(&self) -> String {
        let now = Utc::now();
        of_fleet(&self.fleet.status(), now);
        for (connection, state) in self.states().iter() {
            of_connection(connection, state, now);
        }
        self.prometheus.render()
    }

    fn states(&self) -> MutexGuard<'_, BTreeMap<String, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of_fleet(status: &FleetStatus, now: DateTime<Utc>) {
    for (activity, label) in [
        (Activity::Resting, "resting"),
        (Activity::Waiting, "waiting"),
        (Activity::Cycling, "cycling"),
        (Activity::Paused, "paused"),
    ] {
        gauge!("hatch_sync_connections", "activity" => label).set(number(status.count(activity)));
    }
    gauge!("hatch_sync_connections_failing").set(number(status.failing()));
    gauge!("hatch_sync_open_engines").set(number(status.open_engines));
    for (name, state) in &status.connections {
        let needs_help = state.failure.as_ref().is_some_and(|failure| failure.kind != FailureKind::Temporary);
        gauge!("hatch_sync_engine_running", "connection" => name.clone()).set(u8::from(!needs_help));
        gauge!("hatch_sync_connection_failures", "connection" => name.clone()).set(f64::from(state.failures));
        let Some(last) = &state.last_cycle else { continue };
        let ended = (now - last.ended_ago).timestamp();
        gauge!("hatch_sync_last_success_timestamp_seconds", "connection" => name.clone())
            .set(u32::try_from(ended).unwrap_or(u32::MAX));
    }
}

fn of_connection(connection: &str, State { status, dead_letters }: &State, now: DateTime<Utc>) {
    let seconds =
        |since: DateTime<Utc>| u32::try_from((now - since).num_seconds().max(0)).unwrap_or(u32::MAX);
    gauge!("hatch_sync_dead_letters", "connection" => connection.to_owned()).set(number(*dead_letters));
    for (name, integration) in &status.integrations {
        let labels = [("connection", connection.to_owned()), ("integration", name.clone())];
        gauge!("hatch_sync_opportunities_waiting", &labels)
            .set(number(usize::try_from(integration.waiting).unwrap_or(usize::MAX)));
        gauge!("hatch_sync_integration_paused", &labels).set(u8::from(integration.paused.is_some()));
    }
    for (resource, feed) in &status.feeds {
        let labels = [("connection", connection.to_owned()), ("feed", resource.name().to_owned())];
        gauge!("hatch_sync_feed_standstill_seconds", &labels)
            .set(feed.stands_still.as_ref().map_or(0, |standstill| seconds(standstill.since)));
        gauge!("hatch_sync_feed_refused", &labels).set(u8::from(feed.refused.is_some()));
        if let Some(read) = feed.read {
            gauge!("hatch_sync_feed_lag_seconds", &labels).set(seconds(read));
        }
    }
}

/// Counts an event of a connection.
pub fn count(connection: &str, event: &ConnectionEvent) {
    let labels =
        |name: &'static str, value: &str| [("connection", connection.to_owned()), (name, value.to_owned())];
    match event {
        ConnectionEvent::Cycled { report, .. } => {
            let outcome = if report.cancelled { "cut" } else { "ok" };
            counter!("hatch_sync_runs_total", &labels("outcome", outcome)).increment(1);
            counter!("hatch_sync_servicetitan_requests_total", "connection" => connection.to_owned())
                .increment(report.total_requests());
            for (resource, paths) in &report.bad_fields {
                for (path, fields) in paths {
                    let labels = [
                        ("connection", connection.to_owned()),
                        ("resource", resource.name().to_owned()),
                        ("path", path.clone()),
                    ];
                    counter!("hatch_sync_bad_fields_total", &labels).increment(*fields);
                }
            }
            for (integration, of_integration) in &report.integrations {
                counter!("hatch_sync_opportunities_delivered_total", &labels("integration", integration))
                    .increment(of_integration.delivered);
                for (field, count) in &of_integration.left_out {
                    let labels = [
                        ("connection", connection.to_owned()),
                        ("integration", integration.clone()),
                        ("field", field.clone()),
                    ];
                    counter!("hatch_sync_opportunities_without_field_total", &labels).increment(*count);
                }
            }
        }
        ConnectionEvent::Failed { .. } => {
            counter!("hatch_sync_runs_total", &labels("outcome", "error")).increment(1);
        }
        _ => {}
    }
}

fn describe() {
    describe_counter!("hatch_sync_runs_total", "Cycles, by connection and outcome.");
    describe_counter!(
        "hatch_sync_servicetitan_requests_total",
        "Requests that cycles sent to ServiceTitan, by connection."
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
    describe_gauge!("hatch_sync_connections", "Connections, by activity.");
    describe_gauge!("hatch_sync_connections_failing", "Connections whose last attempt failed.");
    describe_gauge!("hatch_sync_open_engines", "Open engines.");
    describe_gauge!("hatch_sync_connection_failures", "Failed attempts in a row, by connection.");
    describe_gauge!(
        "hatch_sync_engine_running",
        "1 while a connection works or its failure may pass, 0 while it waits for somebody. By connection."
    );
    describe_gauge!(
        "hatch_sync_last_success_timestamp_seconds",
        "When the last cycle without an error ended, in seconds since 1970, by connection."
    );
    describe_gauge!(
        "hatch_sync_dead_letters",
        "Dead letters after the last cycle: deliveries and notes that failed for good, by connection."
    );
    describe_gauge!(
        "hatch_sync_opportunities_waiting",
        "Opportunities that waited after the last cycle, by connection and integration."
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

/// A gauge takes a float. Counts are far below the numbers that it does not hold.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
