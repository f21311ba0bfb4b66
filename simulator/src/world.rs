//! Looking at the world from outside its servers, and changing it as an office would.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::generator::{WINDOW_DAYS, new_membership};
use crate::resources::{
    APPOINTMENTS, CUSTOMER_CONTACTS, CUSTOMERS, ESTIMATES, JOBS, LOCATIONS, MEMBERSHIPS, RESOURCES, Resource,
};
use crate::store::{Note, NoteParent, Store, id_at, value_at};
use crate::systems::Systems;
use crate::time;

/// Why a change to the world was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// There is no such record.
    #[error("there is no {resource} record with the ID {id}")]
    NoSuchRecord {
        /// The resource that was looked in.
        resource: &'static str,
        /// The ID that was looked for.
        id: i64,
    },
    /// The record is there, but has nothing that could change this way.
    #[error("the {resource} record {id} cannot change this way: {reason}")]
    DoesNotApply {
        /// The record's resource.
        resource: &'static str,
        /// The record's ID.
        id: i64,
        /// What stands in the way.
        reason: &'static str,
    },
}

/// A change that was made to the world: the one record whose `modifiedOn` it moved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The changed record's resource, by its list's path.
    pub resource: &'static str,
    /// The changed record's ID.
    pub id: i64,
    /// The jobs and memberships whose Hatch opportunities may look different now.
    pub opportunities: Vec<(&'static str, i64)>,
}

/// The simulated tenant's records. Cheap to clone; all clones are the same world.
///
/// Each change moves the world's clock on by one second first, so that changes have an order, and touches the
/// `modifiedOn` of the changed record alone: a child's change leaves its parent as it was, as in real life.
#[derive(Debug, Clone)]
pub struct WorldHandle {
    pub(crate) systems: Arc<Systems>,
}

impl WorldHandle {
    /// The world's present.
    pub fn now(&self) -> DateTime<Utc> {
        self.systems.store().now()
    }

    /// Moves the world's present on; a negative time moves nothing. Tokens grow old by this clock.
    pub fn advance(&self, by: Duration) -> DateTime<Utc> {
        self.systems.store().advance(by)
    }

    /// Ends every token that was granted; the next call with one answers 401.
    pub fn revoke_tokens(&self) {
        self.systems.tokens().revoke_all();
    }

    /// A record in full, as the export shows it. Resources go by their list's path: `jobs`, `customers/contacts`,
    /// `job-canceled-logs`, ….
    pub fn record(&self, resource: &str, id: i64) -> Option<Value> {
        self.systems.store().of(resource).get(id).map(|record| Value::Object(record.json.clone()))
    }

    /// All records of a resource in full, by ID.
    pub fn records(&self, resource: &str) -> Vec<Value> {
        self.systems.store().of(resource).records().map(|record| Value::Object(record.json.clone())).collect()
    }

    /// The IDs of a resource, in order.
    pub fn ids(&self, resource: &str) -> Vec<i64> {
        self.systems.store().of(resource).records().map(|record| record.id).collect()
    }

    /// How many records a resource has.
    pub fn count(&self, resource: &str) -> usize {
        self.systems.store().of(resource).len()
    }

    /// The records of a resource that changed at or after a time: what an export from there serves.
    pub fn ids_modified_since(&self, resource: &str, since: DateTime<Utc>) -> Vec<i64> {
        let store = self.systems.store();
        store
            .of(resource)
            .records()
            .filter(|record| record.modified >= since)
            .map(|record| record.id)
            .collect()
    }

