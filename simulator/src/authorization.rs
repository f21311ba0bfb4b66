//! The bearer token of a request, which both servers ask for.

use http::{HeaderMap, header};

/// The token of the `Authorization` header; `None` where the header is missing or names another scheme.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
