//! Customers that were merged or made inactive, and inactive jobs.

use super::Household;
use crate::dice::Dice;
use crate::resources::{CUSTOMERS, JOBS, Resource};
use crate::store::{Ground as _, Object, Record, RecordRef, Store};

/// The first customers stay as they are, so that a small world has whole ones, and every merge a survivor.
const KEPT: usize = 5;

/// The shares of customers that were merged into another one, and that were made inactive, in hundredths.
const MERGED_PERCENT: u64 = 3;
const INACTIVE_PERCENT: u64 = 3;

/// The share of jobs that were made inactive, in hundredths.
const INACTIVE_JOB_PERCENT: u64 = 2;

/// Draws from dice of its own, so that all else in the world stays as it would be without.
pub(super) fn grow(store: &mut Store, dice: &mut Dice, households: &[Household]) {
    let (kept, others) = households.split_at(KEPT.min(households.len()));
    let survivors: Vec<i64> = kept.iter().map(|household| household.customer).collect();
    for household in others {
        if dice.chance(MERGED_PERCENT) {
            let survivor = dice.pick(&survivors);
            end(store, &CUSTOMERS, household.customer, |json| {
                json.insert("mergedToId".into(), survivor.into());
            });
        } else if dice.chance(INACTIVE_PERCENT) {
            end(store, &CUSTOMERS, household.customer, |_| {});
        }
    }
    let jobs: Vec<i64> = store.of(JOBS.name).entries().iter().map(|job| job.id).collect();
    for job in jobs {
        if dice.chance(INACTIVE_JOB_PERCENT) {
            end(store, &JOBS, job, |_| {});
        }
    }
}

/// Makes a record inactive as of its last change.
fn end(store: &mut Store, resource: &'static Resource, id: i64, change: impl FnOnce(&mut Object)) {
    let Some(record) = store.of(resource.name).get(id).map(RecordRef::into_owned) else { return };
    let Record { entry, mut json } = record;
    change(&mut json);
    store.put(resource, id, entry.created, entry.modified, false, json);
}
