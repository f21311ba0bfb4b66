//! The built-in transport: HTTP over TLS by reqwest.

use std::error::Error as _;
use std::time::Duration;

use ::http::{Request, Response};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use super::address::address_of;
use super::contract::{Transport, TransportFailure};
use crate::environment::Environment;
use crate::error::{Error, TransportKind};

/// ServiceTitan gives up after 100 s, and answers so; that answer is worth waiting for. A call's deadline ends a request sooner.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(110);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes that are reserved for an answer because it says that it is so long. A body that grows piece by piece is copied several times.
const LARGEST_RESERVED: usize = 8 << 20;

/// HTTP over TLS, with a pool of connections: the transport of a client that is given no other. Requests go through the proxy that the system's
/// settings name, if they name one.
///
/// The type is public so that another [`Transport`] can wrap it, and so that clients can share it: those that are given one value (in an
/// `Arc`) use one pool.
#[derive(Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    largest_answer: usize,
}

impl HttpTransport {
    /// Creates a pool of connections for this environment. `largest_answer` is the largest body that is read, in bytes.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the system's certificates cannot be read.
    pub fn new(environment: &Environment, largest_answer: usize) -> Result<HttpTransport, Error> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            // A redirect would carry the token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(concat!("servicetitan-client/", env!("CARGO_PKG_VERSION")));
        if environment.is_loopback_http() {
            // Plain HTTP needs no certificates, and a proxy could not reach this machine's loopback.
            builder = builder.no_proxy().tls_certs_only(std::iter::empty());
        }
        let client = builder.build().map_err(|error| {
            Error::configuration(format!("the HTTP client cannot start: {}", root_cause(&error)))
        })?;
        Ok(HttpTransport { client, largest_answer })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let address = address_of(request.uri());
        let request = reqwest::Request::try_from(request).map_err(|error| failure(&error, &address))?;
        let mut response = self.client.execute(request).await.map_err(|error| failure(&error, &address))?;
        let too_large = || TransportFailure::too_large(&address, self.largest_answer);
        if response.content_length().is_some_and(|length| length > self.largest_answer as u64) {
            return Err(too_large());
        }
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        let mut body = BytesMut::with_capacity(announced.unwrap_or(0).min(LARGEST_RESERVED));
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error, &address))? {
            if body.len() + chunk.len() > self.largest_answer {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        *answer.body_mut() = body.freeze();
        Ok(answer)
    }
}

/// The name of rustls's error when the server answers in plain HTTP.
const NO_TLS: &str = "InvalidContentType";

fn failure(error: &reqwest::Error, address: &str) -> TransportFailure {
    let refused = io_kind(error) == Some(std::io::ErrorKind::ConnectionRefused);
    let (kind, message) = if error.is_connect() {
        let message = if refused {
            format!("nothing listens at {address}: check the address, and whether the server runs")
        } else if error.is_timeout() {
            format!(
                "{address} did not take a connection within {} s: check the network, and a firewall or proxy on the way",
                CONNECT_TIMEOUT.as_secs()
            )
        } else if root_cause(error).contains(NO_TLS) {
            format!(
                "{address} does not speak TLS: check the port, and whether the URL should begin with http://"
            )
        } else {
            format!("no connection to {address}: {}. Check the address and the network", root_cause(error))
        };
        (TransportKind::Connect, message)
    } else if error.is_timeout() {
        (TransportKind::Timeout, format!("{address} did not answer within {} s", REQUEST_TIMEOUT.as_secs()))
    } else if error.is_builder() {
        (TransportKind::Connect, "the request cannot be written as HTTP".to_owned())
    } else {
        (TransportKind::Broken, format!("the connection to {address} broke: {}", root_cause(error)))
    };
    TransportFailure::new(kind, message)
}

fn io_kind(error: &reqwest::Error) -> Option<std::io::ErrorKind> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            // `Other` wraps an error that says more.
            if io.kind() != std::io::ErrorKind::Other {
                return Some(io.kind());
            }
        }
        source = cause.source();
    }
    None
}

/// The innermost cause. Connection errors name addresses and protocols there, never content.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) { "unknown reason".to_owned() } else { cause.to_string() }
}
