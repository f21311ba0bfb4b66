//! Performing one call: a token, a turn in the budget, the request, and the decision after a failure.

use std::sync::Arc;
use std::time::Duration;

use ::http::Response;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::body::whole_or_null;
use super::client::ServiceTitan;
use super::path::PathValues;
use super::plan::Plan;
use super::query::Query;
use crate::error::{Call, Error, Stage, TransportKind};
use crate::http::answer::decode::Undecodable;
use crate::http::answer::refusal;
use crate::http::limits::TimeLimit;
use crate::http::token::AccessToken;
use crate::operations::Operation;

/// ServiceTitan counts requests by the second, so the effect of a `429` that names no pause lasts at least that long.
const RATE_WINDOW: Duration = Duration::from_secs(1);
/// The attempts to connect. A port where nothing listens is a wrong address more often than a restart, which is to be told soon.
const CONNECT_ATTEMPTS: u32 = 5;

/// A decoded answer.
pub(crate) struct Performed<T> {
    pub(crate) value: T,
    pub(crate) server_time: Option<DateTime<Utc>>,
    pub(crate) call: Call,
}

/// How far a call has come; this outlives the call where a deadline cuts it off.
struct Progress {
    stage: Stage,
    attempts: u32,
    /// The failure of the last attempt.
    failure: Option<Error>,
    /// The status of the last answer.
    status: Option<u16>,
}

/// Decodes an answer, and keeps the value. A call's attempts are the same code for every type of answer.
type Decode<'a> = dyn FnMut(&Response<Bytes>) -> Result<(), Undecodable> + Send + 'a;

/// The result of an attempt.
enum Outcome {
    /// The answer was decoded.
    Done(Performed<()>),
    Failed {
        error: Error,
        next: Next,
    },
}

/// The step that a failed attempt allows.
enum Next {
    /// The error is final.
    Stop,
    /// Another attempt after a backoff.
    Again,
    /// Another attempt after the pause that ServiceTitan asks for.
    After(Option<Duration>),
    /// Another attempt with a new token, once.
    Renew,
}

impl ServiceTitan {
    /// Reads an answer that is no list of pages.
    pub(crate) async fn read<T: DeserializeOwned + Send>(
        &self,
        operation: &Operation,
        path: PathValues,
        query: Query,
    ) -> Result<T, Error> {
        let mut plan = Plan::of(operation, path);
        plan.query = query;
        Ok(self.perform(&plan, whole_or_null).await?.value)
    }

    /// Writes, and reads the answer with `decode`: [`nothing`](super::nothing) or [`whole_or_null`].
    pub(crate) async fn write<T: Send>(
        &self,
        operation: &Operation,
        path: PathValues,
        query: Query,
        body: Option<Bytes>,
        decode: impl Fn(&Response<Bytes>) -> Result<T, Undecodable> + Send,
    ) -> Result<T, Error> {
        let mut plan = Plan::of(operation, path);
        (plan.query, plan.body) = (query, body);
        Ok(self.perform(&plan, decode).await?.value)
    }

    /// Performs a call and decodes its answer.
    pub(crate) async fn perform<T: Send>(
        &self,
        plan: &Plan,
        decode: impl Fn(&Response<Bytes>) -> Result<T, Undecodable> + Send,
    ) -> Result<Performed<T>, Error> {
        self.perform_within(&self.time_limit(), plan, decode).await
    }

    /// Performs a call that shares its deadline with others.
    pub(crate) async fn perform_within<T: Send>(
        &self,
        limit: &TimeLimit,
        plan: &Plan,
        decode: impl Fn(&Response<Bytes>) -> Result<T, Undecodable> + Send,
    ) -> Result<Performed<T>, Error> {
        let mut value = None;
        let kept = &mut value;
        let mut keep = move |answer: &Response<Bytes>| decode(answer).map(|decoded| *kept = Some(decoded));
        let Performed { value: (), server_time, call } =
            self.perform_and_keep(limit, plan, &mut keep).await?;
        match value {
            Some(value) => Ok(Performed { value, server_time, call }),
            // No call is done before its answer was decoded.
            None => {
                Err(Error::Unexpected { message: "no answer was decoded".to_owned(), call: Box::new(call) })
            }
        }
    }

    async fn perform_and_keep(
        &self,
        limit: &TimeLimit,
        plan: &Plan,
        decode: &mut Decode<'_>,
    ) -> Result<Performed<()>, Error> {
        let span = tracing::debug_span!(
            "servicetitan",
            method = %plan.method,
            resource = %plan.template,
            attempts = tracing::field::Empty,
            status = tracing::field::Empty,
            duration_ms = tracing::field::Empty,
        );
        let started = Instant::now();
        let mut progress = Progress { stage: Stage::AccessToken, attempts: 0, failure: None, status: None };
        let attempts = self.attempt_repeatedly(limit, plan, decode, &mut progress).instrument(span.clone());
        // The one place where a deadline cuts: whatever a call waits for, it waits for it in here.
        let result = limit.bound(attempts).await;
        let result = result.unwrap_or_else(|| Err(self.cut_off(limit, plan, &mut progress)));
        span.record("status", progress.status);
        span.record("duration_ms", started.elapsed().as_millis() as u64);
        span.record("attempts", result.as_ref().map_or_else(Error::attempts, |done| done.call.attempts));
        result
    }

