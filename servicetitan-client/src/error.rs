//! What can go wrong in a call, so that a caller can decide what to do next.

use std::fmt;
use std::time::Duration;

use crate::http::TOKEN_PATH;
use crate::scopes::Scope;

/// Why a call failed.
///
/// No variant and no message contains a secret or a customer's data: bodies are never quoted, and of ServiceTitan's own
/// messages only the parts that cannot name a customer are kept.
///
/// Most callers ask one question; whoever asks more matches.
///
/// ```
/// use servicetitan_client::Error;
///
/// enum Then {
///     TryLater,
///     LookFirst,
///     Skip,
///     TellSomebody(String),
/// }
///
/// fn after(error: &Error) -> Then {
///     match error {
///         _ if error.may_have_been_carried_out() => Then::LookFirst,
///         _ if error.is_temporary() => Then::TryLater,
///         Error::NotFound { .. } | Error::Conflict { .. } => Then::Skip,
///         Error::MissingScope { scope: Some(scope), .. } => Then::TellSomebody(format!("tick {scope}")),
///         _ => Then::TellSomebody(error.to_string()),
///     }
/// }
/// ```
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The client cannot be built, or the call cannot be made, as it was asked for. Nothing was sent.
    #[error("{message}")]
    Configuration {
        /// What is wrong, and what to do.
        message: String,
    },
    /// ServiceTitan does not accept the credentials, the app key or the tenant.
    #[error("{message} ({call})")]
    Auth {
        /// What is wrong, and what to do.
        message: String,
        /// The call.
        call: Box<Call>,
    },
    /// The app was not given this resource.
    #[error("the app lacks a scope: {}. Tick it for the app in the developer portal, then upgrade the connected app in ServiceTitan under Settings > Integrations > API Application Access ({call})", .scope.as_ref().map_or_else(|| "ServiceTitan does not say which".to_owned(), ToString::to_string))]
    MissingScope {
        /// The scope, where the operation is one of this library's.
        scope: Option<Scope>,
        /// The call.
        call: Box<Call>,
    },
    /// Too many requests, for longer than the deadline allows.
    #[error("ServiceTitan's rate limit was exceeded{} ({call})", .retry_after.map_or_else(String::new, |wait| format!("; it asks to wait {:.1} s", wait.as_secs_f64())))]
    RateLimited {
        /// How long ServiceTitan asks to wait, if it says so.
        retry_after: Option<Duration>,
        /// The call.
        call: Box<Call>,
    },
    /// There is no such record.
    #[error("not found ({call})")]
    NotFound {
        /// The call.
        call: Box<Call>,
    },
    /// ServiceTitan's gateway knows no such path. This says nothing about a record.
    #[error("ServiceTitan knows no such path ({call})")]
    UnknownPath {
        /// The call.
        call: Box<Call>,
    },
    /// ServiceTitan refuses what was asked or sent. The same again will be refused again.
    #[error("ServiceTitan refused the request: {message}{} ({call})", FieldList(.fields))]
    Rejected {
        /// ServiceTitan's summary, without values.
        message: String,
        /// What is wrong with which field.
        fields: Vec<FieldProblem>,
        /// The call.
        call: Box<Call>,
    },
    /// The record's state does not allow it, such as contacts of an inactive customer.
    #[error("the record's state does not allow it: {message} ({call})")]
    Conflict {
        /// ServiceTitan's summary, without values.
        message: String,
        /// The call.
        call: Box<Call>,
    },
    /// ServiceTitan failed, or a proxy in front of it.
    #[error("ServiceTitan failed with status {status} ({call})")]
    Server {
        /// The HTTP status.
        status: u16,
        /// The call.
        call: Box<Call>,
    },
    /// There was no complete answer.
    #[error("{message} ({call})")]
    Transport {
        /// How far it came.
        kind: TransportKind,
        /// What happened, such as that nothing listens at an address.
        message: String,
        /// The call.
        call: Box<Call>,
    },
    /// The answer does not have the form that this version expects.
    #[error("the answer does not fit{}{}: {reason} ({call})", Place(" at ", (!.path.is_empty()).then_some(.path)), Place(" of record ", .record_id.as_ref()))]
    Decode {
        /// Where in the JSON, such as `data[3].jobStatus`; empty for the whole of it.
        path: String,
        /// The record's ID, where it is known.
        record_id: Option<i64>,
        /// What was found and what was expected, without the value.
        reason: String,
        /// The call.
        call: Box<Call>,
    },
    /// The answer contradicts the request, such as records that were not asked for, or a feed that stands still.
    #[error("{message} ({call})")]
    Unexpected {
        /// What does not fit.
        message: String,
        /// The call.
        call: Box<Call>,
    },
}

