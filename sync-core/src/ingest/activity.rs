//! The `active` field of records, which only exports have.

use serde_json::{Map, Value};

use crate::MirrorRecord;

/// The record with the `active` field of the kept one, unless it has its own: lists omit the field, exports have it.
pub(super) fn keep_active(mut record: MirrorRecord, kept: &MirrorRecord) -> MirrorRecord {
    let has_active =
        |record: &MirrorRecord| record.body.as_deref().is_some_and(|body| body.contains("\"active\""));
    if !has_active(&record)
        && has_active(kept)
        && let (Some(new), Some(mut old)) = (fields(&record), fields(kept))
        && let Some(active) = old.remove("active")
    {
        record.body = Some(with_active(new, active));
    }
    record
}

fn with_active(mut record: Map<String, Value>, active: Value) -> String {
    record.insert("active".to_owned(), active);
    Value::Object(record).to_string()
}

/// Whether the record says that it is inactive.
pub(crate) fn is_inactive(record: &MirrorRecord) -> bool {
    fields(record).is_some_and(|fields| are_inactive(&fields))
}

fn fields(record: &MirrorRecord) -> Option<Map<String, Value>> {
    serde_json::from_str(record.body.as_deref()?).ok()
}

fn are_inactive(fields: &Map<String, Value>) -> bool {
    match fields.get("active") {
        Some(Value::Bool(active)) => !active,
        // As the models read it.
        Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("false"),
        _ => false,
    }
}

/// The record as inactive, for one that ServiceTitan does not have any more. `None` if it is inactive already, or known to be absent.
pub(crate) fn deactivated(kept: &MirrorRecord) -> Option<MirrorRecord> {
    let fields = fields(kept).filter(|fields| !are_inactive(fields))?;
    Some(MirrorRecord { body: Some(with_active(fields, Value::Bool(false))), ..kept.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resource;

    fn job(body: &str) -> MirrorRecord {
        MirrorRecord { body: Some(body.to_owned()), ..MirrorRecord::absent(Resource::Jobs, 1) }
    }

    #[test]
    fn a_list_read_keeps_what_only_the_export_has_active() {
        let kept = job(r#"{"id":1,"active":false,"summary":"old"}"#);
        let read = keep_active(job(r#"{"id":1,"summary":"new"}"#), &kept);
        let body: Value = serde_json::from_str(&read.body.unwrap()).unwrap();
        assert_eq!(body, serde_json::json!({"id": 1, "active": false, "summary": "new"}));
    }

    #[test]
    fn what_a_read_tells_itself_is_not_kept_from_before() {
        let kept = job(r#"{"id":1,"active":false}"#);
        let read = job(r#"{"id":1,"active":true}"#);
        assert_eq!(keep_active(read.clone(), &kept), read);
        // Something inside of a record that is called so says nothing of the record.
        let kept = job(r#"{"id":1,"items":[{"active":false}]}"#);
        assert_eq!(keep_active(job(r#"{"id":1}"#), &kept), job(r#"{"id":1}"#));
    }

    #[test]
    fn a_record_that_is_gone_is_inactive_once() {
        let kept = job(r#"{"id":1,"active":true}"#);
        let without = deactivated(&kept).unwrap();
        assert_eq!(without.body.as_deref(), Some(r#"{"active":false,"id":1}"#));
        assert!(without.replaces(&kept));
        assert_eq!(deactivated(&without), None);
        assert_eq!(deactivated(&MirrorRecord::absent(Resource::Jobs, 1)), None);
    }
}