    /// Returns a token of this client's tenant, within a deadline.
    pub(in crate::http) async fn own_token(&self, limit: &TimeLimit) -> Result<Arc<AccessToken>, Error> {
        let token = limit.bound(self.inner.tokens.token(None, limit.left())).await;
        let token = token.unwrap_or_else(|| Err(self.no_token_in_time(limit, Call::for_token(0))))?;
        self.check_token_tenant(&token, Call::for_token(0))?;
        Ok(token)
    }

    /// The error of a caller whose deadline passed before there was a token.
    pub(in crate::http) fn no_token_in_time(&self, limit: &TimeLimit, call: Call) -> Error {
        Error::DeadlineExceeded {
            deadline: limit.deadline(),
            stage: Stage::AccessToken,
            earlier: self.inner.tokens.last_failure().map(Box::new),
            call: Box::new(call),
        }
    }

    fn cut_off(&self, limit: &TimeLimit, plan: &Plan, progress: &mut Progress) -> Error {
        let call = plan.call(progress.attempts);
        if progress.stage == Stage::AccessToken {
            return self.no_token_in_time(limit, call);
        }
        Error::DeadlineExceeded {
            deadline: limit.deadline(),
            stage: progress.stage,
            earlier: progress.failure.take().map(Box::new),
            call: Box::new(call),
        }
    }

    async fn attempt_repeatedly(
        &self,
        limit: &TimeLimit,
        plan: &Plan,
        decode: &mut Decode<'_>,
        progress: &mut Progress,
    ) -> Result<Performed<()>, Error> {
        let url = self.url(plan)?;
        let mut refused_token = None;
        loop {
            progress.stage = Stage::AccessToken;
            let token = self.inner.tokens.token(refused_token.as_ref(), limit.left()).await?;
            self.check_token_tenant(&token, plan.call(0))?;
            progress.stage = Stage::Turn;
            let in_line_since = Instant::now();
            if let Err(left) =
                self.inner.budget.acquire(self.inner.sharer, self.settings.lane, limit.left()).await
            {
                let call = Box::new(plan.call(progress.attempts));
                let error = Error::RateLimited { retry_after: Some(left), call };
                return Err(error.given_up_at(limit.deadline()));
            }
            let token = match self.inner.tokens.at_hand(refused_token.as_ref()) {
                Some(token) => token,
                // The token expired in line, and nobody has renewed it. The turn is given up: a request that waits for a token after its turn
                // would leave later than the budget counts it.
                None if in_line_since < token.expires => continue,
                None => token,
            };
            if limit.left().is_zero() {
                return Err(self.cut_off(limit, plan, progress));
            }
            progress.stage = Stage::Answer;
            progress.attempts += 1;
            let attempts = progress.attempts;
            self.inner.counter.add(&plan.template);
            let (error, next) = match self.attempt(plan, &url, &token, progress, decode).await {
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
            if !self.settings.retries {
                return Err(error);
            }
            if wait >= limit.left() {
                return Err(error.given_up_at(limit.deadline()));
            }
            tracing::debug!(attempts, wait_ms = wait.as_millis() as u64, %error, "trying again");
            progress.failure = Some(error);
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(
        &self,
        plan: &Plan,
        url: &str,
        token: &AccessToken,
        progress: &mut Progress,
        decode: &mut Decode<'_>,
    ) -> Outcome {
        progress.status = None;
        let call = plan.call(progress.attempts);
        let request = match self.request_of(plan, url, token) {
            Ok(request) => request,
            Err(error) => return Outcome::Failed { error, next: Next::Stop },
        };
        let answer = match self.inner.app.transport.send(request).await {
            Ok(answer) => answer,
            Err(failure) => {
                let next = match failure.kind {
                    TransportKind::TooLarge => Next::Stop,
                    TransportKind::Connect if progress.attempts >= CONNECT_ATTEMPTS => Next::Stop,
                    TransportKind::Connect => Next::Again,
                    TransportKind::Timeout | TransportKind::Broken if plan.is_read() => Next::Again,
                    TransportKind::Timeout | TransportKind::Broken => Next::Stop,
                };
                let error =
                    Error::Transport { kind: failure.kind, message: failure.message, call: Box::new(call) };
                return Outcome::Failed { error, next };
            }
        };
        progress.status = Some(answer.status().as_u16());
        if answer.status().is_success() {
            return decoded(plan, call, &answer, decode);
        }
        let error = refusal::error_of(&answer, plan.scope.clone(), call);
        let next = match &error {
            Error::Auth { .. } if answer.status().as_u16() == 401 => Next::Renew,
            Error::RateLimited { retry_after, .. } => Next::After(*retry_after),
            Error::Server { .. } if plan.is_read() => Next::Again,
            _ => Next::Stop,
        };
        Outcome::Failed { error, next }
    }
}

fn decoded(plan: &Plan, mut call: Call, answer: &Response<Bytes>, decode: &mut Decode<'_>) -> Outcome {
    call.trace_id = refusal::trace_id(answer.headers());
    match decode(answer) {
        Ok(()) => {
            Outcome::Done(Performed { value: (), server_time: refusal::server_time(answer.headers()), call })
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
