//! Everything that is served, against the published OpenAPI schemas.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the checker is test code outside a test"
)]

mod caller;

use std::collections::BTreeMap;
use std::path::Path;

use caller::{Caller, config};
use serde_json::{Value, json};
use simulator::SimulatorConfig;

/// Family as paths have it, and the name of its schema file.
const FAMILIES: &[(&str, &str)] = &[
    ("jpm", "jpm"),
    ("crm", "crm"),
    ("dispatch", "dispatch"),
    ("sales", "salestech"),
    ("memberships", "memberships"),
    ("settings", "settings"),
    ("marketing", "marketing"),
    ("accounting", "accounting"),
];

/// What is read: every list, then every export. A list that needs a parameter brings it.
const READS: &[&str] = &[
    "jpm:jobs?",
    "jpm:appointments?active=Any",
    "jpm:job-types?active=Any",
    "jpm:job-cancel-reasons?active=Any",
    "jpm:job-hold-reasons?active=Any",
    "crm:customers?active=Any",
    "crm:customers/contacts?modifiedOnOrAfter=2000-01-01",
    "crm:locations?active=Any",
    "crm:locations/contacts?modifiedOnOrAfter=2000-01-01",
    "dispatch:appointment-assignments?active=Any",
    "dispatch:zones?active=Any",
    "sales:estimates?active=Any",
    "memberships:memberships?active=Any",
    "memberships:membership-types?active=Any",
    "memberships:recurring-services?active=Any",
    "memberships:recurring-service-events?",
    "memberships:recurring-service-types?active=Any",
    "settings:business-units?active=Any",
    "settings:employees?active=Any",
    "settings:technicians?active=Any",
    "settings:tag-types?active=Any",
    "marketing:campaigns?active=Any",
    "marketing:categories?",
    "accounting:invoices?activeState=All",
    "jpm:export/jobs?",
    "jpm:export/appointments?",
    "jpm:export/job-canceled-logs?",
    "crm:export/customers?",
    "crm:export/customers/contacts?",
    "crm:export/locations?",
    "crm:export/locations/contacts?",
    "dispatch:export/appointment-assignments?",
    "sales:export/estimates?",
    "sales:estimates/export?",
    "memberships:export/memberships?",
    "memberships:export/membership-types?",
    "memberships:export/recurring-services?",
    "memberships:export/recurring-service-events?",
    "memberships:export/recurring-service-types?",
    "settings:export/business-units?",
    "settings:export/employees?",
    "settings:export/technicians?",
    "settings:export/tag-types?",
    "accounting:export/invoices?",
];

/// Resources whose records are read by ID.
const GETS: &[&str] = &[
    "jpm:jobs",
    "jpm:appointments",
    "jpm:job-types",
    "crm:customers",
    "crm:locations",
    "dispatch:zones",
    "sales:estimates",
    "memberships:memberships",
    "memberships:membership-types",
    "memberships:recurring-services",
    "memberships:recurring-service-types",
    "settings:business-units",
    "settings:employees",
    "settings:technicians",
    "marketing:campaigns",
    "marketing:categories",
];

/// One family's document.
struct Schemas(Value);

impl Schemas {
    fn load(name: &str) -> Self {
        let folder =
            std::env::var("SERVICETITAN_OPENAPI_DIR").expect("SERVICETITAN_OPENAPI_DIR names the schemas");
        let file = Path::new(&folder).join(format!("servicetitan-{name}-v2.json"));
        Self(serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
    }

    /// The schema of a path's successful answer; the path has placeholders.
    fn answer(&self, path: &str, method: &str) -> &Value {
        let content = &self.0["paths"][path][method]["responses"]["200"]["content"];
        let schema = &content["application/json"]["schema"];
        assert!(schema.is_object(), "no schema for {method} {path}");
        schema
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.resolve(self.0.pointer(reference.trim_start_matches('#')).unwrap()),
            None => schema,
        }
    }

