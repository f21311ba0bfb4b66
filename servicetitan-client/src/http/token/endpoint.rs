//! The token endpoint: requests for a token, their retries, and the refusals that a person has to act on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::http::{Request, Response, header};
use bytes::Bytes;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use tokio::time::Instant;
use url::form_urlencoded;

use super::access_token::{AccessToken, Granted};
use super::credentials::Credentials;
use crate::error::{Call, Deadline, Error, TOKEN_PATH, TransportKind};
use crate::http::answer::refusal;
use crate::http::limits::Backoff;
use crate::http::transport::{Counter, Transport};
use crate::repair::without_mark;

/// The time within which a request is repeated. All callers wait for a token, so it is shorter than a call's deadline.
const RETRY_FOR: Duration = Duration::from_secs(30);
/// The attempts to connect. A port where nothing listens is a wrong address more often than a restart, which is to be told soon.
const CONNECT_ATTEMPTS: u32 = 3;

/// The source of tokens.
pub(crate) struct Endpoint {
    transport: Arc<dyn Transport>,
    url: String,
    counter: Arc<Counter>,
    backoff: Arc<Backoff>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The end of the pause that the endpoint asked for last: it is throttled by itself, outside the budget. It holds up the renewal of a token,
    /// and not an attempt with new credentials.
    paused_until: Option<Instant>,
    /// The last failure that was followed by another attempt, until one succeeds.
    last_failure: Option<Error>,
}

#[derive(Deserialize, Default)]
struct Refused {
    #[serde(default)]
    error: Option<String>,
}

impl Endpoint {
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        url: String,
        counter: Arc<Counter>,
        backoff: Arc<Backoff>,
    ) -> Endpoint {
        Endpoint { transport, url, counter, backoff, state: Mutex::default() }
    }

    /// Requests a token, and repeats the request where that may help.
    pub(super) async fn request_token(&self, credentials: &Credentials) -> Result<AccessToken, Error> {
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            self.counter.add(TOKEN_PATH);
            let mut error = match self.attempt(credentials).await {
                Ok(token) => {
                    *self.state() = State::default();
                    return Ok(token);
                }
                Err(error) => error,
            };
            if let Some(call) = error.call_mut() {
                call.attempts = attempts;
            }
            let asked = match &error {
                Error::RateLimited { retry_after, .. } => *retry_after,
                _ => None,
            };
            if let Some(pause) = asked {
                self.state().paused_until = Some(Instant::now() + pause);
            }
            let no_connection = matches!(&error, Error::Transport { kind: TransportKind::Connect, .. });
            if !error.is_temporary() || (no_connection && attempts >= CONNECT_ATTEMPTS) {
                return Err(error);
            }
            self.state().last_failure = Some(error.clone());
            let wait = asked.unwrap_or_default().max(self.backoff.wait(attempts));
            if started.elapsed() + wait > RETRY_FOR {
                return Err(error.given_up_at(Deadline::Token(RETRY_FOR)));
            }
            tracing::debug!(attempts, wait_ms = wait.as_millis() as u64, "no access token yet");
            tokio::time::sleep(wait).await;
        }
    }

    /// Waits until the pause that the endpoint asked for is over, or fails at once if it is too long.
    pub(super) async fn wait_out_pause(&self) -> Result<(), Error> {
        let left = self.state().paused_until.and_then(|until| until.checked_duration_since(Instant::now()));
        match left {
            Some(left) if left > RETRY_FOR => {
                let error =
                    Error::RateLimited { retry_after: Some(left), call: Box::new(Call::for_token(0)) };
                Err(error.given_up_at(Deadline::Token(RETRY_FOR)))
            }
            Some(left) => {
                tokio::time::sleep(left).await;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Returns the last failure that was followed by another attempt, unless one has succeeded since.
    pub(super) fn last_failure(&self) -> Option<Error> {
        self.state().last_failure.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn attempt(&self, credentials: &Credentials) -> Result<AccessToken, Error> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &credentials.client_id)
            .append_pair("client_secret", credentials.client_secret.expose_secret())
            .finish();
        let request = Request::post(&self.url)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Bytes::from(form))
            .map_err(|_| Error::configuration("the token endpoint's address is not valid"))?;
        let transport_error =
            |kind, message| Error::Transport { kind, message, call: Box::new(Call::for_token(1)) };
        let sent = Instant::now();
        let answer = match self.transport.send(request).await {
            Ok(answer) => answer,
            Err(failure) => return Err(transport_error(failure.kind, failure.message)),
        };
        if !answer.status().is_success() {
            return Err(refusal_of(&answer));
        }
        let granted: Granted = serde_json::from_slice(without_mark(answer.body())).map_err(|_| {
            let message = "the token endpoint answered, but not with a token";
            transport_error(TransportKind::Broken, message.to_owned())
        })?;
        Ok(AccessToken::new(granted, sent))
    }
}

fn refusal_of(answer: &Response<Bytes>) -> Error {
    let refused: Refused = serde_json::from_slice(without_mark(answer.body())).unwrap_or_default();
    let code = refused.error.unwrap_or_default();
    let message = match (answer.status().as_u16(), code.as_str()) {
        (_, "invalid_client") | (401, _) => {
            "ServiceTitan does not know this client ID with this secret. Check that both were copied whole, that no newer \
             secret was generated since, and that they belong to this environment (production and integration have \
             their own)"
        }
        (_, "unauthorized_client") => {
            "this client may not ask for a token: check that the app is connected in ServiceTitan under Settings > \
             Integrations > API Application Access"
        }
        (_, "invalid_scope") => {
            "ServiceTitan knows none of the app's scopes: save the app's scopes in the developer portal again"
        }
        (404, _) => "this address has no token endpoint: check the environment",
        (403, _) => "the token endpoint refuses this client: check that the app is connected to the tenant",
        (400, _) => "the token endpoint refused the request: check client ID and secret",
        _ => return refusal::error_of(answer, None, Call::for_token(1)),
    };
    let trace_id = refusal::trace_id(answer.headers());
    Error::Auth { message: message.to_owned(), call: Box::new(Call { trace_id, ..Call::for_token(1) }) }
}
