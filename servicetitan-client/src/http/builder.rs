//! Building a client.

use std::fmt;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use secrecy::SecretString;

use super::backoff::Backoff;
use super::client::{App, Inner, ServiceTitan};
use super::credentials;
use super::http_transport::HttpTransport;
use super::limits::{Lane, RequestLimits};
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

    /// The budget of requests: 60 per second of its own unless one is given, which another client of the same app does not count by. Give all
    /// clients of an app clones of one value, or make them from each other by [`ServiceTitan::for_tenant`].
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
        let app_key = credentials::app_key(&app_key)?;
        let (client_id, client_secret) =
            self.credentials.ok_or_else(|| missing("credentials, `credentials(id, secret)`"))?;
        let credentials = credentials::of_tenant(client_id, client_secret)?;
        let tenant = self.tenant.ok_or_else(|| missing("a tenant, `tenant(TenantId(…))`"))?;
        credentials::tenant(tenant)?;

        let transport: Arc<dyn Transport> = match self.transport {
            Some(transport) => Arc::new(Bounded { transport, largest_answer: self.largest_answer }),
            None => Arc::new(HttpTransport::new(&self.environment, self.largest_answer)?),
        };
        let app = App {
            environment: self.environment,
            app_key: RwLock::new(app_key),
            transport,
            limits: self.limits,
            backoff: Arc::new(Backoff::new(self.jitter_seed)),
        };
        let inner = Inner::new(Arc::new(app), tenant, credentials);
        Ok(ServiceTitan { inner: Arc::new(inner), lane: Lane::default(), deadline: self.deadline })
    }
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