    /// Everything about `value` that the schema does not allow.
    fn check(&self, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
        let schema = self.resolve(schema);
        if value.is_null() {
            if schema["nullable"] != json!(true) {
                wrong.push(format!("{at}: null is not allowed"));
            }
            return;
        }
        for choice in ["oneOf", "anyOf", "allOf"] {
            if let Some(schemas) = schema[choice].as_array() {
                assert_eq!(schemas.len(), 1, "{at}: the checker knows only one {choice}");
                self.check(&schemas[0], value, at, wrong);
            }
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
        {
            wrong.push(format!("{at}: {value} is not among the values"));
        }
        let fits = match schema["type"].as_str() {
            None => true,
            Some("integer") => value.is_i64(),
            Some("number") => value.is_number(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            Some(other) => panic!("{at}: the checker does not know the type {other}"),
        };
        if !fits {
            wrong.push(format!("{at}: {value} is no {}", schema["type"]));
            return;
        }
        if schema["format"] == json!("date-time")
            && let Some(text) = value.as_str()
            && chrono::DateTime::parse_from_rfc3339(text).is_err()
        {
            wrong.push(format!("{at}: {text} is no time"));
        }
        if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
            for value in values {
                self.check(items, value, &format!("{at}[]"), wrong);
            }
        }
        if let (Some(properties), Some(members)) = (schema["properties"].as_object(), value.as_object()) {
            for (name, member) in members {
                match properties.get(name) {
                    Some(property) => self.check(property, member, &format!("{at}.{name}"), wrong),
                    None if schema["additionalProperties"] == json!(false) => {
                        wrong.push(format!("{at}.{name}: unknown to the schema"));
                    }
                    None => {}
                }
            }
            for required in schema["required"].as_array().into_iter().flatten() {
                if !members.contains_key(required.as_str().unwrap()) {
                    wrong.push(format!("{at}.{required}: required and absent"));
                }
            }
        }
    }
}

/// Complaints, each once, with how often it came up.
fn report(wrong: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for complaint in wrong {
        *counts.entry(complaint).or_default() += 1;
    }
    counts.iter().take(60).map(|(complaint, count)| format!("\n{count} × {complaint}")).collect()
}

fn schemas() -> BTreeMap<&'static str, Schemas> {
    FAMILIES.iter().map(|(family, file)| (*family, Schemas::load(file))).collect()
}

