//! Faults within a page of records.

use serde_json::Value;

use super::FaultKind;
use crate::resources::Resource;
use crate::store::{Store, wrong_time};

/// Disturbs the records of a page as the fault says; other faults leave it as it is.
pub(crate) fn disturb(kind: &FaultKind, store: &mut Store, resource: &'static Resource, page: &mut Value) {
    let Some(records) = page.get_mut("data").and_then(Value::as_array_mut) else { return };
    match kind {
        FaultKind::RepeatedRecord => {
            let first = records.first().cloned();
            records.extend(first);
        }
        FaultKind::OutOfOrder => records.reverse(),
        FaultKind::WrongType => {
            let middle = records.len() / 2;
            if let Some(record) = records.get_mut(middle)
                && let Some(id) = record.get("id").and_then(Value::as_i64)
            {
                store.damage(resource, id);
                record["createdOn"] = wrong_time();
            }
        }
        _ => {}
    }
}
