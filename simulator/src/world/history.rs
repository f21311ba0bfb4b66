//! Random histories of a tenant, repeated by a seed.

use chrono::Duration;
use serde_json::{Value, json};

use super::change::{self, Change, add, added, edit, edit_contact};
use super::change_kind::ChangeKind;
use super::office::{reschedule, sell, set_phone};
use super::{WorldHandle, open_appointment};
use crate::dice::Dice;
use crate::generator::{Household, References, new_job, new_membership};
use crate::resources::{
    APPOINTMENT_ASSIGNMENTS, APPOINTMENTS, BUSINESS_UNITS, CAMPAIGN_CATEGORIES, CAMPAIGNS, CUSTOMER_CONTACTS,
    CUSTOMERS, ESTIMATES, INVOICES, JOB_CANCEL_REASONS, JOB_CANCELED_LOGS, JOB_TYPES, JOBS,
    LOCATION_CONTACTS, LOCATIONS, MEMBERSHIP_TYPES, MEMBERSHIPS, RECURRING_SERVICE_EVENTS,
    RECURRING_SERVICES, Resource, TAG_TYPES, TECHNICIANS, ZONES,
};
use crate::store::{Ground as _, Record, RecordRef, Store, id_at, value_at};
use crate::time;

/// Tables whose records have a name that an opportunity shows.
const NAMED_TABLES: [&Resource; 9] = [
    &BUSINESS_UNITS,
    &JOB_TYPES,
    &MEMBERSHIP_TYPES,
    &TAG_TYPES,
    &CAMPAIGNS,
    &CAMPAIGN_CATEGORIES,
    &ZONES,
    &TECHNICIANS,
    &JOB_CANCEL_REASONS,
];

/// The share of changes, in hundredths, that happen in the same moment as the one before, so that records share a timestamp.
const SAME_MOMENT_PERCENT: u64 = 25;

/// The share of changes, in hundredths, that come only after hours or days.
const JUMP_PERCENT: u64 = 5;

/// A resource with more records than this is not looked through for one that fits, unless so many drawn ones do not fit.
const LOOKED_THROUGH: usize = 5_000;
const DRAWN: usize = 1_000;

impl WorldHandle {
    /// Makes `count` changes of all kinds, chosen by `seed`: the same seed on the same world makes the same changes. Some happen in the
    /// same moment, and at times the world's clock jumps on by hours or days. Fewer are made only when nothing is left to change.
    pub fn mutate(&self, seed: u64, count: usize) -> Vec<Change> {
        self.mutate_only(&ChangeKind::ALL, seed, count)
    }

    /// As [`mutate`](Self::mutate), with these kinds of changes only.
    pub fn mutate_only(&self, kinds: &[ChangeKind], seed: u64, count: usize) -> Vec<Change> {
        let mut history =
            History { dice: Dice::new(seed ^ 0x0415_7041), references: self.systems.references() };
        let mut store = self.systems.store();
        let mut changes = Vec::new();
        for _ in 0..count.saturating_mul(20) {
            if changes.len() >= count {
                break;
            }
            let Some(kind) = history.dice.pick(kinds) else { break };
            history.pass_time(&mut store);
            changes.extend(history.change(&mut store, kind));
        }
        changes
    }
}

/// A random history under way.
struct History<'a> {
    dice: Dice,
    references: &'a References,
}

