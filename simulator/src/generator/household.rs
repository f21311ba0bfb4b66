//! Households, the reference records that others name, and the lifetimes of records.

use chrono::{DateTime, Duration, Utc};

use crate::dice::Dice;

/// The days that the change feeds of a first synchronization reach back.
pub(crate) const WINDOW_DAYS: i64 = 90;

/// A reference record that others name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
}

/// IDs of the reference tables, for records to name.
#[derive(Debug, Default)]
pub(crate) struct References {
    pub(crate) business_units: Vec<Named>,
    pub(crate) job_types: Vec<Named>,
    pub(crate) campaigns: Vec<i64>,
    pub(crate) zones: Vec<i64>,
    pub(crate) tag_types: Vec<i64>,
    pub(crate) cancel_reasons: Vec<i64>,
    pub(crate) employees: Vec<i64>,
    pub(crate) technicians: Vec<Named>,
    pub(crate) membership_types: Vec<Named>,
    pub(crate) service_types: Vec<Named>,
    /// The user that records were made by.
    pub(crate) user: i64,
}

/// A household or firm with its places.
#[derive(Debug, Clone)]
pub(crate) struct Household {
    pub(crate) customer: i64,
    pub(crate) name: String,
    pub(crate) since: DateTime<Utc>,
    pub(crate) locations: Vec<i64>,
}

/// The share of records that are older than the window, in hundredths.
pub(crate) const OLD_PERCENT: u64 = 25;

/// Draws the times of a record's creation and last change. An old one was made before the window, and half of the old
/// ones changed within it. Nothing is older than `not_before`.
pub(crate) fn lifetime(
    dice: &mut Dice,
    now: DateTime<Utc>,
    not_before: DateTime<Utc>,
    old: bool,
) -> (DateTime<Utc>, DateTime<Utc>) {
    let window = now - Duration::days(WINDOW_DAYS);
    let latest = now - Duration::hours(1);
    if !old || not_before >= window {
        let created = dice.time(window.max(not_before), latest);
        return (created, dice.time(created, latest));
    }
    let last_old = window - Duration::seconds(1);
    let created = dice.time(not_before, last_old);
    let (from, to) = if dice.chance(50) { (window, latest) } else { (created, last_old) };
    (created, dice.time(from, to))
}

/// A household for a new record, and the record's lifetime. Only customers of long standing can have old records, so
/// the age is thrown first and the household follows from it.
pub(crate) fn household_and_lifetime<'a>(
    dice: &mut Dice,
    now: DateTime<Utc>,
    households: &'a [Household],
) -> Option<(&'a Household, DateTime<Utc>, DateTime<Utc>)> {
    let old = dice.chance(OLD_PERCENT);
    let standing = now - Duration::days(WINDOW_DAYS + 1);
    let index = usize::try_from(dice.below(households.len() as u64)).unwrap_or(0);
    let onwards = households.get(index..)?.iter().chain(households);
    let household = onwards.clone().find(|household| !old || household.since < standing);
    let household = household.or(households.get(index))?;
    let (created, modified) = lifetime(dice, now, household.since, old);
    Some((household, created, modified))
}
