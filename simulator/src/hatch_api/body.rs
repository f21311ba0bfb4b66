//! Checking the body of an upsert.

use serde_json::{Value, json};

use super::email::is_email_address;
use crate::store::Object;
use crate::time;

/// Fields that are text or null.
const TEXTS: &[&str] =
    &["firstName", "lastName", "email", "phoneNumber", "status", "externalID", "externalContactID"];

/// Fields that are a time or null.
const TIMES: &[&str] = &["externalCreatedAt", "externalUpdatedAt"];

/// An error of the body as a whole, or of one field.
fn error(title: &str, detail: &str, field: Option<&str>) -> Value {
    let pointer = field.map_or_else(|| "/data".to_owned(), |field| format!("/data/attributes/{field}"));
    json!({ "title": title, "detail": detail, "source": { "pointer": pointer } })
}

/// The body's members; else every error of the body, as JSON:API has them.
pub(super) fn check(bytes: &[u8], source: &str) -> Result<Object, Vec<Value>> {
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else {
        return Err(vec![error("Invalid value", "the body is not JSON", None)]);
    };
    let Value::Object(body) = body else {
        return Err(vec![error("Invalid value", &format!("{} where object expected", kind(&body)), None)]);
    };
    let mut errors = Vec::new();
    match body.get("source") {
        None => errors.push(error("Missing field", "source is missing", Some("source"))),
        Some(Value::String(given)) if given == source => {}
        Some(Value::String(_)) => {
            errors.push(error("Invalid value", "source is not configured", Some("source")));
        }
        Some(other) => errors.push(wrong_type("source", other, "string")),
    }
    for field in TEXTS {
        if let Some(value) = body.get(*field).filter(|value| !value.is_null() && !value.is_string()) {
            errors.push(wrong_type(field, value, "string"));
        }
    }
    for field in TIMES {
        match body.get(*field) {
            None | Some(Value::Null) => {}
            // Hatch's own example has a space where RFC 3339 has a T.
            Some(Value::String(text)) if time::parse(&text.replacen(' ', "T", 1)).is_some() => {}
            Some(Value::String(_)) => {
                errors.push(error("Invalid format", "invalid date-time", Some(field)));
            }
            Some(other) => errors.push(wrong_type(field, other, "string")),
        }
    }
    if let Some(Value::String(email)) = body.get("email")
        && !is_email_address(email)
    {
        errors.push(error("Invalid format", "invalid email", Some("email")));
    }
    if let Some(details) = body.get("details").filter(|details| !details.is_object()) {
        errors.push(wrong_type("details", details, "object"));
    }
    if errors.is_empty() { Ok(body) } else { Err(errors) }
}

fn wrong_type(field: &str, value: &Value, expected: &str) -> Value {
    error("Invalid value", &format!("{} value where {expected} expected", kind(value)), Some(field))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(body: &Value) -> Vec<String> {
        match check(body.to_string().as_bytes(), "custom:mine") {
            Ok(_) => Vec::new(),
            Err(errors) => errors
                .iter()
                .filter_map(|error| error["source"]["pointer"].as_str().map(str::to_owned))
                .collect(),
        }
    }

    #[test]
    fn every_wrong_field_is_pointed_at() {
        let body = json!({ "source": "custom:mine", "firstName": 3, "email": "nobody", "details": [],
            "externalCreatedAt": "soon" });
        let fields = ["firstName", "externalCreatedAt", "email", "details"];
        assert_eq!(pointers(&body), fields.map(|field| format!("/data/attributes/{field}")));
    }

    #[test]
    fn a_source_must_be_given_and_configured() {
        assert_eq!(pointers(&json!({})), ["/data/attributes/source"]);
        assert_eq!(pointers(&json!({ "source": "custom:yours" })), ["/data/attributes/source"]);
        assert_eq!(pointers(&json!({ "source": null })), ["/data/attributes/source"]);
        assert!(pointers(&json!({ "source": "custom:mine" })).is_empty());
    }

    #[test]
    fn null_stands_for_no_value_in_every_field_but_source_and_details() {
        let body = json!({ "source": "custom:mine", "firstName": null, "lastName": null, "email": null,
            "phoneNumber": null, "status": null, "externalID": null, "externalContactID": null,
            "externalCreatedAt": null, "externalUpdatedAt": null, "details": {} });
        assert!(pointers(&body).is_empty());
    }

    #[test]
    fn both_ways_to_write_a_time_are_taken() {
        for time in ["2023-02-06 17:46:25Z", "2023-02-06T17:46:25.1234567Z"] {
            assert!(
                pointers(&json!({ "source": "custom:mine", "externalUpdatedAt": time })).is_empty(),
                "{time}"
            );
        }
    }
}
