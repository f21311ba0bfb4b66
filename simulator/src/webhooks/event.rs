//! The CloudEvent that ServiceTitan sends for a change.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::WebhookDelivery;
use crate::store::{Object, value_at};
use crate::time;
use crate::world::{Change, WorldHandle};

/// Fields of a job that its webhooks leave out.
const NOT_IN_JOB_EVENTS: &[&str] = &["summary", "customFields", "externalData", "active"];

/// Fields of an invoice that its webhooks leave out.
const NOT_IN_INVOICE_EVENTS: &[&str] = &[
    "items",
    "summary",
    "customFields",
    "discountTotal",
    "importId",
    "exportId",
    "materialSkuId",
    "membershipId",
    "paidOn",
    "invoiceConfiguration",
    "active",
];

/// The event of a change: its type, the payload's member, and the fields that the payload leaves out.
fn told_by(change: &Change, json: &Object) -> Option<(&'static str, &'static str, &'static [&'static str])> {
    let status = value_at(json, "jobStatus").and_then(Value::as_str);
    match change.resource {
        "jobs" if status == Some("Completed") => Some(("tn.jpm.job-completed", "job", NOT_IN_JOB_EVENTS)),
        "jobs" if json.get("createdOn") == json.get("modifiedOn") => {
            Some(("tn.jpm.job-scheduled", "job", NOT_IN_JOB_EVENTS))
        }
        "jobs" => Some(("tn.jpm.job-updated", "job", NOT_IN_JOB_EVENTS)),
        "appointments" => Some(("tn.jpm.job-appointment-updated", "appointment", &[])),
        "invoices" => Some(("tn.acc.invoice-updated", "invoice", NOT_IN_INVOICE_EVENTS)),
        _ => None,
    }
}

impl WorldHandle {
    /// The webhook that ServiceTitan sends for a change, signed with the key from its developer portal; the payload shows the record as it
    /// is now. `None` for records without webhooks: only jobs, appointments and invoices have them.
    pub fn webhook(&self, change: &Change, key: &SecretString) -> Option<WebhookDelivery> {
        let Value::Object(mut record) = self.record(change.resource, change.id)? else { return None };
        let (event_type, member, left_out) = told_by(change, &record)?;
        let modified = record.get("modifiedOn").and_then(Value::as_str).unwrap_or_default().to_owned();
        for field in left_out {
            record.remove(*field);
        }
        let event_id = format!("{event_type}-{}-{modified}", change.id);
        let mut data = json!({ "tenantId": self.systems.credentials.tenant, "tenantName": "Summit" });
        data[member] = Value::Object(record);
        let event = json!({
            "specversion": "1.0", "id": event_id, "type": event_type, "time": time::wire(self.now()),
            "source": "https://webhooks.servicetitan.io", "userassignedid": event_id,
            "datacontenttype": "application/json", "data": data,
        });
        let body = Bytes::from(event.to_string());
        let signature = sign(key, &body);
        Some(WebhookDelivery { event_type: event_type.to_owned(), event_id, body, signature })
    }
}

/// HMAC-SHA256 over the body, in hexadecimal digits.
fn sign(key: &SecretString, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()) else {
        return String::new();
    };
    mac.update(body);
    base16ct::lower::encode_string(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn a_signature_is_the_hmac_of_the_body() {
        let signature = sign(&SecretString::from("Jefe"), b"what do ya want for nothing?");
        assert_eq!(signature, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
