//! A server that answers nothing but what the schemas say, and takes nothing else.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::{Match, Mock, MockServer, Request, Respond, ResponseTemplate};

use super::instances::Instances;
use super::schemas::{Schemas, alternative};
use super::validate;
use crate::Operation;

/// The request that the server expects, its answer, and the faults that it found.
pub(crate) struct Expected {
    pub(crate) operation: Operation,
    pub(crate) seed: u64,
    /// The record or records of the last answer.
    pub(crate) answered: Value,
    pub(crate) faults: Vec<String>,
    pub(crate) requests: u32,
    /// The names of the parameters that came.
    pub(crate) parameters: BTreeSet<String>,
}

pub(crate) type Conversation = Arc<Mutex<Expected>>;

struct BySchema {
    schemas: Arc<Schemas>,
    conversation: Conversation,
}

struct Anything;

impl Match for Anything {
    fn matches(&self, _: &Request) -> bool {
        true
    }
}

/// Starts the server.
pub(crate) async fn serve(schemas: Arc<Schemas>, conversation: Conversation) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(Anything).respond_with(BySchema { schemas, conversation }).mount(&server).await;
    server
}

impl Respond for BySchema {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if request.url.path() == "/connect/token" {
            let token = json!({"access_token": "t", "expires_in": 900, "token_type": "Bearer", "scope": ""});
            return ResponseTemplate::new(200).set_body_json(token);
        }
        let expected = &mut *self.conversation.lock().unwrap();
        expected.requests += 1;
        expected.parameters =
            request.url.query_pairs().map(|(name, _)| without_key(&name).to_owned()).collect();
        let faults = self.faults(&expected.operation, request);
        expected.faults.extend(faults);
        let (answered, body) = self.answer(&expected.operation, request, expected.seed);
        expected.answered = answered;
        match body {
            Some(body) => ResponseTemplate::new(200).set_body_json(body),
            None => ResponseTemplate::new(200),
        }
    }
}

impl BySchema {
    /// Returns the parts of the request that are not in the schema.
    fn faults(&self, operation: &Operation, request: &Request) -> Vec<String> {
        let mut faults = Vec::new();
        if request.method.as_str() != operation.method {
            faults.push(format!("{} instead of {}", request.method, operation.method));
        }
        let stated =
            operation.path.split('/').map(|part| if part.starts_with('{') { None } else { Some(part) });
        let sent: Vec<&str> = request.url.path().trim_start_matches('/').split('/').collect();
        if stated.clone().count() != sent.len()
            || stated.zip(&sent).any(|(stated, sent)| stated.is_some_and(|part| part != *sent))
        {
            faults.push(format!("{} is not {}", request.url.path(), operation.path));
        }
        let parameters = self.schemas.query_parameters(operation);
        let (document, _) = self.schemas.stated(operation);
        let pages = self
            .schemas
            .answer(operation)
            .is_some_and(|(_, schema)| schema["properties"]["page"].is_object());
        for (name, text) in request.url.query_pairs() {
            let name = without_key(&name);
            match parameters.get(name) {
                // One list answers in pages and does not say by which parameters they are asked for.
                None if pages && matches!(name, "page" | "pageSize") => {}
                None => faults.push(format!("the parameter {name} is not in the schema")),
                Some(schema) if !is_query_value(document, schema, &text) => {
                    faults.push(format!("{name}={text} is not in the schema"));
                }
                Some(_) => {}
            }
        }
        match (self.schemas.body(operation), request.body.is_empty()) {
            (None, true) => {}
            (None, false) => faults.push("a body, where the schema has none".to_owned()),
            (Some(_), true) => faults.push("no body".to_owned()),
            (Some((document, schema)), false) => {
                let body = serde_json::from_slice(&request.body).unwrap_or_default();
                faults.extend(validate::faults(document, schema, &body));
            }
        }
        faults
    }

    /// Returns the answer as the caller sees it, and the body.
    fn answer(&self, operation: &Operation, request: &Request, seed: u64) -> (Value, Option<Value>) {
        let Some((document, schema)) = self.schemas.answer(operation) else { return (Value::Null, None) };
        let mut instances = Instances::by_the_schema(document, seed);
        if schema["properties"]["hasMore"].is_null() {
            let answer = instances.record(schema);
            return (answer.clone(), Some(answer));
        }
        let (_, record) = self.schemas.record(operation).unwrap();
        let mut records: Vec<Value> = (0..3).map(|_| instances.record(record)).collect();
        // A list by IDs brings records that have, or belong to, one of them.
        for (name, ids) in request.url.query_pairs() {
            let Some(id) = ids.split(',').next().and_then(|id| id.parse::<i64>().ok()) else { continue };
            let named = name.strip_suffix('s').unwrap_or_default();
            let has = |field: &&str| record["properties"][*field]["type"] == "integer";
            if let Some(field) = [named, "jobId"].into_iter().filter(|_| named.ends_with("d")).find(has) {
                records.iter_mut().for_each(|record| record[field] = json!(id));
            }
        }
        let mut body = json!({"hasMore": false, "data": records});
        for (name, value) in [
            ("page", json!(1)),
            ("pageSize", json!(50)),
            ("totalCount", json!(3)),
            ("continueFrom", json!("token")),
        ] {
            if !schema["properties"][name].is_null() {
                body[name] = value;
            }
        }
        assert_eq!(
            validate::faults(document, schema, &body),
            Vec::<String>::new(),
            "{} is answered wrongly",
            operation.name
        );
        (body["data"].clone(), Some(body))
    }
}

/// The name of a parameter; a dictionary's carries its key behind it.
fn without_key(name: &str) -> &str {
    name.split('[').next().unwrap_or_default()
}

/// Returns whether a parameter's text is a value of its schema.
fn is_query_value(document: &Value, schema: &Value, text: &str) -> bool {
    let schema = match schema["type"].as_str() {
        Some("array") => alternative(document, &schema["items"]),
        Some("object") => alternative(document, &schema["additionalProperties"]),
        _ => schema,
    };
    let text_value = Value::from(text);
    let value = match schema["type"].as_str() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).unwrap_or(text_value),
        _ => text_value,
    };
    validate::faults(document, schema, &value).is_empty()
}
