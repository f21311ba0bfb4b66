//! The kinds of trouble, and which requests each can strike.

use std::time::Duration;

use super::{About, Server};

/// What happens instead of a plain answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// 429, with `Retry-After` where given. The request is not carried out.
    TooManyRequests {
        /// The header's value in seconds; ServiceTitan has been seen to send decimal fractions too.
        retry_after: Option<String>,
    },
    /// 429 whose seconds stand in the problem's title alone. The request is not carried out.
    TooManyRequestsInTitle {
        /// How long to wait.
        seconds: u32,
    },
    /// 503 with an HTML page, as a proxy in front answers. The request is not carried out.
    ServiceUnavailable,
    /// A bare answer with this status and an empty body. The request is not carried out.
    Status(u16),
    /// 200 with an HTML page. The request is not carried out.
    HtmlInsteadOfJson,
    /// The connection is reset before any answer; the request is not carried out.
    BrokenBefore,
    /// The connection breaks within the answer, and the request **was** carried out.
    BrokenAfter,
    /// Half of the answer's body arrives, and ends as if that were all. The request was carried out.
    CutShort,
    /// The request is carried out at once, and its answer comes later: by then it may be stale.
    Slow {
        /// How long the answer waits.
        by: Duration,
    },
    /// No answer but a 504 after a time; whether and when the request is carried out is another matter.
    TimedOut {
        /// When the 504 comes.
        after: Duration,
        /// What becomes of the request.
        effect: LateEffect,
    },
    /// The token of this request has expired before its time: 401.
    TokenExpired,
    /// All tokens are revoked: 401.
    TokensRevoked,
    /// 403 as for a scope that the app was not given.
    Forbidden,
    /// 404 in the gateway's words, which says nothing about a record.
    UnknownToGateway,
    /// 409, as on the contacts of an inactive customer.
    InactiveConflict,
    /// Hatch refuses the body: 422.
    Rejected,
    /// An export's page is empty and says that there is more.
    EmptyPage,
    /// An export's page comes once more: its token leads back to its own beginning.
    DuplicatedPage,
    /// A record stands on its page twice.
    RepeatedRecord,
    /// An export's page is not in order of change.
    OutOfOrder,
    /// An export ends before its newest changes, which lists show already.
    Lag,
    /// A record of an export's page has a field of the wrong type, from now until it changes.
    WrongType,
}

/// When a request without an answer is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LateEffect {
    /// Before its caller gives up.
    AtOnce,
    /// Just before the next upsert of the same opportunity; never, when there is none. Other requests than upserts: never.
    BeforeTheNext,
    /// After this time, by Tokio's clock.
    After(Duration),
    /// Not at all.
    Never,
}

impl FaultKind {
    /// What the statistics count it as.
    pub fn name(&self) -> String {
        let name = match self {
            Self::TooManyRequests { retry_after: Some(_) } => "too-many-requests-with-retry-after",
            Self::TooManyRequests { retry_after: None } => "too-many-requests",
            Self::TooManyRequestsInTitle { .. } => "too-many-requests-in-title",
            Self::ServiceUnavailable => "service-unavailable-in-html",
            Self::Status(status) => return format!("status-{status}"),
            Self::HtmlInsteadOfJson => "html-instead-of-json",
            Self::BrokenBefore => "broken-before",
            Self::BrokenAfter => "broken-after",
            Self::CutShort => "cut-short",
            Self::Slow { .. } => "slow",
            Self::TimedOut { effect: LateEffect::AtOnce, .. } => "timed-out-carried-out-at-once",
            Self::TimedOut { effect: LateEffect::BeforeTheNext | LateEffect::After(_), .. } => {
                "timed-out-carried-out-late"
            }
            Self::TimedOut { effect: LateEffect::Never, .. } => "timed-out-never-carried-out",
            Self::TokenExpired => "token-expired",
            Self::TokensRevoked => "tokens-revoked",
            Self::Forbidden => "forbidden",
            Self::UnknownToGateway => "unknown-to-gateway",
            Self::InactiveConflict => "inactive-conflict",
            Self::Rejected => "rejected",
            Self::EmptyPage => "empty-page",
            Self::DuplicatedPage => "duplicated-page",
            Self::RepeatedRecord => "repeated-record",
            Self::OutOfOrder => "out-of-order",
            Self::Lag => "lag",
            Self::WrongType => "wrong-type",
        };
        name.to_owned()
    }

    /// Whether such a request can meet it.
    pub(crate) fn fits(&self, server: Server, about: About) -> bool {
        match self {
            Self::TooManyRequests { .. }
            | Self::ServiceUnavailable
            | Self::Status(_)
            | Self::HtmlInsteadOfJson
            | Self::BrokenBefore
            | Self::BrokenAfter
            | Self::CutShort
            | Self::Slow { .. } => true,
            Self::TooManyRequestsInTitle { .. } => server == Server::ServiceTitan,
            Self::TokenExpired | Self::TokensRevoked => {
                server == Server::ServiceTitan && about != About::Token
            }
            Self::Forbidden | Self::UnknownToGateway => {
                matches!(about, About::Export | About::List | About::Contacts { .. } | About::Get)
            }
            Self::InactiveConflict => about == About::Contacts { inactive: true },
            Self::EmptyPage | Self::DuplicatedPage | Self::OutOfOrder | Self::Lag | Self::WrongType => {
                about == About::Export
            }
            Self::RepeatedRecord => matches!(about, About::Export | About::List | About::Contacts { .. }),
            Self::Rejected => about == About::Upsert,
            Self::TimedOut { effect: LateEffect::After(_), .. } => about == About::Note,
            Self::TimedOut { effect: LateEffect::BeforeTheNext, .. } => about == About::Upsert,
            Self::TimedOut { .. } => matches!(about, About::Upsert | About::Note),
        }
    }
}
