//! Routes of the service.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::Utc;
use dashboard::{Connection, Dashboard, EngineConnection};
use ed25519_dalek::VerifyingKey;
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use sync_core::{ConnectionStatus, Engine, PushError, PushOutcome, Store};

use crate::authentication::{self, Password};
use crate::{hatch_webhook, measured};

/// State shared by the routes.
#[derive(Clone)]
pub struct Service {
    pub engine: Arc<Engine>,
    pub store: Arc<dyn Store>,
    pub connection: Arc<EngineConnection>,
    pub hatch_key: Option<VerifyingKey>,
    pub metrics: PrometheusHandle,
}

/// The routes of the service. Webhooks carry signatures, and health tells nothing; the others are for operators, and ask for their password if
/// there is one.
pub fn router(service: Service, page: &Dashboard, password: Option<Password>) -> Router {
    let mut for_operators = Router::new()
        .route("/status", get(status))
        .route("/metrics", get(metrics))
        .with_state(service.clone())
        .merge(page.router());
    if let Some(password) = password {
        for_operators = for_operators.layer(from_fn_with_state(password, authentication::require));
    }
    Router::new()
        .route("/webhooks/servicetitan", post(from_servicetitan))
        .route("/webhooks/hatch", post(from_hatch))
        .route("/healthz", get(health))
        .with_state(service)
        .merge(for_operators)
}

fn told(status: u16, what: impl ToString) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({ "error": what.to_string() }))).into_response()
}

/// Handles a webhook from ServiceTitan, on a task of its own: a sender that closes the connection must not stop the work half-way.
async fn from_servicetitan(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> Response {
    let engine = Arc::clone(&service.engine);
    let taken = tokio::spawn(async move { engine.on_webhook(&headers, &body).await }).await;
    let Ok(outcome) = taken else { return told(500, "the webhook could not be handled") };
    measured::servicetitan_webhook(&outcome);
    match outcome {
        Ok(outcome) => Json(outcome).into_response(),
        Err(error) => told(error.status(), error),
    }
}

/// Handles a webhook from Hatch: stores its event before it answers. The engine writes the note in the background.
async fn from_hatch(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(key) = &service.hatch_key else {
        return told(503, "the service has no key to verify webhooks of Hatch: set HATCH_WEBHOOK_PUBLIC_KEY");
    };
    if !hatch_webhook::is_signed(key, &headers, &body) {
        return told(401, "the signature in `hatch-webhook-verification` is missing or wrong");
    }
    let event = match hatch_webhook::translate(&body) {
        Ok(event) => event,
        Err(reason) => return told(400, reason),
    };
    let outcome = service.engine.accept(event).await;
    measured::hatch_webhook(&outcome);
    match outcome {
        Ok(PushOutcome::Stored(_)) => {
            (StatusCode::ACCEPTED, Json(json!({ "outcome": "stored" }))).into_response()
        }
        Ok(PushOutcome::Replay) => Json(json!({ "outcome": "duplicate" })).into_response(),
        Ok(_) => Json(json!({ "outcome": "not_configured" })).into_response(),
        // Hatch repeats the webhook after a 503, which helps only with temporary failures.
        Err(error @ PushError::Store(_)) => told(503, error),
        Err(error) => told(422, error),
    }
}

/// Reports whether the engine runs. A failed sync is no reason to restart the process; `/status` shows it.
async fn health(State(service): State<Service>) -> Response {
    match service.connection.runs().stopped {
        None => "ok".into_response(),
        Some(reason) => told(503, format!("the engine stopped: {reason}")),
    }
}

async fn status(State(service): State<Service>) -> Response {
    let status = match ConnectionStatus::read(service.store.as_ref(), &service.connection.name()).await {
        Ok(status) => status,
        Err(error) => return told(503, error),
    };
    let now = Utc::now();
    let lag: BTreeMap<&str, Option<i64>> = status
        .feeds
        .iter()
        .map(|(resource, feed)| (resource.name(), feed.read.map(|read| (now - read).num_seconds().max(0))))
        .collect();
    let runs = service.connection.runs();
    let body = json!({
        "connection": service.connection.name(), "start": status.start, "integrations": status.integrations,
        "lag_seconds": lag, "last_run": runs.last.first(), "stopped": runs.stopped,
        "dead_letters": status.dead_letters,
    });
    Json(body).into_response()
}

async fn metrics(State(service): State<Service>) -> Response {
    match ConnectionStatus::read(service.store.as_ref(), &service.connection.name()).await {
        Ok(status) => measured::status(&status, Utc::now()),
        Err(error) => {
            tracing::warn!(%error, "the metrics of waiting opportunities, dead letters and lag are out of date: the store cannot be read")
        }
    }
    let text = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (text, service.metrics.render()).into_response()
}
