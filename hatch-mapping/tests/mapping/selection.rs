//! Which objects an opportunity has.

use hatch_mapping::{ObjectSelection, OpportunityModel, SelectableObject};
use proptest::prelude::*;

use crate::fixture::Fixture;

/// Whether a path belongs to an object.
fn belongs(path: &str, object: SelectableObject) -> bool {
    let parts: Vec<&str> = path.split(':').collect();
    let has = |name: &str| parts.contains(&name);
    match object {
        SelectableObject::Estimates => has("estimates"),
        SelectableObject::Appointments => has("appointments"),
        SelectableObject::AppointmentAssignments => has("assignments"),
        SelectableObject::CancelReasons => has("cancelReason"),
        SelectableObject::TagTypes => has("tags"),
        SelectableObject::Campaigns => has("campaign"),
        SelectableObject::Zones => has("zone"),
        // An estimate's own `soldBy` is an ID and part of the estimate.
        SelectableObject::EmployeesAndTechnicians => {
            parts[0] == "soldBy" || has("technician") || has("soldByEmployee") || has("soldByTechnician")
        }
        SelectableObject::Invoices => has("invoices"),
        SelectableObject::RecurringServices => has("recurringServices"),
        SelectableObject::RecurringServiceEvents => has("recurringServiceEvents"),
        other => panic!("a new object: {other:?}"),
    }
}

fn paths(fixture: &Fixture, model: OpportunityModel, selection: &ObjectSelection) -> Vec<String> {
    let mapped = fixture.map_selected(model, selection.clone());
    mapped.opportunity.details.flatten().iter().map(|(path, _)| path.to_string()).collect()
}

fn with(selection: &ObjectSelection, object: SelectableObject) -> ObjectSelection {
    selection.iter().chain([object]).collect()
}

fn any_selection() -> impl Strategy<Value = (OpportunityModel, ObjectSelection)> {
    let model = prop_oneof![Just(OpportunityModel::Job), Just(OpportunityModel::Membership)];
    (model, prop::collection::vec(any::<bool>(), SelectableObject::ALL.len())).prop_map(|(model, chosen)| {
        let objects = SelectableObject::ALL
            .into_iter()
            .zip(chosen)
            .filter(|(_, chosen)| *chosen)
            .map(|(object, _)| object);
        let chosen: ObjectSelection = objects.filter(|object| object.belongs_to(model)).collect();
        let possible = chosen.contains(SelectableObject::Appointments);
        let objects =
            chosen.iter().filter(|object| possible || *object != SelectableObject::AppointmentAssignments);
        (model, objects.collect())
    })
}

#[test]
fn a_selected_object_appears() {
    for model in [OpportunityModel::Job, OpportunityModel::Membership] {
        let all = ObjectSelection::all(model);
        let paths = paths(&Fixture::full(), model, &all);
        for object in all.iter() {
            assert!(paths.iter().any(|path| belongs(path, object)), "{object:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_deselected_object_never_appears((model, selection) in any_selection()) {
        for path in paths(&Fixture::full(), model, &selection) {
            for object in SelectableObject::ALL.into_iter().filter(|object| !selection.contains(*object)) {
                prop_assert!(!belongs(&path, object), "{path} belongs to {object:?}");
            }
        }
    }

    #[test]
    fn selecting_more_only_adds_paths_and_moves_no_standard_field_but_external_updated_at(
        (model, selection) in any_selection()
    ) {
        let fixture = Fixture::full();
        let fewer = paths(&fixture, model, &selection);
        let before = fixture.map_selected(model, selection.clone()).opportunity;
        for object in SelectableObject::ALL.into_iter().filter(|object| object.belongs_to(model)) {
            let possible = object != SelectableObject::AppointmentAssignments
                || selection.contains(SelectableObject::Appointments);
            if !possible {
                continue;
            }
            let selection = with(&selection, object);
            let more = paths(&fixture, model, &selection);
            for path in &fewer {
                prop_assert!(more.contains(path), "{path} is gone with {object:?}");
            }
            let mut after = fixture.map_selected(model, selection).opportunity;
            prop_assert!(after.external_updated_at >= before.external_updated_at);
            after.external_updated_at = before.external_updated_at;
            after.details = before.details.clone();
            prop_assert_eq!(&after, &before);
        }
    }
}
