//! The Hatch server: one upsert endpoint, one set of contacts per department.

mod body;
mod contacts;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::faults::{self, FaultKind, Server};
use crate::servicetitan::access::bearer;
use crate::shared::{HatchDepartment, Shared};

pub(crate) use contacts::HatchState;
pub use contacts::{HatchContact, HatchOpportunity};

/// The server's whole behaviour.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .fallback(answer)
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), observe))
        .with_state(shared)
}

/// Around every request: the faults that were ordered, the count, and the world's date.
async fn observe(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = match shared.faults.strike(Server::Hatch, &method, &path) {
        None => next.run(request).await,
        Some(kind) => {
            if kind == FaultKind::BrokenAfter {
                next.run(request).await;
            }
            faults::answer(&kind)
        }
    };
    shared.date(&mut response);
    let endpoint =
        if path == "/v1/contacts" { format!("{method} {path}") } else { format!("{method} (unknown path)") };
    *shared.stats().hatch.entry((endpoint, response.status().as_u16())).or_default() += 1;
    response
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    if uri.path() != "/v1/contacts" {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(department) = department_of(&shared, &headers) else {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "unauthorized" }))).into_response();
    };
    if method != Method::POST && method != Method::PUT {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Some(seconds) = shared.hatch_rate.exceeded(&department.name) {
        let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return response;
    }
    match body::check(&bytes, &department.source) {
        Ok(body) => {
            let id = shared.hatch().upsert(&department.source, body);
            Json(json!({ "data": { "id": id } })).into_response()
        }
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "errors": errors }))).into_response(),
    }
}

fn department_of<'a>(shared: &'a Shared, headers: &HeaderMap) -> Option<&'a HatchDepartment> {
    let key = bearer(headers)?;
    shared.departments.iter().find(|department| department.api_key.expose_secret() == key)
}
