//! The errors of this library, made so that a caller can decide what to do next.

use std::fmt;
use std::time::Duration;

use crate::scopes::Scope;

/// The path under which a request for an access token appears in errors and in request counts.
pub(crate) const TOKEN_PATH: &str = "connect/token";

/// Why a call failed.
///
/// No variant and no message contains a secret or a customer's data: bodies are never quoted, and of the words that came from
/// ServiceTitan only those are kept that cannot name a customer. The library's own words are always complete.
///
/// Most callers need one of the predicates; the variants are there for those who need more.
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
    /// A setting or an argument is unusable. No request was sent.
    #[error("{message}")]
    Configuration {
        /// The fault, and its remedy.
        message: String,
    },
    /// ServiceTitan refuses the credentials, the app key or the tenant.
    #[error("{message} ({call})")]
    Auth {
        /// The fault, and its remedy.
        message: String,
        /// The call.
        call: Box<Call>,
    },
    /// The app lacks the scope for this resource.
    #[error("the app lacks a scope: {}. Tick it for the app in the developer portal, then upgrade the connected app in ServiceTitan under Settings > Integrations > API Application Access ({call})", .scope.as_ref().map_or_else(|| "ServiceTitan does not say which".to_owned(), ToString::to_string))]
    MissingScope {
        /// The scope; `None` for a raw request, whose scope this library does not know.
        scope: Option<Scope>,
        /// The call.
        call: Box<Call>,
    },
    /// ServiceTitan received too many requests, and the pause that it asks for is longer than the call's deadline.
    #[error("ServiceTitan's rate limit was exceeded{} ({call})", .retry_after.map_or_else(String::new, |wait| format!("; it asks to wait {:.1} s", wait.as_secs_f64())))]
    RateLimited {
        /// The rest of the pause that ServiceTitan asked for, if it named one.
        retry_after: Option<Duration>,
        /// The call.
        call: Box<Call>,
    },
    /// The record does not exist.
    #[error("not found ({call})")]
    NotFound {
        /// The call.
        call: Box<Call>,
    },
    /// ServiceTitan's gateway does not know the path. This says nothing about a record.
    #[error("ServiceTitan does not know this path ({call})")]
    UnknownPath {
        /// The call.
        call: Box<Call>,
    },
    /// ServiceTitan refuses the request. The same request will be refused again.
    #[error("ServiceTitan refused the request: {message}{} ({call})", FieldList(.fields))]
    Rejected {
        /// ServiceTitan's summary, without values.
        message: String,
        /// The fields of the body that ServiceTitan complains about.
        fields: Vec<FieldProblem>,
        /// The call.
        call: Box<Call>,
    },
    /// The record's state does not allow the request, such as reading the contacts of an inactive customer.
    #[error("the record's state does not allow the request: {message} ({call})")]
    Conflict {
        /// ServiceTitan's summary, without values.
        message: String,
        /// The call.
        call: Box<Call>,
    },
    /// ServiceTitan, or a proxy in front of it, failed.
    #[error("ServiceTitan failed with status {status} ({call})")]
    Server {
        /// The HTTP status.
        status: u16,
        /// The call.
        call: Box<Call>,
    },
    /// No complete answer was received.
    #[error("{message} ({call})")]
    Transport {
        /// How far the request came.
        kind: TransportKind,
        /// The failure, such as an address where nothing listens.
        message: String,
        /// The call.
        call: Box<Call>,
    },
    /// A deadline passed while the call was waiting; the call was cut off there.
    #[error("{deadline} passed while waiting for {stage} ({call}){}", Earlier(.earlier.as_deref()))]
    DeadlineExceeded {
        /// The deadline that passed.
        deadline: Deadline,
        /// The part of the call that was cut off.
        stage: Stage,
        /// The failure of the last attempt before that, of the call or of its request for an access token.
        earlier: Option<Box<Error>>,
        /// The call.
        call: Box<Call>,
    },
    /// The answer does not have the form that this version of the library expects.
    #[error("the answer does not fit{}{}: {reason} ({call})", Place(" at ", (!.path.is_empty()).then_some(.path)), Place(" of record ", .record_id.as_ref()))]
    Decode {
        /// The place in the JSON, such as `data[3].jobStatus`; empty for the whole answer.
        path: String,
        /// The record's ID, if the answer has a readable one.
        record_id: Option<i64>,
        /// The kind of value that came and the kind that was expected, without the value itself.
        reason: String,
        /// The call.
        call: Box<Call>,
    },
    /// The answer contradicts the request, such as records that were not asked for, or a feed that does not advance.
    #[error("{message} ({call})")]
    Unexpected {
        /// The contradiction.
        message: String,
        /// The call.
        call: Box<Call>,
    },
}

/// How far a request came that got no complete answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportKind {
    /// No connection was made, so nothing was sent.
    Connect,
    /// The request was sent, and no answer came in time.
    Timeout,
    /// The connection broke, or the answer is not JSON.
    Broken,
    /// The answer is larger than the client's bound.
    TooLarge,
}

