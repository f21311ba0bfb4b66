//! Posting a webhook to a host on this machine.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request, Uri};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{SIGNATURE_HEADER, WebhookDelivery};

/// After how many seconds ServiceTitan tries a failed delivery again, before it drops it.
const TRIES_AFTER: [u64; 4] = [10, 30, 60, 300];

impl WebhookDelivery {
    /// Posts the webhook to an `http` URL and answers the status.
    ///
    /// # Errors
    ///
    /// When the URL has no host or another scheme, or nobody answers there.
    pub async fn post(&self, url: &Uri) -> io::Result<u16> {
        let authority = url.authority().filter(|_| url.scheme_str() == Some("http"));
        let Some(authority) = authority else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "webhooks go to an http URL"));
        };
        let stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80))).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.path_and_query().map_or("/", |path| path.as_str()))
            .header(HOST, authority.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE_HEADER, &self.signature)
            .body(Full::<Bytes>::new(self.body.clone()))
            .map_err(io::Error::other)?;
        // The connection has to be driven while the answer is awaited; it ends with it.
        let answer = tokio::select! {
            answer = sender.send_request(request) => answer.map_err(io::Error::other)?,
            ended = connection => {
                ended.map_err(io::Error::other)?;
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        Ok(answer.status().as_u16())
    }

    /// Posts the webhook, and again after 10, 30, 60 and 300 seconds of Tokio's clock as long as it is not taken with a status of 2xx.
    /// Answers whether it was.
    pub async fn deliver(&self, url: &Uri) -> bool {
        for wait in TRIES_AFTER {
            if matches!(self.post(url).await, Ok(200..=299)) {
                return true;
            }
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
        matches!(self.post(url).await, Ok(200..=299))
    }
}
