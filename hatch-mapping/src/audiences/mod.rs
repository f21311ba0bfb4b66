//! Audiences: predicates over an opportunity at a given time, made of a few serialisable rules.

mod ready;
mod rule;

pub use ready::{rehash, speed_to_lead_removal};
pub use rule::{AudienceRule, Condition};
