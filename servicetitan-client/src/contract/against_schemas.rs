//! The tests.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use secrecy::SecretString;
use serde_json::{Value, json};

use super::instances::Instances;
use super::parameters::{Form, Parameter};
use super::probe::{Kind, Probe, Read};
use super::responder::{self, Expected};
use super::schemas::{self, Schemas, alternative, nullable};
use super::validate;
use crate::{Environment, RequestLimits, ServiceTitan, TenantId};

/// The number of instances that are made of each answer and each body.
const INSTANCES: u64 = 200;

/// The resources that this library covers, by the tags under which the schemas file them.
const RESOURCES: &[&str] = &[
    "accounting/Invoices",
    "accounting/PaymentTypes",
    "accounting/TaxZones",
    "crm/BookingProviderTags",
    "crm/Bookings",
    "crm/BulkTags",
    "crm/Customers",
    "crm/Export",
    "crm/Leads",
    "crm/Locations",
    "dispatch/AppointmentAssignments",
    "dispatch/Export",
    "dispatch/NonJobAppointments",
    "dispatch/Zone",
    "jpm/Appointments",
    "jpm/Export",
    "jpm/JobCancelReasons",
    "jpm/JobHoldReasons",
    "jpm/JobTypes",
    "jpm/Jobs",
    "jpm/Projects",
    "marketing/CampaignCategories",
    "marketing/CampaignCosts",
    "marketing/Campaigns",
    "memberships/CustomerMemberships",
    "memberships/Export",
    "memberships/LocationRecurringServiceEvents",
    "memberships/LocationRecurringServices",
    "memberships/MembershipTypes",
    "memberships/RecurringServiceTypes",
    "sales/Estimates",
    "sales/EstimatesExport",
    "sales/EstimatesStatus",
    "settings/BusinessUnits",
    "settings/Employees",
    "settings/Export",
    "settings/TagTypes",
    "settings/Technicians",
    "settings/UserRoles",
    "accounting/Export",
];

/// Exports of resources that it does not cover, filed with the others.
const OTHER_EXPORTS: &[&str] = &[
    "GET accounting/v2/tenant/{tenant}/export/inventory-bills",
    "GET accounting/v2/tenant/{tenant}/export/payments",
    "GET memberships/v2/tenant/{tenant}/export/invoice-templates",
];

/// Members of bodies that ServiceTitan's schemas have and ServiceTitan itself ignores: this library does not write them.
const IGNORED: &[(&str, &str)] = &[("estimates.update", "status")];

/// The parameters of every list besides its filter: see `ListRequest`.
const PAGING: &[&str] = &["page", "pageSize", "includeTotal"];
/// The parameters of every export: see `ExportRequest`, and `active` where the feed can tell.
const FEED: &[&str] = &["from", "includeRecentChanges", "active"];

/// The lines of all families.
pub(super) fn probes() -> Vec<Probe> {
    let families = [
        crate::accounting::probes(),
        crate::crm::probes(),
        crate::dispatch::probes(),
        crate::jpm::probes(),
        crate::marketing::probes(),
        crate::memberships::probes(),
        crate::sales::probes(),
        crate::settings::probes(),
    ];
    families.into_iter().flatten().collect()
}

