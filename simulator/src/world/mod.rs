//! Looking at the world from outside its servers, and changing it as an office would.

mod change;
mod change_kind;
mod history;
mod office;
mod opportunities;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use crate::generator::WINDOW_DAYS;
use crate::resources::{APPOINTMENTS, CUSTOMER_CONTACTS, ESTIMATES, JOBS, MEMBERSHIPS, RESOURCES, named};
use crate::store::{Note, NoteParent, OddField, Store, value_at};
use crate::systems::Systems;

pub(crate) use change::edit;
pub use change::{Change, ChangeError};
pub use change_kind::ChangeKind;

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
        self.systems.present()
    }

    /// Moves the world's present on; a negative time moves nothing. Tokens grow old by this clock.
    pub fn advance(&self, by: Duration) -> DateTime<Utc> {
        self.systems.advance(by)
    }

    /// Ends every token that was granted for this tenant; the next call with one answers 401.
    pub fn revoke_tokens(&self) {
        self.systems.tokens().revoke_all(self.systems.credentials.tenant);
    }

    /// A record in full, as the export shows it, with the oddities that last. Resources go by their list's path: `jobs`, `customers/contacts`,
    /// `job-canceled-logs`, ….
    pub fn record(&self, resource: &str, id: i64) -> Option<Value> {
        let (resource, store) = (named(resource)?, self.systems.store());
        store.of(resource.name).get(id).map(|record| Value::Object(store.shown(resource, &record)))
    }

    /// All records of a resource in full, by ID.
    pub fn records(&self, resource: &str) -> Vec<Value> {
        let Some(resource) = named(resource) else { return Vec::new() };
        let store = self.systems.store();
        let records = store.of(resource.name).records();
        records.map(|record| Value::Object(store.shown(resource, &record))).collect()
    }

    /// The IDs of a resource, in order. A contact of several owners has a record for each: one under the ID that all of them show, the others under
    /// numbers of their own.
    pub fn ids(&self, resource: &str) -> Vec<i64> {
        self.systems.store().of(resource).entries().iter().map(|entry| entry.id).collect()
    }

    /// The number of records of a resource.
    pub fn count(&self, resource: &str) -> usize {
        self.systems.store().of(resource).len()
    }

    /// The records of a resource that changed at or after a time, as an export from there serves them.
    pub fn ids_modified_since(&self, resource: &str, since: DateTime<Utc>) -> Vec<i64> {
        let store = self.systems.store();
        let entries = store.of(resource).entries().into_iter();
        entries.filter(|entry| entry.modified >= since).map(|entry| entry.id).collect()
    }

    /// The number of changes, since the world was grown, to anything that the opportunity of a job or a membership shows: its own record, its
    /// customer and location and their contacts, its appointments, estimates and so on, and the reference tables that they name. No
    /// timestamp plays a part in it.
    pub fn revision(&self, resource: &str, id: i64) -> u64 {
        self.systems.store().revision(resource, id)
    }

    /// The names that [`record`](Self::record) and [`ids`](Self::ids) understand.
    pub fn resources(&self) -> Vec<&'static str> {
        RESOURCES.iter().map(|resource| resource.name).collect()
    }

    /// The fields that faults served with values that do not fit them, of records that have not changed since.
    ///
    /// [`record`](Self::record) shows a lasting one too, so that the record, read as a tolerant reader reads it, is the one to expect. A
    /// field that was odd in a single answer is plain in it; [`mend_transient`](Self::mend_transient) lets its record come again.
    pub fn odd_fields(&self) -> Vec<OddField> {
        self.systems.store().oddities().cloned().collect()
    }

    /// The notes on a record, oldest first.
    pub fn notes(&self, parent: NoteParent, id: i64) -> Vec<Note> {
        self.systems.store().notes(parent, id).to_vec()
    }

    /// All notes there are, on whatever record.
    pub fn note_count(&self) -> usize {
        self.systems.store().note_count()
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
        self.systems.store().of(JOBS.name).child_ids("customerId", customer)
    }

    /// The memberships of a customer, by ID.
    pub fn memberships_of(&self, customer: i64) -> Vec<i64> {
        self.systems.store().of(MEMBERSHIPS.name).child_ids("customerId", customer)
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
}

/// Active jobs that changed within the window, by ID.
fn jobs_in_window(store: &Store) -> impl Iterator<Item = i64> + use<> {
    let since = store.now() - Duration::days(WINDOW_DAYS);
    let jobs = store.of(JOBS.name).entries().into_iter();
    jobs.filter(move |job| job.active && job.modified >= since).map(|job| job.id)
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
