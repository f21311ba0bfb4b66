//! The time zone in which notes write times.

use chrono::{DateTime, FixedOffset, Offset, Utc};

/// A tenant's time zone.
#[derive(Debug, Clone, Copy)]
pub(super) enum TimeZone {
    Offset(FixedOffset),
    #[cfg(feature = "time-zones")]
    Named(chrono_tz::Tz),
}

/// An error: no time zone has this name.
#[cfg(feature = "time-zones")]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {name:?}: names are those of the IANA database, such as America/Chicago")]
#[non_exhaustive]
pub struct UnknownTimeZone {
    /// The name.
    pub name: String,
}

impl TimeZone {
    pub(super) fn utc() -> Self {
        TimeZone::Offset(Utc.fix())
    }

    #[cfg(feature = "time-zones")]
    pub(super) fn named(name: &str) -> Result<Self, UnknownTimeZone> {
        name.parse().map(TimeZone::Named).map_err(|_| UnknownTimeZone { name: name.to_owned() })
    }

    /// Returns a time in this time zone, with the offset that holds at that moment.
    pub(super) fn local(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self {
            TimeZone::Offset(offset) => at.with_timezone(&offset),
            #[cfg(feature = "time-zones")]
            TimeZone::Named(zone) => at.with_timezone(&at.with_timezone(&zone).offset().fix()),
        }
    }
}
