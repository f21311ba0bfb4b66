//! The body beside Hatch's published schema.

use std::collections::BTreeSet;

use chrono::DateTime;
use hatch_mapping::Mapper;
use serde_json::Value;

use crate::fixture::{Fixture, JOB, MEMBERSHIP, config, read};

/// The schema of the body that Hatch's upsert takes.
fn upsert_schema() -> Value {
    let directory = std::env::var("SERVICETITAN_OPENAPI_DIR").unwrap();
    let text = std::fs::read_to_string(format!("{directory}/hatch-v1.json")).unwrap();
    let schemas: Value = serde_json::from_str(&text).unwrap();
    schemas["components"]["schemas"]["UpsertContactParams"].clone()
}

fn bodies() -> Vec<Value> {
    let mut bare = Fixture::bare();
    bare.job = read(serde_json::json!({"id": 42}));
    bare.customer = None;
    let mut bodies = Vec::new();
    for fixture in [Fixture::full(), bare] {
        for model in [JOB, MEMBERSHIP] {
            let mut config = config(model);
            config.status_path = Some(if model == JOB { "jobStatus" } else { "status" }.parse().unwrap());
            let opportunity = Mapper::new(config).unwrap().map(&fixture.record(model)).opportunity;
            bodies.push(serde_json::to_value(opportunity).unwrap());
        }
    }
    bodies
}

fn names(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn the_body_has_the_fields_of_hatchs_published_schema_and_no_other() {
    let schema = upsert_schema();
    let bodies = bodies();
    assert_eq!(names(&bodies[0]), names(&schema["properties"]));
    for body in &bodies {
        assert!(names(body).is_subset(&names(&schema["properties"])));
    }
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn each_value_is_of_the_type_and_format_of_hatchs_published_schema() {
    let schema = upsert_schema();
    for body in bodies() {
        for (name, value) in body.as_object().unwrap() {
            let property = &schema["properties"][name];
            if value.is_null() {
                assert_eq!(property["nullable"], true, "{name} is null");
                continue;
            }
            match property["type"].as_str() {
                Some("string") => assert!(value.is_string(), "{name}"),
                Some("object") => assert!(value.is_object(), "{name}"),
                other => panic!("{name} has the type {other:?}, which this test does not know"),
            }
            match property["format"].as_str() {
                None => {}
                Some("email") => assert!(value.as_str().unwrap().contains('@'), "{name}"),
                Some("date-time") => {
                    DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
                }
                Some(other) => panic!("{name} has the format {other:?}, which this test does not know"),
            }
        }
    }
}
