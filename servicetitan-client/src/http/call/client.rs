//! The client's handle: its state, and the settings that differ from clone to clone.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use ::http::HeaderValue;

use crate::environment::Environment;
use crate::error::{Call, Error};
use crate::http::limits::{Backoff, Budget, Lane, RequestLimits, Sharer, TimeLimit};
use crate::http::token::{AccessToken, Credentials, Endpoint, TokenSource};
use crate::http::transport::{Counter, RequestCounts, Transport};
use crate::ids::TenantId;

/// A client for one tenant, seen through one app.
///
/// A clone is cheap and shares everything with its original: connections, the access token, the budget of requests and the counts.
///
/// A call is repeated within its deadline (two minutes unless [`with_deadline`](Self::with_deadline) sets another one): a read after
/// a `429`, a failure of the server, a timeout or a broken answer; a write only when it cannot have been carried out.
#[derive(Clone)]
pub struct ServiceTitan {
    pub(in crate::http) inner: Arc<Inner>,
    pub(in crate::http) settings: CallSettings,
}

/// The settings of a clone's calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallSettings {
    pub(crate) lane: Lane,
    pub(crate) deadline: Duration,
    pub(crate) retries: bool,
}

/// The state of a client, shared by its clones.
pub(crate) struct Inner {
    pub(crate) app: Arc<App>,
    pub(crate) tenant: TenantId,
    pub(crate) tokens: TokenSource,
    pub(crate) budget: Arc<Budget>,
    pub(crate) sharer: Sharer,
    pub(crate) counter: Arc<Counter>,
}

/// The state that the clients of several tenants share.
pub(crate) struct App {
    pub(crate) environment: Environment,
    pub(crate) app_key: RwLock<HeaderValue>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) limits: RequestLimits,
    pub(crate) backoff: Arc<Backoff>,
}

impl Inner {
    pub(crate) fn new(app: Arc<App>, tenant: TenantId, credentials: Credentials) -> Inner {
        let counter = Arc::new(Counter::default());
        let token_url = app.environment.token_url().to_owned();
        let endpoint = Endpoint::new(app.transport.clone(), token_url, counter.clone(), app.backoff.clone());
        let tokens = TokenSource::new(endpoint, credentials);
        Inner { budget: app.limits.budget(tenant), sharer: Sharer::new(), app, tenant, tokens, counter }
    }
}

impl ServiceTitan {
    /// Returns the same client in another lane of the budget.
    #[must_use]
    pub fn with_lane(&self, lane: Lane) -> ServiceTitan {
        ServiceTitan { settings: CallSettings { lane, ..self.settings }, ..self.clone() }
    }

    /// Returns the same client with another deadline for its calls.
    ///
    /// The deadline bounds a call from its start to its end: standing in line for a turn in the budget, the request for an access token (also one
    /// that another caller began), every attempt, the waits between them, and a body that trickles in. A call that is cut off fails with
    /// [`Error::DeadlineExceeded`]. A call that would only wait for the deadline fails at once: with [`Error::RateLimited`] while a pause of the
    /// budget lasts longer, with the failure of the last attempt when the next wait would end later; [`Error::deadline`] tells so.
    ///
    /// A page of a list or a feed is a call of its own, read ahead or not.
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> ServiceTitan {
        ServiceTitan { settings: CallSettings { deadline, ..self.settings }, ..self.clone() }
    }

    /// Returns the same client without repeated attempts: each call sends its request once. The one exception is a second attempt with a new access
    /// token after ServiceTitan refused the present one.
    #[must_use]
    pub fn without_retries(&self) -> ServiceTitan {
        ServiceTitan { settings: CallSettings { retries: false, ..self.settings }, ..self.clone() }
    }

    /// Returns the tenant.
    pub fn tenant(&self) -> TenantId {
        self.inner.tenant
    }

    /// Returns the environment.
    pub fn environment(&self) -> &Environment {
        &self.inner.app.environment
    }

    /// Returns the number of requests that this client and its clones have sent, by path template.
    pub fn request_counts(&self) -> RequestCounts {
        self.inner.counter.snapshot()
    }

    pub(crate) fn app_key(&self) -> HeaderValue {
        self.inner.app.app_key.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts the deadline of a call.
    pub(crate) fn time_limit(&self) -> TimeLimit {
        TimeLimit::start(self.settings.deadline)
    }

    /// Checks that a token is of this client's tenant.
    pub(crate) fn check_token_tenant(&self, token: &AccessToken, call: Call) -> Result<(), Error> {
        match token.claims.tenant {
            Some(tenant) if tenant != self.inner.tenant => Err(Error::Auth {
                message: format!(
                    "these credentials belong to tenant {tenant}, and the client is set up for tenant {}: use the tenant ID that \
                     stands beside the client ID in ServiceTitan",
                    self.inner.tenant
                ),
                call: Box::new(call),
            }),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for ServiceTitan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ServiceTitan")
            .field("environment", &self.inner.app.environment)
            .field("tenant", &self.inner.tenant)
            .field("lane", &self.settings.lane)
            .field("deadline", &self.settings.deadline)
            .finish_non_exhaustive()
    }
}

/// Compiles only if clients may be shared between threads.
#[allow(dead_code, reason = "a compile-time assertion")]
fn assert_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<ServiceTitan>();
    shared::<RequestLimits>();
    shared::<Error>();
}
