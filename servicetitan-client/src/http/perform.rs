//! One call: a token, a turn in the budget, the request, and what to do when it fails.

use std::borrow::Cow;
use std::time::Duration;

use ::http::{Method, Request, Response, header};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use tokio::time::Instant;
use tracing::Instrument as _;
use url::Url;

use super::answer;
use super::client::ServiceTitan;
use super::decode::Undecodable;
use super::path::PathValues;
use super::query::Query;
use super::token::Token;
use crate::error::{Call, Error, TransportKind};
use crate::operations::Operation;
use crate::scopes::Scope;

/// ServiceTitan counts requests by the second: a `429` that asks for no pause is over no sooner.
const RATE_WINDOW: Duration = Duration::from_secs(1);

/// What to send.
pub(crate) struct Plan {
    pub(crate) method: Method,
    /// The path with its placeholders, for counts, spans and errors.
    pub(crate) template: Cow<'static, str>,
    pub(crate) path_values: PathValues,
    pub(crate) query: Query,
    pub(crate) body: Option<Bytes>,
    pub(crate) scope: Option<Scope>,
}

/// A decoded answer.
pub(crate) struct Performed<T> {
    pub(crate) value: T,
    pub(crate) server_time: Option<DateTime<Utc>>,
    pub(crate) call: Call,
}

/// What an attempt came to.
enum Outcome<T> {
    Done(Performed<T>),
    Failed { error: Error, next: Next },
}

/// What a failed attempt allows.
enum Next {
    /// Nothing: the error is final.
    Stop,
    /// Another attempt after a backoff.
    Again,
    /// Another attempt after the pause that ServiceTitan asks for.
    After(Option<Duration>),
    /// Another attempt with a new token, once.
    Renew,
}

impl Plan {
    pub(crate) fn of(operation: &Operation, path_values: PathValues) -> Plan {
        let method = match operation.method {
            "POST" => Method::POST,
            "PATCH" => Method::PATCH,
            "PUT" => Method::PUT,
            "DELETE" => Method::DELETE,
            _ => Method::GET,
        };
        Plan {
            method,
            template: Cow::Borrowed(operation.path),
            path_values,
            query: Query::default(),
            body: None,
            scope: Some(operation.scope()),
        }
    }

    /// Whether sending it twice does no harm.
    fn is_read(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }

    pub(crate) fn call(&self, attempts: u32) -> Call {
        Call {
            method: self.method.to_string(),
            path: self.template.clone().into_owned(),
            trace_id: None,
            attempts,
        }
    }
}

impl ServiceTitan {
    /// Performs a call and decodes its answer.
    pub(crate) async fn perform<T>(
        &self,
        plan: &Plan,
        decode: impl Fn(&Response<Bytes>) -> Result<T, Undecodable>,
    ) -> Result<Performed<T>, Error> {
        let span = tracing::debug_span!(
            "servicetitan",
            method = %plan.method,
            resource = %plan.template,
            attempts = tracing::field::Empty,
            status = tracing::field::Empty,
            duration_ms = tracing::field::Empty,
        );
        let started = Instant::now();
        let mut status = None;
        let result = self.attempt_until_deadline(plan, decode, &mut status).instrument(span.clone()).await;
        span.record("status", status);
        span.record("duration_ms", started.elapsed().as_millis() as u64);
        span.record("attempts", result.as_ref().map_or_else(Error::attempts, |done| done.call.attempts));
        result
    }

