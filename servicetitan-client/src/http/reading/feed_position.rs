//! Positions in a change feed.

use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::http::answer::wording;

/// The position behind a page of a feed: an opaque token of ServiceTitan's, where the next run starts.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContinueFrom(String);

impl ContinueFrom {
    /// Makes a token of the text that was kept of one.
    pub fn new(token: impl Into<String>) -> ContinueFrom {
        ContinueFrom(token.into())
    }

    /// Returns the text to keep.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContinueFrom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for ContinueFrom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ContinueFrom({})", self.0)
    }
}

impl From<&str> for ContinueFrom {
    fn from(token: &str) -> Self {
        ContinueFrom(token.to_owned())
    }
}

impl From<String> for ContinueFrom {
    fn from(token: String) -> Self {
        ContinueFrom(token)
    }
}

/// The position at which reading a feed starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFrom(pub(super) Option<String>);

impl ExportFrom {
    /// The beginning of the feed: every record.
    pub fn beginning() -> ExportFrom {
        ExportFrom(None)
    }

    /// A moment: records that were changed at this time or later.
    pub fn date(time: DateTime<Utc>) -> ExportFrom {
        ExportFrom(Some(time.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
    }

    /// A day (UTC): records that were changed on it or later.
    pub fn day(day: NaiveDate) -> ExportFrom {
        ExportFrom(Some(day.to_string()))
    }

    /// The end of an earlier run.
    pub fn token(token: impl Into<ContinueFrom>) -> ExportFrom {
        ExportFrom(Some(token.into().0))
    }

    /// The position as errors name it.
    pub(super) fn described(&self) -> String {
        match &self.0 {
            Some(from) => format!("from {}", wording::position(from)),
            None => "from the beginning".to_owned(),
        }
    }
}

impl From<ContinueFrom> for ExportFrom {
    fn from(token: ContinueFrom) -> Self {
        ExportFrom(Some(token.0))
    }
}
