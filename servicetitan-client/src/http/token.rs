//! The access token: one for all callers, fetched once, renewed before it expires.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::http::{Request, Response, header};
use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, timeout};
use url::form_urlencoded;

use super::answer;
use super::backoff::Backoff;
use super::claims::{self, Claims};
use super::counts::Counter;
use super::transport::Transport;
use crate::error::{Call, Error, TransportKind};
use crate::scopes::Scope;

/// How the token endpoint appears in errors and in request counts.
pub(crate) const TOKEN_PATH: &str = "connect/token";
/// ServiceTitan's tokens live for 15 minutes.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(900);
/// A token is renewed this long before it expires, or earlier if its life is short.
const RESERVE: Duration = Duration::from_secs(60);
/// All callers wait for a token, so its retries end sooner than those of a call.
const DEADLINE: Duration = Duration::from_secs(30);
/// So long a caller waits for a renewal while the present token is good.
const PATIENCE: Duration = Duration::from_secs(5);

/// An access token and what it allows.
pub(crate) struct Token {
    pub(crate) access: SecretString,
    pub(crate) claims: Claims,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) expires: Instant,
    renew: Instant,
}

type Fetch = BoxFuture<'static, Result<Arc<Token>, Error>>;

/// The cache. Any number of callers share one request, and its failure.
pub(crate) struct TokenSource {
    endpoint: Arc<Endpoint>,
    state: Mutex<State>,
}

struct State {
    credentials: Arc<Credentials>,
    current: Option<Arc<Token>>,
    // Weak, so that a request whose callers all gave up is dropped and not found dead by a later one.
    fetch: Option<WeakShared<Fetch>>,
}

/// What a token is given for.
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
}

/// Where tokens come from.
pub(crate) struct Endpoint {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) url: String,
    pub(crate) counter: Arc<Counter>,
    pub(crate) backoff: Arc<Backoff>,
    /// The end of the pause that it asked for last: it is throttled by itself, outside the budget. Other credentials are tried all the same.
    pub(crate) paused_until: Mutex<Option<Instant>>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    // These two are hints: an odd one does not cost the token.
    #[serde(default)]
    expires_in: Value,
    #[serde(default)]
    scope: Value,
}

#[derive(Deserialize, Default)]
struct Refused {
    #[serde(default)]
    error: Option<String>,
}

impl TokenSource {
    pub(crate) fn new(endpoint: Endpoint, credentials: Credentials) -> TokenSource {
        let state = State { credentials: Arc::new(credentials), current: None, fetch: None };
        TokenSource { endpoint: Arc::new(endpoint), state: Mutex::new(state) }
    }

    /// The app in the tenant.
    pub(crate) fn client_id(&self) -> String {
        self.lock().credentials.client_id.clone()
    }

    /// A token that is good for a while. `refused` is one that ServiceTitan no longer takes: it is not returned again.
    pub(crate) async fn token(&self, refused: Option<&Arc<Token>>) -> Result<Arc<Token>, Error> {
        loop {
            let (credentials, present, fetch) = {
                let mut state = self.lock();
                let present = state.good(refused);
                if let Some(token) = present.as_ref().filter(|token| Instant::now() < token.renew) {
                    return Ok(token.clone());
                }
                (state.credentials.clone(), present, self.fetch_under_way(&mut state))
            };
            let fetched = match present {
                // Whoever is the last to lose patience ends the request, and the next caller begins anew.
                Some(_) => timeout(PATIENCE, fetch).await.ok(),
                None => Some(fetch.await),
            };
            let mut state = self.lock();
            if !Arc::ptr_eq(&credentials, &state.credentials) {
                // They were replaced meanwhile; a token of the old ones, or their refusal, says nothing any more.
                continue;
            }
            // It is early that a token is renewed: the present one is still good.
            let present = present.filter(|present| Instant::now() < present.expires);
            let token = match (fetched, present) {
                (Some(Ok(token)), _) => token,
                (None, Some(present)) => return Ok(present),
                (None, None) => continue,
                (Some(Err(error)), Some(present)) if error.is_temporary() => return Ok(present),
                (Some(Err(error)), _) => return Err(error),
            };
            if state.good(refused).is_none_or(|current| current.expires <= token.expires) {
                state.current = Some(token.clone());
            }
            return Ok(token);
        }
    }

    /// The token that [`token`](Self::token) last returned to anybody, if it is good.
    pub(crate) fn at_hand(&self, refused: Option<&Arc<Token>>) -> Option<Arc<Token>> {
        self.lock().good(refused)
    }

    /// The request that callers share, started if there is none.
    fn fetch_under_way(&self, state: &mut State) -> Shared<Fetch> {
        match state.fetch.as_ref().and_then(WeakShared::upgrade) {
            Some(fetch) if fetch.peek().is_none() => fetch,
            _ => {
                let (endpoint, credentials) = (self.endpoint.clone(), state.credentials.clone());
                let fetch = async move {
                    endpoint.wait_out_pause().await?;
                    endpoint.fetch(&credentials).await.map(Arc::new)
                };
                let fetch = fetch.boxed().shared();
                state.fetch = fetch.downgrade();
                fetch
            }
        }
    }

