//! The kinds of trouble, and which requests each can strike.

use std::time::Duration;

use super::{About, Server};

/// The ways in which a request can go wrong.
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
        /// The seconds to wait.
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
        /// The time that the answer waits.
        by: Duration,
    },
    /// No answer but a 504 after a time; whether and when the request is carried out is another matter.
    TimedOut {
        /// The time until the 504 comes.
        after: Duration,
        /// The fate of the request.
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
    /// A field of a record has a value that does not fit it; see [`OddValue`]. The record in the middle of the page has it, in one of the
    /// fields that it can happen to.
    OddField {
        /// The value.
        value: OddValue,
        /// True if the record is served like that from now on until it changes: only an export's page starts that. Otherwise the oddity is
        /// in this one answer.
        lasting: bool,
    },
    /// A record comes without its ID, in this one answer.
    NoId,
    /// A page has a `null` between its records.
    NullRecord,
    /// A byte that is no UTF-8 stands in a text of a record, in this one answer.
    InvalidUtf8,
    /// A page's body starts with a byte order mark.
    ByteOrderMark,
    /// An export's page has `data: null`, and its token leads back to where it began; a list's has it where the list is empty.
    NullData,
    /// A key of a page's envelope comes twice, with the same value.
    RepeatedKey,
    /// A list's page has words for its `pageSize` and `totalCount`.
    UnreadableCounts,
    /// An export's page does not say where to continue. No record is lost to a caller that reads the page again.
    NoContinuation {
        /// True if `continueFrom` is null; else it is left out.
        null: bool,
        /// The page's `hasMore`, whatever is left to read.
        has_more: bool,
    },
    /// A list that was asked for many IDs, or for the children of many parents, honors the first one only.
    OnlyFirstId,
    /// A list that was asked for many IDs, or for the children of many parents, leaves out every second one.
    IdsLeftOut,
    /// The body trickles in, byte by byte. The request was carried out.
    Trickle {
        /// The pause before each byte.
        every: Duration,
    },
    /// Hatch refuses one standard field of a body: 422 with a pointer to it alone. A body without a value there is taken.
    FieldRejected {
        /// The field, such as `phoneNumber`.
        field: &'static str,
    },
}

/// A value that does not fit its field.
///
/// A tolerant reader reads some of them as they were meant, takes the others for absent, and reads the rest of the record as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OddValue {
    /// A time is a word: `"soon"`.
    WordForTime,
    /// A time is its date alone: `"2026-01-01"`.
    DateForTime,
    /// A time is written as on an American screen: `"7/4/2026 3:05 PM"`.
    ScreenTime,
    /// A time is `"0000-00-00"`.
    ZeroTime,
    /// An ID is a string of its digits.
    TextForId,
    /// An ID is a number with a fraction of zero: `7.0`.
    FloatForId,
    /// An amount is a string with a comma: `"1,234.50"`.
    GroupedAmount,
    /// A boolean is the string `"true"` or `"false"`, with the same meaning.
    BooleanAsText,
    /// A boolean is another string: `"perhaps"`.
    TextForBoolean,
    /// A string is an object: `{"value": …}`.
    ObjectForText,
    /// A string, perhaps of an enum, is the number 12345.
    NumberForText,
    /// A list is `{}`.
    EmptyObjectForList,
    /// A list is an object: its first element where that is one, else `{"id": 1}`.
    ObjectForList,
    /// A list is a string: `"none"`.
    TextForList,
    /// A list of IDs has a `null` at its end.
    NullAmongIds,
}

