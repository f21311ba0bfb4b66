//! The JSON beside the pages.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use sync_core::ConnectionStatus;

use crate::host::HostError;
use crate::page_state::Shared;
use crate::pages;

/// The place in the list of connections.
#[derive(Deserialize)]
pub(crate) struct Behind {
    pub(crate) after: Option<String>,
}

/// The text of a search.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    text: String,
}

pub(crate) async fn overview(State(shared): State<Arc<Shared>>, Query(behind): Query<Behind>) -> Response {
    let (connections, has_more) = pages::connections::read(&shared, behind.after.as_deref()).await;
    Json(json!({ "connections": connections, "has_more": has_more })).into_response()
}

pub(crate) async fn connection(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    let Some(connection) = shared.connection(&name) else { return no_connection() };
    answer(pages::connection::read(&shared, connection.as_ref()).await)
}

pub(crate) async fn dead_letters(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    let Some(connection) = shared.connection(&name) else { return no_connection() };
    answer(
        connection
            .status()
            .await
            .map(|status: ConnectionStatus| json!({ "dead_letters": status.dead_letters })),
    )
}

pub(crate) async fn opportunity(
    State(shared): State<Arc<Shared>>,
    Path((name, integration, id)): Path<(String, String, i64)>,
) -> Response {
    let Some(connection) = shared.connection(&name) else { return no_connection() };
    if !connection.models().contains_key(&integration) {
        return refuse(StatusCode::NOT_FOUND, "there is no such integration");
    }
    answer(connection.explain(&integration, id, false).await)
}

/// Searches for the text of a body such as `{"text": "614-555-0100"}`. A body of JSON cannot come from another site's form.
pub(crate) async fn search(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Response {
    let Some(connection) = shared.connection(&name) else { return no_connection() };
    answer(connection.search(&wanted.text).await)
}

fn answer(outcome: Result<impl serde::Serialize, HostError>) -> Response {
    match outcome {
        Ok(body) => Json(body).into_response(),
        Err(error) => refuse(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
    }
}

fn no_connection() -> Response {
    refuse(StatusCode::NOT_FOUND, "there is no such connection")
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