    /// The names that [`record`](Self::record) and [`ids`](Self::ids) understand.
    pub fn resources(&self) -> Vec<&'static str> {
        RESOURCES.iter().map(|resource| resource.name).collect()
    }

    /// The notes on a record, oldest first.
    pub fn notes(&self, parent: NoteParent, id: i64) -> Vec<Note> {
        self.systems.store().notes(parent, id).to_vec()
    }

    /// All notes there are, on whatever record.
    pub fn note_count(&self) -> usize {
        self.systems.store().all_notes()
    }

    /// Jobs within the 90-day window that have an active appointment which is not done: those to reschedule.
    pub fn jobs_to_reschedule(&self) -> Vec<i64> {
        let store = self.systems.store();
        jobs_in_window(&store).filter(|job| open_appointment(&store, *job).is_some()).collect()
    }

    /// Jobs within the 90-day window that have an active open estimate.
    pub fn jobs_with_open_estimate(&self) -> Vec<i64> {
        let store = self.systems.store();
        jobs_in_window(&store).filter(|job| open_estimates(&store, *job).next().is_some()).collect()
    }

    /// The active open estimates of a job, by ID.
    pub fn open_estimates_of(&self, job: i64) -> Vec<i64> {
        let store = self.systems.store();
        open_estimates(&store, job).collect()
    }

    /// The jobs of a customer, by ID.
    pub fn jobs_of(&self, customer: i64) -> Vec<i64> {
        self.systems.store().of(JOBS.name).children("customerId", customer).map(|record| record.id).collect()
    }

    /// The memberships of a customer, by ID.
    pub fn memberships_of(&self, customer: i64) -> Vec<i64> {
        self.systems
            .store()
            .of(MEMBERSHIPS.name)
            .children("customerId", customer)
            .map(|record| record.id)
            .collect()
    }

    /// The active contacts of a customer that hold a phone number which may be texted, newest first.
    pub fn mobile_contacts_of(&self, customer: i64) -> Vec<i64> {
        let store = self.systems.store();
        let mut contacts: Vec<_> = store
            .of(CUSTOMER_CONTACTS.name)
            .children("customerId", customer)
            .filter(|contact| contact.active && contact.json.get("type") == Some(&Value::from("MobilePhone")))
            .map(|contact| (contact.created, contact.id))
            .collect();
        contacts.sort_unstable_by(|a, b| b.cmp(a));
        contacts.into_iter().map(|(_, id)| id).collect()
    }

    /// Moves a job's latest appointment that is not done to two days later. The job itself is not touched.
    ///
    /// # Errors
    ///
    /// When there is no such job, or it has no such appointment.
    pub fn reschedule_job(&self, job: i64) -> Result<Change, ChangeError> {
        let mut store = self.systems.store();
        check(&store, &JOBS, job)?;
        let Some(appointment) = open_appointment(&store, job) else {
            return Err(ChangeError::DoesNotApply {
                resource: JOBS.name,
                id: job,
                reason: "no open appointment",
            });
        };
        store.advance(Duration::seconds(1));
        store.change(&APPOINTMENTS, appointment, |json| {
            for field in ["start", "end", "arrivalWindowStart", "arrivalWindowEnd"] {
                let moved = json.get(field).and_then(Value::as_str).and_then(time::parse);
                if let Some(moved) = moved {
                    json.insert(field.into(), time::wire(moved + Duration::days(2)).into());
                }
            }
            json.insert("status".into(), "Scheduled".into());
            json.insert("isConfirmed".into(), false.into());
        });
        Ok(Change { resource: APPOINTMENTS.name, id: appointment, opportunities: vec![(JOBS.name, job)] })
    }

    /// Sells an open estimate. Its job is not touched.
    ///
    /// # Errors
    ///
    /// When there is no such estimate, or it is not open.
    pub fn sell_estimate(&self, estimate: i64) -> Result<Change, ChangeError> {
        let seller = self.systems.dice().pick(&self.systems.references.technicians).map(|one| one.id);
        let mut store = self.systems.store();
        check(&store, &ESTIMATES, estimate)?;
        let json = store.of(ESTIMATES.name).get(estimate).map(|record| &record.json);
        let open =
            json.and_then(|json| value_at(json, "status.name")).and_then(Value::as_str) == Some("Open");
        let job = json.and_then(|json| id_at(json, "jobId"));
        if !open {
            let reason = "the estimate is not open";
            return Err(ChangeError::DoesNotApply { resource: ESTIMATES.name, id: estimate, reason });
        }
        let now = store.advance(Duration::seconds(1));
        store.change(&ESTIMATES, estimate, |json| {
            json.insert("status".into(), json!({ "value": 1, "name": "Sold" }));
            json.insert("soldOn".into(), time::wire(now).into());
            json.insert("soldBy".into(), json!(seller));
        });
        let opportunities = job.map(|job| (JOBS.name, job)).into_iter().collect();
        Ok(Change { resource: ESTIMATES.name, id: estimate, opportunities })
    }

    /// Gives a customer's phone contact another number. The customer is not touched.
    ///
    /// # Errors
    ///
    /// When there is no such contact, or it is an e-mail address.
    pub fn correct_phone(&self, contact: i64, number: &str) -> Result<Change, ChangeError> {
        let mut store = self.systems.store();
        check(&store, &CUSTOMER_CONTACTS, contact)?;
        let json = store.of(CUSTOMER_CONTACTS.name).get(contact).map(|record| record.json.clone());
        let json = json.unwrap_or_default();
        if json.get("type").and_then(Value::as_str) == Some("Email") {
            let reason = "the contact is an e-mail address";
            return Err(ChangeError::DoesNotApply { resource: CUSTOMER_CONTACTS.name, id: contact, reason });
        }
        store.advance(Duration::seconds(1));
        store.change(&CUSTOMER_CONTACTS, contact, |json| {
            json.insert("value".into(), number.into());
            json.insert("phoneSettings".into(), json!({ "phoneNumber": number, "doNotText": false }));
        });
        let customer = id_at(&json, "customerId").unwrap_or_default();
        let of = |resource: &'static Resource| -> Vec<(&'static str, i64)> {
            store
                .of(resource.name)
                .children("customerId", customer)
                .map(|child| (resource.name, child.id))
                .collect()
        };
        let opportunities = [of(&JOBS), of(&MEMBERSHIPS)].concat();
        Ok(Change { resource: CUSTOMER_CONTACTS.name, id: contact, opportunities })
    }

    /// Sells a customer a new membership at their first location.
    ///
    /// # Errors
    ///
    /// When there is no such customer.
    pub fn add_membership(&self, customer: i64) -> Result<Change, ChangeError> {
        let references = &self.systems.references;
        let mut dice = self.systems.dice();
        let mut store = self.systems.store();
        check(&store, &CUSTOMERS, customer)?;
        let Some(kind) = dice.pick(&references.membership_types) else {
            let reason = "there are no membership types";
            return Err(ChangeError::DoesNotApply { resource: CUSTOMERS.name, id: customer, reason });
        };
        let location =
            store.of(LOCATIONS.name).children("customerId", customer).map(|record| record.id).next();
        let now = store.advance(Duration::seconds(1));
        let id = store.fresh_id();
        let json = new_membership(&mut dice, references, customer, location, kind, "Active", now);
        store.put(&MEMBERSHIPS, id, now, now, true, json);
        Ok(Change { resource: MEMBERSHIPS.name, id, opportunities: vec![(MEMBERSHIPS.name, id)] })
    }

    /// Sets fields of any record, as another program might, and marks it as modified. `active` is a field like any.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn set(&self, resource: &str, id: i64, fields: Value) -> Result<Change, ChangeError> {
        let Some(known) = RESOURCES.iter().copied().find(|known| known.name == resource) else {
            return Err(ChangeError::NoSuchRecord { resource: "unknown", id });
        };
        let mut store = self.systems.store();
        check(&store, known, id)?;
        store.advance(Duration::seconds(1));
        store.change(known, id, |json| {
            if let Value::Object(fields) = fields {
                json.extend(fields);
            }
        });
        Ok(Change { resource: known.name, id, opportunities: Vec::new() })
    }

    /// Makes `count` changes of the four kinds above, chosen by `seed`: the same seed on the same world makes the
    /// same changes. Fewer are made only when the world has nothing left to change.
    pub fn change_at_random(&self, seed: u64, count: usize) -> Vec<Change> {
        let mut dice = Dice::new(seed);
        let customers = self.ids(CUSTOMERS.name);
        let mut changes = Vec::new();
        for _ in 0..count.saturating_mul(20) {
            if changes.len() >= count {
                break;
            }
            let change = match dice.below(4) {
                0 => dice.pick(&self.jobs_to_reschedule()).map(|job| self.reschedule_job(job)),
                1 => {
                    let job = dice.pick(&self.jobs_with_open_estimate());
                    let estimate = job.and_then(|job| dice.pick(&self.open_estimates_of(job)));
                    estimate.map(|estimate| self.sell_estimate(estimate))
                }
                2 => {
                    let customer = dice.pick(&customers);
                    let contact = customer.and_then(|customer| dice.pick(&self.mobile_contacts_of(customer)));
                    let number = format!("740{:07}", dice.below(10_000_000));
                    contact.map(|contact| self.correct_phone(contact, &number))
                }
                _ => dice.pick(&customers).map(|customer| self.add_membership(customer)),
            };
            changes.extend(change.and_then(Result::ok));
        }
        changes
    }
}

