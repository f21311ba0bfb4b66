//! A transport for tests that follows a script: no sockets, so that time can be paused.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::http::{Request, Response};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use tokio::time::Instant;

use super::{ServiceTitan, ServiceTitanBuilder, Transport, TransportFailure};
use crate::environment::Environment;
use crate::error::TransportKind;
use crate::ids::TenantId;

/// A request as it was sent, and the time of it.
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) bearer: String,
    pub(crate) app_key: String,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

/// An answer, and the time after which it is complete where that is not the script's latency.
type Scripted = (Option<Duration>, Result<Response<Bytes>, TransportFailure>);

/// Answers API requests and token requests in the order in which they were put in, and panics when nothing is left.
#[derive(Default)]
pub(crate) struct Script {
    api: Mutex<VecDeque<Scripted>>,
    tokens: Mutex<VecDeque<Scripted>>,
    sent: Mutex<Vec<Sent>>,
    under_way: AtomicUsize,
    /// The time that an answer takes.
    pub(crate) latency: Duration,
}

impl Script {
    pub(crate) fn new() -> Script {
        Script::default()
    }

    pub(crate) fn api(self, status: u16, body: &str) -> Script {
        self.api.lock().unwrap().push_back((None, Ok(answer(status, body))));
        self
    }

    /// An answer that is complete after this time, as one whose body trickles in.
    pub(crate) fn api_after(self, time: Duration, status: u16, body: &str) -> Script {
        self.api.lock().unwrap().push_back((Some(time), Ok(answer(status, body))));
        self
    }

    pub(crate) fn api_with_header(self, status: u16, name: &'static str, value: &str) -> Script {
        let mut answer = answer(status, "{}");
        answer.headers_mut().insert(name, value.parse().unwrap());
        self.api.lock().unwrap().push_back((None, Ok(answer)));
        self
    }

    pub(crate) fn api_fails(self, kind: TransportKind) -> Script {
        self.api.lock().unwrap().push_back((None, Err(failure(kind))));
        self
    }

    pub(crate) fn token(self, status: u16, body: &str) -> Script {
        self.tokens.lock().unwrap().push_back((None, Ok(answer(status, body))));
        self
    }

    /// A token that is complete after this time.
    pub(crate) fn token_after(self, time: Duration, status: u16, body: &str) -> Script {
        self.tokens.lock().unwrap().push_back((Some(time), Ok(answer(status, body))));
        self
    }

    pub(crate) fn token_with_headers(self, status: u16, headers: &[(&'static str, &str)]) -> Script {
        let mut answer = answer(status, "{}");
        for (name, value) in headers {
            answer.headers_mut().insert(*name, value.parse().unwrap());
        }
        self.tokens.lock().unwrap().push_back((None, Ok(answer)));
        self
    }

    pub(crate) fn token_fails(self, kind: TransportKind) -> Script {
        self.tokens.lock().unwrap().push_back((None, Err(failure(kind))));
        self
    }

    pub(crate) fn sent(&self) -> std::sync::MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap()
    }

    /// The number of requests that have neither been answered nor given up.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// What is left of the script must be nothing: an answer that nobody asked for is a failed expectation.
    pub(crate) fn assert_used_up(&self) {
        assert_eq!(self.api.lock().unwrap().len(), 0, "answers were left over");
        assert_eq!(self.tokens.lock().unwrap().len(), 0, "tokens were left over");
    }
}

/// Counts a request out, however it ends.
struct Ended<'a>(&'a AtomicUsize);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let uri = request.uri().to_string();
        let header =
            |name| request.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        self.sent.lock().unwrap().push(Sent {
            method: request.method().to_string(),
            bearer: header("authorization"),
            app_key: header("st-app-key"),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
            uri: uri.clone(),
            at: Instant::now(),
        });
        let queue = if uri.ends_with("/connect/token") { &self.tokens } else { &self.api };
        let answer = queue.lock().unwrap().pop_front();
        let (time, answer) = answer.unwrap_or_else(|| panic!("nobody expected {} {uri}", request.method()));
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let _ended = Ended(&self.under_way);
        tokio::time::sleep(time.unwrap_or(self.latency)).await;
        answer
    }
}

fn answer(status: u16, body: &str) -> Response<Bytes> {
    Response::builder().status(status).body(body.to_owned().into()).unwrap()
}

fn failure(kind: TransportKind) -> TransportFailure {
    TransportFailure::new(kind, "as the script says")
}

/// A token's answer: a JWT for this tenant that lives this long. `number` tells tokens apart.
pub(crate) fn token_for(tenant: i64, seconds: u32, number: u32) -> String {
    let claims =
        serde_json::json!({ "tenant": tenant.to_string(), "scope": ["tn.jpm.jobs:r"], "number": number });
    let jwt = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims.to_string()));
    serde_json::json!({ "access_token": jwt, "expires_in": seconds, "token_type": "Bearer", "scope": "tn.crm.customers:r" })
        .to_string()
}

pub(crate) fn builder() -> ServiceTitanBuilder {
    ServiceTitan::builder(Environment::custom("https://st.example", "https://auth.example").unwrap())
        .app_key("ak1.key")
        .credentials("cid.id", "cs1.very-secret")
        .tenant(TenantId(7))
}

/// A client of tenant 7 that follows the script.
pub(crate) fn client(script: &Arc<Script>) -> ServiceTitan {
    builder().transport(script.clone()).build().unwrap()
}
