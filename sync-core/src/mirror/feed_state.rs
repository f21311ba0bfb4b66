//! The state of a feed, as values of the connection keep it.

use chrono::{DateTime, Utc};

use super::keys;
use super::reads::Reads;
use crate::{Resource, StoreError};

/// The position at which a feed was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeedStart {
    Beginning,
    At(DateTime<Utc>),
}

impl FeedStart {
    /// Whether the feed brings every child of a parent with this creation time. Children that are created while the feed is being read
    /// come through the feed, too.
    pub(crate) fn covers(self, created_on: Option<DateTime<Utc>>) -> bool {
        match self {
            FeedStart::Beginning => true,
            FeedStart::At(start) => created_on.is_some_and(|created| created >= start),
        }
    }

    pub(crate) fn to_text(self) -> String {
        match self {
            FeedStart::Beginning => "beginning".to_owned(),
            FeedStart::At(start) => start.to_rfc3339(),
        }
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        match text {
            "beginning" => Some(FeedStart::Beginning),
            date => date.parse().ok().map(FeedStart::At),
        }
    }
}

impl Reads {
    /// The position at which a feed was started; `None` before its first page.
    pub(crate) async fn feed_start(&self, resource: Resource) -> Result<Option<FeedStart>, StoreError> {
        let Some(text) = self.value(&keys::feed_start(resource)).await? else { return Ok(None) };
        let damaged = || StoreError::Damaged(format!("the start of the feed of {resource} is {text:?}"));
        FeedStart::from_text(&text).map(Some).ok_or_else(damaged)
    }

    /// Whether the app lacked the scope for the feed at the last attempt.
    pub(crate) async fn is_denied(&self, resource: Resource) -> Result<bool, StoreError> {
        Ok(self.value(&keys::denied(resource)).await?.is_some())
    }
}
