//! `/healthz`, `/metrics` and the operators' page, on a port of their own. The page has no password, so that it answers this machine only.

use std::net::SocketAddr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use chrono::Utc;
use dashboard::Dashboard;
use fleet::{Activity, ConnectionEvent, FailureKind, Fleet};
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
pub async fn serve(listener: TcpListener, fleet: Fleet, page: Dashboard) -> Result<(), Failure> {
    let failed = |error: String| Failure::Configuration(format!("[serve]: {error}"));
    let metrics = PrometheusBuilder::new().install_recorder().map_err(|error| failed(error.to_string()))?;
    describe();
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "/healthz, /metrics and /operate are served; /operate answers this machine only");
    }
    let routes = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(render))
        .with_state(Served { fleet, metrics })
        .merge(page.router())
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(page.watch());
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
        gauge!("hatch_sync_connections", "activity" => label).set(number(status.count(activity)));
    }
    gauge!("hatch_sync_connections_failing").set(number(status.failing()));
    gauge!("hatch_sync_open_engines").set(number(status.open_engines));
    for (name, state) in &status.connections {
        let needs_help = state.failure.as_ref().is_some_and(|failure| failure.kind != FailureKind::Temporary);
        gauge!("hatch_sync_engine_running", "connection" => name.clone()).set(u8::from(!needs_help));
        gauge!("hatch_sync_connection_failures", "connection" => name.clone()).set(f64::from(state.failures));
        let Some(last) = &state.last_cycle else { continue };
        let ended = (Utc::now() - last.ended_ago).timestamp();
        gauge!("hatch_sync_last_success_timestamp_seconds", "connection" => name.clone())
            .set(u32::try_from(ended).unwrap_or(u32::MAX));
        gauge!("hatch_sync_opportunities_waiting", "connection" => name.clone())
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
            counter!("hatch_sync_runs_total", &labels(outcome)).increment(1);
            counter!("hatch_sync_servicetitan_requests_total", "connection" => connection.to_owned())
                .increment(report.total_requests());
            for (integration, of_integration) in &report.integrations {
                let labels = [("connection", connection.to_owned()), ("integration", integration.clone())];
                counter!("hatch_sync_opportunities_delivered_total", &labels)
                    .increment(of_integration.delivered);
            }
        }
        ConnectionEvent::Failed { .. } => counter!("hatch_sync_runs_total", &labels("error")).increment(1),
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
        "hatch_sync_opportunities_delivered_total",
        "Opportunities delivered to Hatch, by connection and integration."
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
        "hatch_sync_opportunities_waiting",
        "Opportunities that waited at the end of the last cycle, by connection."
    );
}

/// A gauge takes a float. Counts are far below the numbers that it does not hold.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
