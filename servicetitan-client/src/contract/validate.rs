//! Validation of JSON by a schema, for as much of OpenAPI as the published documents use.

use serde_json::Value;

use super::schemas::resolved;

/// Returns the faults of a value, a line for each.
pub(crate) fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(document, schema, value, "$", &mut faults);
    faults
}

fn check(document: &Value, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    if value.is_null() && schema["nullable"] == true {
        return;
    }
    let schema = resolved(document, schema);
    if value.is_null() && schema["nullable"] == true {
        return;
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &&Value| self::faults(document, choice, value).is_empty();
        if !choices.iter().any(|choice| fits(&choice)) {
            faults.push(format!("{path}: none of the alternatives"));
        }
        return;
    }
    if let Some(values) = schema["enum"].as_array() {
        if !values.contains(value) {
            faults.push(format!("{path}: {value} is not in the enum"));
        }
        return;
    }
    let fits = match schema["type"].as_str() {
        Some("array") => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                check(document, &schema["items"], item, &format!("{path}[{index}]"), faults);
            }
            value.is_array()
        }
        Some("integer") if schema["format"] == "int32" => {
            value.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
        }
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("string") => value.as_str().is_some_and(|text| is_of_format(text, schema["format"].as_str())),
        _ => {
            check_members(document, schema, value, path, faults);
            value.is_object()
        }
    };
    if !fits {
        faults.push(format!("{path}: {value} is no {} {}", schema["type"], schema["format"]));
    }
}

fn check_members(document: &Value, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    for required in schema["required"].as_array().into_iter().flatten() {
        if value.get(required.as_str().unwrap()).is_none() {
            faults.push(format!("{path}: {required} is missing"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(property), _) => check(document, property, member, &format!("{path}.{name}"), faults),
            (None, Value::Object(_)) => {
                check(document, &schema["additionalProperties"], member, &format!("{path}.{name}"), faults);
            }
            (None, Value::Bool(true)) => {}
            (None, _) => faults.push(format!("{path}.{name} is not in the schema")),
        }
    }
}

fn is_of_format(text: &str, format: Option<&str>) -> bool {
    match format {
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        Some("date") => text.parse::<chrono::NaiveDate>().is_ok(),
        Some("guid" | "uuid") => {
            let groups: Vec<usize> = text.split('-').map(str::len).collect();
            groups == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::faults;

    #[test]
    fn what_a_schema_does_not_allow_is_found() {
        let document = json!({"components": {"Size": {"type": "string", "enum": ["Small", "Large"]}}});
        let schema = json!({"type": "object", "required": ["id"], "properties": {
            "id": {"type": "integer", "format": "int64"}, "count": {"type": "integer", "format": "int32"},
            "size": {"oneOf": [{"$ref": "#/components/Size"}], "nullable": true}, "day": {"type": "string", "format": "date"},
            "list": {"type": "array", "items": {"type": "boolean"}}, "guid": {"type": "string", "format": "guid"},
        }});
        let allowed = json!({"id": 1, "count": 2, "size": null, "day": "2026-02-01", "list": [true],
            "guid": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"});
        assert_eq!(faults(&document, &schema, &allowed), Vec::<String>::new());
        for refused in [
            json!({}),
            json!({"id": null}),
            json!({"id": "1"}),
            json!({"id": 1.5}),
            json!({"id": 1, "count": 4_000_000_000_u32}),
            json!({"id": 1, "size": "Medium"}),
            json!({"id": 1, "day": "2026-02-30"}),
            json!({"id": 1, "list": [1]}),
            json!({"id": 1, "other": 1}),
            json!({"id": 1, "guid": "x"}),
            json!([]),
        ] {
            assert!(!faults(&document, &schema, &refused).is_empty(), "{refused}");
        }
    }
}
