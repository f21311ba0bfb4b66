//! The subject of a webhook's event.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use servicetitan_client::webhooks::{WebhookData, WebhookEvent};

use crate::Resource;

/// Returns the record that a webhook's event is about; `None` for events whose records no opportunity shows. For a host that verifies
/// webhooks in one process and [brings the record forward](crate::Engine::bring_forward) in another one.
pub fn webhook_subject(event: &WebhookEvent) -> Option<(Resource, i64)> {
    match &event.data {
        WebhookData::Job(data) => Some((Resource::Jobs, data.job.id.get())),
        WebhookData::Appointment(data) => Some((Resource::Appointments, data.appointment.id.get())),
        WebhookData::Invoice(data) => Some((Resource::Invoices, data.invoice.id.get())),
        WebhookData::InvoiceTask(data) => Some((Resource::Invoices, data.invoice.id.get())),
        WebhookData::Other(data) => named_by(&event.event_type, data.get()),
        _ => None,
    }
}

/// The record that an event is about whose data does not fit its type: only the ID is needed.
fn named_by(event_type: &str, data: &str) -> Option<(Resource, i64)> {
    #[derive(Deserialize)]
    struct Named {
        id: i64,
    }
    let (resource, member) = match event_type.strip_prefix("tn.")? {
        of if of.starts_with("jpm.job-appointment-") => (Resource::Appointments, "appointment"),
        of if of.starts_with("jpm.job-") => (Resource::Jobs, "job"),
        of if of.starts_with("acc.invoice-") => (Resource::Invoices, "invoice"),
        _ => return None,
    };
    let members: HashMap<String, &RawValue> = serde_json::from_str(data).ok()?;
    let named: Named = serde_json::from_str(members.get(member)?.get()).ok()?;
    Some((resource, named.id))
}
