//! The client, and the few generic calls that all resources are made of.

use std::fmt;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use ::http::{HeaderValue, Method, Response};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer;
use super::backoff::Backoff;
use super::budget::Budget;
use super::builder::ServiceTitanBuilder;
use super::counts::{Counter, RequestCounts};
use super::decode::{self, Undecodable};
use super::export::{ExportFrom, ExportRequest};
use super::limits::{Lane, RequestLimits};
use super::list::ListRequest;
use super::path::PathValues;
use super::perform::Plan;
use super::query::Query;
use super::raw::RawRequest;
use super::token::{Credentials, Endpoint, TokenSource};
use super::transport::Transport;
use crate::environment::Environment;
use crate::error::Error;
use crate::ids::TenantId;
use crate::operations::Operation;

/// A client for one tenant, seen through one app.
///
/// A clone is cheap and shares everything: connections, the access token, the budget of requests and the counts.
///
/// Calls are retried within a deadline (two minutes unless [`with_deadline`](Self::with_deadline) says otherwise): reads after
/// a `429`, a server's failure, a timeout or a broken answer; writes only when they cannot have been carried out.
#[derive(Clone)]
pub struct ServiceTitan {
    pub(crate) inner: Arc<Inner>,
    pub(crate) lane: Lane,
    pub(crate) deadline: Duration,
}

/// What a client has for its tenant.
pub(crate) struct Inner {
    pub(crate) app: Arc<App>,
    pub(crate) tenant: TenantId,
    pub(crate) tokens: TokenSource,
    pub(crate) budget: Arc<Budget>,
    pub(crate) counter: Arc<Counter>,
}

/// What the clients of several tenants share.
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
        let endpoint = Endpoint {
            transport: app.transport.clone(),
            url: app.environment.token_url().to_owned(),
            counter: counter.clone(),
            backoff: app.backoff.clone(),
            paused_until: Mutex::default(),
        };
        let tokens = TokenSource::new(endpoint, credentials);
        Inner { budget: app.limits.budget(tenant), app, tenant, tokens, counter }
    }
}

impl ServiceTitan {
    /// Starts a client; the builder asks for app key, credentials and tenant.
    ///
    /// Each client that is built has a budget of requests of its own, though it be of the same app, and two of them may send twice what
    /// ServiceTitan allows. Build the first one and make the others from it by [`for_tenant`](Self::for_tenant), or give all of them clones of
    /// one [`RequestLimits`].
    pub fn builder(environment: Environment) -> ServiceTitanBuilder {
        ServiceTitanBuilder::new(environment)
    }

    /// The same client in another lane of the budget.
    #[must_use]
    pub fn with_lane(&self, lane: Lane) -> ServiceTitan {
        ServiceTitan { lane, ..self.clone() }
    }

    /// The same client with another deadline for retries, counted from a call's first request. No further attempt is prepared whose wait
    /// would end after it; zero means a single attempt. Standing in line for a turn in the budget does not count. A pause of the whole budget that lasts longer is not waited out: the call
    /// fails at once with [`Error::RateLimited`].
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> ServiceTitan {
        ServiceTitan { deadline, ..self.clone() }
    }

    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.inner.tenant
    }

    /// The environment.
    pub fn environment(&self) -> &Environment {
        &self.inner.app.environment
    }

    /// How many requests this client and its clones have sent.
    pub fn request_counts(&self) -> RequestCounts {
        self.inner.counter.snapshot()
    }

    /// A call that this library has no method for. `path` follows the host, and `{tenant}` in it is filled in:
    /// `jpm/v2/tenant/{tenant}/job-types`. Token, limits, retries and errors are as everywhere; in errors and counts, a part that is a number
    /// is `{id}`.
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        RawRequest::new(self.clone(), method, path.into())
    }

    /// Reads an answer that is no list of pages.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        operation: &Operation,
        path: PathValues,
        query: Query,
    ) -> Result<T, Error> {
        let mut plan = Plan::of(operation, path);
        plan.query = query;
        Ok(self.perform(&plan, whole_or_null).await?.value)
    }

    /// Reads a list.
    pub(crate) fn list<T>(
        &self,
        operation: &'static Operation,
        path: PathValues,
        query: Query,
    ) -> ListRequest<T> {
        ListRequest::new(self.clone(), operation, path, query)
    }

    /// Reads a list whose `parameter` takes IDs, 50 at a time.
    pub(crate) fn list_by<T, I: Into<i64> + Copy>(
        &self,
        operation: &'static Operation,
        parameter: &'static str,
        ids: &[I],
        query: Query,
    ) -> ListRequest<T> {
        let ids = ids.iter().map(|id| (*id).into()).collect();
        ListRequest::new(self.clone(), operation, PathValues::default(), query).for_ids(parameter, ids)
    }

    /// Follows a change feed.
    #[allow(dead_code, reason = "marketing alone has no feed")]
    pub(crate) fn export<T>(&self, operation: &'static Operation, from: ExportFrom) -> ExportRequest<T> {
        ExportRequest::new(self.clone(), operation, from)
    }

    /// Writes, and reads the answer with `decode`: [`nothing`] or [`whole_or_null`].
    pub(crate) async fn write<T>(
        &self,
        operation: &Operation,
        path: PathValues,
        query: Query,
        body: Option<Bytes>,
        decode: impl Fn(&Response<Bytes>) -> Result<T, Undecodable>,
    ) -> Result<T, Error> {
        let mut plan = Plan::of(operation, path);
        (plan.query, plan.body) = (query, body);
        Ok(self.perform(&plan, decode).await?.value)
    }
}

/// Of an answer that says nothing but that all went well. A page of HTML does not: a proxy on the way made it.
#[allow(dead_code, reason = "which families write depends on those that are built")]
pub(crate) fn nothing(answer: &Response<Bytes>) -> Result<(), Undecodable> {
    if !answer.body().trim_ascii_start().starts_with(b"<") {
        return Ok(());
    }
    Err(Undecodable {
        broken: true,
        path: String::new(),
        record_id: None,
        reason: "the answer is a page of HTML, and not ServiceTitan's".to_owned(),
    })
}

/// The body as one value; an empty one is JSON's `null`, and broken where that cannot be read: a proxy on the way answers so at times.
pub(crate) fn whole_or_null<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T, Undecodable> {
    if !answer::is_empty(answer) {
        return decode::whole(answer.body());
    }
    decode::whole(b"null").map_err(|undecodable| Undecodable {
        broken: true,
        reason: "the answer is empty".to_owned(),
        ..undecodable
    })
}

impl fmt::Debug for ServiceTitan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ServiceTitan")
            .field("environment", &self.inner.app.environment)
            .field("tenant", &self.inner.tenant)
            .field("lane", &self.lane)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

pub(crate) fn json(body: &impl Serialize) -> Result<Bytes, Error> {
    // The error may quote what it could not write.
    let bytes =
        serde_json::to_vec(body).map_err(|_| Error::configuration("the body cannot be written as JSON"))?;
    Ok(bytes.into())
}

/// Only compiles if clients may be shared between threads.
#[allow(dead_code, reason = "a compile-time assertion")]
fn a_client_may_be_shared() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<ServiceTitan>();
    shared::<RequestLimits>();
    shared::<Error>();
}