    /// Gets a token with other credentials, and puts them in the place of the present ones if `accept` takes it.
    pub(crate) async fn replace(
        &self,
        credentials: Credentials,
        accept: impl FnOnce(&Token) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let token = self.endpoint.fetch(&credentials).await?;
        accept(&token)?;
        *self.lock() =
            State { credentials: Arc::new(credentials), current: Some(Arc::new(token)), fetch: None };
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The token, unless it expired or is the one that ServiceTitan no longer takes.
    fn good(&self, refused: Option<&Arc<Token>>) -> Option<Arc<Token>> {
        let is_refused = |token: &Arc<Token>| refused.is_some_and(|refused| Arc::ptr_eq(refused, token));
        self.current.clone().filter(|token| Instant::now() < token.expires && !is_refused(token))
    }
}

impl Endpoint {
    async fn fetch(&self, credentials: &Credentials) -> Result<Token, Error> {
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            self.counter.add(TOKEN_PATH);
            let (error, asked) = match self.attempt(credentials).await {
                Ok(token) => {
                    *self.paused_until() = None;
                    return Ok(token);
                }
                Err(mut error) => {
                    if let Some(call) = error.call_mut() {
                        call.attempts = attempts;
                    }
                    let asked = match &error {
                        Error::RateLimited { retry_after, .. } => *retry_after,
                        _ => None,
                    };
                    if let Some(pause) = asked {
                        *self.paused_until() = Some(Instant::now() + pause);
                    }
                    (error, asked)
                }
            };
            // A port where nothing listens is a wrong address more often than a restart: say so soon.
            let hopeless =
                matches!(&error, Error::Transport { kind: TransportKind::Connect, .. } if attempts >= 3);
            let wait = asked.unwrap_or_default().max(self.backoff.wait(attempts));
            if !error.is_temporary() || hopeless || started.elapsed() + wait > DEADLINE {
                return Err(error);
            }
            tracing::debug!(attempts, wait_ms = wait.as_millis() as u64, "no access token yet");
            tokio::time::sleep(wait).await;
        }
    }

    /// Waits until the pause that was asked for is over, or tells at once that it is too long.
    async fn wait_out_pause(&self) -> Result<(), Error> {
        let left = self.paused_until().and_then(|until| until.checked_duration_since(Instant::now()));
        match left {
            Some(left) if left > DEADLINE => {
                Err(Error::RateLimited { retry_after: Some(left), call: Box::new(call(0)) })
            }
            Some(left) => {
                tokio::time::sleep(left).await;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn paused_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.paused_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn attempt(&self, credentials: &Credentials) -> Result<Token, Error> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &credentials.client_id)
            .append_pair("client_secret", credentials.client_secret.expose_secret())
            .finish();
        let call = call(1);
        let request = Request::post(&self.url)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Bytes::from(form))
            .map_err(|_| Error::configuration("the token endpoint's address is not valid"))?;
        let asked = Instant::now();
        let answer = match self.transport.send(request).await {
            Ok(answer) => answer,
            Err(failure) => {
                return Err(Error::Transport {
                    kind: failure.kind,
                    message: failure.message,
                    call: Box::new(call),
                });
            }
        };
        if !answer.status().is_success() {
            return Err(refusal(&answer, call));
        }
        let granted: Granted = serde_json::from_slice(answer.body()).map_err(|_| Error::Transport {
            kind: TransportKind::Broken,
            message: "the token endpoint answered something that is no token".to_owned(),
            call: Box::new(call),
        })?;
        let lifetime = lifetime(&granted.expires_in);
        let claims = Claims::of(&granted.access_token);
        let mut scopes = claims::scopes_of(&granted.scope);
        scopes.extend(claims.scopes.iter().cloned());
        scopes.sort();
        scopes.dedup();
        Ok(Token {
            access: granted.access_token.into(),
            claims,
            scopes,
            expires: asked + lifetime,
            renew: asked + lifetime - RESERVE.min(lifetime / 4),
        })
    }
}

/// How long a token lives that expires in so many seconds.
fn lifetime(expires_in: &Value) -> Duration {
    let seconds = expires_in.as_f64().or_else(|| expires_in.as_str()?.trim().parse().ok());
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|lifetime| !lifetime.is_zero())
        .unwrap_or(DEFAULT_LIFETIME)
        .min(Duration::from_secs(86_400))
}

/// How a request for a token appears in errors.
pub(crate) fn call(attempts: u32) -> Call {
    Call { method: "POST".to_owned(), path: TOKEN_PATH.to_owned(), trace_id: None, attempts }
}

fn refusal(answer: &Response<Bytes>, call: Call) -> Error {
    let code = serde_json::from_slice::<Refused>(answer.body()).unwrap_or_default().error.unwrap_or_default();
    let message = match (answer.status().as_u16(), code.as_str()) {
        (_, "invalid_client") | (401, _) => {
            "ServiceTitan does not know this client ID with this secret. Check that both were copied whole, that the secret \
             was not generated anew since, and that they belong to this environment (production and integration have \
             their own)"
        }
        (_, "unauthorized_client") => {
            "this client may not ask for a token: check that the app is connected in ServiceTitan under Settings > \
             Integrations > API Application Access"
        }
        (_, "invalid_scope") => {
            "ServiceTitan knows none of the app's scopes: save the app's scopes in the developer portal again"
        }
        (404, _) => "there is no token endpoint at this address: check the environment",
        (403, _) => "the token endpoint refuses this client: check that the app is connected to the tenant",
        (400, _) => "the token endpoint refused the request: check client ID and secret",
        _ => return answer::error_of(answer, None, call),
    };
    let trace_id = answer::trace_id(answer.headers());
    Error::Auth { message: message.to_owned(), call: Box::new(Call { trace_id, ..call }) }
}
