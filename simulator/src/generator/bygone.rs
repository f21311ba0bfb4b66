//! Customers that were merged or made inactive, and inactive jobs.

use super::Household;
use super::amending::Amending;
use super::amendment::Amendment;
use crate::dice::Dice;
use crate::resources::{CUSTOMERS, JOBS};

/// The first customers stay as they are, so that a small world has whole ones, and every merge a survivor.
const KEPT: usize = 5;

/// The shares of customers that were merged into another one, and that were made inactive, in hundredths.
const MERGED_PERCENT: u64 = 3;
const INACTIVE_PERCENT: u64 = 3;

/// The share of jobs that were made inactive, in hundredths.
const INACTIVE_JOB_PERCENT: u64 = 2;

/// Draws from dice of its own, so that all else in the world stays as it would be without.
pub(super) fn grow(world: &mut Amending, dice: &mut Dice, households: &[Household]) {
    let (kept, others) = households.split_at(KEPT.min(households.len()));
    let survivors: Vec<i64> = kept.iter().map(|household| household.customer).collect();
    for household in others {
        if dice.chance(MERGED_PERCENT) {
            let merged_into = dice.pick(&survivors);
            world.amend(&CUSTOMERS, household.customer, Amendment::Ended { merged_into });
        } else if dice.chance(INACTIVE_PERCENT) {
            world.amend(&CUSTOMERS, household.customer, Amendment::Ended { merged_into: None });
        }
    }
    let jobs: Vec<i64> = world.store.of(JOBS.name).entries().iter().map(|job| job.id).collect();
    for job in jobs {
        if dice.chance(INACTIVE_JOB_PERCENT) {
            world.amend(&JOBS, job, Amendment::Ended { merged_into: None });
        }
    }
}
