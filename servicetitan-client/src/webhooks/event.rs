//! The envelope of a delivery, and the record in it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::WebhookError;
use super::payloads::{AppointmentEvent, InvoiceEvent, InvoiceTaskEvent, JobEvent, LeadEvent};
use crate::ids::TenantId;
use crate::model::scalar::Scalar;
use crate::model::unread::is_own_reason;
use crate::model::value::{WireValue, read_alone};
use crate::model::{Fields, ProblemKind, RecordProblem, UnreadField};
use crate::repair::{Repair, Repaired, repair, without_mark};

/// An event at ServiceTitan, as it was delivered.
#[derive(Clone)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The event's ID (`userassignedid`): another delivery of the same event has the same.
    pub id: String,
    /// The ID of the delivery, which another delivery of the same event need not share.
    pub delivery_id: Option<String>,
    /// The event's type, such as `tn.jpm.job-updated`.
    pub event_type: String,
    /// The event's time, if the envelope has it in a readable form.
    pub time: Option<DateTime<Utc>>,
    /// The sender.
    pub source: Option<String>,
    /// The tenant, if the data tells it.
    pub tenant: Option<TenantId>,
    /// The record that the event is about.
    pub data: WebhookData,
    /// Attributes of the envelope that this version does not know, as they came.
    pub extra: Map<String, Value>,
    problems: Vec<RecordProblem>,
}

/// The data of an event: the record as it is now.
#[derive(Clone)]
#[non_exhaustive]
pub enum WebhookData {
    /// The job of `tn.jpm.job-updated`, `-scheduled`, `-rescheduled` and `-completed`.
    Job(Box<JobEvent>),
    /// The appointment of `tn.jpm.job-appointment-updated`.
    Appointment(Box<AppointmentEvent>),
    /// The invoice of `tn.acc.invoice-updated`, `-batched`, `-posted` and `-exported`.
    Invoice(Box<InvoiceEvent>),
    /// The task of `tn.acc.invoice-task-created` and `-updated`.
    InvoiceTask(Box<InvoiceTaskEvent>),
    /// The lead of `tn.crm.lead-created` and `-updated`.
    Lead(Box<LeadEvent>),
    /// The JSON of an event of a type that this version does not know, or whose record has no readable ID, as it came.
    Other(Box<RawValue>),
}

impl WebhookEvent {
    /// Reads an envelope without asking who sent it: [`WebhookVerifier::receive`](super::WebhookVerifier::receive) does both.
    ///
    /// # Errors
    /// [`WebhookError::NotAnEvent`] if it is no JSON, of another version of CloudEvents than 1, or lacks type, ID or data. Data that does not fit
    /// its type is no error: see [`problems`](Self::problems).
    pub fn parse(body: &[u8]) -> Result<WebhookEvent, WebhookError> {
        let body = without_mark(body);
        let (json, repairs) = match repair(body) {
            Some(Repaired { json, repairs }) => (Cow::Owned(json), repairs),
            None => (String::from_utf8_lossy(body), Vec::new()),
        };
        WebhookEvent::read(&json, repairs)
    }

    /// Returns the fields of the record that read as absent because their values do not fit, the parts that were replaced because they are no JSON,
    /// or, where the record has no readable ID, that there is none. Paths begin in the record; none has a value.
    pub fn problems(&self) -> &[RecordProblem] {
        &self.problems
    }

    fn read(json: &str, repairs: Vec<Repair>) -> Result<WebhookEvent, WebhookError> {
        let not_an_event = |reason| WebhookError::NotAnEvent { reason };
        let mut attributes: BTreeMap<String, &RawValue> =
            serde_json::from_str(json).map_err(|_| not_an_event("it is no JSON object"))?;
        let data = attributes.remove("data").ok_or_else(|| not_an_event("it has no data"))?;
        let mut text =
            |name: &str| attributes.remove(name).and_then(lenient::<String>).filter(|text| !text.is_empty());
        if text("specversion").is_some_and(|version| version.split('.').next() != Some("1")) {
            return Err(not_an_event("it is of another version of CloudEvents than 1"));
        }
        let event_type = text("type").ok_or_else(|| not_an_event("it has no type"))?;
        let delivery_id = text("id");
        let id = text("userassignedid").or_else(|| delivery_id.clone());
        let id = id.ok_or_else(|| not_an_event("it has neither userassignedid nor id"))?;
        let source = text("source");
        text("datacontenttype");
        let time = attributes.remove("time").and_then(lenient::<DateTime<Utc>>);
        let tenant = tenant_of(data);
        let (data, problems) = WebhookData::read(&event_type, data, repairs);
        Ok(WebhookEvent {
            id,
            delivery_id,
            event_type,
            time,
            source,
            tenant,
            data,
            extra: attributes
                .into_iter()
                .filter_map(|(name, value)| Some((name, read(value).ok()?)))
                .collect(),
            problems,
        })
    }
}

