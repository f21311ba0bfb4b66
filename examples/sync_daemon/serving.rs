//! `/healthz` and `/metrics`, on a port of their own.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use fleet::{Activity, ConnectionEvent, Fleet};
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::config::ServeSection;
use crate::failure::Failure;

/// Takes the port.
pub async fn listen(section: &ServeSection) -> Result<TcpListener, Failure> {
    let address = (section.address, section.port);
    TcpListener::bind(address).await.map_err(|error| {
        let ServeSection { address, port } = section;
        Failure::Configuration(format!("[serve]: {address}:{port} cannot be listened on: {error}"))
    })
}

/// Answers until the program ends.
pub async fn serve(listener: TcpListener, fleet: Fleet) -> Result<(), Failure> {
    let failed = |error: String| Failure::Configuration(format!("[serve]: {error}"));
    let metrics = PrometheusBuilder::new().install_recorder().map_err(|error| failed(error.to_string()))?;
    describe();
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "/healthz and /metrics are served");
    }
    let routes = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(render))
        .with_state(Served { fleet, metrics });
    axum::serve(listener, routes).await.map_err(|error| failed(error.to_string()))
}

#[derive(Clone)]
struct Served {
    fleet: Fleet,
    metrics: PrometheusHandle,
}

/// Answers 200 while at least one connection works, or none has failed yet.
async fn health(State(served): State<Served>) -> (StatusCode, Json<Value>) {
    let status = served.fleet.status();
    let (connections, failing) = (status.connections.len(), status.failing());
    let is_well = status.registry_failure.is_none() && (connections == 0 || failing < connections);
    let (code, word) =
        if is_well { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "failing") };
    (code, Json(json!({ "status": word, "connections": connections, "failing": failing })))
}

async fn render(State(served): State<Served>) -> String {
    let status = served.fleet.status();
    for (activity, label) in [
        (Activity::Resting, "resting"),
        (Activity::Waiting, "waiting"),
        (Activity::Cycling, "cycling"),
        (Activity::Paused, "paused"),
    ] {
        gauge!("connections", "activity" => label).set(number(status.count(activity)));
    }
    gauge!("connections_failing").set(number(status.failing()));
    gauge!("open_engines").set(number(status.open_engines));
    for (name, state) in &status.connections {
        gauge!("connection_failures", "connection" => name.clone()).set(f64::from(state.failures));
        let Some(last) = &state.last_cycle else { continue };
        gauge!("seconds_since_cycle", "connection" => name.clone()).set(last.ended_ago.as_secs_f64());
        gauge!("opportunities_waiting", "connection" => name.clone())
            .set(number(usize::try_from(last.waiting).unwrap_or(usize::MAX)));
    }
    served.metrics.render()
}

/// Counts an event of a connection.
pub fn count(connection: &str, event: &ConnectionEvent) {
    let labels =
        |outcome: &'static str| [("connection", connection.to_owned()), ("outcome", outcome.to_owned())];
    match event {
        ConnectionEvent::Cycled { report, .. } => {
            let outcome = if report.cancelled { "cut" } else { "ok" };
            counter!("cycles_total", &labels(outcome)).increment(1);
            counter!("servicetitan_requests_total", "connection" => connection.to_owned())
                .increment(report.total_requests());
            let delivered = report.integrations.values().map(|it| it.delivered).sum();
            counter!("opportunities_delivered_total", "connection" => connection.to_owned())
                .increment(delivered);
        }
        ConnectionEvent::Failed { .. } => counter!("cycles_total", &labels("failed")).increment(1),
        _ => {}
    }
}

fn describe() {
    describe_counter!("cycles_total", "Cycles, by connection and outcome.");
    describe_counter!(
        "servicetitan_requests_total",
        "Requests that cycles sent to ServiceTitan, by connection."
    );
    describe_counter!("opportunities_delivered_total", "Opportunities delivered to Hatch, by connection.");
    describe_gauge!("connections", "Connections, by activity.");
    describe_gauge!("connections_failing", "Connections whose last attempt failed.");
    describe_gauge!("open_engines", "Open engines.");
    describe_gauge!("connection_failures", "Failed attempts in a row, by connection.");
    describe_gauge!("seconds_since_cycle", "Seconds since the end of the last cycle, by connection.");
    describe_gauge!(
        "opportunities_waiting",
        "Opportunities that waited at the end of the last cycle, by connection."
    );
}

/// A gauge takes a float. Counts are far below the numbers that it does not hold.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