impl OddValue {
    /// Every kind there is.
    pub const ALL: [OddValue; 15] = [
        Self::WordForTime,
        Self::DateForTime,
        Self::ScreenTime,
        Self::ZeroTime,
        Self::TextForId,
        Self::FloatForId,
        Self::GroupedAmount,
        Self::BooleanAsText,
        Self::TextForBoolean,
        Self::ObjectForText,
        Self::NumberForText,
        Self::EmptyObjectForList,
        Self::ObjectForList,
        Self::TextForList,
        Self::NullAmongIds,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::WordForTime => "word-for-time",
            Self::DateForTime => "date-for-time",
            Self::ScreenTime => "screen-time",
            Self::ZeroTime => "zero-time",
            Self::TextForId => "text-for-id",
            Self::FloatForId => "float-for-id",
            Self::GroupedAmount => "grouped-amount",
            Self::BooleanAsText => "boolean-as-text",
            Self::TextForBoolean => "text-for-boolean",
            Self::ObjectForText => "object-for-text",
            Self::NumberForText => "number-for-text",
            Self::EmptyObjectForList => "empty-object-for-list",
            Self::ObjectForList => "object-for-list",
            Self::TextForList => "text-for-list",
            Self::NullAmongIds => "null-among-ids",
        }
    }
}

/// The fate of a request without an answer.
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
    /// The name that the statistics count the fault under.
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
            Self::OddField { value, lasting: false } => return format!("odd-field-{}", value.name()),
            Self::OddField { value, lasting: true } => return format!("lasting-odd-field-{}", value.name()),
            Self::NoId => "no-id",
            Self::NullRecord => "null-record",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::ByteOrderMark => "byte-order-mark",
            Self::NullData => "null-data",
            Self::RepeatedKey => "repeated-key",
            Self::UnreadableCounts => "unreadable-counts",
            Self::NoContinuation { has_more: false, .. } => "no-continuation-at-the-end",
            Self::NoContinuation { has_more: true, .. } => "no-continuation-with-more",
            Self::OnlyFirstId => "only-first-id",
            Self::IdsLeftOut => "ids-left-out",
            Self::Trickle { .. } => "trickle",
            Self::FieldRejected { field } => return format!("field-rejected-{field}"),
        };
        name.to_owned()
    }

    /// Returns whether such a request can meet the fault.
    pub(crate) fn fits(&self, server: Server, about: About) -> bool {
        match self {
            Self::TooManyRequests { .. }
            | Self::ServiceUnavailable
            | Self::Status(_)
            | Self::HtmlInsteadOfJson
            | Self::BrokenBefore
            | Self::BrokenAfter
            | Self::CutShort
            | Self::Slow { .. }
            | Self::Trickle { .. } => true,
            Self::TooManyRequestsInTitle { .. } => server == Server::ServiceTitan,
            Self::TokenExpired | Self::TokensRevoked => {
                server == Server::ServiceTitan && about != About::Token
            }
            Self::Forbidden | Self::UnknownToGateway => about.is_page() || about == About::Get,
            Self::InactiveConflict => matches!(about, About::Contacts { inactive: true, .. }),
            Self::EmptyPage
            | Self::DuplicatedPage
            | Self::OutOfOrder
            | Self::Lag
            | Self::WrongType
            | Self::OddField { lasting: true, .. }
            | Self::NoContinuation { .. } => about == About::Export,
            Self::OddField { lasting: false, .. } | Self::NoId | Self::InvalidUtf8 | Self::ByteOrderMark => {
                about.is_page() || about == About::Get
            }
            Self::RepeatedRecord | Self::NullRecord | Self::NullData | Self::RepeatedKey => about.is_page(),
            Self::UnreadableCounts => about.is_page() && about != About::Export,
            Self::OnlyFirstId | Self::IdsLeftOut => {
                matches!(about, About::List { batch: true } | About::Contacts { batch: true, .. })
            }
            Self::Rejected | Self::FieldRejected { .. } => about == About::Upsert,
            Self::TimedOut { effect: LateEffect::After(_), .. } => about == About::Note,
            Self::TimedOut { effect: LateEffect::BeforeTheNext, .. } => about == About::Upsert,
            Self::TimedOut { .. } => matches!(about, About::Upsert | About::Note),
        }
    }
}
