//! The catalogue of detail fields beside the details that records have, and beside the paths that a configuration may name.

use std::collections::{BTreeMap, BTreeSet};

use hatch_mapping::{
    AudienceRule, Condition, ConfigError, DataType, DetailField, DetailPath, Mapper, ObjectSelection,
    OpportunityModel, SelectableObject, catalogue, rehash, speed_to_lead_removal,
};
use serde_json::{Value, json};

use crate::filled::{filled_by_employee, filled_by_technician, rows};
use crate::fixture::{Fixture, JOB, MEMBERSHIP, config, mapper};

const MODELS: [OpportunityModel; 2] = [JOB, MEMBERSHIP];

/// The details of fully filled records, sold by a technician and by an employee.
fn filled_details(model: OpportunityModel, selection: &ObjectSelection) -> [Value; 2] {
    [filled_by_technician(), filled_by_employee()].map(|fixture: Fixture| {
        let mapped = mapper(model, selection.clone()).map(&fixture.record(model));
        assert_eq!(mapped.warnings, []);
        Value::Object(mapped.opportunity.details.as_map().clone())
    })
}

/// The paths of a catalogue's rows that some details have.
fn paths_of(details: &[Value]) -> BTreeSet<String> {
    details.iter().flat_map(|details| rows(&details.to_string())).map(|(path, _)| path).collect()
}

fn fits(data_type: DataType, value: &Value) -> bool {
    match data_type {
        DataType::Text => value.is_string(),
        DataType::Number => value.is_i64(),
        DataType::Decimal => {
            value.is_number() || value.as_str().is_some_and(|text| text.parse::<f64>().is_ok())
        }
        DataType::TrueFalse => value.is_boolean(),
        DataType::DateTime => {
            value.as_str().is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok())
        }
        DataType::Date => value.as_str().is_some_and(|text| text.parse::<chrono::NaiveDate>().is_ok()),
        DataType::Object => value.is_object(),
        DataType::List => value.is_array(),
        _ => false,
    }
}

#[test]
fn every_path_of_a_fully_filled_opportunity_is_in_the_catalogue_with_a_type_that_fits_and_the_other_way_round()
 {
    for model in MODELS {
        let fields: BTreeMap<String, DetailField> =
            catalogue(model).into_iter().map(|field| (field.path.clone(), field)).collect();
        let mut found = BTreeSet::new();
        for details in filled_details(model, &ObjectSelection::all(model)) {
            for (path, value) in rows(&details.to_string()) {
                let field =
                    fields.get(&path).unwrap_or_else(|| panic!("{model}: {path} is not in the catalogue"));
                assert!(fits(field.data_type, &value), "{model}: {path} is no {}: {value}", field.data_type);
                found.insert(path);
            }
        }
        let missing: Vec<_> = fields.keys().filter(|path| !found.contains(*path)).collect();
        assert!(missing.is_empty(), "{model}: in no opportunity: {missing:?}");
    }
}

#[test]
fn every_flattened_path_is_in_the_catalogue() {
    for model in MODELS {
        let fields: BTreeSet<String> = catalogue(model).into_iter().map(|field| field.path).collect();
        let details = filled_by_technician().map(model).opportunity.details;
        let flattened = details.flatten();
        assert!(flattened.len() > 200, "{}", flattened.len());
        for (path, _) in flattened {
            let path = path.to_string();
            let parts = path.split(':').map(|part| if part.parse::<usize>().is_ok() { "#" } else { part });
            let pattern = parts.collect::<Vec<_>>().join(":");
            assert!(fields.contains(&pattern), "{path}");
        }
    }
}

#[test]
fn the_catalogue_is_in_the_order_in_which_details_are_written() {
    for model in MODELS {
        let written = serde_json::to_string(&filled_by_technician().map(model).opportunity.details).unwrap();
        let written: Vec<String> = rows(&written).into_iter().map(|(path, _)| path).collect();
        let is_written: BTreeSet<&String> = written.iter().collect();
        let listed = catalogue(model).into_iter().map(|field| field.path);
        assert_eq!(listed.filter(|path| is_written.contains(path)).collect::<Vec<_>>(), written);
    }
}

