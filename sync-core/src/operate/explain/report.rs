//! An explanation of an opportunity as data.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use hatch_mapping::{Explanation, Opportunity, OpportunityModel};
use serde::Serialize;

use super::next::NextDelivery;
use crate::{DeadLetter, EventExplanation, FeedStatus, MissingRecord, Resource};

/// The explanation of an opportunity. As text and as JSON it has the customer's data; `Debug` prints none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OpportunityExplanation {
    /// The integration's name.
    pub integration: String,
    /// The kind of the base record.
    pub model: OpportunityModel,
    /// The base record's ID.
    pub id: i64,
    /// Whether the records were read from ServiceTitan for this explanation.
    pub is_refreshed: bool,
    /// The state of the base record.
    pub record: RecordState,
    /// The time of the base record's last change in ServiceTitan.
    pub modified_on: Option<DateTime<Utc>>,
    /// The opportunity as it would be delivered now; `None` without a base record.
    pub opportunity: Option<Opportunity>,
    /// The origins of the standard fields; `None` without a base record.
    pub explanation: Option<Explanation>,
    /// What the opportunity lacks, such as "the job type is missing".
    pub lacks: Vec<String>,
    /// The records that are not at hand.
    pub missing: Vec<MissingRecord>,
    /// The reads from ServiceTitan that were refused.
    pub warnings: Vec<String>,
    /// The last delivery; `None` if there was none.
    pub last_delivery: Option<LastDelivery>,
    /// The next delivery.
    pub next_delivery: NextDelivery,
    /// The dead letter about the opportunity.
    pub dead_letter: Option<DeadLetter>,
    /// The events of Hatch about the opportunity, oldest first: all unfinished ones, and the 50 newest finished ones.
    pub events: Vec<EventExplanation>,
    /// Each feed that the opportunity is made of.
    pub feeds: BTreeMap<Resource, FeedStatus>,
}

/// The state of a base record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordState {
    /// The record is active in ServiceTitan.
    Active,
    /// The record is inactive in ServiceTitan.
    Inactive,
    /// ServiceTitan has no such record any more.
    NotFound,
    /// The record was not read, or was removed from the store after it was finished.
    NeverRead,
    /// The record in the store cannot be read.
    Unreadable,
}

/// The last delivery of an opportunity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LastDelivery {
    /// The time of the delivery, by the host's clock; of one that is not confirmed, the time of its beginning.
    pub at: DateTime<Utc>,
    /// Whether the sink confirmed the delivery. One that is not confirmed is under way, was refused or failed, or is to be repeated.
    pub is_confirmed: bool,
    /// The standard fields, such as `email`, that the sink refused and that the opportunity was delivered without.
    pub left_out: Vec<String>,
    /// Whether the opportunity is now as it was delivered, but for the fields left out; `None` if that is not known.
    pub is_as_now: Option<bool>,
    /// Whether the phone number or e-mail address by which Hatch finds the contact is another one now.
    pub contact_has_moved: bool,
}