/// How far a call came that got no complete answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportKind {
    /// No connection: nothing was sent.
    Connect,
    /// The request was sent, and no answer came in time.
    Timeout,
    /// The connection broke, or what came is not JSON.
    Broken,
    /// The answer is larger than the client's bound.
    TooLarge,
}

/// Which call it was, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The HTTP method.
    pub method: String,
    /// The path's template: without IDs and without the query.
    pub path: String,
    /// The trace ID that ServiceTitan's support asks for.
    pub trace_id: Option<String>,
    /// How many requests were sent for it.
    pub attempts: u32,
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)?;
        match self.attempts {
            0 => formatter.write_str(", not sent")?,
            1 => {}
            attempts => write!(formatter, ", {attempts} attempts")?,
        }
        match &self.trace_id {
            Some(trace_id) => write!(formatter, ", trace {trace_id}"),
            None => Ok(()),
        }
    }
}

/// What ServiceTitan says about one field of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    /// What is wrong with it, values removed.
    pub messages: Vec<String>,
}

/// Where something is, if that is known.
struct Place<'a, T>(&'a str, Option<&'a T>);

impl<T: fmt::Display> fmt::Display for Place<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.map_or(Ok(()), |place| write!(formatter, "{}{place}", self.0))
    }
}

struct FieldList<'a>(&'a [FieldProblem]);

impl fmt::Display for FieldList<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in self.0 {
            write!(formatter, "; {}: {}", problem.field, problem.messages.join(", "))?;
        }
        Ok(())
    }
}

impl Error {
    pub(crate) fn configuration(message: impl Into<String>) -> Error {
        Error::Configuration { message: message.into() }
    }

    /// The call that failed; `None` when none was made.
    pub fn call(&self) -> Option<&Call> {
        match self {
            Error::Configuration { .. } => None,
            Error::Auth { call, .. }
            | Error::MissingScope { call, .. }
            | Error::RateLimited { call, .. }
            | Error::NotFound { call }
            | Error::UnknownPath { call }
            | Error::Rejected { call, .. }
            | Error::Conflict { call, .. }
            | Error::Server { call, .. }
            | Error::Transport { call, .. }
            | Error::Decode { call, .. }
            | Error::Unexpected { call, .. } => Some(call),
        }
    }

    pub(crate) fn call_mut(&mut self) -> Option<&mut Call> {
        match self {
            Error::Configuration { .. } => None,
            Error::Auth { call, .. }
            | Error::MissingScope { call, .. }
            | Error::RateLimited { call, .. }
            | Error::NotFound { call }
            | Error::UnknownPath { call }
            | Error::Rejected { call, .. }
            | Error::Conflict { call, .. }
            | Error::Server { call, .. }
            | Error::Transport { call, .. }
            | Error::Decode { call, .. }
            | Error::Unexpected { call, .. } => Some(call),
        }
    }

    /// How many requests were sent before giving up.
    pub fn attempts(&self) -> u32 {
        self.call().map_or(0, |call| call.attempts)
    }

    /// The trace ID that ServiceTitan gave, if it did.
    pub fn trace_id(&self) -> Option<&str> {
        self.call()?.trace_id.as_deref()
    }

    /// Whether the same call may succeed later without anything being changed.
    pub fn is_temporary(&self) -> bool {
        match self {
            Error::RateLimited { .. } | Error::Server { .. } => true,
            Error::Transport { kind, .. } => *kind != TransportKind::TooLarge,
            _ => false,
        }
    }

    /// Whether a write may have taken effect although it failed: then it must not simply be sent again.
    ///
    /// Always `false` for a read.
    pub fn may_have_been_carried_out(&self) -> bool {
        let Some(call) = self.call() else { return false };
        // A failure to get a token stands in the way of a call, which then was not sent.
        let for_a_token = call.path == TOKEN_PATH;
        if matches!(call.method.as_str(), "GET" | "HEAD") || call.attempts == 0 || for_a_token {
            return false;
        }
        match self {
            Error::Server { .. } | Error::Decode { .. } | Error::Unexpected { .. } => true,
            Error::Transport { kind, .. } => *kind != TransportKind::Connect,
            _ => false,
        }
    }
}
