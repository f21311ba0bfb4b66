//! The cache of the access token. Any number of callers share one request for it, and that request's failure.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared};
use tokio::time::{Instant, timeout};

use super::access_token::AccessToken;
use super::credentials::Credentials;
use super::endpoint::Endpoint;
use crate::error::Error;

/// The longest time for which a caller waits for a renewal while the present token is good.
const PATIENCE: Duration = Duration::from_secs(5);

type Fetch = BoxFuture<'static, Result<Arc<AccessToken>, Error>>;

/// The access token of a client, for all its clones.
pub(crate) struct TokenSource {
    endpoint: Arc<Endpoint>,
    state: Mutex<State>,
}

struct State {
    credentials: Arc<Credentials>,
    current: Option<Arc<AccessToken>>,
    // Weak, so that a request whose callers all gave up is dropped, and is not found dead by a later caller.
    fetch: Option<WeakShared<Fetch>>,
}

impl TokenSource {
    pub(crate) fn new(endpoint: Endpoint, credentials: Credentials) -> TokenSource {
        let state = State { credentials: Arc::new(credentials), current: None, fetch: None };
        TokenSource { endpoint: Arc::new(endpoint), state: Mutex::new(state) }
    }

    /// Returns the client ID: the app in the tenant.
    pub(crate) fn client_id(&self) -> String {
        self.lock().credentials.client_id.clone()
    }

    /// Returns a token that is good for a while. `refused` is a token that ServiceTitan no longer takes, and is not returned again. `time_left` is
    /// the caller's: a token that is still good is used before half of it was spent on waiting for its renewal.
    pub(crate) async fn token(
        &self,
        refused: Option<&Arc<AccessToken>>,
        time_left: Duration,
    ) -> Result<Arc<AccessToken>, Error> {
        let patience = PATIENCE.min(time_left / 2);
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
                // The last caller to lose patience ends the request, and the next caller begins anew.
                Some(_) => timeout(patience, fetch).await.ok(),
                None => Some(fetch.await),
            };
            let mut state = self.lock();
            if !Arc::ptr_eq(&credentials, &state.credentials) {
                // The credentials were replaced meanwhile. A token for the old ones, or their refusal, no longer counts.
                continue;
            }
            // A token is renewed early: the present one may still be good.
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

    /// Returns the token that [`token`](Self::token) last returned to any caller, if it is good.
    pub(crate) fn at_hand(&self, refused: Option<&Arc<AccessToken>>) -> Option<Arc<AccessToken>> {
        self.lock().good(refused)
    }

    /// Returns the last failure that was followed by another request for a token, unless one has succeeded since.
    pub(crate) fn last_failure(&self) -> Option<Error> {
        self.endpoint.last_failure()
    }

    /// Returns the request that callers share, and starts one if there is none.
    fn fetch_under_way(&self, state: &mut State) -> Shared<Fetch> {
        match state.fetch.as_ref().and_then(WeakShared::upgrade) {
            Some(fetch) if fetch.peek().is_none() => fetch,
            _ => {
                let (endpoint, credentials) = (self.endpoint.clone(), state.credentials.clone());
                let fetch = async move {
                    endpoint.wait_out_pause().await?;
                    endpoint.request_token(&credentials).await.map(Arc::new)
                };
                let fetch = fetch.boxed().shared();
                state.fetch = fetch.downgrade();
                fetch
            }
        }
    }

    /// Requests a token with other credentials, which replace the present ones if `accept` takes the token.
    pub(crate) async fn replace(
        &self,
        credentials: Credentials,
        accept: impl FnOnce(&AccessToken) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let token = self.endpoint.request_token(&credentials).await?;
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
    fn good(&self, refused: Option<&Arc<AccessToken>>) -> Option<Arc<AccessToken>> {
        let is_refused =
            |token: &Arc<AccessToken>| refused.is_some_and(|refused| Arc::ptr_eq(refused, token));
        self.current.clone().filter(|token| Instant::now() < token.expires && !is_refused(token))
    }
}
