//! Building a client.

use std::fmt;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use secrecy::SecretString;

use super::call::{App, CallSettings, Inner, ServiceTitan};
use super::limits::{Backoff, Lane, RequestLimits};
use super::token::Credentials;
use super::token::credentials::{app_key_header, check_tenant};
use super::transport::{Bounded, HttpTransport, Transport};
use crate::environment::Environment;
use crate::error::Error;
use crate::ids::TenantId;

const DEFAULT_DEADLINE: Duration = Duration::from_secs(120);
const DEFAULT_LARGEST_ANSWER: usize = 64 << 20;

/// A client in the making, from [`ServiceTitan::builder`]. App key, credentials and tenant are required.
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

impl ServiceTitan {
    /// Starts a client. The builder takes app key, credentials and tenant.
    ///
    /// Each client that is built has a budget of requests of its own, even if the app is the same, and two of them together may send twice the
    /// requests that ServiceTitan allows. Build the first one and make the others from it by [`for_tenant`](Self::for_tenant), or give all of them
    /// clones of one [`RequestLimits`].
    pub fn builder(environment: Environment) -> ServiceTitanBuilder {
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
}

impl ServiceTitanBuilder {
    /// Sets the app's key (`ak1.…`), from the developer portal.
    pub fn app_key(mut self, app_key: impl Into<SecretString>) -> Self {
        self.app_key = Some(app_key.into());
        self
    }

    /// Sets the client ID (`cid.…`) and the client secret (`cs….`), from the connected app's page in the tenant.
    pub fn credentials(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Self {
        self.credentials = Some((client_id.into(), client_secret.into()));
        self
    }

    /// Sets the tenant that is read and written.
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Sets the limit on requests. Without it the client has 60 requests per second of its own, which no other client of the same app counts
    /// against. Give all clients of an app clones of one value, or make them from each other by [`ServiceTitan::for_tenant`].
    pub fn limits(mut self, limits: RequestLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the deadline of each call, which bounds everything that the call does and waits for; two minutes by default. See
    /// [`ServiceTitan::with_deadline`].
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the size of the largest answer that is read, in bytes; 64 MiB by default. A larger answer fails its call.
    pub fn largest_answer(mut self, bytes: usize) -> Self {
        self.largest_answer = bytes;
        self
    }

    /// Sends requests through this transport in place of an [`HttpTransport`] of the client's own. It may be one pool of connections for many
    /// clients, a wrapper, or a simulator in the same process.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Makes the waits between attempts the same in each run, which a repeatable test needs. Without a seed they are random, so that clients
    /// that failed together do not come back together.
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// Builds the client. Sends nothing: [`ServiceTitan::check`] tries the connection.
    ///
    /// # Errors
    /// [`Error::Configuration`] if something is missing, or was pasted with white space or other characters that no key has.
    pub fn build(self) -> Result<ServiceTitan, Error> {
        let missing =
            |what: &str| Error::configuration(format!("the client needs {what}: call it on the builder"));
        let app_key = self.app_key.ok_or_else(|| missing("an app key, `app_key(…)`"))?;
        let app_key = app_key_header(&app_key)?;
        let (client_id, client_secret) =
            self.credentials.ok_or_else(|| missing("credentials, `credentials(id, secret)`"))?;
        let credentials = Credentials::new(client_id, client_secret)?;
        let tenant = self.tenant.ok_or_else(|| missing("a tenant, `tenant(TenantId(…))`"))?;
        check_tenant(tenant)?;

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
        let settings = CallSettings { lane: Lane::default(), deadline: self.deadline, retries: true };
        Ok(ServiceTitan { inner: Arc::new(inner), settings })
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