/// A time limit of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deadline {
    /// The deadline of the call itself, set by `ServiceTitanBuilder::deadline` or `ServiceTitan::with_deadline`.
    Call(Duration),
    /// The time within which requests for an access token are repeated: 30 seconds, since all callers wait for the token.
    Token(Duration),
}

impl fmt::Display for Deadline {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Deadline::Call(length) => write!(formatter, "the call's deadline of {} s", length.as_secs_f64()),
            Deadline::Token(length) => {
                write!(formatter, "the access token's deadline of {} s", length.as_secs_f64())
            }
        }
    }
}

/// The part of a call in which a deadline passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// The request for an access token, the call's own or one that it shares with other callers.
    AccessToken,
    /// Standing in line for a turn in the budget of requests.
    Turn,
    /// The request and its answer, to the last byte of the body.
    Answer,
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Stage::AccessToken => "an access token",
            Stage::Turn => "a turn in the budget of requests",
            Stage::Answer => "a complete answer",
        })
    }
}

/// The call that failed, as far as it may be shown and logged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The HTTP method.
    pub method: String,
    /// The path's template: without IDs and without the query.
    pub path: String,
    /// The place in a list or a feed that was asked for, such as `page 3` or `from 2026-03-01`; `None` for other calls.
    pub position: Option<String>,
    /// The trace ID that ServiceTitan's support asks for.
    pub trace_id: Option<String>,
    /// The number of requests that were sent for the call.
    pub attempts: u32,
    /// The deadline that left no time for another attempt after this failure.
    pub given_up: Option<Deadline>,
}

impl Call {
    pub(crate) fn new(method: impl Into<String>, path: impl Into<String>, attempts: u32) -> Call {
        Call {
            method: method.into(),
            path: path.into(),
            position: None,
            trace_id: None,
            attempts,
            given_up: None,
        }
    }

    /// A request for an access token.
    pub(crate) fn for_token(attempts: u32) -> Call {
        Call::new("POST", TOKEN_PATH, attempts)
    }

    /// Whether the request could change a record in ServiceTitan. A request for an access token cannot.
    fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD") && self.path != TOKEN_PATH
    }
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)?;
        if let Some(position) = &self.position {
            write!(formatter, ", {position}")?;
        }
        match self.attempts {
            0 => formatter.write_str(", not sent")?,
            1 => {}
            attempts => write!(formatter, ", {attempts} attempts")?,
        }
        if let Some(deadline) = &self.given_up {
            write!(formatter, ", {deadline} leaves no time for another")?;
        }
        match &self.trace_id {
            Some(trace_id) => write!(formatter, ", trace {trace_id}"),
            None => Ok(()),
        }
    }
}

/// ServiceTitan's complaint about one field of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    /// ServiceTitan's messages, without values.
    pub messages: Vec<String>,
}

/// A place after its preposition, or nothing where the place is not known.
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

struct Earlier<'a>(Option<&'a Error>);

impl fmt::Display for Earlier<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |error| write!(formatter, ". The attempt before: {error}"))
    }
}

impl Error {
    pub(crate) fn configuration(message: impl Into<String>) -> Error {
        Error::Configuration { message: message.into() }
    }

    /// The call that failed; `None` for [`Error::Configuration`].
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
            | Error::DeadlineExceeded { call, .. }
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
            | Error::DeadlineExceeded { call, .. }
            | Error::Decode { call, .. }
            | Error::Unexpected { call, .. } => Some(call),
        }
    }

    /// Notes that the call was given up after this failure, since the deadline leaves no time for another attempt.
    pub(crate) fn given_up_at(mut self, deadline: Deadline) -> Error {
        if let Some(call) = self.call_mut() {
            call.given_up = Some(deadline);
        }
        self
    }

    /// The number of requests that were sent for the call.
    pub fn attempts(&self) -> u32 {
        self.call().map_or(0, |call| call.attempts)
    }

    /// The trace ID that ServiceTitan gave, if it did.
    pub fn trace_id(&self) -> Option<&str> {
        self.call()?.trace_id.as_deref()
    }

    /// The deadline that ended the call: it cut the call off, or it left no time for another attempt.
    pub fn deadline(&self) -> Option<Deadline> {
        match self {
            Error::DeadlineExceeded { deadline, .. } => Some(*deadline),
            _ => self.call()?.given_up,
        }
    }

    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Error::RateLimited { .. } | Error::Server { .. } | Error::DeadlineExceeded { .. } => true,
            Error::Transport { kind, .. } => *kind != TransportKind::TooLarge,
            _ => false,
        }
    }

    /// Whether a write may have taken effect although it failed. Such a write must not simply be sent again.
    ///
    /// Always `false` for a read.
    pub fn may_have_been_carried_out(&self) -> bool {
        if !self.call().is_some_and(|call| call.is_write() && call.attempts > 0) {
            return false;
        }
        match self {
            Error::Server { .. } | Error::Decode { .. } | Error::Unexpected { .. } => true,
            Error::Transport { kind, .. } => *kind != TransportKind::Connect,
            Error::DeadlineExceeded { stage, .. } => *stage == Stage::Answer,
            _ => false,
        }
    }
}
