//! `/healthz`, `/metrics` and the operators' page, on a port of their own. The page has no password, so that it answers this machine only.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use dashboard::Dashboard;
use fleet::Fleet;
use serde_json::{Value, json};
use sync_core::Store;
use tokio::net::TcpListener;

use crate::config::ServeSection;
use crate::failure::Failure;
use crate::measuring::Metrics;

/// Takes the port.
pub async fn listen(section: &ServeSection) -> Result<TcpListener, Failure> {
    let address = (section.address, section.port);
    TcpListener::bind(address).await.map_err(|error| {
        let ServeSection { address, port } = section;
        Failure::Configuration(format!("[serve]: {address}:{port} cannot be listened on: {error}"))
    })
}

/// Answers until the program ends.
pub async fn serve(
    listener: TcpListener,
    fleet: Fleet,
    store: Arc<dyn Store>,
    page: Dashboard,
) -> Result<(), Failure> {
    let failed = |error: String| Failure::Configuration(format!("[serve]: {error}"));
    let metrics = Metrics::install(fleet.clone()).map_err(|error| failed(error.to_string()))?;
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "/healthz, /metrics and /operate are served; /operate answers this machine only");
    }
    let routes = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(render))
        .with_state(Served { fleet, metrics: metrics.clone() })
        .merge(page.router())
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(page.watch());
    tokio::select! {
        served = axum::serve(listener, routes) => served.map_err(|error| failed(error.to_string())),
        never = metrics.follow(store) => match never {},
    }
}

#[derive(Clone)]
struct Served {
    fleet: Fleet,
    metrics: Metrics,
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
    served.metrics.render()
}
