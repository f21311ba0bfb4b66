//! The next delivery of an opportunity: whether there will be one, and why not.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::DeadLetter;
use crate::deliver::Preview;

/// Whether and when an opportunity is delivered next. The first that applies, in this order of the reasons that hold it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum NextDelivery {
    /// Not before the job or membership is read, and has an opportunity.
    NoRecord,
    /// Not as long as the record is inactive: Hatch keeps the opportunity as it is.
    Inactive,
    /// Not as long as there is neither a phone number nor an e-mail address: Hatch would make a new contact each time.
    NoContactKey,
    /// Not before the integration is resumed.
    Paused {
        /// The time of the pause, by the host's clock.
        since: DateTime<Utc>,
    },
    /// The next run delivers the opportunity, or finds that Hatch has it already.
    NextRun,
    /// Not before the record changes, or an operator retries the dead letter.
    DeadLettered,
    /// The opportunity differs from the last delivery, and is delivered with the next change of its records. A changed reference table (job types,
    /// campaigns, tags, …) causes no delivery unless it is configured.
    NextChange,
    /// Hatch has the opportunity as it is now.
    UpToDate,
}

/// Tells what comes next for an opportunity.
pub(super) fn next_delivery(
    preview: &Preview,
    letter: Option<&DeadLetter>,
    paused: Option<DateTime<Utc>>,
    is_waiting: bool,
) -> NextDelivery {
    let Some(mapped) = &preview.mapped else { return NextDelivery::NoRecord };
    if mapped.is_left_alone {
        return NextDelivery::Inactive;
    }
    if mapped.explanation.contact_key.is_missing() {
        return NextDelivery::NoContactKey;
    }
    match (is_waiting, paused) {
        (true, Some(since)) => NextDelivery::Paused { since },
        (true, None) => NextDelivery::NextRun,
        (false, _) if letter.is_some() => NextDelivery::DeadLettered,
        (false, _) if mapped.is_as_delivered == Some(true) => NextDelivery::UpToDate,
        (false, _) => NextDelivery::NextChange,
    }
}
