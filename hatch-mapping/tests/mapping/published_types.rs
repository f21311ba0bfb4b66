//! The types of the catalogue beside ServiceTitan's published schemas.

use std::collections::BTreeMap;

use hatch_mapping::{DataType, catalogue};
use serde_json::Value;

use crate::fixture::{JOB, MEMBERSHIP};

/// Where in the details each resource's records stand, the document that publishes it, and the paths behind `/tenant/{tenant}/` that answer with
/// such records: list and export differ in fields.
const RESOURCES: &[(&str, &str, &[&str])] = &[
    ("customer:contacts:#:", "crm", &["customers/contacts", "export/customers/contacts"]),
    ("customer:tags:#:", "settings", &["tag-types", "export/tag-types"]),
    ("customer:", "crm", &["customers", "export/customers"]),
    ("location:contacts:#:", "crm", &["locations/contacts", "export/locations/contacts"]),
    ("location:tags:#:", "settings", &["tag-types", "export/tag-types"]),
    ("location:zone:", "dispatch", &["zones"]),
    ("location:", "crm", &["locations", "export/locations"]),
    ("businessUnit:", "settings", &["business-units", "export/business-units"]),
    ("jobType:", "jpm", &["job-types"]),
    ("membershipType:", "memberships", &["membership-types", "export/membership-types"]),
    ("campaign:category:", "marketing", &["categories"]),
    ("campaign:", "marketing", &["campaigns"]),
    ("cancelReason:memo", "jpm", &["export/job-canceled-logs"]),
    ("cancelReason:", "jpm", &["job-cancel-reasons"]),
    ("tags:#:", "settings", &["tag-types", "export/tag-types"]),
    ("soldBy:", "settings", &["technicians", "export/technicians", "employees", "export/employees"]),
    ("appointments:#:assignments:#:technician:", "settings", &["technicians", "export/technicians"]),
    (
        "appointments:#:assignments:#:",
        "dispatch",
        &["appointment-assignments", "export/appointment-assignments"],
    ),
    ("appointments:#:", "jpm", &["appointments", "export/appointments"]),
    ("estimates:#:soldByTechnician:", "settings", &["technicians", "export/technicians"]),
    ("estimates:#:soldByEmployee:", "settings", &["employees", "export/employees"]),
    ("estimates:#:", "salestech", &["estimates", "export/estimates"]),
    ("invoices:#:", "accounting", &["invoices", "export/invoices"]),
    ("recurringServices:#:", "memberships", &["recurring-services", "export/recurring-services"]),
    (
        "recurringServiceEvents:#:",
        "memberships",
        &["recurring-service-events", "export/recurring-service-events"],
    ),
];

/// Fields that a model has because answers to writes, or feeds of their own, have them. The records of lists and exports have none.
const ELSEWHERE: &[&str] = &[
    "location:zone:serviceDaysIds",
    "location:zone:serviceDaysIds:#",
    "estimates:#:items:#:estimateId",
    "invoices:#:items:#:active",
    "invoices:#:items:#:invoiceId",
    "invoices:#:customFields:#:typeId",
];

/// Names under which something is joined: no schema has them.
const JOINED: &[&str] = &[
    "customer",
    "contacts",
    "location",
    "zone",
    "tags",
    "businessUnit",
    "jobType",
    "membershipType",
    "campaign",
    "category",
    "cancelReason",
    "soldBy",
    "appointments",
    "assignments",
    "technician",
    "estimates",
    "soldByTechnician",
    "soldByEmployee",
    "invoices",
    "recurringServices",
    "recurringServiceEvents",
];

fn document(family: &str) -> Value {
    let folder = std::env::var("SERVICETITAN_OPENAPI_DIR").unwrap();
    let text = std::fs::read_to_string(format!("{folder}/servicetitan-{family}-v2.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Follows references, and takes the first of several alternatives.
fn resolved<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    loop {
        let alternative = ["oneOf", "allOf", "anyOf"].into_iter().find_map(|it| schema[it].get(0));
        match (schema["$ref"].as_str(), alternative) {
            (Some(reference), _) => schema = document.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
            (None, Some(alternative)) => schema = alternative,
            (None, None) => return schema,
        }
    }
}

/// The schema of the records in an answer.
fn record<'a>(document: &'a Value, path: &str) -> &'a Value {
    let answer = &document["paths"][format!("/tenant/{{tenant}}/{path}")]["get"]["responses"]["200"];
    let answer = resolved(document, &answer["content"]["application/json"]["schema"]);
    let data = resolved(document, &answer["properties"]["data"]);
    let record = resolved(document, &data["items"]);
    assert!(record["properties"].is_object(), "{path} is not published");
    record
}

/// The schema of a field, whose path begins at the record.
fn field<'a>(document: &'a Value, record: &'a Value, path: &str) -> Option<&'a Value> {
    path.split(':').try_fold(record, |schema, part| {
        let next = if part == "#" { &schema["items"] } else { &schema["properties"][part] };
        Some(resolved(document, next)).filter(|next| !next.is_null())
    })
}

fn fits(data_type: DataType, schema: &Value) -> bool {
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer"), _) => data_type == DataType::Number,
        (Some("number"), _) => data_type == DataType::Decimal,
        (Some("boolean"), _) => data_type == DataType::TrueFalse,
        (Some("string"), Some("date-time")) => data_type == DataType::DateTime,
        (Some("string"), Some("date")) => data_type == DataType::Date,
        // Accounting writes decimals as texts.
        (Some("string"), _) => matches!(data_type, DataType::Text | DataType::Decimal),
        (Some("array"), _) => data_type == DataType::List,
        (Some("object"), _) => data_type == DataType::Object,
        _ => false,
    }
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn each_field_of_the_catalogue_has_the_type_that_a_published_schema_gives_it() {
    let documents: BTreeMap<&str, Value> = RESOURCES.iter().map(|(_, it, _)| (*it, document(it))).collect();
    let (mut faults, mut checked) = (Vec::new(), 0);
    for (model, base) in [
        (JOB, ("", "jpm", &["jobs", "export/jobs"][..])),
        (MEMBERSHIP, ("", "memberships", &["memberships", "export/memberships"][..])),
    ] {
        for row in catalogue(model) {
            let of_resource = RESOURCES.iter().find(|(prefix, ..)| row.path.starts_with(prefix));
            let (prefix, family, paths) = of_resource.copied().unwrap_or(base);
            let is_join = |prefix: &str| {
                let list = prefix.trim_end_matches(':').trim_end_matches(":#");
                list == row.path && JOINED.contains(&list.rsplit(':').next().unwrap_or_default())
            };
            let is_elsewhere = ELSEWHERE.contains(&row.path.as_str());
            if is_elsewhere || RESOURCES.iter().any(|(prefix, ..)| is_join(prefix)) {
                continue;
            }
            // A text of another record is a prefix as a whole.
            let own = row.path.strip_prefix(prefix).filter(|own| !own.is_empty()).unwrap_or("memo");
            let document = &documents[family];
            let published: Vec<&Value> =
                paths.iter().filter_map(|path| field(document, record(document, path), own)).collect();
            if !published.iter().any(|schema| fits(row.data_type, schema)) {
                faults.push(format!("{model}: {} is no {} in {published:?}", row.path, row.data_type));
            }
            checked += 1;
        }
    }
    assert!(checked > 800, "only {checked}");
    assert!(faults.is_empty(), "{} of {checked}: {}", faults.len(), faults.join("\n"));
}
