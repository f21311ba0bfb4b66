//! Changes that an office makes on purpose.

use chrono::Duration;
use serde_json::{Value, json};

use super::change::{Change, ChangeError, add, added, check, edit, edit_contact};
use super::{WorldHandle, open_appointment};
use crate::generator::new_membership;
use crate::resources::{
    APPOINTMENTS, CUSTOMER_CONTACTS, CUSTOMERS, ESTIMATES, JOBS, LOCATIONS, MEMBERSHIPS, named,
};
use crate::store::{Ground as _, Object, Record, RecordRef, value_at};
use crate::time;

impl WorldHandle {
    /// Moves a job's latest appointment that is not done to two days later. The job itself is not touched.
    ///
    /// # Errors
    ///
    /// When there is no such job, or it has no such appointment.
    pub fn reschedule_job(&self, job: i64) -> Result<Change, ChangeError> {
        let mut store = self.systems.store();
        check(&store, &JOBS, job)?;
        let none = ChangeError::DoesNotApply { resource: JOBS.name, id: job, reason: "no open appointment" };
        let appointment = open_appointment(&store, job).ok_or_else(|| none.clone())?;
        store.advance(Duration::seconds(1));
        edit(&mut store, &APPOINTMENTS, appointment, reschedule).ok_or(none)
    }

    /// Sells an open estimate. Its job is not touched.
    ///
    /// # Errors
    ///
    /// When there is no such estimate, or it is not open.
    pub fn sell_estimate(&self, estimate: i64) -> Result<Change, ChangeError> {
        let seller = self.systems.dice().pick(&self.systems.references().technicians).map(|one| one.id);
        let mut store = self.systems.store();
        check(&store, &ESTIMATES, estimate)?;
        let is_open = store.of(ESTIMATES.name).get(estimate).is_some_and(|record| {
            value_at(&record.json, "status.name").and_then(Value::as_str) == Some("Open")
        });
        let reason = "the estimate is not open";
        let not_open = ChangeError::DoesNotApply { resource: ESTIMATES.name, id: estimate, reason };
        if !is_open {
            return Err(not_open);
        }
        let sold_on = time::wire(store.advance(Duration::seconds(1)));
        edit(&mut store, &ESTIMATES, estimate, |json| sell(json, &sold_on, seller)).ok_or(not_open)
    }

    /// Gives a customer's phone contact another number, for each owner that the contact has. The customer's own record stays as it is.
    ///
    /// # Errors
    ///
    /// When there is no such contact, or it is an e-mail address.
    pub fn correct_phone(&self, contact: i64, number: &str) -> Result<Change, ChangeError> {
        let mut store = self.systems.store();
        check(&store, &CUSTOMER_CONTACTS, contact)?;
        let is_email =
            store.of(CUSTOMER_CONTACTS.name).get(contact).is_some_and(|it| it.json["type"] == "Email");
        let reason = "the contact is an e-mail address";
        let no_phone = ChangeError::DoesNotApply { resource: CUSTOMER_CONTACTS.name, id: contact, reason };
        if is_email {
            return Err(no_phone);
        }
        store.advance(Duration::seconds(1));
        edit_contact(&mut store, &CUSTOMER_CONTACTS, contact, |json| set_phone(json, number)).ok_or(no_phone)
    }

    /// Sells a customer a new membership at their first location.
    ///
    /// # Errors
    ///
    /// When there is no such customer.
    pub fn add_membership(&self, customer: i64) -> Result<Change, ChangeError> {
        let references = self.systems.references();
        let mut dice = self.systems.dice();
        let mut store = self.systems.store();
        check(&store, &CUSTOMERS, customer)?;
        let Some(kind) = dice.pick(&references.membership_types) else {
            let reason = "there are no membership types";
            return Err(ChangeError::DoesNotApply { resource: CUSTOMERS.name, id: customer, reason });
        };
        let location = store.of(LOCATIONS.name).child_ids("customerId", customer).first().copied();
        let now = store.advance(Duration::seconds(1));
        let id = store.fresh_id();
        let json = new_membership(&mut dice, references, customer, location, kind, "Active", now);
        store.put(&MEMBERSHIPS, id, now, now, true, json);
        Ok(added(&mut store, &MEMBERSHIPS, id))
    }

    /// Sets fields of any record, as another program might, and marks it as modified. `active` is a field like any.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn set(&self, resource: &str, id: i64, fields: Value) -> Result<Change, ChangeError> {
        let Some(known) = named(resource) else {
            return Err(ChangeError::NoSuchRecord { resource: "unknown", id });
        };
        let mut store = self.systems.store();
        store.advance(Duration::seconds(1));
        let change = edit(&mut store, known, id, |json| {
            if let Value::Object(fields) = fields {
                json.extend(fields);
            }
        });
        change.ok_or(ChangeError::NoSuchRecord { resource: known.name, id })
    }

    /// Adds a record like another one, as when an office adds a row to a reference table.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn copy_record(&self, resource: &str, id: i64) -> Result<Change, ChangeError> {
        let Some(known) = named(resource) else {
            return Err(ChangeError::NoSuchRecord { resource: "unknown", id });
        };
        let mut store = self.systems.store();
        let like = store.of(known.name).get(id).map(RecordRef::into_owned);
        let Some(Record { json, .. }) = like else {
            return Err(ChangeError::NoSuchRecord { resource: known.name, id });
        };
        store.advance(Duration::seconds(1));
        Ok(add(&mut store, known, json))
    }

    /// Mends the damage of faults: records with an odd field, and records whose opportunity Hatch was made to refuse, change once more, so
    /// that a caller that waits for their next change gets it.
    pub fn mend(&self) -> Vec<Change> {
        self.mend_records(false)
    }

    /// As [`mend`](Self::mend), except for records whose only odd fields last: these stay as every answer has shown them.
    pub fn mend_transient(&self) -> Vec<Change> {
        self.mend_records(true)
    }

    fn mend_records(&self, only_transient: bool) -> Vec<Change> {
        let refused = self.systems.refused();
        let mut store = self.systems.store();
        store.advance(Duration::seconds(1));
        let odd = store.odd_records(only_transient).into_iter();
        let odd = odd.filter_map(|(name, id)| Some((named(name)?, id)));
        let all: Vec<_> = odd.chain(refused).collect();
        all.into_iter().filter_map(|(resource, id)| edit(&mut store, resource, id, |_| {})).collect()
    }
}

/// Two days later, and no longer confirmed.
pub(super) fn reschedule(json: &mut Object) {
    for field in ["start", "end", "arrivalWindowStart", "arrivalWindowEnd"] {
        let moved = json.get(field).and_then(Value::as_str).and_then(time::parse);
        if let Some(moved) = moved {
            json.insert(field.into(), time::wire(moved + Duration::days(2)).into());
        }
    }
    json.insert("status".into(), "Scheduled".into());
    json.insert("isConfirmed".into(), false.into());
}

pub(super) fn sell(json: &mut Object, sold_on: &str, seller: Option<i64>) {
    json.insert("status".into(), json!({ "value": 1, "name": "Sold" }));
    json.insert("soldOn".into(), sold_on.into());
    json.insert("soldBy".into(), json!(seller));
}

pub(super) fn set_phone(json: &mut Object, number: &str) {
    json.insert("value".into(), number.into());
    json.insert("phoneSettings".into(), json!({ "phoneNumber": number, "doNotText": false }));
}
