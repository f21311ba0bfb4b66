//! The lookups that are no plain lists: why jobs were cancelled, and the contacts of one owner.

use http::StatusCode;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::resources::{
    CUSTOMER_CONTACTS, CUSTOMERS, JOB_CANCEL_REASONS, JOB_CANCELED_LOGS, LOCATION_CONTACTS, LOCATIONS,
    Resource,
};
use crate::servicetitan::list::{Paging, shown};
use crate::servicetitan::query::Query;
use crate::store::{RecordRef, Store, id_at};

/// `GET …/jobs/cancel-reasons?ids=`: the latest cancellation of each of the jobs.
pub(crate) fn cancel_reasons(store: &Store, query: &mut Query) -> Result<Value, Problem> {
    let jobs = query.ids("ids")?.ok_or_else(|| Problem::field("ids", "The ids field is required."))?;
    let data: Vec<Value> = jobs.iter().filter_map(|job| cancel_reason(store, *job)).collect();
    Ok(json!({ "page": 1, "pageSize": data.len(), "hasMore": false, "data": data }))
}

fn cancel_reason(store: &Store, job: i64) -> Option<Value> {
    let logs = store.of(JOB_CANCELED_LOGS.name).children("jobId", job);
    let log = logs.filter(|log| log.active).max_by_key(|log| (log.created, log.id))?;
    let reason_id = id_at(&log.json, "reasonId")?;
    let reason = store.of(JOB_CANCEL_REASONS.name).get(reason_id)?;
    let text = log.json.get("memo").and_then(Value::as_str).unwrap_or_default();
    Some(json!({ "jobId": job, "reasonId": reason_id, "name": reason.json.get("name"), "text": text }))
}

/// Whose contacts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContactOwner {
    Customer,
    Location,
}

impl ContactOwner {
    pub(crate) fn resource(self) -> &'static Resource {
        match self {
            Self::Customer => &CUSTOMERS,
            Self::Location => &LOCATIONS,
        }
    }
}

/// Whose contacts a list of contacts is asked for by ID; `None` for other lists.
pub(crate) fn owners_of_contacts(
    resource: &'static Resource,
    query: &mut Query,
) -> Option<(ContactOwner, Vec<i64>)> {
    let (owner, parameter) = if resource.name == CUSTOMER_CONTACTS.name {
        (ContactOwner::Customer, "customerIds")
    } else if resource.name == LOCATION_CONTACTS.name {
        (ContactOwner::Location, "locationIds")
    } else {
        return None;
    };
    Some((owner, query.ids(parameter).ok()??))
}

/// `GET …/customers/{id}/contacts` and `GET …/locations/{id}/contacts`; an inactive owner's are refused with 409.
pub(crate) fn contacts_of(
    store: &Store,
    owner: ContactOwner,
    id: i64,
    query: &mut Query,
    max_page_size: usize,
) -> Result<Value, Problem> {
    let (contacts, field) = match owner {
        ContactOwner::Customer => (&CUSTOMER_CONTACTS, "customerId"),
        ContactOwner::Location => (&LOCATION_CONTACTS, "locationId"),
    };
    let name = owner.resource().name;
    let record = store.of(name).entry(id).ok_or_else(|| Problem::no_such_record(name, id))?;
    if !record.active {
        return Err(Problem::new(StatusCode::CONFLICT, format!("{name} with Id={id} is inactive.")));
    }
    let paging = Paging::read(query, max_page_size)?;
    let records: Vec<RecordRef<'_>> =
        store.of(contacts.name).children(field, id).filter(|contact| contact.active).collect();
    Ok(paging.page(&records, |record| {
        let mut contact = shown(store, contacts, record);
        if let Value::Object(members) = &mut contact {
            members.remove(field);
        }
        contact
    }))
}
