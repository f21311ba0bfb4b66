//! Dates on the wire.

use std::fmt;

use chrono::NaiveDate;
use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

use super::wire::{WireValue, WireWrite, required_field};

/// A day without a time, such as `2026-03-01`.
impl WireValue for NaiveDate {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Date;
        impl Visitor<'_> for Date {
            type Value = NaiveDate;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a date")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<NaiveDate, E> {
                text.parse().map_err(|_| E::custom("a string that is not a date"))
            }
        }
        deserializer.deserialize_str(Date)
    }
}

impl WireWrite for NaiveDate {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

required_field!(NaiveDate);