fn check(store: &Store, resource: &'static Resource, id: i64) -> Result<(), ChangeError> {
    let found = store.of(resource.name).get(id).map(|_| ());
    found.ok_or(ChangeError::NoSuchRecord { resource: resource.name, id })
}

/// Active jobs that changed within the window, by ID.
fn jobs_in_window(store: &Store) -> impl Iterator<Item = i64> {
    let since = store.now() - Duration::days(WINDOW_DAYS);
    store.of(JOBS.name).records().filter(move |job| job.active && job.modified >= since).map(|job| job.id)
}

/// The latest active appointment of a job, when it is neither done nor canceled.
fn open_appointment(store: &Store, job: i64) -> Option<i64> {
    let appointments = store.of(APPOINTMENTS.name).children("jobId", job).filter(|one| one.active);
    let latest = appointments.max_by_key(|one| (one.created, one.id))?;
    let closed: BTreeSet<&str> = ["Done", "Canceled", "Working"].into();
    let status = latest.json.get("status").and_then(Value::as_str)?;
    (!closed.contains(status)).then_some(latest.id)
}

fn open_estimates(store: &Store, job: i64) -> impl Iterator<Item = i64> {
    store
        .of(ESTIMATES.name)
        .children("jobId", job)
        .filter(|one| one.active && value_at(&one.json, "status.name") == Some(&Value::from("Open")))
        .map(|one| one.id)
}
