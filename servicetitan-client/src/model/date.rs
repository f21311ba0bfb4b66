//! Dates on the wire.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::ser::Serializer;

use super::kept::Reading;
use super::scalar::Scalar;
use super::unread::Expected;
use super::value::{WireWrite, scalar_value};
use super::wire::required_field;

/// A day without a time, such as `2026-03-01`.
impl Scalar for NaiveDate {
    const EXPECTED: Expected = Expected::Date;

    fn of_text(text: &str) -> Reading<NaiveDate> {
        match day(text) {
            Some(date) => Reading::Plain(date),
            // A day as .NET writes it where a model has a time.
            None => match <DateTime<Utc> as Scalar>::of_text(text).value() {
                Some(time) if time.time() == NaiveTime::MIN => Reading::Odd(time.date_naive()),
                _ => Reading::Misfit,
            },
        }
    }

    #[cfg(test)]
    fn sample() -> serde_json::Value {
        "2026-03-01".into()
    }
}

/// Reads `2026-03-01`, and nothing that chrono takes beside that.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let is_mark = |at: usize| at == 4 || at == 7;
    let fits = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if is_mark(at) { *byte == b'-' } else { byte.is_ascii_digit() });
    if fits { text.parse().ok() } else { None }
}

impl WireWrite for NaiveDate {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

scalar_value!(NaiveDate);
required_field!(NaiveDate);
