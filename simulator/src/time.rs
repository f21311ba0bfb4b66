//! The world's clock, and timestamps as ServiceTitan writes and reads them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};

/// A timestamp with seven digits of a second, as ServiceTitan's own records carry it.
pub(crate) fn wire(time: DateTime<Utc>) -> String {
    format!("{}.{:07}Z", time.format("%Y-%m-%dT%H:%M:%S"), time.nanosecond() % 1_000_000_000 / 100)
}

/// A date without a time of day, in the form that date-only fields have.
pub(crate) fn wire_date(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT00:00:00Z").to_string()
}

/// The value of a `Date` header (RFC 9110, IMF-fixdate).
pub(crate) fn http_date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads a time from a query: RFC 3339, the same without an offset (taken as UTC), or a bare date.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.with_timezone(&Utc));
    }
    if let Ok(time) = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f") {
        return Some(time.and_utc());
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_carry_seven_digits_of_a_second() {
        let time = DateTime::from_timestamp(1_700_000_000, 123_456_789).unwrap();
        assert_eq!(wire(time), "2023-11-14T22:13:20.1234567Z");
    }

    #[test]
    fn what_is_written_is_read_back_to_the_tenth_of_a_microsecond() {
        let time = DateTime::from_timestamp(1_700_000_000, 123_456_700).unwrap();
        assert_eq!(parse(&wire(time)), Some(time));
    }

    #[test]
    fn a_bare_date_is_its_first_moment_in_utc() {
        assert_eq!(parse("2020-01-01").map(wire).as_deref(), Some("2020-01-01T00:00:00.0000000Z"));
    }

    #[test]
    fn a_time_without_an_offset_is_utc() {
        assert_eq!(parse("2020-01-01T10:00:00"), parse("2020-01-01T10:00:00Z"));
        assert_eq!(parse("yesterday"), None);
    }
}
