//! Writes of estimates, with the one that is known to do nothing.

use chrono::Duration;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::resources::ESTIMATES;
use crate::store::{Object, Store};
use crate::time;
use crate::world::edit;

/// A write of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EstimateWrite {
    /// `PUT` (and `PATCH`) `…/estimates/{id}`
    Update,
    /// `PUT …/estimates/{id}/sell`
    Sell,
    /// `PUT …/estimates/{id}/unsell`
    Unsell,
    /// `PUT …/estimates/{id}/dismiss`
    Dismiss,
}

/// Fields of an update that are carried out. A status is not, though the answer shows it.
const UPDATED: [&str; 6] = ["name", "summary", "tax", "reviewStatus", "soldBy", "isRecommended"];

/// Writes an estimate. The answer is null where ServiceTitan answers with an empty body.
///
/// An update with a `status` is answered with 200 and that status, and leaves the estimate's status as it was, as on the real API; selling,
/// taking back a sale and dismissing are operations of their own.
pub(crate) fn write(store: &mut Store, write: EstimateWrite, id: i64, body: &[u8]) -> Result<Value, Problem> {
    let missing = || Problem::no_such_record(ESTIMATES.name, id);
    store.of(ESTIMATES.name).get(id).filter(|record| !record.deleted).ok_or_else(missing)?;
    let body = match write {
        EstimateWrite::Update | EstimateWrite::Sell => read_body(body)?,
        EstimateWrite::Unsell | EstimateWrite::Dismiss => Object::new(),
    };
    let seller = body.get("soldBy").cloned().unwrap_or_default();
    if write == EstimateWrite::Sell && !seller.is_i64() {
        return Err(Problem::field("soldBy", "The soldBy field is required."));
    }
    let updated: Vec<(&str, Value)> =
        UPDATED.into_iter().filter_map(|field| Some((field, body.get(field)?.clone()))).collect();
    if write != EstimateWrite::Update || !updated.is_empty() {
        let sold_on = time::wire(store.advance(Duration::seconds(1)));
        edit(store, &ESTIMATES, id, |json| {
            let mut set = |status: Value, sold_on: Value, sold_by: Value| {
                for (field, value) in [("status", status), ("soldOn", sold_on), ("soldBy", sold_by)] {
                    json.insert(field.into(), value);
                }
            };
            match write {
                EstimateWrite::Update => {
                    json.extend(updated.into_iter().map(|(field, value)| (field.to_owned(), value)));
                }
                EstimateWrite::Sell => set(json!({ "value": 1, "name": "Sold" }), sold_on.into(), seller),
                EstimateWrite::Unsell => set(json!({ "value": 0, "name": "Open" }), Value::Null, Value::Null),
                EstimateWrite::Dismiss => {
                    set(json!({ "value": 2, "name": "Dismissed" }), Value::Null, Value::Null);
                }
            }
        });
    }
    if matches!(write, EstimateWrite::Unsell | EstimateWrite::Dismiss) {
        return Ok(Value::Null);
    }
    let record = store.of(ESTIMATES.name).get(id).ok_or_else(missing)?;
    let mut answer = store.shown(&ESTIMATES, &record);
    if write == EstimateWrite::Update
        && let Some(status) = body.get("status").and_then(Value::as_str)
    {
        // The answer says what was sent, not what is stored.
        answer.insert("status".into(), json!({ "value": 0, "name": status }));
    }
    Ok(Value::Object(answer))
}

fn read_body(body: &[u8]) -> Result<Object, Problem> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Problem::field("", "The body is not a valid JSON object.")),
    }
}
