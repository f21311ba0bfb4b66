//! Sending one request and reading its answer, and nothing else: no retries, no limits, no meaning.

use std::error::Error as _;
use std::time::Duration;

use ::http::{HeaderMap, Request, StatusCode};
use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;

use crate::environment::Environment;
use crate::error::{Error, TransportKind};

/// ServiceTitan gives up after 100 s; its own answer to that is worth waiting for.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(110);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What retries, limits and tokens are built on; tests put a script in its place.
pub(crate) trait Transport: Send + Sync {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Answer, Failure>>;
}

/// An answer whose body was read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: TransportKind,
    pub(crate) message: String,
}

pub(crate) struct Http {
    client: reqwest::Client,
    largest_body: usize,
}

impl Http {
    pub(crate) fn new(environment: &Environment, largest_body: usize) -> Result<Http, Error> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            // A redirect would carry the token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(concat!("servicetitan-client/", env!("CARGO_PKG_VERSION")));
        if environment.is_loopback_http() {
            // No TLS takes place, so a machine without certificates can run this; a proxy could not reach us.
            builder = builder.no_proxy().tls_certs_only(std::iter::empty());
        }
        let client = builder.build().map_err(|error| {
            Error::configuration(format!("the HTTP client cannot start: {}", root_cause(&error)))
        })?;
        Ok(Http { client, largest_body })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Answer, Failure> {
        let address = address_of(request.uri());
        let request = reqwest::Request::try_from(request).map_err(|error| failure(&error, &address))?;
        let mut response = self.client.execute(request).await.map_err(|error| failure(&error, &address))?;
        let too_large = || Failure {
            kind: TransportKind::TooLarge,
            message: format!("the answer of {address} is larger than {} bytes", self.largest_body),
        };
        if response.content_length().is_some_and(|length| length > self.largest_body as u64) {
            return Err(too_large());
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error, &address))? {
            if body.len() + chunk.len() > self.largest_body {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.freeze() })
    }
}

impl Transport for Http {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Answer, Failure>> {
        Box::pin(self.exchange(request))
    }
}

/// Host and port: all of an address that may stand in a message.
fn address_of(uri: &http::Uri) -> String {
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    format!("{host}:{port}")
}

fn failure(error: &reqwest::Error, address: &str) -> Failure {
    let refused = io_kind(error) == Some(std::io::ErrorKind::ConnectionRefused);
    let (kind, message) = if error.is_connect() {
        let message = if refused {
            format!("nothing listens at {address}")
        } else if error.is_timeout() {
            format!("{address} did not take a connection within {} s", CONNECT_TIMEOUT.as_secs())
        } else {
            format!("no connection to {address}: {}", root_cause(error))
        };
        (TransportKind::Connect, message)
    } else if error.is_timeout() {
        (TransportKind::Timeout, format!("{address} did not answer within {} s", REQUEST_TIMEOUT.as_secs()))
    } else if error.is_builder() {
        (TransportKind::Connect, "the request cannot be written as HTTP".to_owned())
    } else {
        (TransportKind::Broken, format!("the connection to {address} broke: {}", root_cause(error)))
    };
    Failure { kind, message }
}

fn io_kind(error: &reqwest::Error) -> Option<std::io::ErrorKind> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            // An I/O error may wrap another one that says more.
            if io.kind() != std::io::ErrorKind::Other {
                return Some(io.kind());
            }
        }
        source = cause.source();
    }
    None
}

/// The innermost cause: connection errors speak of addresses and protocols there, never of content.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) { "unknown reason".to_owned() } else { cause.to_string() }
}
