//! Grows a tenant from a seed: reference tables first, then people and places, then work, then agreements.

mod agreements;
mod amending;
mod amendment;
mod bygone;
mod household;
mod literal;
mod people;
mod planting;
mod references;
mod shared_contacts;
mod unclean;
mod work;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::config::SimulatorConfig;
use crate::dice::Dice;
use crate::store::Store;

pub(crate) use agreements::new_membership;
use amending::Amending;
pub(crate) use household::{
    Household, Named, OLD_PERCENT, References, WINDOW_DAYS, household_and_lifetime, lifetime,
};
pub(crate) use literal::{amount, money, object};
use planting::Planting;
pub(crate) use work::new_job;

/// Grows the world that `config` describes; also returns the reference tables, for later changes to name.
pub(crate) fn grow(
    config: &SimulatorConfig,
    (seed, tenant): (u64, i64),
    now: DateTime<Utc>,
) -> (Store, Arc<References>) {
    let store = Store::new(now).revealing_revisions(config.reveal_revisions);
    let mut planting =
        Planting::new(store, Dice::new(seed), config.keeps_records_whole(), config.reveal_revisions);
    let references = planting.grow(|ground, dice| references::grow(ground, dice, tenant));
    let references = Arc::new(references);
    let count = (config.jobs * 3 / 5).max(config.memberships / 2).max(1);
    let mut households = Vec::with_capacity(count);
    for number in 0..count {
        households.push(planting.grow(|ground, dice| people::household(ground, dice, &references, number)));
    }
    for _ in 0..config.jobs {
        planting.grow(|ground, dice| work::grow_job(ground, dice, &references, &households));
    }
    for _ in 0..config.memberships {
        planting.grow(|ground, dice| agreements::grow_membership(ground, dice, &references, &households));
    }
    let mut world = Amending::new(planting.finish((seed, tenant), &references, &households, config.jobs));
    bygone::grow(&mut world, &mut Dice::new(seed ^ 0xb790_2e00), &households);
    if config.unclean_emails {
        unclean::grow(&mut world, &mut Dice::new(seed ^ 0x0e_3a11));
    }
    if config.shared_contacts {
        shared_contacts::grow(&mut world, &mut Dice::new(seed ^ 0x5a_3ed0), &households);
    }
    world.settle();
    (world.store, references)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use serde_json::Value;

    use super::*;
    use crate::resources::{JOBS, RESOURCES};
    use crate::store::{FeedPosition, Ground as _, Object, RecordRef, ids_at};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn config(seed: u64) -> SimulatorConfig {
        SimulatorConfig { seed, jobs: 300, memberships: 60, ..SimulatorConfig::default() }
    }

    fn world(config: &SimulatorConfig) -> Store {
        grow(config, (config.seed, config.tenant), now()).0
    }

    /// Everything that a store shows: the records in their order, the order of change, and all children by their parents.
    fn seen(store: &Store) -> Vec<(String, Vec<i64>)> {
        let mut seen = Vec::new();
        for resource in RESOURCES {
            let collection = store.of(resource.name);
            let beginning = FeedPosition { modified: DateTime::<Utc>::MIN_UTC, sequence: 0 };
            let feed: Vec<i64> = collection.changed_after(beginning).map(|entry| entry.id).collect();
            assert_eq!(feed.len(), collection.len());
            for (record, changed) in collection.records().zip(feed) {
                let mut related = vec![changed];
                for field in resource.id_fields() {
                    related.extend(ids_at(&record.json, field));
                    related.extend(collection.child_ids(field, record.id));
                    let named = ids_at(&record.json, field).into_iter();
                    related.extend(named.flat_map(|parent| collection.child_ids(field, parent)));
                }
                seen.push((format!("{:?} {:?}", record.entry, record.json), related));
            }
        }
        seen
    }

    #[test]
    fn a_world_that_is_made_from_the_seed_when_asked_for_is_the_same_as_one_that_is_kept_whole() {
        let whole = SimulatorConfig {
            shared_contacts: true,
            unclean_emails: true,
            reveal_revisions: true,
            ..config(7)
        };
        let grown = SimulatorConfig { whole_records_up_to: 0, ..whole.clone() };
        let (mut whole, mut grown) = (world(&whole), world(&grown));
        let (all, again) = (seen(&whole), seen(&grown));
        assert!(all.len() > 3_000);
        for (one, other) in all.iter().zip(&again) {
            assert_eq!(one, other);
        }
        assert_eq!(all.len(), again.len());
        // And it stays the same under changes.
        for store in [&mut whole, &mut grown] {
            let jobs: Vec<i64> = store.of("jobs").entries().iter().map(|job| job.id).collect();
            let customer = store.of("customers").entries()[5].id;
            store.advance(Duration::seconds(1));
            store.change(&JOBS, jobs[3], |json| {
                json.insert("customerId".into(), customer.into());
            });
            store.delete(&JOBS, jobs[9]);
        }
        assert_eq!(seen(&whole), seen(&grown));
        assert_eq!(whole.of("jobs").last_change_until(now()), grown.of("jobs").last_change_until(now()));
        assert_eq!(whole.fresh_id(), grown.fresh_id());
    }

    #[test]
    fn of_a_world_that_is_made_from_the_seed_no_record_is_kept_before_it_changes() {
        let mut world = world(&SimulatorConfig { whole_records_up_to: 0, ..config(7) });
        let kept = |store: &Store| -> usize {
            let is_kept = |record: &RecordRef<'_>| matches!(record, RecordRef::Kept(_));
            RESOURCES
                .iter()
                .map(|resource| store.of(resource.name).records().filter(|record| is_kept(record)).count())
                .sum()
        };
        assert_eq!(kept(&world), 0);
        let job = world.of("jobs").entries()[0].id;
        world.change(&JOBS, job, |_| {});
        assert_eq!(kept(&world), 1);
    }

    #[test]
    fn the_same_seed_grows_the_same_world() {
        let (first, second) = (world(&config(7)), world(&config(7)));
        for resource in RESOURCES {
            let json = |store: &Store| -> Vec<Object> {
                store.of(resource.name).records().map(|record| record.json.clone()).collect()
            };
            assert_eq!(json(&first), json(&second), "{}", resource.name);
        }
    }

    #[test]
    fn another_seed_grows_another_world() {
        let names = |seed| -> Vec<Value> {
            world(&config(seed)).of("customers").records().map(|r| r.json["name"].clone()).collect()
        };
        assert_ne!(names(1), names(2));
    }

    #[test]
    fn the_world_has_as_many_jobs_and_memberships_as_ordered_and_something_of_everything() {
        let store = world(&config(3));
        assert_eq!(store.of("jobs").len(), 300);
        assert_eq!(store.of("memberships").len(), 60);
        for resource in RESOURCES {
            assert!(store.of(resource.name).len() > 0, "{} is empty", resource.name);
        }
    }

    #[test]
    fn about_a_quarter_of_the_jobs_and_customers_is_older_than_the_window() {
        let store = world(&config(3));
        let window = now() - Duration::days(WINDOW_DAYS);
        for resource in ["jobs", "customers"] {
            let total = store.of(resource).len();
            let old = store.of(resource).records().filter(|record| record.created < window).count();
            assert!(old * 100 > total * 12 && old * 100 < total * 40, "{resource}: {old} of {total}");
            let old_but_changed = store
                .of(resource)
                .records()
                .filter(|record| record.created < window && record.modified >= window)
                .count();
            assert!(old_but_changed > 0 && old_but_changed < old, "{resource}: {old_but_changed} of {old}");
        }
    }

    #[test]
    fn some_customers_were_merged_into_active_ones_and_some_customers_and_jobs_are_inactive() {
        let store = world(&config(3));
        let customers = store.of("customers");
        let merged_to = |customer: &crate::store::Record| crate::store::id_at(&customer.json, "mergedToId");
        let merged: Vec<_> = customers.records().filter(|it| merged_to(it).is_some()).collect();
        assert!(!merged.is_empty());
        for customer in &merged {
            let survivor = merged_to(customer).and_then(|id| customers.get(id)).unwrap();
            assert!(!customer.active && survivor.active && merged_to(&survivor).is_none());
        }
        assert!(customers.records().filter(|it| !it.active).count() > merged.len());
        assert!(store.of("jobs").records().any(|job| !job.active));
    }

    #[test]
    fn nothing_is_modified_before_it_was_created_or_after_the_present() {
        let store = world(&config(11));
        for resource in RESOURCES {
            for record in store.of(resource.name).records() {
                assert!(
                    record.created <= record.modified && record.modified <= now(),
                    "{} {}",
                    resource.name,
                    record.id
                );
            }
        }
    }

    #[test]
    fn every_id_that_a_record_names_exists() {
        let store = world(&config(5));
        for (child, field, parent) in [
            ("jobs", "customerId", "customers"),
            ("jobs", "locationId", "locations"),
            ("jobs", "jobTypeId", "job-types"),
            ("jobs", "businessUnitId", "business-units"),
            ("jobs", "campaignId", "campaigns"),
            ("jobs", "firstAppointmentId", "appointments"),
            ("jobs", "lastAppointmentId", "appointments"),
            ("appointments", "jobId", "jobs"),
            ("appointment-assignments", "appointmentId", "appointments"),
            ("appointment-assignments", "technicianId", "technicians"),
            ("estimates", "jobId", "jobs"),
            ("invoices", "job.id", "jobs"),
            ("job-canceled-logs", "jobId", "jobs"),
            ("job-canceled-logs", "reasonId", "job-cancel-reasons"),
            ("customers/contacts", "customerId", "customers"),
            ("locations", "customerId", "customers"),
            ("locations", "zoneId", "zones"),
            ("locations/contacts", "locationId", "locations"),
            ("memberships", "customerId", "customers"),
            ("memberships", "membershipTypeId", "membership-types"),
            ("recurring-services", "membershipId", "memberships"),
            ("recurring-service-events", "locationRecurringServiceId", "recurring-services"),
        ] {
            for record in store.of(child).records() {
                if let Some(id) = crate::store::id_at(&record.json, field) {
                    assert!(store.of(parent).get(id).is_some(), "{child} {} names {parent} {id}", record.id);
                }
            }
        }
    }

    #[test]
    fn money_has_two_decimals() {
        assert_eq!([money(0), money(5), money(-12_345)], ["0.00", "0.05", "-123.45"]);
    }
}