#[tokio::test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
async fn every_list_and_export_fits_its_schema() {
    let config = SimulatorConfig { shared_contacts: true, unclean_emails: true, ..config() };
    let mut caller = Caller::start(config).await;
    caller.simulator.world().mutate(1, 300);
    // Time has passed, more than a token lives.
    caller.renew_token().await;
    let (schemas, mut wrong) = (schemas(), Vec::new());
    for read in READS {
        let (family, path) = read.split_once(':').unwrap();
        let template = format!("/tenant/{{tenant}}/{}", path.split('?').next().unwrap());
        let separator = if read.ends_with('?') { "" } else { "&" };
        let paging = if path.contains("export") { "" } else { "pageSize=5000&includeTotal=true" };
        let page = caller.read(&format!("{read}{separator}{paging}")).await;
        assert!(!page["data"].as_array().unwrap().is_empty(), "{read} serves nothing");
        schemas[family].check(schemas[family].answer(&template, "get"), &page, read, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", report(&wrong));
    assert!(caller.simulator.stats().unknown_parameters.is_empty());
}

#[tokio::test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
async fn every_single_record_fits_its_schema() {
    let caller = Caller::start(config()).await;
    let (schemas, mut wrong) = (schemas(), Vec::new());
    for get in GETS {
        let (family, resource) = get.split_once(':').unwrap();
        let template = format!("/tenant/{{tenant}}/{resource}/{{id}}");
        let schema = schemas[family].answer(&template, "get");
        for id in caller.simulator.world().ids(resource).into_iter().take(20) {
            let record = caller.read(&format!("{get}/{id}")).await;
            schemas[family].check(schema, &record, get, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", report(&wrong));
}

#[tokio::test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
async fn notes_contacts_and_cancel_reasons_fit_their_schemas() {
    let caller = Caller::start(config()).await;
    let (schemas, mut wrong) = (schemas(), Vec::new());
    let world = caller.simulator.world();
    for (family, resource) in [("jpm", "jobs"), ("crm", "customers"), ("crm", "locations")] {
        let id = world.ids(resource)[0];
        let path = format!("{family}:{resource}/{id}/notes");
        let template = format!("/tenant/{{tenant}}/{resource}/{{id}}/notes");
        let note: Value = caller.post(&path, json!({ "text": "Hi" })).await.json().await.unwrap();
        schemas[family].check(schemas[family].answer(&template, "post"), &note, &path, &mut wrong);
        let page = caller.read(&path).await;
        schemas[family].check(schemas[family].answer(&template, "get"), &page, &path, &mut wrong);
    }
    for (contacts, owner) in [("customers", "customerId"), ("locations", "locationId")] {
        let id = world.records(&format!("{contacts}/contacts"))[0][owner].as_i64().unwrap();
        let page = caller.read(&format!("crm:{contacts}/{id}/contacts")).await;
        let template = format!("/tenant/{{tenant}}/{contacts}/{{id}}/contacts");
        schemas["crm"].check(schemas["crm"].answer(&template, "get"), &page, contacts, &mut wrong);
    }
    let canceled = world.records("job-canceled-logs")[0]["jobId"].as_i64().unwrap();
    let page = caller.read(&format!("jpm:jobs/cancel-reasons?ids={canceled}")).await;
    let schema = schemas["jpm"].answer("/tenant/{tenant}/jobs/cancel-reasons", "get");
    schemas["jpm"].check(schema, &page, "cancel-reasons", &mut wrong);
    assert!(wrong.is_empty(), "{}", report(&wrong));
}

#[tokio::test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
async fn webhooks_fit_their_schemas() {
    let caller = Caller::start(config()).await;
    let (schemas, mut wrong, mut seen) = (schemas(), Vec::new(), BTreeMap::new());
    let world = caller.simulator.world();
    for change in world.mutate(1, 600) {
        let Some(delivery) = world.webhook(&change, &"k".repeat(32).into()) else { continue };
        let (family, schema) = match delivery.event_type.as_str() {
            "tn.jpm.job-updated" => ("jpm", "Jpm.V2.Webhook.JobUpdatedWebhookEvent"),
            "tn.jpm.job-scheduled" => ("jpm", "Jpm.V2.Webhook.JobScheduledWebhookEvent"),
            "tn.jpm.job-completed" => ("jpm", "Jpm.V2.Webhook.JobCompletedWebhookEvent"),
            "tn.jpm.job-appointment-updated" => ("jpm", "Jpm.V2.Webhook.JobAppointmentUpdatedWebhookEvent"),
            "tn.acc.invoice-updated" => ("accounting", "Accounting.V2.Webhook.InvoiceUpdatedEventPayload"),
            other => panic!("{other} has no schema here"),
        };
        let schemas = &schemas[family];
        let schema = &schemas.0["components"]["schemas"][format!("CloudEvent_Of_{schema}")];
        let event: Value = serde_json::from_slice(&delivery.body).unwrap();
        schemas.check(schema, &event, &delivery.event_type, &mut wrong);
        *seen.entry(delivery.event_type).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    assert!(wrong.is_empty(), "{}", report(&wrong));
}

#[tokio::test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
async fn a_refusal_fits_its_schema() {
    let caller = Caller::start(config()).await;
    let jpm = Schemas::load("jpm");
    let mut wrong = Vec::new();
    for path in ["jpm:jobs/1", "jpm:jobs?ids=x"] {
        let problem: Value = caller.get(path).await.json().await.unwrap();
        jpm.check(&jpm.0["components"]["schemas"]["ApiErrorResponse"], &problem, path, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", report(&wrong));
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn the_checker_sees_what_does_not_fit() {
    let jpm = Schemas::load("jpm");
    let mut wrong = Vec::new();
    let reason = json!({ "id": "1", "name": null, "active": true, "createdOn": "soon", "color": "red" });
    let schema = &jpm.0["components"]["schemas"]["Jpm.V2.JobCancelReasonResponse"];
    jpm.check(schema, &reason, "reason", &mut wrong);
    assert_eq!(wrong.len(), 5, "{wrong:?}");
}
