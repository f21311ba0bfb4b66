//! The state of a feed, as values of the connection keep it.

use std::collections::BTreeMap;

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

/// The state of a feed between two of its pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FeedState {
    /// The position of the next page; `None` before the first page.
    pub(crate) cursor: Option<String>,
    /// When the feed was last read to its head, by the host's clock.
    pub(crate) head_read: Option<DateTime<Utc>>,
    /// True if the app lacked the scope for the feed at the last attempt.
    pub(crate) is_denied: bool,
    /// True if the last page could not be read.
    pub(crate) stands_still: bool,
}

impl Reads {
    /// The state of each of these feeds, in one read.
    pub(crate) async fn feed_states(
        &self,
        feeds: &[Resource],
    ) -> Result<BTreeMap<Resource, FeedState>, StoreError> {
        let keys_of = |feed: &Resource| {
            [keys::cursor, keys::head_read, keys::denied, keys::standstill].map(|key| key(*feed))
        };
        let values = self.values(&feeds.iter().flat_map(keys_of).collect::<Vec<_>>()).await?;
        let state_of = |feed: Resource| {
            Ok(FeedState {
                cursor: values.text(&keys::cursor(feed)).map(str::to_owned),
                head_read: values.time(&keys::head_read(feed))?,
                is_denied: values.has(&keys::denied(feed)),
                stands_still: values.has(&keys::standstill(feed)),
            })
        };
        feeds.iter().map(|feed| Ok((*feed, state_of(*feed)?))).collect()
    }

    /// The state of a feed.
    pub(crate) async fn feed_state(&self, feed: Resource) -> Result<FeedState, StoreError> {
        Ok(self.feed_states(&[feed]).await?.remove(&feed).unwrap_or_default())
    }

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