#[test]
fn a_path_stands_in_the_catalogue_once_with_a_resource_and_a_line_of_description() {
    for model in MODELS {
        let fields = catalogue(model);
        let paths: BTreeSet<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths.len(), fields.len());
        for field in fields {
            assert!(!field.resource.is_empty(), "{}", field.path);
            assert!(
                field.about.ends_with('.') && !field.about.contains('\n'),
                "{}: {}",
                field.path,
                field.about
            );
        }
    }
}

#[test]
fn resources_are_called_as_on_the_product_page() {
    let resource = |model, path: &str| {
        let field = catalogue(model).into_iter().find(|field| field.path == path);
        field.unwrap_or_else(|| panic!("{path} is not in the catalogue")).resource
    };
    for (path, name) in [
        ("jobStatus", "Job"),
        ("customer:name", "Customer"),
        ("customer:contacts:#:value", "Customer Contacts"),
        ("location:contacts:#:value", "Location Contacts"),
        ("estimates:#:items:#:sku:name", "Estimates"),
        ("appointments:#:assignments:#:technicianName", "Appointment Assignments"),
        ("appointments:#:assignments:#:technician:name", "Employees & Technicians"),
        ("customer:tags:#:name", "Tag Types"),
        ("cancelReason:memo", "Cancel Reasons"),
        ("invoices", "Invoices"),
    ] {
        assert_eq!(resource(JOB, path), name, "{path}");
    }
    assert_eq!(resource(MEMBERSHIP, "status"), "Membership");
    assert_eq!(resource(MEMBERSHIP, "recurringServiceEvents:#:date"), "Recurring Service Events");
}

/// Whether a selection can be built.
fn is_possible(objects: &BTreeSet<SelectableObject>) -> bool {
    !objects.contains(&SelectableObject::AppointmentAssignments)
        || objects.contains(&SelectableObject::Appointments)
}

#[test]
fn a_field_is_there_exactly_where_all_the_objects_that_it_needs_are_selected() {
    for model in MODELS {
        let fields = catalogue(model);
        let distinct: BTreeSet<&[SelectableObject]> = fields.iter().map(|field| &field.needs[..]).collect();
        assert!(distinct.len() > 5, "{distinct:?}");
        for needs in distinct {
            let all: BTreeSet<SelectableObject> = needs.iter().copied().collect();
            let without =
                needs.iter().map(|left_out| all.iter().copied().filter(|it| it != left_out).collect());
            for selected in [all.clone()].into_iter().chain(without) {
                if !is_possible(&selected) {
                    continue;
                }
                let has = paths_of(&filled_details(model, &selected.iter().copied().collect()));
                for field in &fields {
                    let expected = field.needs.iter().all(|object| selected.contains(object));
                    assert_eq!(has.contains(&field.path), expected, "{} with {selected:?}", field.path);
                }
            }
        }
    }
}

#[test]
fn a_field_is_chosen_by_default_where_the_default_selection_has_it() {
    for model in MODELS {
        let has = paths_of(&filled_details(model, &ObjectSelection::default_for(model)));
        for field in catalogue(model) {
            assert_eq!(field.chosen_by_default, has.contains(&field.path), "{}", field.path);
        }
    }
}

#[test]
fn the_object_of_a_field_is_the_innermost_that_it_needs() {
    use SelectableObject::{AppointmentAssignments, Appointments, EmployeesAndTechnicians};
    let fields = catalogue(JOB);
    let field = |path: &str| fields.iter().find(|field| field.path == path).unwrap();
    assert_eq!(field("customer:name").object(), None);
    let technician = field("appointments:#:assignments:#:technician:name");
    assert_eq!(technician.needs, [Appointments, AppointmentAssignments, EmployeesAndTechnicians]);
    assert_eq!(technician.object(), Some(EmployeesAndTechnicians));
}

