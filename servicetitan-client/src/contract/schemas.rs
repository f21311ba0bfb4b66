//! The published schemas, found by operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::Operation;

/// The documents by the family in their paths.
pub(crate) struct Schemas {
    documents: BTreeMap<String, Value>,
    /// The schema of every `sort` parameter.
    sort: Value,
}

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
        Schemas { documents, sort: json!({"type": "string"}) }
    }

    /// Method and path of every operation that the schemas file under one of these tags, written `family/tag`.
    pub(crate) fn operations_of(&self, tags: &[&str]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (family, document) in &self.documents {
            for (path, methods) in document["paths"].as_object().unwrap() {
                for (method, stated) in methods.as_object().unwrap() {
                    let tag = format!("{family}/{}", stated["tags"][0].as_str().unwrap());
                    if tags.contains(&tag.as_str()) {
                        found.insert(format!("{} {family}/v2{path}", method.to_uppercase()));
                    }
                }
            }
        }
        found
    }

    /// The document that states the operation, and its entry there.
    pub(crate) fn stated(&self, operation: &Operation) -> (&Value, &Value) {
        let (family, path) = operation.path.split_once("/v2").unwrap();
        let document = self.documents.get(family).unwrap_or_else(|| panic!("no schema of {family}"));
        let stated = &document["paths"][path][operation.method.to_lowercase()];
        assert!(stated.is_object(), "{} {} is not published", operation.method, operation.path);
        (document, stated)
    }

    /// The schema of the operation's answer, with the document in which its references are found. `None` if it answers with nothing.
    pub(crate) fn answer(&self, operation: &Operation) -> Option<(&Value, &Value)> {
        let (document, stated) = self.stated(operation);
        let schema = &stated["responses"]["200"]["content"]["application/json"]["schema"];
        (!schema.is_null()).then(|| (document, resolved(document, schema)))
    }

    /// The schema of one record in the operation's answer. Lists and exports carry records under `data`, the other answers are one.
    pub(crate) fn record(&self, operation: &Operation) -> Option<(&Value, &Value)> {
        let (document, schema) = self.answer(operation)?;
        let data = &schema["properties"]["data"]["items"];
        Some((document, if data.is_null() { schema } else { resolved(document, data) }))
    }

    /// The schema of the operation's body.
    pub(crate) fn body(&self, operation: &Operation) -> Option<(&Value, &Value)> {
        let (document, stated) = self.stated(operation);
        let schema = &stated["requestBody"]["content"]["application/json"]["schema"];
        (!schema.is_null()).then(|| (document, resolved(document, schema)))
    }

    /// The operation's query parameters with their schemas.
    pub(crate) fn query_parameters(&self, operation: &Operation) -> BTreeMap<&str, &Value> {
        let (document, stated) = self.stated(operation);
        let parameters = stated["parameters"].as_array().into_iter().flatten();
        parameters
            .map(|parameter| resolved(document, parameter))
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| {
                (parameter["name"].as_str().unwrap(), alternative(document, &parameter["schema"]))
            })
            // Where its schema is no string, it shows how ServiceTitan reads it and not what is sent.
            .map(|(name, schema)| (name, if name == "sort" { &self.sort } else { schema }))
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

/// The schema behind references and behind a choice of one.
pub(crate) fn alternative<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let schema = resolved(document, schema);
    schema["oneOf"].get(0).map_or(schema, |first| resolved(document, first))
}

/// Returns whether null is a value too.
pub(crate) fn nullable(document: &Value, schema: &Value) -> bool {
    schema["nullable"] == true || resolved(document, schema)["nullable"] == true
}

/// For each field of the schema, however deep: its path, and a record in which it alone is set, to a value of the wrong kind.
pub(crate) fn with_one_wrong_field(document: &Value, schema: &Value) -> Vec<(String, Value)> {
    let mut records = wrong_fields(document, schema, 0);
    for (_, record) in &mut records {
        // A record needs an ID, unless that is what is wrong.
        if record.is_object() && record["id"].is_null() {
            record["id"] = json!(1);
        }
    }
    records
}

fn wrong_fields(document: &Value, schema: &Value, depth: u8) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    if depth == 0 && schema["type"] == "array" {
        for (path, inner) in with_one_wrong_field(document, alternative(document, &schema["items"])) {
            found.push((format!("[].{path}"), json!([inner])));
        }
        return found;
    }
    // A schema that contains itself has to end somewhere.
    let Some(properties) = schema["properties"].as_object().filter(|_| depth < 5) else { return found };
    for (name, field) in properties {
        let field = alternative(document, field);
        let items = alternative(document, &field["items"]);
        // An empty object may be an empty list too.
        let may_be_object =
            ["object", "array"].iter().any(|it| field["type"] == *it) || field["properties"].is_object();
        let wrong = if may_be_object { json!(false) } else { json!({}) };
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
