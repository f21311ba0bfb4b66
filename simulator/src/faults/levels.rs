//! The kinds of faults that each level of trouble draws from.

use std::time::Duration;

use super::{FaultKind, LateEffect, OddValue};

/// Faults that go by when the request is made again, now or in the next cycle.
pub(super) fn passing() -> Vec<FaultKind> {
    let timed_out = |effect| FaultKind::TimedOut { after: Duration::from_secs(2), effect };
    vec![
        FaultKind::TooManyRequests { retry_after: None },
        FaultKind::TooManyRequests { retry_after: Some("1".to_owned()) },
        FaultKind::TooManyRequests { retry_after: Some("1.5".to_owned()) },
        FaultKind::TooManyRequestsInTitle { seconds: 1 },
        FaultKind::ServiceUnavailable,
        FaultKind::Status(500),
        FaultKind::Status(502),
        FaultKind::Status(503),
        FaultKind::Status(504),
        FaultKind::HtmlInsteadOfJson,
        FaultKind::BrokenBefore,
        FaultKind::BrokenAfter,
        FaultKind::CutShort,
        FaultKind::Slow { by: Duration::from_millis(300) },
        timed_out(LateEffect::AtOnce),
        timed_out(LateEffect::BeforeTheNext),
        timed_out(LateEffect::After(Duration::from_secs(30))),
        timed_out(LateEffect::Never),
        FaultKind::TokenExpired,
        FaultKind::EmptyPage,
        FaultKind::DuplicatedPage,
        FaultKind::RepeatedRecord,
        FaultKind::OutOfOrder,
        FaultKind::Lag,
    ]
}

/// Faults that leave something behind, or that a caller may take for the last word.
pub(super) fn lasting() -> [FaultKind; 5] {
    [
        FaultKind::UnknownToGateway,
        FaultKind::InactiveConflict,
        FaultKind::TokensRevoked,
        FaultKind::Rejected,
        FaultKind::WrongType,
    ]
}

/// Odd data from which a tolerant reader reads every record as it is.
pub(super) fn readable_oddities() -> Vec<FaultKind> {
    let readable = [OddValue::TextForId, OddValue::FloatForId, OddValue::BooleanAsText];
    let fields = readable.map(|value| FaultKind::OddField { value, lasting: false });
    let pages = [
        FaultKind::NullRecord,
        FaultKind::ByteOrderMark,
        FaultKind::NullData,
        FaultKind::RepeatedKey,
        FaultKind::UnreadableCounts,
        FaultKind::NoContinuation { null: true, has_more: false },
        FaultKind::NoContinuation { null: false, has_more: false },
        FaultKind::NoContinuation { null: true, has_more: true },
        FaultKind::NoContinuation { null: false, has_more: true },
        FaultKind::Trickle { every: Duration::from_millis(1) },
    ];
    fields.into_iter().chain(pages).collect()
}

/// Odd data from which a field or a record cannot be read until it comes again, and answers that say less than was asked.
pub(super) fn costly_oddities() -> Vec<FaultKind> {
    let transient = OddValue::ALL.map(|value| FaultKind::OddField { value, lasting: false });
    let lasting = OddValue::ALL.map(|value| FaultKind::OddField { value, lasting: true });
    let others = [
        FaultKind::NoId,
        FaultKind::InvalidUtf8,
        FaultKind::OnlyFirstId,
        FaultKind::IdsLeftOut,
        FaultKind::FieldRejected { field: "email" },
        FaultKind::FieldRejected { field: "phoneNumber" },
        FaultKind::FieldRejected { field: "firstName" },
    ];
    transient.into_iter().chain(lasting).chain(others).collect()
}
