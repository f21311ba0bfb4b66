//! Refusals in ServiceTitan's shape: problem details with a trace ID.

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::answer::{self, Answer};

/// A refusal; members that are not set are empty.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: String,
    errors: Value,
    retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: impl Into<String>) -> Self {
        Self { status, title: title.into(), errors: json!({}), retry_after: None }
    }

    /// A parameter or body field that cannot be used.
    pub(crate) fn field(field: &str, reason: impl Into<String>) -> Self {
        let reason: String = reason.into();
        Self {
            errors: json!({ field: [reason] }),
            ..Self::new(StatusCode::BAD_REQUEST, "One or more validation errors occurred.")
        }
    }

    pub(crate) fn no_such_record(resource: &str, id: i64) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{resource} with Id={id} was not found."))
    }

    pub(crate) fn too_many_requests(seconds: u64) -> Self {
        let title = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, title) }
    }
}

impl Problem {
    /// The answer, with the trace ID that its number gives.
    pub(crate) fn answer(self, number: u64) -> Answer {
        let body = json!({
            "type": format!("https://httpstatuses.io/{}", self.status.as_u16()), "title": self.title,
            "status": self.status.as_u16(), "traceId": format!("00-{number:032x}-{number:016x}-00"),
            "errors": self.errors, "data": {},
        });
        let mut answer = answer::json(self.status, &body);
        let kind = HeaderValue::from_static("application/problem+json");
        answer.headers_mut().insert(CONTENT_TYPE, kind);
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}
