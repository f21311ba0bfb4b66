//! The published schemas, found by operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
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
