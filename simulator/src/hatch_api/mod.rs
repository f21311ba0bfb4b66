//! The Hatch server: one upsert endpoint for all departments.

mod body;
mod email;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::answer::{self, Answer};
use crate::authorization::bearer;
use crate::credentials::HatchDepartment;
use crate::store::Object;
use crate::systems::Systems;

const CONTACTS_PATH: &str = "/v1/contacts";

/// The name that the statistics count a request under.
pub(crate) fn endpoint(method: &Method, path: &str) -> String {
    let path = if path == CONTACTS_PATH { path } else { "(unknown path)" };
    format!("{method} {path}")
}

/// Answers a request to the Hatch server.
pub(crate) fn answer(systems: &Systems, request: &Request<Bytes>) -> Answer {
    if request.uri().path() != CONTACTS_PATH {
        return answer::empty(StatusCode::NOT_FOUND);
    }
    let Some(department) = department_of(systems, request.headers()) else {
        return answer::json(StatusCode::UNAUTHORIZED, &json!({ "error": "unauthorized" }));
    };
    if request.method() != Method::POST && request.method() != Method::PUT {
        return answer::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    if let Some(seconds) = systems.hatch_rate.exceeded(department.api_key.expose_secret()) {
        let mut answer = answer::empty(StatusCode::TOO_MANY_REQUESTS);
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return answer;
    }
    match body::check(request.body(), &department.source) {
        Ok(body) => {
            let revision = systems.revision_of(department, &body);
            let id = systems.hatch().upsert(&department.source, body, revision);
            answer::json(StatusCode::OK, &json!({ "data": { "id": id } }))
        }
        Err(errors) => answer::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "errors": errors })),
    }
}

/// Keeps an upsert that timed out, to be carried out just before the next one of its opportunity.
pub(crate) fn keep_for_later(systems: &Systems, request: &Request<Bytes>) {
    if let Some((department, body)) = upsert_of(systems, request) {
        let revision = systems.revision_of(department, &body);
        systems.hatch().keep_for_later(&department.source, body, revision);
    }
}

/// Notes that a fault refuses an upsert, as a whole or for one of its fields. False where the body has no value in that field, so that there
/// is nothing to refuse.
pub(crate) fn refuse(systems: &Systems, request: &Request<Bytes>, field: Option<&'static str>) -> bool {
    let Some((department, body)) = upsert_of(systems, request) else { return field.is_none() };
    if field.is_some_and(|field| body.get(field).is_none_or(Value::is_null)) {
        return false;
    }
    systems.hatch().refuse(&department.source, &body, field);
    true
}

fn upsert_of<'a>(systems: &'a Systems, request: &Request<Bytes>) -> Option<(&'a HatchDepartment, Object)> {
    let department = department_of(systems, request.headers())?;
    Some((department, body::check(request.body(), &department.source).ok()?))
}

fn department_of<'a>(systems: &'a Systems, headers: &HeaderMap) -> Option<&'a HatchDepartment> {
    let key = bearer(headers)?;
    systems.departments.iter().find(|department| department.api_key.expose_secret() == key)
}
