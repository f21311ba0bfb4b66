//! The contract of a transport: one request, one answer; no retries, no limits, no interpretation.

use std::sync::Arc;

use ::http::{Request, Response};
use async_trait::async_trait;
use bytes::Bytes;

use super::address::address_of;
use crate::error::TransportKind;

/// Carries one request to ServiceTitan and its answer back. Token, limits, retries and the reading of answers are built on top of it, so a
/// transport can be a test's script, a simulator in the same process, or a wrapper around [`HttpTransport`](crate::HttpTransport).
///
/// An implementor promises:
///
/// - **A request is sent once.** The transport does not repeat it, and does not follow a redirect, which would carry the token elsewhere: a
///   redirect is an answer like any other.
/// - **The answer is whole.** Its body was read to the end; a body that breaks off is a failure. A body is not read beyond a bound, since the
///   memory is the host's (the client refuses an answer beyond its own bound, but only after it was read).
/// - **The kind of a failure is true.** [`TransportKind::Connect`] says that nothing was sent, and the client repeats a write on its word. In
///   doubt the kind is [`TransportKind::Broken`].
/// - **A request ends.** ServiceTitan's own limit is 100 seconds; a request that has no answer some time after that fails with
///   [`TransportKind::Timeout`].
/// - **Dropping the future ends the request.** The client drops it when the call's deadline passes, in the middle of a body too.
/// - **Secrets stay inside.** Requests carry them in headers, and requests for a token in the body. Neither secrets nor bodies
///   stand in a message or a log.
///
/// The types are those of the crates `http` 1 and `bytes` 1.
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
    /// A [`TransportFailure`] if there is no whole answer. An answer is no failure, whatever its status.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure>;
}

/// The reason for which there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct TransportFailure {
    /// How far the request came, which decides whether it is sent again.
    pub kind: TransportKind,
    /// The failure and the address: the message of [`Error::Transport`](crate::Error::Transport).
    pub message: String,
}

impl TransportFailure {
    /// Creates a failure. The message contains no secret and nothing of a body.
    pub fn new(kind: TransportKind, message: impl Into<String>) -> TransportFailure {
        TransportFailure { kind, message: message.into() }
    }

    pub(crate) fn too_large(address: &str, largest_answer: usize) -> TransportFailure {
        let message = format!("the answer of {address} is larger than {largest_answer} bytes");
        TransportFailure::new(TransportKind::TooLarge, message)
    }
}

/// A host's transport, held to the client's own bound on the size of an answer.
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
