//! Rows of a store beside the records of the mirror: dirty opportunities, deliveries, dead letters and events.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A dirty opportunity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dirty {
    /// The ID of the base record.
    pub id: i64,
    /// The place in the queue, above 0, from the first mark since the opportunity became dirty.
    pub place: u64,
    /// A number that is new each time the opportunity is marked.
    pub mark: u64,
}

/// The last delivery of an opportunity, or a claim for one.
///
/// Before an upsert is sent, the opportunity is *claimed*: stored without a fingerprint. The claim stays as long as the outcome is unclear, and the
/// opportunity is sent again whatever its body is by then: the sink may apply an upsert that seemed to fail later, up to the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// The ID of the base record.
    pub id: i64,
    /// The fingerprint of body, sink and mapping version; `None` while the content of the sink is unclear.
    pub fingerprint: Option<String>,
    /// The fingerprint of the phone and e-mail that Hatch matches by.
    pub contact: String,
    /// The time of acceptance by the sink, or of the claim, by the host's clock.
    pub at: DateTime<Utc>,
}

/// A dead letter: an opportunity or an event that is not tried any more, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The integration's name.
    pub integration: String,
    /// The subject: `job:42`, `membership:7` or `event:<id>`.
    pub subject: String,
    /// The reason, without customer data.
    pub reason: String,
    /// The time of the failure, by the host's clock.
    pub at: DateTime<Utc>,
}

impl DeadLetter {
    /// The beginning of the subject of a dead letter about an event.
    pub(crate) const OF_EVENT: &str = "event:";

    /// The ID of the event that it is about; `None` if it is about an opportunity.
    pub fn event_id(&self) -> Option<&str> {
        self.subject.strip_prefix(Self::OF_EVENT)
    }
}

/// An event of Hatch to be written as notes.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    /// The host's ID for the event. An ID is stored once.
    pub id: String,
    /// The event as JSON.
    pub event: String,
    /// The progress of the event's notes, as the engine wrote it.
    pub state: String,
    /// The time of storing, by the host's clock.
    pub at: DateTime<Utc>,
}

/// An event as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The position in the order of storing, from 1 on.
    pub position: u64,
    /// The status of the event.
    pub status: EventStatus,
    /// The event. `event` and `state` are empty once the event is [done](EventStatus::Done).
    pub event: OutboxEvent,
}

/// The status of a stored event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventStatus {
    /// The event is in the outbox.
    Waiting,
    /// The event is a dead letter. Its content is kept for a retry.
    Dead,
    /// All notes of the event are settled. Its content, a customer's message, is removed, and its ID stays known.
    Done,
}

/// Leaves the customer's message out.
impl fmt::Debug for OutboxEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OutboxEvent")
            .field("id", &self.id)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
