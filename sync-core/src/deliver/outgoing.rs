//! Opportunities on their way to a sink, and the pass that they are part of.

use std::collections::HashSet;

use hatch_mapping::Opportunity;
use tokio::time::Instant;

use super::claims::Claims;
use super::left_out::OptionalField;
use crate::{Delivered, Dirty, IntegrationReport};

/// An opportunity to be sent.
pub(super) struct Outgoing {
    pub(super) dirty: Dirty,
    pub(super) opportunity: Opportunity,
    /// The fingerprint of the whole opportunity.
    pub(super) fingerprint: String,
    /// The fields that the sink refused, and that are not in the opportunity any more.
    pub(super) left_out: Vec<OptionalField>,
    /// The fingerprint of the contact that the opportunity goes to.
    pub(super) contact: String,
    /// The last delivery, as the store had it when the opportunity was mapped.
    pub(super) before: Option<Delivered>,
}

/// One pass over the dirty opportunities of an integration.
#[derive(Default)]
pub(super) struct Pass {
    pub(super) report: IntegrationReport,
    /// Contact keys (phone, e-mail) of failed deliveries. Later opportunities of the same contact are held back so that they cannot
    /// overtake.
    pub(super) blocked: HashSet<String>,
    pub(super) failures_in_a_row: u32,
    /// Whether the sink takes nothing for now.
    pub(super) stopped: bool,
    /// Number of opportunities that were not sent since they changed after they were mapped, or since another pass had sent them.
    pub(super) outdated: usize,
    /// Number of opportunities to claim next.
    pub(super) claims: Claims,
    /// The moment from which no further upsert is begun; `None` for a pass that goes to its end.
    pub(super) until: Option<Instant>,
    /// Whether the pass left opportunities of its last batch unsent since its time was up.
    pub(super) cut_short: bool,
}

impl Pass {
    /// Whether the time of the pass is up.
    pub(super) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}
