//! The published schemas, found by operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use servicetitan_client::Operation;

/// The documents by the family in their paths.
pub(crate) struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    pub(crate) fn load() -> Schemas {
        let folder =
            std::env::var("SERVICETITAN_OPENAPI_DIR").expect("SERVICETITAN_OPENAPI_DIR names the schemas");
        let mut documents = BTreeMap::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let family = name.strip_prefix("servicetitan-").and_then(|rest| rest.strip_suffix("-v2.json"));
            if let Some(family) = family {
                // The sales family's document is named after the team behind it.
                let family = if family == "salestech" { "sales" } else { family };
                let document = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                documents.insert(family.to_owned(), document);
            }
        }
        Schemas(documents)
    }

    /// The document that states the operation, and its entry there.
    fn stated(&self, operation: &Operation) -> (&Value, &Value) {
        let (family, path) = operation.path.split_once("/v2").unwrap();
        let document = self.0.get(family).unwrap_or_else(|| panic!("no schema of {family}"));
        let stated = &document["paths"][path][operation.method.to_lowercase()];
        assert!(stated.is_object(), "{} {} is not published", operation.method, operation.path);
        (document, stated)
    }

    /// The schema of one record in the operation's answer, with the document in which its references are found. `None` if it answers
    /// with nothing.
    pub(crate) fn record(&self, operation: &Operation) -> Option<(&Value, &Value)> {
        let (document, stated) = self.stated(operation);
        let schema = &stated["responses"]["200"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            return None;
        }
        let schema = resolved(document, schema);
        let data = &schema["properties"]["data"]["items"];
        // Lists and exports carry records under `data`, the other answers are one.
        Some((document, if data.is_null() { schema } else { resolved(document, data) }))
    }

    /// The names of the operation's query parameters.
    pub(crate) fn query_parameters(&self, operation: &Operation) -> BTreeSet<&str> {
        let (document, stated) = self.stated(operation);
        let parameters = stated["parameters"].as_array().unwrap().iter();
        parameters
            .map(|parameter| resolved(document, parameter))
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect()
    }
}

/// Follows references within the document.
pub(crate) fn resolved<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    while let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').unwrap();
        schema = document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"));
    }
    schema
}

/// For each field of the schema, however deep: its path, and a record in which it alone is set, to a value of the wrong kind.
pub(crate) fn with_one_wrong_field(document: &Value, schema: &Value) -> Vec<(String, Value)> {
    let mut records = wrong_fields(document, schema, 0);
    for (_, record) in &mut records {
        // A record needs an ID, unless that is what is wrong.
        if record["id"].is_null() {
            record["id"] = json!(1);
        }
    }
    records
}

fn wrong_fields(document: &Value, schema: &Value, depth: u8) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    // A schema that contains itself has to end somewhere.
    let Some(properties) = schema["properties"].as_object().filter(|_| depth < 5) else { return found };
    for (name, field) in properties {
        let field = alternative(document, field);
        let items = alternative(document, &field["items"]);
        let is_object = field["type"] == "object" || field["properties"].is_object();
        let wrong = if is_object { json!(false) } else { json!({}) };
        found.push((name.clone(), json!({ name: wrong })));
        for (path, inner) in wrong_fields(document, field, depth + 1) {
            found.push((format!("{name}.{path}"), json!({ name: inner })));
        }
        for (path, inner) in wrong_fields(document, items, depth + 1) {
            found.push((format!("{name}[].{path}"), json!({ name: [inner] })));
        }
    }
    found
}

/// The schema behind references and behind a choice of one.
fn alternative<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let schema = resolved(document, schema);
    schema["oneOf"].get(0).map_or(schema, |first| resolved(document, first))
}