    async fn attempt_until_deadline<T>(
        &self,
        plan: &Plan,
        decode: impl Fn(&Response<Bytes>) -> Result<T, Undecodable>,
        status: &mut Option<u16>,
    ) -> Result<Performed<T>, Error> {
        let url = self.url(plan)?;
        let mut refused_token = None;
        let mut attempts = 0;
        let mut first_sent = None;
        loop {
            let token = self.inner.tokens.token(refused_token.as_ref()).await?;
            self.same_tenant(&token, plan.call(0))?;
            let in_line_since = Instant::now();
            // Waiting for one's turn is no failure, so the deadline counts from the first request; waiting out a pause is one.
            let patience =
                first_sent.map_or(self.deadline, |at: Instant| self.deadline.saturating_sub(at.elapsed()));
            if let Err(left) = self.inner.budget.acquire(self.lane, patience).await {
                let call = Box::new(plan.call(attempts));
                return Err(Error::RateLimited { retry_after: Some(left), call });
            }
            let token = match self.inner.tokens.at_hand(refused_token.as_ref()) {
                Some(token) => token,
                // It expired in line, and nobody has renewed it. The turn is given up: a request that waits for a token after its turn
                // would leave later than the budget counts it.
                None if in_line_since < token.expires => continue,
                None => token,
            };
            let first_sent = *first_sent.get_or_insert_with(Instant::now);
            attempts += 1;
            self.inner.counter.add(&plan.template);
            let (error, next) = match self.attempt(plan, &url, &token, attempts, &decode, status).await {
                Outcome::Done(done) => return Ok(done),
                Outcome::Failed { error, next } => (error, next),
            };
            let wait = match next {
                Next::Stop => return Err(error),
                Next::Renew if refused_token.is_some() => return Err(error),
                Next::Renew => {
                    refused_token = Some(token);
                    continue;
                }
                Next::Again => self.inner.app.backoff.wait(attempts),
                Next::After(asked) => {
                    let backoff = self.inner.app.backoff.wait(attempts);
                    let pause = asked.unwrap_or(RATE_WINDOW + backoff);
                    self.inner.budget.pause(pause);
                    pause.max(backoff)
                }
            };
            if first_sent.elapsed() + wait > self.deadline {
                return Err(error);
            }
            tracing::debug!(attempts, wait_ms = wait.as_millis() as u64, %error, "trying again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt<T>(
        &self,
        plan: &Plan,
        url: &str,
        token: &Token,
        attempts: u32,
        decode: &impl Fn(&Response<Bytes>) -> Result<T, Undecodable>,
        status: &mut Option<u16>,
    ) -> Outcome<T> {
        *status = None;
        let call = plan.call(attempts);
        let request = match self.request_of(plan, url, token) {
            Ok(request) => request,
            Err(error) => return Outcome::Failed { error, next: Next::Stop },
        };
        let answer = match self.inner.app.transport.send(request).await {
            Ok(answer) => answer,
            Err(failure) => {
                let next = match failure.kind {
                    TransportKind::TooLarge => Next::Stop,
                    // A port where nothing listens is a wrong address more often than a restart: say so soon.
                    TransportKind::Connect if attempts >= 5 => Next::Stop,
                    TransportKind::Connect => Next::Again,
                    TransportKind::Timeout | TransportKind::Broken if plan.is_read() => Next::Again,
                    TransportKind::Timeout | TransportKind::Broken => Next::Stop,
                };
                let error =
                    Error::Transport { kind: failure.kind, message: failure.message, call: Box::new(call) };
                return Outcome::Failed { error, next };
            }
        };
        *status = Some(answer.status().as_u16());
        if answer.status().is_success() {
            return decoded(plan, call, &answer, decode);
        }
        let error = answer::error_of(&answer, plan.scope.clone(), call);
        let next = match &error {
            Error::Auth { .. } if answer.status().as_u16() == 401 => Next::Renew,
            Error::RateLimited { retry_after, .. } => Next::After(*retry_after),
            Error::Server { .. } if plan.is_read() => Next::Again,
            _ => Next::Stop,
        };
        Outcome::Failed { error, next }
    }

    fn request_of(&self, plan: &Plan, url: &str, token: &Token) -> Result<Request<Bytes>, Error> {
        let mut bearer = header::HeaderValue::try_from(format!("Bearer {}", token.access.expose_secret()))
            .map_err(|_| Error::configuration("the access token cannot be sent in a header"))?;
        bearer.set_sensitive(true);
        let mut request = Request::builder()
            .method(plan.method.clone())
            .uri(url)
            .header(header::AUTHORIZATION, bearer)
            .header("ST-App-Key", self.app_key())
            .header(header::ACCEPT, "application/json");
        if plan.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request
            .body(plan.body.clone().unwrap_or_default())
            .map_err(|_| Error::configuration(format!("the path {} cannot be sent", plan.template)))
    }

    fn url(&self, plan: &Plan) -> Result<String, Error> {
        let path = plan.path_values.fill(&plan.template, self.inner.tenant).ok_or_else(|| {
            Error::configuration(format!("an ID for {} is empty or no more than dots", plan.template))
        })?;
        let mut url =
            Url::parse(&format!("{}/{}", self.inner.app.environment.api_url(), path.trim_start_matches('/')))
                .map_err(|_| Error::configuration(format!("{} is no path", plan.template)))?;
        if !plan.query.pairs().is_empty() {
            url.query_pairs_mut().extend_pairs(plan.query.pairs());
        }
        Ok(url.into())
    }

    pub(crate) fn same_tenant(&self, token: &Token, call: Call) -> Result<(), Error> {
        match token.claims.tenant {
            Some(tenant) if tenant != self.inner.tenant => Err(Error::Auth {
                message: format!(
                    "these credentials belong to tenant {tenant}, the client is set up for tenant {}: use the tenant ID that \
                     stands beside the client ID in ServiceTitan",
                    self.inner.tenant
                ),
                call: Box::new(call),
            }),
            _ => Ok(()),
        }
    }
}

fn decoded<T>(
    plan: &Plan,
    mut call: Call,
    answer: &Response<Bytes>,
    decode: &impl Fn(&Response<Bytes>) -> Result<T, Undecodable>,
) -> Outcome<T> {
    call.trace_id = answer::trace_id(answer.headers());
    match decode(answer) {
        Ok(value) => {
            Outcome::Done(Performed { value, server_time: answer::server_time(answer.headers()), call })
        }
        Err(undecodable) if undecodable.broken => Outcome::Failed {
            error: Error::Transport {
                kind: TransportKind::Broken,
                message: undecodable.reason,
                call: Box::new(call),
            },
            next: if plan.is_read() { Next::Again } else { Next::Stop },
        },
        Err(Undecodable { path, record_id, reason, .. }) => Outcome::Failed {
            error: Error::Decode { path, record_id, reason, call: Box::new(call) },
            next: Next::Stop,
        },
    }
}