#[test]
fn a_short_category_that_a_campaign_brings_has_no_path_of_its_own() {
    let mut fixture = filled_by_technician();
    fixture.campaign_category = None;
    let details = fixture.map(JOB).opportunity.details;
    let fields: BTreeSet<String> = catalogue(JOB).into_iter().map(|field| field.path).collect();
    for (path, _) in rows(&serde_json::to_string(&details).unwrap()) {
        assert!(fields.contains(&path), "{path}");
    }
}

#[test]
fn a_catalogue_is_plain_data_in_json() {
    let fields = serde_json::to_value(catalogue(JOB)).unwrap();
    let row = |path: &str| fields.as_array().unwrap().iter().find(|row| row["path"] == path).unwrap().clone();
    assert_eq!(
        row("estimates:#:active"),
        json!({
            "resource": "Estimates", "path": "estimates:#:active", "data_type": "true/false",
            "needs": ["estimates"], "chosen_by_default": true,
            "about": row("estimates:#:active")["about"]
        })
    );
    for (path, data_type) in [
        ("id", "number"),
        ("summary", "text"),
        ("total", "decimal"),
        ("createdOn", "date-time"),
        ("customer:address", "object"),
        ("tagTypeIds", "list"),
        ("tagTypeIds:#", "number"),
    ] {
        assert_eq!(row(path)["data_type"], data_type, "{path}");
    }
    for field in catalogue(JOB) {
        assert_eq!(serde_json::to_value(field.data_type).unwrap(), field.data_type.to_string());
    }
}

fn with_status(
    model: OpportunityModel,
    selection: ObjectSelection,
    path: &str,
) -> Result<Mapper, ConfigError> {
    let mut config = config(model);
    config.selection = selection;
    config.status_path = Some(path.parse().unwrap());
    Mapper::new(config)
}

#[test]
fn every_path_of_the_catalogue_can_be_configured_where_its_objects_are_selected_and_else_names_them() {
    for model in MODELS {
        for field in catalogue(model) {
            let path = field.path.replace('#', "1");
            with_status(model, ObjectSelection::all(model), &path).unwrap();
            let refused = with_status(model, ObjectSelection::none(), &path).err();
            let missing =
                ConfigError::DetailNotSelected { path: path.parse().unwrap(), missing: field.needs.clone() };
            assert_eq!(refused, (!field.needs.is_empty()).then_some(missing), "{path}");
        }
    }
}

#[test]
fn a_path_that_no_selection_can_produce_is_refused_with_the_nearest_names() {
    for (model, path, nearest) in [
        (JOB, "jobStatu", "jobStatus"),
        (JOB, "status", "jobStatus"),
        (JOB, "estimate:1:status:name", "estimates:#:status:name"),
        (JOB, "estimates:status:name", "estimates:#:status:name"),
        (JOB, "customer:contacts:value", "customer:contacts:#:value"),
        (JOB, "contacts:1:value", "customer:contacts:#:value"),
        (JOB, "customer:Name", "customer:name"),
        (JOB, "customer:name:first", "customer:name"),
        (JOB, "tagTypeIds:1:name", "tags:#:name"),
        (MEMBERSHIP, "membershiptype:name", "membershipType:name"),
    ] {
        let Err(ConfigError::UnknownDetail { nearest: names, .. }) =
            with_status(model, ObjectSelection::all(model), path)
        else {
            panic!("{path} is accepted")
        };
        assert!(names.iter().any(|name| name == nearest), "{path}: {names:?}");
        assert!(names.len() <= 3);
    }
    let error = with_status(JOB, ObjectSelection::all(JOB), "jobStatu").unwrap_err().to_string();
    assert!(
        error.starts_with("no job opportunity has the detail `jobStatu`. Did you mean `jobStatus`"),
        "{error}"
    );
    let error = with_status(MEMBERSHIP, ObjectSelection::all(MEMBERSHIP), "qqqqqqqq").unwrap_err();
    assert_eq!(error.to_string(), "no membership opportunity has the detail `qqqqqqqq`");
    // Another model's fields are no fields of this one.
    assert!(with_status(MEMBERSHIP, ObjectSelection::all(MEMBERSHIP), "estimates:1:status:name").is_err());
}

