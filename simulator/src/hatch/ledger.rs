//! Which upserts a department accepted, in order, and from which revisions of their records.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::store::{REVISION_FIELD, ROW_FIELD};

/// An upsert that Hatch accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcceptedUpsert {
    /// The opportunity's `externalID`; empty when it had none.
    pub external_id: String,
    /// The [revision](crate::WorldHandle::revision) of its base record when the request came in.
    pub revision_on_receipt: u64,
    /// By ID, the revision of each record in the body; a contact of a further owner goes by a number of its own. Only where
    /// [`reveal_revisions`](crate::SimulatorConfig::reveal_revisions) is set.
    pub record_revisions: BTreeMap<i64, u64>,
}

/// An opportunity that was sent from an older state of a record than before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepBack {
    /// The opportunity's `externalID`.
    pub external_id: String,
    /// The record that went back.
    pub record: i64,
    /// The newest revision of it that was sent before.
    pub from: u64,
    /// The older revision that was sent after it.
    pub to: u64,
}

/// The upserts that a department accepted and refused.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// The number of accepted upserts.
    pub(super) count: u64,
    /// The accepted upserts in order, where they are listed.
    pub(super) accepted: Vec<AcceptedUpsert>,
    /// By external ID, upserts that were refused by a fault, as a whole or for one field, and that have not been accepted whole since.
    pub(super) refused: BTreeMap<String, Option<&'static str>>,
}

impl Ledger {
    pub(super) fn accept(
        &mut self,
        external_id: &str,
        revision_on_receipt: u64,
        body: &Value,
        is_listed: bool,
    ) {
        self.count += 1;
        if let Some(field) = self.refused.get(external_id)
            && field.is_none_or(|field| body.get(field).is_some_and(|value| !value.is_null()))
        {
            self.refused.remove(external_id);
        }
        if !is_listed {
            return;
        }
        let mut record_revisions = BTreeMap::new();
        if let Some(details) = body.get("details") {
            collect(details, &mut record_revisions);
        }
        let external_id = external_id.to_owned();
        self.accepted.push(AcceptedUpsert { external_id, revision_on_receipt, record_revisions });
    }

    pub(super) fn steps_back(&self) -> Vec<StepBack> {
        let mut newest: BTreeMap<(&str, i64), u64> = BTreeMap::new();
        let mut steps = Vec::new();
        for upsert in &self.accepted {
            for (record, to) in &upsert.record_revisions {
                let from = newest.entry((&upsert.external_id, *record)).or_insert(*to);
                if to < from {
                    let external_id = upsert.external_id.clone();
                    steps.push(StepBack { external_id, record: *record, from: *from, to: *to });
                }
                *from = (*from).max(*to);
            }
        }
        steps
    }
}

/// The revisions of all records in a value, however deep.
fn collect(value: &Value, revisions: &mut BTreeMap<i64, u64>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, revisions)),
        Value::Object(members) => {
            // Contacts of several owners show the same ID.
            let id = members.get(ROW_FIELD).or_else(|| members.get("id")).and_then(Value::as_i64);
            let revision = members.get(REVISION_FIELD).and_then(Value::as_u64);
            if let Some((id, revision)) = id.zip(revision) {
                // The same record may stand in the body twice; the older copy is what counts.
                revisions.entry(id).and_modify(|known| *known = revision.min(*known)).or_insert(revision);
            }
            members.values().for_each(|member| collect(member, revisions));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(job: u64, contact: u64) -> Value {
        let contacts = json!([{ "id": 2, REVISION_FIELD: contact }]);
        json!({ "details": { "id": 1, REVISION_FIELD: job, "customer": { "contacts": contacts } } })
    }

    #[test]
    fn an_older_record_anywhere_in_a_later_body_is_a_step_back() {
        let mut ledger = Ledger::default();
        ledger.accept("1", 0, &body(5, 7), true);
        ledger.accept("1", 0, &body(6, 7), true);
        assert!(ledger.steps_back().is_empty());
        ledger.accept("1", 0, &body(6, 4), true);
        let steps = ledger.steps_back();
        assert_eq!(steps, [StepBack { external_id: "1".to_owned(), record: 2, from: 7, to: 4 }]);
    }

    #[test]
    fn another_opportunity_may_show_an_older_state() {
        let mut ledger = Ledger::default();
        ledger.accept("1", 0, &body(5, 7), true);
        ledger.accept("2", 0, &body(5, 3), true);
        assert!(ledger.steps_back().is_empty());
    }
}