fn none<T: std::fmt::Debug>(faults: &[T]) {
    assert!(faults.is_empty(), "{} faults: {faults:#?}", faults.len());
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn the_table_has_every_published_operation_of_its_resources_and_no_other() {
    let schemas = Schemas::load();
    let mut published = schemas.operations_of(RESOURCES);
    for other in OTHER_EXPORTS {
        assert!(published.remove(*other), "{other} is not published");
    }
    let table: BTreeSet<String> = crate::operations::all()
        .iter()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    none(&published.difference(&table).collect::<Vec<_>>());
    none(&table.difference(&published).collect::<Vec<_>>());
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn whatever_the_schemas_allow_is_read_and_written_back_unchanged() {
    let schemas = Schemas::load();
    let mut faults = Vec::new();
    for probe in probes() {
        let operation = &probe.operation;
        let (Some((document, schema)), Some(model)) = (schemas.record(operation), probe.model) else {
            if schemas.record(operation).is_some() != probe.model.is_some() {
                faults.push(format!(
                    "{}: an answer without a model, or a model without an answer",
                    operation.name
                ));
            }
            continue;
        };
        for seed in 0..INSTANCES {
            let instance = Instances::as_tenants_send(document, seed).record(schema);
            match (model.read)(&instance.to_string()) {
                Ok(read) if read.written == instance && read.unread.is_empty() => {}
                Ok(Read { written, unread, .. }) => {
                    faults.push(format!(
                        "{}: changed\n  {instance}\n  {written}\n  unread: {unread:?}",
                        operation.name
                    ));
                    break;
                }
                Err(error) => {
                    faults.push(format!("{}: {error}\n  {instance}", operation.name));
                    break;
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Of a field that a model knows, a value of the wrong kind is told as unread; one that it does not know goes to `extra` as it is.
#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn a_model_knows_every_field_that_the_schemas_name_at_any_depth() {
    let schemas = Schemas::load();
    let (mut probed, mut unknown) = (0, Vec::new());
    for probe in probes() {
        let (Some((document, schema)), Some(model)) = (schemas.record(&probe.operation), probe.model) else {
            continue;
        };
        for (path, record) in schemas::with_one_wrong_field(document, schema) {
            probed += 1;
            if (model.read)(&record.to_string()).is_ok_and(|read| read.unread.is_empty()) {
                unknown.push(format!("{}: {path}", probe.operation.name));
            }
        }
    }
    assert!(probed > 1_000, "only {probed} fields in the schemas");
    none(&unknown);
}

/// The bodies are made through the types that write them, so a field that a type lacks or spells differently is found as one that is refused.
#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn every_body_that_a_schema_allows_can_be_written_and_is_valid() {
    let schemas = Schemas::load();
    let mut faults = Vec::new();
    for probe in probes() {
        let operation = &probe.operation;
        let (Some((document, schema)), Some(body)) = (schemas.body(operation), probe.body) else {
            if schemas.body(operation).is_some() != probe.body.is_some() {
                faults.push(format!("{}: the schema and the method differ about a body", operation.name));
            }
            continue;
        };
        for seed in 0..INSTANCES {
            let instance = without_ignored(operation, Instances::by_the_schema(document, seed).any(schema));
            let fault = match body(instance.clone()) {
                Err(error) => error,
                Ok(written) if without_nulls(&written) != without_nulls(&instance) => {
                    format!("changed to {written}")
                }
                Ok(written) => validate::faults(document, schema, &written).join(", "),
            };
            if !fault.is_empty() {
                faults.push(format!("{}: {fault}\n  {instance}", operation.name));
                break;
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn an_update_can_empty_every_field_that_may_be_null() {
    let schemas = Schemas::load();
    let mut stuck = Vec::new();
    for probe in probes().iter().filter(|probe| probe.kind == Kind::patch) {
        let (Some((document, schema)), Some(body)) = (schemas.body(&probe.operation), probe.body) else {
            continue;
        };
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if !nullable(document, property) {
                continue;
            }
            let mut instance = Instances::by_the_schema(document, 1).any(schema);
            instance[name] = Value::Null;
            if body(instance).map(|written| written.get(name) == Some(&Value::Null)) != Ok(true) {
                stuck.push(format!("{}: {name}", probe.operation.name));
            }
        }
    }
    none(&stuck);
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn the_parameters_of_every_read_are_the_schemas_with_their_types() {
    let schemas = Schemas::load();
    let mut faults = Vec::new();
    let probes = probes();
    for probe in &probes {
        let operation = &probe.operation;
        let (document, _) = schemas.stated(operation);
        let published = schemas.query_parameters(operation);
        for Parameter { name, form } in &probe.parameters {
            match published.get(name.as_str()) {
                None => faults.push(format!("{}: {name} is not in the schema", operation.name)),
                Some(schema) if !fits(document, schema, form) => {
                    faults.push(format!("{}: {name} is {schema}, not {form:?}", operation.name));
                }
                Some(_) => {}
            }
        }
        // Several methods may share an operation: together they have to send all there is.
        let same = |other: &&Probe| {
            (other.operation.method, other.operation.path) == (operation.method, operation.path)
        };
        let sent: BTreeSet<&str> = probes
            .iter()
            .filter(same)
            .flat_map(|probe| &probe.parameters)
            .map(|parameter| parameter.name.as_str())
            .collect();
        for name in published.keys() {
            let given = if probe.kind == Kind::export { FEED } else { PAGING };
            if !sent.contains(name) && !given.contains(name) {
                faults.push(format!("{}: {name} cannot be sent", operation.name));
            }
        }
    }
    faults.sort();
    faults.dedup();
    none(&faults);
}

#[tokio::test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
async fn every_operation_is_called_and_read_on_a_server_that_answers_what_the_schemas_say() {
    let schemas = Arc::new(Schemas::load());
    let probes = probes();
    let conversation = Arc::new(Mutex::new(Expected {
        operation: probes[0].operation,
        seed: 0,
        answered: Value::Null,
        faults: Vec::new(),
        requests: 0,
        parameters: BTreeSet::new(),
    }));
    let server = responder::serve(Arc::clone(&schemas), Arc::clone(&conversation)).await;
    let environment = Environment::custom(&server.uri(), &format!("{}/connect/token", server.uri())).unwrap();
    let client = ServiceTitan::builder(environment)
        .app_key(SecretString::from("ak1.test"))
        .credentials("cid.test", SecretString::from("cs1.test"))
        .tenant(TenantId(1))
        .limits(RequestLimits::per_second(1_000_000))
        .build()
        .unwrap();
    let mut faults = Vec::new();
    for probe in &probes {
        for seed in 0..3 {
            let body = schemas
                .body(&probe.operation)
                .map(|(document, schema)| Instances::by_the_schema(document, seed).any(schema))
                .map(|instance| without_ignored(&probe.operation, instance));
            {
                let mut expected = conversation.lock().unwrap();
                (expected.operation, expected.seed, expected.requests) = (probe.operation, seed, 0);
            }
            let read = (probe.call)(client.clone(), body.unwrap_or_default()).await;
            let mut expected = conversation.lock().unwrap();
            let name = probe.operation.name;
            faults.extend(expected.faults.drain(..).map(|fault| format!("{name}: {fault}")));
            for Parameter { name: parameter, .. } in &probe.parameters {
                if !expected.parameters.contains(parameter) {
                    faults.push(format!("{name}: {parameter} was set and not sent"));
                }
            }
            if expected.requests != 1 {
                faults.push(format!("{name}: {} requests", expected.requests));
            }
            match read {
                Ok(read) if read == expected.answered => {}
                Ok(read) => faults.push(format!("{name}: {} was read as {read}", expected.answered)),
                Err(error) => faults.push(format!("{name}: {error}")),
            }
        }
    }
    none(&faults);
}

/// A body without the members that ServiceTitan ignores.
fn without_ignored(operation: &crate::Operation, mut body: Value) -> Value {
    for (_, member) in IGNORED.iter().filter(|(name, _)| *name == operation.name) {
        if let Some(members) = body.as_object_mut() {
            members.remove(*member);
        }
    }
    body
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn members_that_are_ignored_are_in_the_schemas_and_cannot_be_written() {
    let schemas = Schemas::load();
    for (name, member) in IGNORED {
        let probe = probes().into_iter().find(|probe| probe.operation.name == *name).unwrap();
        let (document, schema) = schemas.body(&probe.operation).unwrap();
        let with_it = |seed| {
            Some(Instances::by_the_schema(document, seed).any(schema)).filter(|it| !it[member].is_null())
        };
        let instance = (0..INSTANCES).find_map(with_it).unwrap();
        let refused = probe.body.unwrap()(instance).unwrap_err();
        assert!(refused.contains(member), "{refused}");
    }
}

/// A member that is null says what one that is missing says, but for updates.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name.clone(), without_nulls(member)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        // A whole number is the same with and without its fraction.
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => {
                json!(float as i64)
            }
            _ => value.clone(),
        },
        value => value.clone(),
    }
}

/// Returns whether a parameter's type is the schema's.
fn fits(document: &Value, schema: &Value, form: &Form) -> bool {
    let of = |kind: &str| schema["type"] == kind;
    match form {
        // An ID is any 64-bit number.
        Form::Plain(kind, format) => {
            of(kind) && schema["enum"].is_null() && (schema["format"] == *format || format.is_empty())
        }
        Form::Values(values) => {
            let published: Option<BTreeSet<&str>> =
                schema["enum"].as_array().map(|values| values.iter().filter_map(Value::as_str).collect());
            published == Some(values.iter().copied().collect())
        }
        Form::Joined => of("string") && schema["format"].is_null(),
        Form::Each(form) => of("array") && fits(document, alternative(document, &schema["items"]), form),
        Form::Named => of("object") && schema["properties"].is_null(),
    }
}
