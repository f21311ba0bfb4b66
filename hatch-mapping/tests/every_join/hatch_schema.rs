//! The body beside Hatch's published schema.

use std::collections::BTreeSet;

use hatch_mapping::{Mapper, OpportunityModel};
use serde_json::Value;

use crate::fixture::{Fixture, config};

fn keys(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

#[test]
#[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
fn the_body_has_the_fields_of_hatchs_published_schema_and_no_other() {
    let directory = std::env::var("SERVICETITAN_OPENAPI_DIR").unwrap();
    let text = std::fs::read_to_string(format!("{directory}/hatch-v1.json")).unwrap();
    let schemas: Value = serde_json::from_str(&text).unwrap();
    let mut config = config(OpportunityModel::Job);
    config.status_path = Some("jobStatus".parse().unwrap());
    let fixture = Fixture::full();
    let opportunity = Mapper::new(config).unwrap().map(&fixture.record(OpportunityModel::Job)).opportunity;
    let body = serde_json::to_value(opportunity).unwrap();
    assert_eq!(keys(&body), keys(&schemas["components"]["schemas"]["UpsertContactParams"]["properties"]));
}