impl History<'_> {
    fn pass_time(&mut self, store: &mut Store) {
        if self.dice.chance(JUMP_PERCENT) {
            store.advance(Duration::minutes(self.dice.between(60, 3 * 24 * 60)));
        } else if !self.dice.chance(SAME_MOMENT_PERCENT) {
            store.advance(Duration::seconds(1));
        }
    }

    /// Makes one change of a kind; `None` when nothing can change that way.
    fn change(&mut self, store: &mut Store, kind: ChangeKind) -> Option<Change> {
        match kind {
            ChangeKind::JobAdded => self.add_job(store),
            ChangeKind::JobChanged => {
                let job = self.any(store, &JOBS, |job| job.active)?;
                let (word, tag) = (self.dice.below(1_000), self.dice.pick(&self.references.tag_types));
                edit(store, &JOBS, job, |json| {
                    json.insert("summary".into(), format!("<p>Called again, no. {word}.</p>").into());
                    json.insert("tagTypeIds".into(), tag.into_iter().collect::<Vec<_>>().into());
                })
            }
            ChangeKind::JobCanceled => self.cancel_job(store),
            ChangeKind::JobDeactivated => self.deactivate(store, &JOBS),
            ChangeKind::AppointmentAdded => self.add_appointment(store),
            ChangeKind::AppointmentRescheduled => {
                let open = |job: &Record| job.active && open_appointment(store, job.id).is_some();
                let job = self.any(store, &JOBS, open)?;
                let appointment = open_appointment(store, job)?;
                edit(store, &APPOINTMENTS, appointment, reschedule)
            }
            ChangeKind::AppointmentDeleted => {
                let appointment = self.any(store, &APPOINTMENTS, |it| it.active)?;
                change::delete(store, &APPOINTMENTS, appointment)
            }
            ChangeKind::TechnicianAssigned => self.assign(store),
            ChangeKind::TechnicianUnassigned => self.deactivate(store, &APPOINTMENT_ASSIGNMENTS),
            ChangeKind::EstimateAdded => {
                let (job, customer, location) = self.job(store)?;
                self.copy(
                    store,
                    &ESTIMATES,
                    &json!({ "jobId": job, "customerId": customer, "locationId": location }),
                )
            }
            ChangeKind::EstimateSold => {
                let open = Value::from("Open");
                let estimate = self.any(store, &ESTIMATES, |it| {
                    it.active && value_at(&it.json, "status.name") == Some(&open)
                })?;
                let seller = self.dice.pick(&self.references.technicians).map(|one| one.id);
                let sold_on = time::wire(store.now());
                edit(store, &ESTIMATES, estimate, |json| sell(json, &sold_on, seller))
            }
            ChangeKind::EstimateMoved => {
                let estimate = self.any(store, &ESTIMATES, |it| it.active)?;
                let (job, customer, location) = self.job(store)?;
                edit(store, &ESTIMATES, estimate, |json| {
                    json.insert("jobId".into(), job.into());
                    json.insert("customerId".into(), customer.into());
                    json.insert("locationId".into(), location.into());
                })
            }
            ChangeKind::EstimateDeactivated => self.deactivate(store, &ESTIMATES),
            ChangeKind::InvoiceChanged => {
                let invoice = self.any(store, &INVOICES, |it| it.active)?;
                let balance = format!("{}.{:02}", self.dice.below(4_000), self.dice.below(100));
                edit(store, &INVOICES, invoice, |json| {
                    json.insert("balance".into(), balance.into());
                })
            }
            ChangeKind::ContactAdded => {
                let customer = self.any(store, &CUSTOMERS, |it| it.active)?;
                let number = self.phone_number();
                self.copy(
                    store,
                    &CUSTOMER_CONTACTS,
                    &json!({ "customerId": customer, "type": "MobilePhone", "value": number,
                        "phoneSettings": { "phoneNumber": number, "doNotText": false } }),
                )
            }
            ChangeKind::ContactShared => self.share_contact(store),
            ChangeKind::PhoneCorrected => self.correct_phone(store, &CUSTOMER_CONTACTS),
            ChangeKind::LocationContactChanged => self.correct_phone(store, &LOCATION_CONTACTS),
            ChangeKind::ContactsSwapped => self.swap_contacts(store),
            ChangeKind::ContactDeactivated => self.deactivate(store, &CUSTOMER_CONTACTS),
            ChangeKind::CustomerRenamed => {
                let customer = self.any(store, &CUSTOMERS, |it| it.active)?;
                let name = format!("Renamed {}, Pat", self.dice.below(10_000));
                edit(store, &CUSTOMERS, customer, |json| {
                    json.insert("name".into(), name.into());
                })
            }
            ChangeKind::CustomersMerged => {
                let merged = self.any(store, &CUSTOMERS, |it| it.active)?;
                let survivor = self.any(store, &CUSTOMERS, |it| it.active && it.id != merged)?;
                edit(store, &CUSTOMERS, merged, |json| {
                    json.insert("active".into(), false.into());
                    json.insert("mergedToId".into(), survivor.into());
                })
            }
            ChangeKind::LocationChanged => {
                let location = self.any(store, &LOCATIONS, |it| it.active)?;
                let zone = self.dice.pick(&self.references.zones);
                edit(store, &LOCATIONS, location, |json| {
                    json.insert("zoneId".into(), json!(zone));
                })
            }
            ChangeKind::MembershipAdded => self.add_membership(store),
            ChangeKind::MembershipChanged => {
                let membership = self.any(store, &MEMBERSHIPS, |it| it.active)?;
                let status = self.dice.word(&["Active", "Suspended", "Expired", "Canceled"]);
                edit(store, &MEMBERSHIPS, membership, |json| {
                    json.insert("status".into(), status.into());
                })
            }
            ChangeKind::RecurringServiceChanged => {
                let resource = self.dice.pick(&[&RECURRING_SERVICES, &RECURRING_SERVICE_EVENTS])?;
                let record = self.any(store, resource, |it| it.active)?;
                let (field, value) = if resource.name == RECURRING_SERVICES.name {
                    ("memo", format!("Bring filter {}", self.dice.below(100)))
                } else {
                    ("status", self.dice.word(&["NotAttempted", "Contacted", "Won", "Dismissed"]).to_owned())
                };
                edit(store, resource, record, |json| {
                    json.insert(field.into(), value.into());
                })
            }
            ChangeKind::ReferenceChanged => {
                let resource = self.dice.pick(&NAMED_TABLES)?;
                let record = self.any(store, resource, |it| it.active)?;
                let name = format!("Renamed {}", self.dice.below(10_000));
                edit(store, resource, record, |json| {
                    json.insert("name".into(), name.into());
                })
            }
        }
    }

    /// A record that fits. Where there are many, some are drawn until one fits; else all are looked at.
    fn any(&mut self, store: &Store, resource: &Resource, fits: impl Fn(&Record) -> bool) -> Option<i64> {
        let collection = store.of(resource.name);
        let is_fitting = |record: &RecordRef<'_>| !record.deleted && fits(record);
        if collection.places() > LOOKED_THROUGH {
            for _ in 0..DRAWN {
                let place = usize::try_from(self.dice.below(collection.places() as u64)).ok()?;
                let record = collection.id_at_place(place).and_then(|id| collection.get(id));
                if let Some(record) = record.filter(is_fitting) {
                    return Some(record.id);
                }
            }
        }
        let fitting: Vec<i64> = collection.records().filter(is_fitting).map(|it| it.id).collect();
        self.dice.pick(&fitting)
    }

    /// An active job with its customer and location.
    fn job(&mut self, store: &Store) -> Option<(i64, i64, i64)> {
        let job = self.any(store, &JOBS, |job| job.active)?;
        let record = store.of(JOBS.name).get(job)?;
        Some((job, id_at(&record.json, "customerId")?, id_at(&record.json, "locationId")?))
    }

    fn phone_number(&mut self) -> String {
        format!("740{:07}", self.dice.below(10_000_000))
    }

    fn deactivate(&mut self, store: &mut Store, resource: &'static Resource) -> Option<Change> {
        let record = self.any(store, resource, |it| it.active)?;
        edit(store, resource, record, |json| {
            json.insert("active".into(), false.into());
        })
    }

    /// Adds a record like any that there is, with these fields.
    fn copy(&mut self, store: &mut Store, resource: &'static Resource, fields: &Value) -> Option<Change> {
        let like = self.any(store, resource, |_| true)?;
        let mut json = store.of(resource.name).get(like)?.json.clone();
        json.extend(fields.as_object()?.clone());
        Some(add(store, resource, json))
    }

    fn correct_phone(&mut self, store: &mut Store, resource: &'static Resource) -> Option<Change> {
        let email = Value::from("Email");
        let contact = self.any(store, resource, |it| it.active && it.json.get("type") != Some(&email))?;
        let number = self.phone_number();
        edit_contact(store, resource, contact, |json| set_phone(json, &number))
    }

    /// Adds a row of a contact for one more customer. The rows of its other owners stay as they are.
    fn share_contact(&mut self, store: &mut Store) -> Option<Change> {
        let contact = self.any(store, &CUSTOMER_CONTACTS, |it| it.active)?;
        let record = store.of(CUSTOMER_CONTACTS.name).get(contact)?.into_owned();
        let (shown, created) = (record.shown_id(), record.created);
        let owners: Vec<i64> = store
            .of(CUSTOMER_CONTACTS.name)
            .children("id", shown)
            .filter_map(|row| id_at(&row.json, "customerId"))
            .collect();
        let customer = self.any(store, &CUSTOMERS, |it| it.active && !owners.contains(&it.id))?;
        let mut json = record.json;
        json.insert("customerId".into(), customer.into());
        let (row, now) = (store.fresh_id(), store.now());
        store.put_showing(&CUSTOMER_CONTACTS, (row, shown), (created, now), true, json);
        Some(added(store, &CUSTOMER_CONTACTS, row))
    }

    /// Two changes of one pair; the second one is answered.
    fn swap_contacts(&mut self, store: &mut Store) -> Option<Change> {
        let customer = self.any(store, &CUSTOMERS, |it| it.active)?;
        let contacts = store.of(CUSTOMER_CONTACTS.name).child_ids("customerId", customer);
        let [first, second, ..] = contacts.as_slice() else { return None };
        let content = |id: i64| {
            let contact = store.of(CUSTOMER_CONTACTS.name).get(id)?;
            let fields = ["type", "value", "phoneSettings"].into_iter();
            Some(
                fields
                    .filter_map(|it| Some((it.to_owned(), contact.json.get(it)?.clone())))
                    .collect::<Vec<_>>(),
            )
        };
        let (of_first, of_second) = (content(*first)?, content(*second)?);
        edit_contact(store, &CUSTOMER_CONTACTS, *first, |json| json.extend(of_second.clone()))?;
        edit_contact(store, &CUSTOMER_CONTACTS, *second, |json| json.extend(of_first.clone()))
    }

    fn cancel_job(&mut self, store: &mut Store) -> Option<Change> {
        let canceled = Value::from("Canceled");
        let job = self.any(store, &JOBS, |it| it.active && it.json.get("jobStatus") != Some(&canceled))?;
        let reason = self.dice.pick(&self.references.cancel_reasons)?;
        let log = json!({ "jobId": job, "reasonId": reason, "memo": "Called to cancel",
            "createdById": self.references.user });
        add(store, &JOB_CANCELED_LOGS, log.as_object()?.clone());
        edit(store, &JOBS, job, |json| {
            json.insert("jobStatus".into(), canceled);
        })
    }

    fn add_appointment(&mut self, store: &mut Store) -> Option<Change> {
        let (job, customer, _) = self.job(store)?;
        let start = store.now() + Duration::days(self.dice.between(1, 14));
        let (from, to) = (time::wire(start), time::wire(start + Duration::hours(2)));
        self.copy(
            store,
            &APPOINTMENTS,
            &json!({ "jobId": job, "customerId": customer, "status": "Scheduled", "start": from, "end": to,
                "arrivalWindowStart": from, "arrivalWindowEnd": to }),
        )
    }

    fn assign(&mut self, store: &mut Store) -> Option<Change> {
        let appointment = self.any(store, &APPOINTMENTS, |it| it.active)?;
        let job = id_at(&store.of(APPOINTMENTS.name).get(appointment)?.json, "jobId");
        let technician = self.dice.pick(&self.references.technicians)?;
        self.copy(
            store,
            &APPOINTMENT_ASSIGNMENTS,
            &json!({ "appointmentId": appointment, "jobId": job, "technicianId": technician.id,
                "technicianName": technician.name, "assignedOn": time::wire(store.now()) }),
        )
    }

    fn add_job(&mut self, store: &mut Store) -> Option<Change> {
        let customer = self.any(store, &CUSTOMERS, |it| it.active)?;
        let record = store.of(CUSTOMERS.name).get(customer)?.into_owned();
        let household = Household {
            customer,
            name: record.json.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            since: record.created,
            locations: store.of(LOCATIONS.name).child_ids("customerId", customer),
        };
        let now = store.now();
        let job = new_job(store, &mut self.dice, self.references, &household, now, now)?;
        Some(added(store, &JOBS, job))
    }

    fn add_membership(&mut self, store: &mut Store) -> Option<Change> {
        let customer = self.any(store, &CUSTOMERS, |it| it.active)?;
        let location = store.of(LOCATIONS.name).child_ids("customerId", customer).first().copied();
        let kind = self.dice.pick(&self.references.membership_types)?;
        let now = store.now();
        let json = new_membership(&mut self.dice, self.references, customer, location, kind, "Active", now);
        Some(add(store, &MEMBERSHIPS, json))
    }
}
