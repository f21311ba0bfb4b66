//! The note about the lookups of a resource, as a value of the connection keeps it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The note about an endpoint that is asked for many IDs at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EndpointNote {
    /// The most IDs that the endpoint was seen to honour, and when, by the host's clock; `None` for an endpoint that left none out.
    pub(crate) narrow: Option<(usize, DateTime<Utc>)>,
    /// Number of owners without children that were asked about one by one for want of a canary.
    pub(crate) sampled: usize,
}