#[test]
fn a_path_to_an_object_that_is_not_selected_names_every_missing_object() {
    let error = with_status(JOB, ObjectSelection::none(), "appointments:1:assignments:1:technician:name");
    assert_eq!(
        error.unwrap_err().to_string(),
        "the detail `appointments:1:assignments:1:technician:name` needs `appointments`, `appointment_assignments` \
         and `employees_and_technicians` to be selected"
    );
    let error = with_status(JOB, ObjectSelection::none(), "estimates:1:status:name").unwrap_err();
    assert_eq!(error.to_string(), "the detail `estimates:1:status:name` needs `estimates` to be selected");
}

#[test]
fn a_field_that_is_newer_than_the_catalogue_can_be_configured_where_the_host_says_so() {
    let mut config = config(JOB);
    config.allow_unlisted_paths = true;
    for path in ["newField:a:1", "customer:newField", "estimates:1:newField"] {
        config.status_path = Some(path.parse().unwrap());
        Mapper::new(config.clone()).unwrap();
    }
    config.status_path = Some("invoices:1:newField".parse().unwrap());
    let missing = vec![SelectableObject::Invoices];
    let path = config.status_path.clone().unwrap();
    assert_eq!(Mapper::new(config).unwrap_err(), ConfigError::DetailNotSelected { path, missing });
}

#[test]
fn the_recommended_audiences_can_be_checked_against_a_configuration() {
    assert_eq!(rehash(30).check(&config(JOB)), Ok(()));
    assert_eq!(speed_to_lead_removal().check(&config(JOB)), Ok(()));
    for rule in [rehash(30), speed_to_lead_removal()] {
        let mut bare = config(JOB);
        bare.selection = ObjectSelection::none();
        assert!(matches!(rule.check(&bare), Err(ConfigError::DetailNotSelected { .. })));
        assert!(matches!(rule.check(&config(MEMBERSHIP)), Err(ConfigError::UnknownDetail { .. })));
    }
}

#[test]
fn a_rule_with_a_path_that_leads_nowhere_is_refused_however_deep_it_is() {
    let path = |path: &str| path.parse::<DetailPath>().unwrap();
    let detail = |at: &str| AudienceRule::detail(path(at), Condition::Present);
    let some = |list: &str, item: AudienceRule| AudienceRule::Some { list: path(list), item: Box::new(item) };
    let config = config(JOB);
    let deep = |rule| AudienceRule::Not(Box::new(AudienceRule::Any(vec![AudienceRule::All(vec![rule])])));
    assert_eq!(deep(some("estimates", some("items", detail("sku:name")))).check(&config), Ok(()));
    let wrong = deep(some("estimates", some("items", detail("sku:nam")))).check(&config).unwrap_err();
    let ConfigError::UnknownDetail { path: told, nearest, .. } = wrong else { panic!("{wrong}") };
    assert_eq!(told, path("estimates:1:items:1:sku:nam"));
    assert_eq!(nearest[0], "estimates:#:items:#:sku:name");
    for (list, item) in [("customer", "name"), ("jobStatus", "name"), ("estimates:1", "name")] {
        let error = some(list, detail(item)).check(&config).unwrap_err();
        assert_eq!(error, ConfigError::NotAList { path: path(list) });
    }
    let mut lenient = config.clone();
    lenient.allow_unlisted_paths = true;
    assert_eq!(some("newList", detail("name")).check(&lenient), Ok(()));
}
