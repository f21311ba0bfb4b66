//! Building a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ::http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use super::backoff::Backoff;
use super::client::{Inner, ServiceTitan};
use super::counts::Counter;
use super::http_transport::HttpTransport;
use super::limits::{Lane, RequestLimits};
use super::token::TokenSource;
use super::transport::{Bounded, Transport};
use crate::environment::Environment;
use crate::error::Error;
use crate::ids::TenantId;

const DEFAULT_DEADLINE: Duration = Duration::from_secs(120);
const DEFAULT_LARGEST_ANSWER: usize = 64 << 20;

/// Collects what a client needs; made by [`ServiceTitan::builder`].
#[must_use]
pub struct ServiceTitanBuilder {
    environment: Environment,
    app_key: Option<SecretString>,
    credentials: Option<(String, SecretString)>,
    tenant: Option<TenantId>,
    limits: RequestLimits,
    deadline: Duration,
    largest_answer: usize,
    transport: Option<Arc<dyn Transport>>,
    jitter_seed: Option<u64>,
}

impl ServiceTitanBuilder {
    pub(crate) fn new(environment: Environment) -> ServiceTitanBuilder {
        ServiceTitanBuilder {
            environment,
            app_key: None,
            credentials: None,
            tenant: None,
            limits: RequestLimits::default(),
            deadline: DEFAULT_DEADLINE,
            largest_answer: DEFAULT_LARGEST_ANSWER,
            transport: None,
            jitter_seed: None,
        }
    }

    /// The app's key (`ak1.…`), from the developer portal.
    pub fn app_key(mut self, app_key: impl Into<SecretString>) -> Self {
        self.app_key = Some(app_key.into());
        self
    }

    /// The client ID (`cid.…`) and the client secret (`cs….`), from the tenant's page of the connected app.
    pub fn credentials(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Self {
        self.credentials = Some((client_id.into(), client_secret.into()));
        self
    }

    /// The tenant that is read and written.
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// The budget of requests: 60 per second of its own unless one is given. Clients that were given clones of one value share it.
    pub fn limits(mut self, limits: RequestLimits) -> Self {
        self.limits = limits;
        self
    }

    /// For how long a call is retried, counted from its first request; two minutes by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The largest answer that is read, in bytes; 64 MiB by default. A larger one fails its call.
    pub fn largest_answer(mut self, bytes: usize) -> Self {
        self.largest_answer = bytes;
        self
    }

    /// Sends requests through this in place of [`HttpTransport`]: one pool of connections for many clients, a wrapper, a simulator in the
    /// same process.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Makes the waits between attempts the same in each run, which a repeatable test needs. Without it they are random, so that clients
    /// that failed together do not come back together.
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// The client. Sends nothing: [`ServiceTitan::check`] tries the connection.
    ///
    /// # Errors
    /// [`Error::Configuration`] if something is missing, or was pasted with white space or other characters that no key has.
    pub fn build(self) -> Result<ServiceTitan, Error> {
        let missing =
            |what: &str| Error::configuration(format!("the client needs {what}: call it on the builder"));
        let app_key = self.app_key.ok_or_else(|| missing("an app key, `app_key(…)`"))?;
        let (client_id, client_secret) =
            self.credentials.ok_or_else(|| missing("credentials, `credentials(id, secret)`"))?;
        let tenant = self.tenant.ok_or_else(|| missing("a tenant, `tenant(TenantId(…))`"))?;
        if tenant.get() <= 0 {
            return Err(Error::configuration("a tenant ID is a positive number"));
        }
        pasted_whole("app key", app_key.expose_secret())?;
        pasted_whole("client ID", &client_id)?;
        pasted_whole("client secret", client_secret.expose_secret())?;
        let mut app_key = HeaderValue::from_str(app_key.expose_secret())
            .map_err(|_| Error::configuration("the app key contains characters that no app key has"))?;
        app_key.set_sensitive(true);

        let transport: Arc<dyn Transport> = match self.transport {
            Some(transport) => Arc::new(Bounded { transport, largest_answer: self.largest_answer }),
            None => Arc::new(HttpTransport::new(&self.environment, self.largest_answer)?),
        };
        let counter = Arc::new(Counter::default());
        let backoff = Arc::new(Backoff::new(self.jitter_seed));
        let tokens = TokenSource::new(
            transport.clone(),
            self.environment.token_url().to_owned(),
            client_id,
            client_secret,
            counter.clone(),
            backoff.clone(),
        );
        let inner = Inner {
            environment: self.environment,
            tenant,
            app_key,
            transport,
            tokens,
            limits: self.limits,
            counter,
            backoff,
        };
        Ok(ServiceTitan { inner: Arc::new(inner), lane: Lane::default(), deadline: self.deadline })
    }
}

/// ServiceTitan answers a secret that has white space around it as it answers a wrong one, so it is told here.
fn pasted_whole(what: &str, text: &str) -> Result<(), Error> {
    let problem = if text.is_empty() {
        "is empty"
    } else if text.trim() != text {
        "begins or ends with white space, which often comes from pasting: remove it"
    } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        "contains white space or a line break, which no key has: copy it again"
    } else {
        return Ok(());
    };
    Err(Error::configuration(format!("the {what} {problem}")))
}

impl fmt::Debug for ServiceTitanBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ServiceTitanBuilder")
            .field("environment", &self.environment)
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
