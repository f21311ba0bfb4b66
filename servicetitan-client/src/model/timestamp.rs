//! Timestamps on the wire.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

use super::wire::{WireValue, WireWrite, required_field};

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
}

impl WireWrite for DateTime<Utc> {
    /// Writes the fraction without trailing zeros, as ServiceTitan does, so that most timestamps keep their very text.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match u32::try_from(self.year()) {
            Ok(year @ 0..=9999) => serializer.serialize_str(WireTimestamp::of(year, self).as_str()),
            _ => serializer.collect_str(&self.format("%Y-%m-%dT%H:%M:%S%.fZ")),
        }
    }
}

/// The text of a timestamp with a year of four digits. Records are full of them, and chrono's formatting costs as much as all their other fields together.
struct WireTimestamp {
    /// ASCII.
    text: [u8; 30],
    length: usize,
}

impl WireTimestamp {
    fn of(year: u32, time: &DateTime<Utc>) -> Self {
        let mut wire = WireTimestamp { text: [0; 30], length: 0 };
        wire.number(year, 4, b'-');
        wire.number(time.month(), 2, b'-');
        wire.number(time.day(), 2, b'T');
        wire.number(time.hour(), 2, b':');
        wire.number(time.minute(), 2, b':');
        let (mut fraction, mut digits) = (time.nanosecond() % 1_000_000_000, 9);
        wire.number(time.second(), 2, if fraction > 0 { b'.' } else { b'Z' });
        if fraction > 0 {
            while fraction % 10 == 0 {
                (fraction, digits) = (fraction / 10, digits - 1);
            }
            wire.number(fraction, digits, b'Z');
        }
        wire
    }

    fn number(&mut self, mut number: u32, digits: usize, then: u8) {
        for place in self.text[self.length..self.length + digits].iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.text[self.length + digits] = then;
        self.length += digits + 1;
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.length]).unwrap_or_default()
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
            "9999-12-31T23:59:59.999999999Z",
            "0000-01-01T00:00:00Z",
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
