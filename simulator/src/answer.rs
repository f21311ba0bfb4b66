//! Answers as plain values, so that they go the same way through a socket and within the process.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde_json::Value;

/// An answer with its whole body.
pub(crate) type Answer = Response<Bytes>;

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Answer {
    with_body(status, None, Bytes::new())
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, body: &Value) -> Answer {
    with_body(status, Some("application/json"), Bytes::from(body.to_string()))
}

/// A page such as a proxy in front answers with.
pub(crate) fn html(status: StatusCode, title: &str) -> Answer {
    let body = format!("<html><body><h1>{title}</h1></body></html>");
    with_body(status, Some("text/html"), Bytes::from(body))
}

fn with_body(status: StatusCode, kind: Option<&'static str>, body: Bytes) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    if let Some(kind) = kind {
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    answer
}