impl WebhookData {
    /// Reads the data of an event, and what of it could not be read.
    fn read(event_type: &str, json: &RawValue, repairs: Vec<Repair>) -> (WebhookData, Vec<RecordProblem>) {
        let typed = match event_type {
            "tn.jpm.job-updated"
            | "tn.jpm.job-scheduled"
            | "tn.jpm.job-rescheduled"
            | "tn.jpm.job-completed" => {
                Subject { resource: "jobs", member: "job" }.read(json, WebhookData::Job)
            }
            "tn.jpm.job-appointment-updated" => Subject { resource: "appointments", member: "appointment" }
                .read(json, WebhookData::Appointment),
            "tn.acc.invoice-updated"
            | "tn.acc.invoice-batched"
            | "tn.acc.invoice-posted"
            | "tn.acc.invoice-exported" => INVOICE.read(json, WebhookData::Invoice),
            "tn.acc.invoice-task-created" | "tn.acc.invoice-task-updated" => {
                INVOICE.read(json, WebhookData::InvoiceTask)
            }
            "tn.crm.lead-created" | "tn.crm.lead-updated" => {
                Subject { resource: "leads", member: "lead" }.read(json, WebhookData::Lead)
            }
            // Without a model there is nothing that the data could fail to fit.
            _ => return (WebhookData::Other(json.to_owned()), Vec::new()),
        };
        typed.into_event(json, repairs)
    }
}

/// The record that an event is about.
#[derive(Clone, Copy)]
struct Subject {
    resource: &'static str,
    /// The member of the event's data that has the record.
    member: &'static str,
}

const INVOICE: Subject = Subject { resource: "invoices", member: "invoice" };

/// An event's data as its model has it, or the reason why it has not.
struct Typed {
    subject: Subject,
    data: Result<WebhookData, String>,
    id: Option<i64>,
    unread: Vec<UnreadField>,
}

impl Subject {
    fn read<T: DeserializeOwned + Fields>(self, json: &RawValue, into: fn(Box<T>) -> WebhookData) -> Typed {
        let data = read::<Box<T>>(json);
        let unread = data.as_ref().map(|data| data.unread_fields()).unwrap_or_default();
        let id = read::<BTreeMap<String, Value>>(json).ok();
        let id = id.and_then(|members| i64::of_value(members.get(self.member)?.get("id")?).value());
        Typed { subject: self, data: data.map(into), id, unread }
    }

    /// The path inside the record, of one inside the event's data.
    fn path_in_record(self, path: &str) -> String {
        let inside = path.strip_prefix(self.member).and_then(|rest| rest.strip_prefix('.'));
        inside.unwrap_or(path).to_owned()
    }
}

impl Typed {
    fn into_event(self, json: &RawValue, repairs: Vec<Repair>) -> (WebhookData, Vec<RecordProblem>) {
        let Typed { subject, data, id, unread } = self;
        let problem = |kind, path: &str, reason: String| RecordProblem {
            resource: subject.resource,
            id,
            path: subject.path_in_record(path),
            reason,
            kind,
        };
        let mut problems: Vec<_> = unread
            .into_iter()
            .map(|field| problem(ProblemKind::FieldUnread, &field.path, field.reason))
            .collect();
        problems.extend(repairs.into_iter().map(|repair| {
            let path = repair.path.strip_prefix("data.").unwrap_or(&repair.path);
            problem(ProblemKind::ValueRepaired, path, repair.reason.to_owned())
        }));
        let data = data.unwrap_or_else(|reason| {
            problems.push(problem(ProblemKind::RecordLost, "", reason));
            WebhookData::Other(json.to_owned())
        });
        (data, problems)
    }
}

/// Shows the event's ID, type, time and tenant, and nothing of the record.
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

/// Reads a value.
///
/// # Errors
/// The reason, unless it may quote something.
fn read<T: DeserializeOwned>(json: &RawValue) -> Result<T, String> {
    serde_json::from_str(json.get()).map_err(|error| {
        let message = error.to_string();
        let message = message.rfind(" at line ").map_or(&*message, |end| &message[..end]);
        if is_own_reason(message) || message.starts_with("missing field `") {
            return message.to_owned();
        }
        "the data does not fit its type".to_owned()
    })
}

/// Reads a value as the models do.
fn lenient<T: WireValue>(json: &RawValue) -> Option<T> {
    read_alone(json).ok().flatten()
}

fn tenant_of(data: &RawValue) -> Option<TenantId> {
    let members = read::<BTreeMap<String, Value>>(data).ok()?;
    TenantId::of_value(members.get("tenantId")?).value()
}
