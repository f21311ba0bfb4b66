//! The subject of a webhook's event.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use servicetitan_client::webhooks::{WebhookData, WebhookEvent};
use servicetitan_client::{AppointmentId, InvoiceId, JobId};

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
    let (resource, id) = match event_type.strip_prefix("tn.")? {
        of if of.starts_with("jpm.job-appointment-") => {
            (Resource::Appointments, id_of::<AppointmentId>(data, "appointment"))
        }
        of if of.starts_with("jpm.job-") => (Resource::Jobs, id_of::<JobId>(data, "job")),
        of if of.starts_with("acc.invoice-") => (Resource::Invoices, id_of::<InvoiceId>(data, "invoice")),
        _ => return None,
    };
    Some((resource, id?))
}

/// The ID of a member of the data, read as the models read it: `"42"` and `42.0` are 42.
fn id_of<I: DeserializeOwned + Into<i64>>(data: &str, member: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Named<I> {
        id: I,
    }
    let members: HashMap<String, &RawValue> = serde_json::from_str(data).ok()?;
    let named: Named<I> = serde_json::from_str(members.get(member)?.get()).ok()?;
    Some(named.id.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_does_in_a_record() {
        for id in ["42", "\"42\"", "42.0", " 42 "] {
            for (event_type, member, resource) in [
                ("tn.jpm.job-updated", "job", Resource::Jobs),
                ("tn.jpm.job-appointment-updated", "appointment", Resource::Appointments),
                ("tn.acc.invoice-updated", "invoice", Resource::Invoices),
            ] {
                let data = format!(r#"{{"{member}":{{"id":{id},"active":"perhaps"}}}}"#);
                assert_eq!(named_by(event_type, &data), Some((resource, 42)), "{data}");
            }
        }
        for id in ["null", "\"soon\"", "42.5", "{}"] {
            assert_eq!(named_by("tn.jpm.job-updated", &format!(r#"{{"job":{{"id":{id}}}}}"#)), None, "{id}");
        }
    }
}
