//! Timestamps on the wire.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

use super::wire::{WireValue, required_field};

/// ServiceTitan's timestamps are UTC in RFC 3339, often with seven fractional digits. One without an offset is taken as UTC.
impl WireValue for DateTime<Utc> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Timestamp;
        impl Visitor<'_> for Timestamp {
            type Value = DateTime<Utc>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a timestamp in RFC 3339")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                match DateTime::parse_from_rfc3339(text) {
                    Ok(time) => Ok(time.with_timezone(&Utc)),
                    Err(_) => text
                        .parse::<NaiveDateTime>()
                        .map(|time| time.and_utc())
                        .map_err(|_| E::custom("a string that is not a timestamp in RFC 3339")),
                }
            }
        }
        deserializer.deserialize_str(Timestamp)
    }

    /// Writes the fraction without trailing zeros, as ServiceTitan does, so that most timestamps keep their very text.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&WireTimestamp(self))
    }
}

struct WireTimestamp<'a>(&'a DateTime<Utc>);

impl fmt::Display for WireTimestamp<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.format("%Y-%m-%dT%H:%M:%S"))?;
        let (mut fraction, mut digits) = (self.0.nanosecond() % 1_000_000_000, 9);
        if fraction > 0 {
            while fraction % 10 == 0 {
                (fraction, digits) = (fraction / 10, digits - 1);
            }
            write!(formatter, ".{fraction:0digits$}")?;
        }
        formatter.write_str("Z")
    }
}

required_field!(DateTime<Utc>);

#[cfg(test)]
mod tests {
    use super::*;

    fn written_back(text: &str) -> String {
        let time = DateTime::<Utc>::read(serde_json::Value::from(text)).unwrap();
        time.write(serde_json::value::Serializer).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn a_timestamp_keeps_all_its_fractional_digits() {
        for text in [
            "2021-07-19T20:35:38.2876004Z",
            "2021-07-19T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "2021-07-19T20:35:38.05Z",
            "2021-07-19T20:35:38.000000001Z",
        ] {
            assert_eq!(written_back(text), text);
        }
    }

    #[test]
    fn a_timestamp_without_an_offset_is_utc_and_one_with_an_offset_is_converted() {
        assert_eq!(written_back("2021-07-19T20:35:38"), "2021-07-19T20:35:38Z");
        assert_eq!(written_back("2021-07-19T20:35:38+02:00"), "2021-07-19T18:35:38Z");
    }
}
