//! Calls for which this library has no method.

use std::borrow::Cow;
use std::fmt;

use ::http::Method;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::call::{PathValues, Plan, Query, ServiceTitan, json, whole_or_null};
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

impl ServiceTitan {
    /// Prepares a call for which this library has no method. `path` follows the host, and `{tenant}` in it is filled in:
    /// `jpm/v2/tenant/{tenant}/job-types`. Token, limits, retries, deadline and errors are those of every call. In errors and counts, a
    /// segment of digits is shown as `{id}`.
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        RawRequest { client: self.clone(), method, path: path.into(), query: Query::default(), body: None }
    }
}

impl RawRequest {
    /// Sets a query parameter. ServiceTitan ignores names that it does not know.
    #[allow(clippy::needless_pass_by_value, reason = "a number is handed over more easily than borrowed")]
    pub fn query(mut self, name: &str, value: impl std::fmt::Display) -> RawRequest {
        self.query.put(name, value.to_string());
        self
    }

    /// Sets the body.
    pub fn json(mut self, body: &impl Serialize) -> RawRequest {
        self.body = Some(json(body));
        self
    }

    /// Sends the request. An answer without content reads as JSON's `null`.
    ///
    /// # Errors
    /// Every failure of a call; [`Error::Configuration`] if the path is not one, leads out of the API, or has another placeholder than `{tenant}`.
    pub async fn send_json<T: DeserializeOwned + Send>(self) -> Result<T, Error> {
        let path = self.path.trim_start_matches('/');
        let leads_out = path.split('/').any(is_dots)
            || path.contains(|c: char| c.is_control() || ['?', '#', '\\'].contains(&c));
        if path.is_empty() || leads_out || path.contains("://") {
            return Err(Error::configuration(
                "a raw request needs the part of the path that follows the host, such as jpm/v2/tenant/{tenant}/job-types; its query is set by `query`",
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
            position: None,
        };
        Ok(self.client.perform(&plan, whole_or_null).await?.value)
    }
}

/// Whether a URL takes the segment for this folder or the one above, percent-encoded or not.
fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Splits a path into its template and the values that fill it. Counts go by template, and would else get a line for each ID.
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
