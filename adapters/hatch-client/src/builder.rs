//! The builder of the client.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::build_error::BuildError;
use crate::client::Retries;
use crate::connections::Connections;
use crate::limit::Queue;
use crate::{HatchClient, RateLimit};

/// Base URL of Hatch's public API.
pub const PRODUCTION_URL: &str = "https://api.usehatchapp.com";

/// Builder of a [`HatchClient`]; made by [`HatchClient::builder`].
#[must_use]
pub struct HatchClientBuilder {
    department: String,
    api_key: SecretString,
    base_url: String,
    limit: Option<RateLimit>,
    timeout: Duration,
    retries: Retries,
    connections: Option<Connections>,
}

impl fmt::Debug for HatchClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HatchClientBuilder")
            .field("department", &self.department)
            .field("limit", &self.limit)
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

impl HatchClient {
    /// Returns a builder for the client of the department that the API key belongs to.
    ///
    /// The host chooses the department's name. The name is part of the sink's identity: changing it delivers every opportunity again.
    pub fn builder(department: impl Into<String>, api_key: SecretString) -> HatchClientBuilder {
        HatchClientBuilder::new(department.into(), api_key)
    }
}

impl HatchClientBuilder {
    pub(crate) fn new(department: String, api_key: SecretString) -> Self {
        HatchClientBuilder {
            department,
            api_key,
            base_url: PRODUCTION_URL.to_owned(),
            limit: Some(RateLimit::default()),
            timeout: Duration::from_secs(30),
            retries: Retries { attempts: 4, first_wait: Duration::from_millis(500) },
            connections: None,
        }
    }

    /// Sets the base URL of the API; [`PRODUCTION_URL`] by default. It must be `https`, or `http` on this machine (`localhost` or a
    /// loopback address).
    pub fn base_url(self, base_url: impl Into<String>) -> Self {
        HatchClientBuilder { base_url: base_url.into(), ..self }
    }

    /// Sets the rate limit; by default a [`RateLimit::default`] that is not shared with other clients.
    pub fn rate_limit(self, limit: RateLimit) -> Self {
        HatchClientBuilder { limit: Some(limit), ..self }
    }

    /// Removes the rate limit, for use with a simulator.
    pub fn without_rate_limit(self) -> Self {
        HatchClientBuilder { limit: None, ..self }
    }

    /// Sets the time limit of one attempt, from connecting to the end of the answer; 30 seconds by default.
    pub fn timeout(self, timeout: Duration) -> Self {
        HatchClientBuilder { timeout, ..self }
    }

    /// Sets the number of attempts for a request whose failures are temporary (4 by default; 1 turns retries off), and the wait before
    /// the second attempt (half a second by default).
    ///
    /// Each wait is about twice the previous one, 30 seconds at most. Hatch's `Retry-After` replaces the wait; if it is longer than 30
    /// seconds, the call ends with [`SinkError::RateLimited`](sync_core::SinkError::RateLimited) or the unclear outcome of an earlier attempt.
    pub fn attempts(self, attempts: usize, first_wait: Duration) -> Self {
        HatchClientBuilder { retries: Retries { attempts: attempts.max(1), first_wait }, ..self }
    }

    /// Sends requests over this pool of connections, which other clients may share. By default the client makes a pool of its own.
    pub fn connections(self, connections: Connections) -> Self {
        HatchClientBuilder { connections: Some(connections), ..self }
    }

    /// Builds the client, without sending a request.
    ///
    /// # Errors
    ///
    /// [`BuildError`], which names the setting to change.
    pub fn build(self) -> Result<HatchClient, BuildError> {
        let base_url = checked(&self.base_url)?;
        let key = self.api_key.expose_secret();
        if key.trim().is_empty() || HeaderValue::from_str(key).is_err() {
            return Err(BuildError::ApiKey);
        }
        if self.department.trim().is_empty() {
            return Err(BuildError::Department);
        }
        let connections = self.connections.map_or_else(Connections::new, Ok)?;
        Ok(HatchClient {
            http: connections.http,
            base_url,
            department: self.department,
            api_key: self.api_key,
            limit: self.limit,
            queue: Queue::default(),
            timeout: self.timeout,
            retries: self.retries,
        })
    }
}

/// Parses and checks the base URL, and removes a slash at its end.
fn checked(base_url: &str) -> Result<Url, BuildError> {
    let refused = |reason| Err(BuildError::BaseUrl { reason });
    let Ok(mut url) = Url::parse(base_url) else {
        return refused("it is not a URL, use the form `https://host`");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refused("it contains a user name or password, remove them");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refused("it contains a query or a fragment, remove the part from `?` or `#`");
    }
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return refused("it has no host name, use the form `https://host`"),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return refused("`http` would send the API key unencrypted, use `https`"),
        _ => return refused("it must begin with `https://`"),
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(base_url: &str) -> Result<HatchClient, BuildError> {
        HatchClientBuilder::new("north".to_owned(), "key".into()).base_url(base_url).build()
    }

    #[test]
    fn http_is_for_this_machine_only() {
        for allowed in
            ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:2/hatch/", "https://hatch.example"]
        {
            assert!(build(allowed).is_ok(), "{allowed}");
        }
        for refused in [
            "http://api.usehatchapp.com",
            "http://192.168.0.1",
            "http://localhost.example",
            "ftp://localhost",
            "https://user:secret@hatch.example",
            "https://hatch.example/?key=1",
            "hatch",
        ] {
            assert!(matches!(build(refused), Err(BuildError::BaseUrl { .. })), "{refused}");
        }
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_without_showing_it() {
        for key in ["", " ", "secret-key\n"] {
            let error = HatchClientBuilder::new("north".to_owned(), key.into()).build().unwrap_err();
            assert_eq!(error, BuildError::ApiKey);
            assert!(!error.to_string().contains("secret-key"));
        }
    }

    #[test]
    fn a_department_needs_a_name() {
        let error = HatchClientBuilder::new(" ".to_owned(), "key".into()).build().unwrap_err();
        assert_eq!(error, BuildError::Department);
    }

    #[test]
    fn debug_shows_no_key() {
        let builder = HatchClientBuilder::new("north".to_owned(), "secret-key".into());
        assert!(!format!("{builder:?}").contains("secret-key"));
        assert!(!format!("{:?}", builder.build().unwrap()).contains("secret-key"));
    }
}
