//! Calls that this library has no method for.

use std::borrow::Cow;
use std::fmt;

use ::http::Method;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::client::{self, ServiceTitan};
use super::path::PathValues;
use super::perform::Plan;
use super::query::Query;
use crate::error::Error;

/// A call by method and path; made by [`ServiceTitan::request`].
#[must_use = "nothing is sent before `send_json`"]
pub struct RawRequest {
    client: ServiceTitan,
    method: Method,
    path: String,
    query: Query,
    body: Option<Result<Bytes, Error>>,
}

impl RawRequest {
    pub(crate) fn new(client: ServiceTitan, method: Method, path: String) -> RawRequest {
        RawRequest { client, method, path, query: Query::default(), body: None }
    }

    /// Sets a query parameter. ServiceTitan ignores names that it does not know.
    #[allow(clippy::needless_pass_by_value, reason = "a number is handed over more easily than borrowed")]
    pub fn query(mut self, name: &str, value: impl std::fmt::Display) -> RawRequest {
        self.query.put(name, value.to_string());
        self
    }

    /// Sets the body.
    pub fn json(mut self, body: &impl Serialize) -> RawRequest {
        self.body = Some(client::json(body));
        self
    }

    /// Sends it. An answer without content reads as JSON's `null`.
    ///
    /// # Errors
    /// As every call; [`Error::Configuration`] if the path is none, leads out of the API, or has another placeholder than `{tenant}`.
    pub async fn send_json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let path = self.path.trim_start_matches('/');
        let leads_out = path.split('/').any(is_dots)
            || path.contains(|c: char| c.is_control() || ['?', '#', '\\'].contains(&c));
        if path.is_empty() || leads_out || path.contains("://") {
            return Err(Error::configuration(
                "a raw request needs a path behind the host, such as jpm/v2/tenant/{tenant}/job-types; its query is set by `query`",
            ));
        }
        let (template, path_values) = template_of(path);
        if let Some(unfilled) = path.split('/').find(|part| part.contains('{') && *part != "{tenant}") {
            return Err(Error::configuration(format!(
                "a raw request fills in {{tenant}} only: put a value in the place of {unfilled}"
            )));
        }
        let plan = Plan {
            method: self.method,
            template: Cow::Owned(template),
            path_values,
            query: self.query,
            body: self.body.transpose()?,
            scope: None,
        };
        let done = self.client.perform(&plan, client::whole_or_null);
        Ok(done.await?.value)
    }
}

/// Whether a URL takes the segment for this folder or the one above, percent-encoded or not.
fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// The path's template and what fills it: counts go by template, and would else grow by a line for each ID.
fn template_of(path: &str) -> (String, PathValues) {
    let mut values = PathValues::default();
    let mut template = Vec::new();
    for segment in path.split('/') {
        let is_id = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
        template.push(if is_id { "{id}" } else { segment });
        if is_id {
            values = values.with(segment);
        }
    }
    (template.join("/"), values)
}

impl fmt::Debug for RawRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RawRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
