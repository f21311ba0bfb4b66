//! The envelope of a delivery, and what is in it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::WebhookError;
use super::payloads::{AppointmentEvent, InvoiceEvent, InvoiceTaskEvent, JobEvent, LeadEvent};
use crate::ids::TenantId;

/// Something that happened at ServiceTitan, as it was delivered.
#[derive(Clone)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The ID of what happened (`userassignedid`): another delivery of the same event has the same.
    pub id: String,
    /// The ID of the delivery, which another delivery of the same event need not share.
    pub delivery_id: Option<String>,
    /// What happened, such as `tn.jpm.job-updated`.
    pub event_type: String,
    /// When it happened, if the envelope tells in a readable form.
    pub time: Option<DateTime<Utc>>,
    /// Who sent it.
    pub source: Option<String>,
    /// The tenant in which it happened, if the data tells.
    pub tenant: Option<TenantId>,
    /// What it is about.
    pub data: WebhookData,
    /// Attributes of the envelope that this version does not know, as they came.
    pub extra: Map<String, Value>,
}

/// What an event carries: the record as it is now.
#[derive(Clone)]
#[non_exhaustive]
pub enum WebhookData {
    /// Of `tn.jpm.job-updated`, `-scheduled`, `-rescheduled` and `-completed`.
    Job(Box<JobEvent>),
    /// Of `tn.jpm.job-appointment-updated`.
    Appointment(Box<AppointmentEvent>),
    /// Of `tn.acc.invoice-updated`, `-batched`, `-posted` and `-exported`.
    Invoice(Box<InvoiceEvent>),
    /// Of `tn.acc.invoice-task-created` and `-updated`.
    InvoiceTask(Box<InvoiceTaskEvent>),
    /// Of `tn.crm.lead-created` and `-updated`.
    Lead(Box<LeadEvent>),
    /// Of a type that this version does not know, or with data that does not fit its type: the JSON as it came.
    Other(Box<RawValue>),
}

impl WebhookEvent {
    /// Reads an envelope without asking who sent it: [`WebhookVerifier::receive`](super::WebhookVerifier::receive) does both.
    ///
    /// # Errors
    /// [`WebhookError::NotAnEvent`] if it is no JSON, of another version of CloudEvents than 1, or lacks type, ID or data. Data that does not fit
    /// its type is no error.
    pub fn parse(body: &[u8]) -> Result<WebhookEvent, WebhookError> {
        let not_an_event = |reason| WebhookError::NotAnEvent { reason };
        let mut attributes: BTreeMap<String, &RawValue> =
            serde_json::from_slice(body).map_err(|_| not_an_event("it is no JSON object"))?;
        let data = attributes.remove("data").ok_or_else(|| not_an_event("it has no data"))?;
        let mut text =
            |name: &str| attributes.remove(name).and_then(read::<String>).filter(|text| !text.is_empty());
        if text("specversion").is_some_and(|version| version.split('.').next() != Some("1")) {
            return Err(not_an_event("it is of another version of CloudEvents than 1"));
        }
        let event_type = text("type").ok_or_else(|| not_an_event("it has no type"))?;
        let delivery_id = text("id");
        let id = text("userassignedid").or_else(|| delivery_id.clone());
        let id = id.ok_or_else(|| not_an_event("it has neither userassignedid nor id"))?;
        let time = text("time").and_then(|time| DateTime::parse_from_rfc3339(&time).ok());
        let source = text("source");
        text("datacontenttype");
        Ok(WebhookEvent {
            id,
            delivery_id,
            time: time.map(|time| time.with_timezone(&Utc)),
            source,
            tenant: tenant_of(data),
            data: WebhookData::of(&event_type, data),
            event_type,
            extra: attributes.into_iter().filter_map(|(name, value)| Some((name, read(value)?))).collect(),
        })
    }
}

impl WebhookData {
    fn of(event_type: &str, data: &RawValue) -> WebhookData {
        let typed = match event_type {
            "tn.jpm.job-updated"
            | "tn.jpm.job-scheduled"
            | "tn.jpm.job-rescheduled"
            | "tn.jpm.job-completed" => read(data).map(WebhookData::Job),
            "tn.jpm.job-appointment-updated" => read(data).map(WebhookData::Appointment),
            "tn.acc.invoice-updated"
            | "tn.acc.invoice-batched"
            | "tn.acc.invoice-posted"
            | "tn.acc.invoice-exported" => read(data).map(WebhookData::Invoice),
            "tn.acc.invoice-task-created" | "tn.acc.invoice-task-updated" => {
                read(data).map(WebhookData::InvoiceTask)
            }
            "tn.crm.lead-created" | "tn.crm.lead-updated" => read(data).map(WebhookData::Lead),
            _ => None,
        };
        typed.unwrap_or_else(|| WebhookData::Other(data.to_owned()))
    }
}

/// Shows whose event it is and what kind, and nothing of the record.
impl fmt::Debug for WebhookEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WebhookEvent")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("time", &self.time)
            .field("tenant", &self.tenant)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

/// Shows the kind and, where it is known, the record's ID.
impl fmt::Debug for WebhookData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WebhookData::Job(data) => write!(formatter, "Job({})", data.job.id),
            WebhookData::Appointment(data) => write!(formatter, "Appointment({})", data.appointment.id),
            WebhookData::Invoice(data) => write!(formatter, "Invoice({})", data.invoice.id),
            WebhookData::InvoiceTask(data) => write!(formatter, "InvoiceTask({})", data.invoice.id),
            WebhookData::Lead(data) => write!(formatter, "Lead({})", data.lead.id),
            WebhookData::Other(_) => formatter.write_str("Other"),
        }
    }
}

fn read<T: DeserializeOwned>(json: &RawValue) -> Option<T> {
    serde_json::from_str(json.get()).ok()
}

fn tenant_of(data: &RawValue) -> Option<TenantId> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct OfTenant {
        tenant_id: i64,
    }
    read::<OfTenant>(data).map(|data| TenantId(data.tenant_id))
}
