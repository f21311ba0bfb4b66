//! What holds for every joined record.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[allow(dead_code, reason = "each test binary uses a part of the samples")]
mod sample;

use std::collections::BTreeSet;

use hatch_mapping::{ObjectSelection, Opportunity, OpportunityModel, SelectableObject};
use proptest::prelude::*;
use sample::{Sample, at, mapper, read};
use serde_json::json;

/// A selection that a job's mapper accepts.
fn selections() -> impl Strategy<Value = ObjectSelection> {
    proptest::collection::vec(any::<bool>(), SelectableObject::ALL.len()).prop_map(|chosen| {
        let possible = ObjectSelection::all(OpportunityModel::Job);
        let mut set: BTreeSet<SelectableObject> = SelectableObject::ALL
            .into_iter()
            .zip(chosen)
            .filter(|(object, chosen)| *chosen && possible.contains(*object))
            .map(|(object, _)| object)
            .collect();
        if !set.contains(&SelectableObject::Appointments) {
            set.remove(&SelectableObject::AppointmentAssignments);
        }
        set.into_iter().collect()
    })
}

fn paths(opportunity: &Opportunity) -> BTreeSet<String> {
    opportunity.details.flatten().into_iter().map(|(path, _)| path.to_string()).collect()
}

fn without_times_and_details(mut opportunity: Opportunity) -> Opportunity {
    opportunity.details = hatch_mapping::Details::default();
    opportunity.external_updated_at = None;
    opportunity
}

/// Samples whose contacts, appointments and estimates have any times, some of them equal.
fn samples() -> impl Strategy<Value = Sample> {
    let times = || proptest::collection::vec((1..6u32, 1..9u32, any::<bool>()), 0..6);
    (times(), times(), times()).prop_map(|(contacts, appointments, estimates)| {
        let mut sample = Sample::full();
        let kinds = ["Email", "MobilePhone", "Phone"];
        let numbered = |list: Vec<(u32, u32, bool)>, first: i64| {
            list.into_iter().zip(first..).map(|((created, modified, active), id)| {
                json!({"id": id, "createdOn": at(created), "modifiedOn": at(modified), "active": active})
            })
        };
        sample.contacts = numbered(contacts, 1000)
            .enumerate()
            .map(|(index, mut contact)| {
                contact["type"] = json!(kinds[index % kinds.len()]);
                contact["value"] = json!(format!("value{index}@example.com"));
                read(contact)
            })
            .collect();
        sample.appointments = numbered(appointments, 2000).map(read).collect();
        sample.estimates = numbered(estimates, 3000).map(read).collect();
        sample
    })
}

proptest! {
    #[test]
    fn the_order_of_the_input_lists_does_not_matter(sample in samples(), rotation in 0..6usize) {
        let mut shuffled = sample.clone();
        fn turn<T>(list: &mut [T], by: usize) {
            list.reverse();
            if !list.is_empty() {
                list.rotate_left(by % list.len());
            }
        }
        turn(&mut shuffled.contacts, rotation);
        turn(&mut shuffled.appointments, rotation);
        turn(&mut shuffled.assignments, rotation);
        turn(&mut shuffled.estimates, rotation);
        turn(&mut shuffled.tag_types, rotation);
        turn(&mut shuffled.technicians, rotation);
        turn(&mut shuffled.employees, rotation);
        let mapper = mapper(ObjectSelection::all(OpportunityModel::Job));
        prop_assert_eq!(
            serde_json::to_string(&mapper.map(&sample.joined()).opportunity).unwrap(),
            serde_json::to_string(&mapper.map(&shuffled.joined()).opportunity).unwrap()
        );
    }

    #[test]
    fn selecting_more_only_adds_paths_and_moves_no_standard_field_but_external_updated_at(
        sample in samples(), fewer in selections(), more in selections(),
    ) {
        let union: ObjectSelection = fewer.iter().chain(more.iter()).collect();
        let small = mapper(fewer).map(&sample.joined()).opportunity;
        let large = mapper(union).map(&sample.joined()).opportunity;
        for (path, value) in small.details.flatten() {
            // An empty list is a leaf until it has items; none of the lists gets items by selecting more.
            prop_assert_eq!(large.details.get(&path), Some(value), "{}", path);
        }
        prop_assert!(paths(&small).is_subset(&paths(&large)));
        prop_assert_eq!(without_times_and_details(small), without_times_and_details(large));
    }

    #[test]
    fn a_flattened_path_reads_its_leaf_and_still_does_after_print_and_parse(sample in samples()) {
        let details = mapper(ObjectSelection::all(OpportunityModel::Job)).map(&sample.joined()).opportunity.details;
        for (path, value) in details.flatten() {
            prop_assert_eq!(details.get(&path.to_string().parse().unwrap()), Some(value));
        }
    }

    #[test]
    fn external_updated_at_is_never_earlier_than_the_jobs_own(sample in samples(), selection in selections()) {
        let opportunity = mapper(selection).map(&sample.joined()).opportunity;
        prop_assert!(opportunity.external_updated_at >= sample.job.modified_on);
    }

    #[test]
    fn the_contacts_that_are_taken_are_active_and_of_their_type(sample in samples()) {
        let opportunity = mapper(ObjectSelection::none()).map(&sample.joined()).opportunity;
        let active = |value: &String| {
            sample.contacts.iter().any(|it| it.active != Some(false) && it.value.as_ref() == Some(value))
        };
        prop_assert!(opportunity.email.iter().chain(&opportunity.phone_number).all(active));
        let any_active = |kind: &str| {
            sample.contacts.iter().any(|it| {
                it.active != Some(false) && it.r#type.as_ref().is_some_and(|it| it.as_str() == kind)
            })
        };
        prop_assert_eq!(opportunity.email.is_some(), any_active("Email"));
        prop_assert_eq!(opportunity.phone_number.is_some(), any_active("MobilePhone") || any_active("Phone"));
    }

    #[test]
    fn an_external_id_is_exact_for_any_id_and_leads_back_to_it(id in any::<i64>(), prefix in "[a-z]{0,5}:?") {
        let mut config = hatch_mapping::MapperConfig::new(OpportunityModel::Job, "custom:test");
        config.external_id_prefix = Some(prefix.clone());
        let mapper = hatch_mapping::Mapper::new(config).unwrap();
        let sample = Sample { job: read(json!({"id": id})), ..Sample::default() };
        let external_id = mapper.map(&sample.joined()).opportunity.external_id;
        prop_assert_eq!(&external_id, &format!("{prefix}{id}"));
        prop_assert_eq!(mapper.base_id(&external_id), Some(id));
    }
}
