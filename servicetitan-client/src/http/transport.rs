//! Sending one request and reading its answer, and nothing else: no retries, no limits, no meaning.

use std::sync::Arc;

use ::http::{Request, Response};
use async_trait::async_trait;
use bytes::Bytes;

use super::http_transport::address_of;
use crate::error::TransportKind;

/// Carries one request to ServiceTitan and its answer back. Token, limits, retries and meaning are built on top of it, so a transport
/// can be a test's script, a simulator in the same process, or a wrapper around [`HttpTransport`](crate::HttpTransport).
///
/// An implementor promises:
///
/// - **One request is sent once.** It is not repeated, and a redirect is an answer and not followed: it would carry the token elsewhere.
/// - **The answer is whole.** Its body was read to its end; one that breaks off is a failure. A body is not read beyond a bound, since
///   memory is the host's (the client refuses what passes its own bound, but only after it was read).
/// - **The kind of a failure is true.** [`TransportKind::Connect`] says that nothing was sent, and a write is sent again on its word. In
///   doubt it is [`TransportKind::Broken`].
/// - **A request ends.** ServiceTitan's own limit is 100 seconds; a request without an answer some time after it is
///   [`TransportKind::Timeout`].
/// - **Secrets stay inside.** Requests carry them in headers, and those for a token in the body. Neither they nor any body
///   stand in a message or a log.
/// - **Dropping the future ends the request.**
///
/// The crates `http` 1 and `bytes` 1 give the types.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use servicetitan_client::{HttpTransport, Transport, TransportFailure};
///
/// /// Logs how long each request took.
/// struct Timed(HttpTransport);
///
/// #[async_trait::async_trait]
/// impl Transport for Timed {
///     async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
///         let started = std::time::Instant::now();
///         let answer = self.0.send(request).await;
///         tracing::debug!(elapsed = ?started.elapsed(), "answered");
///         answer
///     }
/// }
/// ```
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends the request to the address that it names.
    ///
    /// # Errors
    /// A [`TransportFailure`] if there is no whole answer. An answer of any status is none.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure>;
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct TransportFailure {
    /// How far it came: this decides whether the request is sent again.
    pub kind: TransportKind,
    /// What happened, and where: it becomes the message of [`Error::Transport`](crate::Error::Transport).
    pub message: String,
}

impl TransportFailure {
    /// A failure; the message contains no secret and nothing of a body.
    pub fn new(kind: TransportKind, message: impl Into<String>) -> TransportFailure {
        TransportFailure { kind, message: message.into() }
    }

    pub(crate) fn too_large(address: &str, largest_answer: usize) -> TransportFailure {
        let message = format!("the answer of {address} is larger than {largest_answer} bytes");
        TransportFailure::new(TransportKind::TooLarge, message)
    }
}

/// Holds a host's transport to the client's own bound.
pub(crate) struct Bounded {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) largest_answer: usize,
}

#[async_trait]
impl Transport for Bounded {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let address = address_of(request.uri());
        let answer = self.transport.send(request).await?;
        if answer.body().len() > self.largest_answer {
            return Err(TransportFailure::too_large(&address, self.largest_answer));
        }
        Ok(answer)
    }
}
