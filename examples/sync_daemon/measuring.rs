//! Metrics for `/metrics`, by Prometheus's conventions. The guide's chapter on operating lists them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use examples::sync_metrics;
use fleet::{Activity, ConnectionEvent, FailureKind, Fleet, FleetEvent, FleetStatus};
use futures::StreamExt;
use metrics::{describe_gauge, gauge};
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
            sync_metrics::set_status(Some(connection), &state.status, state.dead_letters, now);
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
        sync_metrics::set_last_success(Some(name), now - last.ended_ago);
    }
}

/// Counts an event of a connection.
pub fn count(connection: &str, event: &ConnectionEvent) {
    match event {
        ConnectionEvent::Cycled { report, .. } => {
            sync_metrics::count_run(Some(connection), if report.cancelled { "cut" } else { "ok" });
            sync_metrics::count_report(Some(connection), report);
        }
        ConnectionEvent::Failed { .. } => sync_metrics::count_run(Some(connection), "error"),
        _ => {}
    }
}

fn describe() {
    sync_metrics::describe();
    describe_gauge!("hatch_sync_connections", "Connections, by activity.");
    describe_gauge!("hatch_sync_connections_failing", "Connections whose last attempt failed.");
    describe_gauge!("hatch_sync_open_engines", "Open engines.");
    describe_gauge!("hatch_sync_connection_failures", "Failed attempts in a row, by connection.");
    describe_gauge!(
        "hatch_sync_engine_running",
        "1 while a connection works or its failure may pass, 0 while it waits for somebody. By connection."
    );
}

/// A gauge takes a float. Counts are far below the numbers that it does not hold.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
