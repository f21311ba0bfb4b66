//! ServiceTitan's webhooks: what they tell of is brought to the sinks within seconds instead of with the next run.
//!
//! # Why is the record read again, when the webhook carries it?
//!
//! The payload is poorer than the record: a job's lacks its summary and its custom fields, an invoice's its items. Taken for the record, it
//! would take them out of Hatch until the feed brings them back. And it may be old: webhooks come late, twice and out of order. A read by ID
//! answers what is true now, in whatever order the webhooks come, so that an old one never overwrites a newer record; it costs one request for up
//! to 50 records of a burst. Webhooks move no cursor: the feeds bring the same change again and bring what webhooks lost.

mod reading;
mod seen;

use std::collections::HashMap;

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use servicetitan_client::TenantId;
use servicetitan_client::webhooks::{WebhookData, WebhookError, WebhookEvent, WebhookVerifier};
use thiserror::Error;

use super::take_in::TakenIn;
use super::{Engine, feeds};
use crate::{MirrorRecord, Resource, SourceError, StoreError, SyncError};

/// What an engine needs to take webhooks.
#[derive(Debug)]
pub(super) struct Webhooks {
    verifier: WebhookVerifier,
    tenant: TenantId,
    reading: reading::Reading,
    /// Held from looking whether an event was seen to noting that it was.
    taking_in: tokio::sync::Mutex<()>,
}

impl Webhooks {
    pub(super) fn new(verifier: WebhookVerifier, tenant: TenantId) -> Self {
        let (reading, taking_in) = (reading::Reading::default(), tokio::sync::Mutex::default());
        Webhooks { verifier, tenant, reading, taking_in }
    }
}

/// What became of a webhook. In any case it is to be answered with a success: there is nothing that sending it again would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
#[non_exhaustive]
pub enum WebhookOutcome {
    /// The record was newer than the mirror's, and is in the mirror now.
    BroughtForward {
        /// The resource of the record.
        resource: Resource,
        /// The record's ID.
        id: i64,
        /// How many opportunities it touches.
        touched: u64,
        /// How many of them were delivered. The others did not change by it, cannot be delivered, or wait for the next run.
        delivered: u64,
    },
    /// The mirror had the record as it is already.
    Unchanged {
        /// The resource of the record.
        resource: Resource,
        /// The record's ID.
        id: i64,
    },
    /// The event came before.
    Duplicate,
    /// There is nothing to do for it.
    Ignored {
        /// Why.
        reason: IgnoredWebhook,
    },
}

/// Why there is nothing to do for a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IgnoredWebhook {
    /// Its type is not known here, or is one whose records no opportunity shows.
    Type(String),
    /// It is about another tenant.
    OtherTenant,
    /// No integration of this connection needs the resource.
    NotNeeded(Resource),
    /// ServiceTitan does not have the record, or not any more; the feeds decide what that means.
    NoSuchRecord(Resource, i64),
    /// A base record that did not change since the start of the first sync.
    BeforeStart(Resource, i64),
}

/// Why a webhook was not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OnWebhookError {
    /// The engine was built without [`EngineBuilder::webhooks`](crate::EngineBuilder::webhooks).
    #[error("this engine takes no webhooks: give it the signing key with `EngineBuilder::webhooks`")]
    NotConfigured,
    /// It is not ServiceTitan's, or cannot be read. [`WebhookError::status`] says how to answer.
    #[error(transparent)]
    Refused(#[from] WebhookError),
    /// The record could not be read, or not be stored. Answered with a failure, ServiceTitan sends the webhook again after a while.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl OnWebhookError {
    /// The HTTP status to answer the delivery with.
    pub fn status(&self) -> u16 {
        match self {
            OnWebhookError::Refused(error) => error.status(),
            OnWebhookError::Sync(error) if error.is_temporary() => 503,
            OnWebhookError::NotConfigured | OnWebhookError::Sync(_) => 500,
        }
    }
}

impl From<StoreError> for OnWebhookError {
    fn from(error: StoreError) -> Self {
        OnWebhookError::Sync(error.into())
    }
}

impl From<SourceError> for OnWebhookError {
    fn from(error: SourceError) -> Self {
        OnWebhookError::Sync(error.into())
    }
}

impl Engine {
    /// Takes a webhook as ServiceTitan delivered it: `body` is the request's very bytes, over which it is signed.
    ///
    /// A record that is newer than the mirror's is taken in together with the mark of the opportunities that it touches, in one commit, and
    /// these are delivered at once, also while a sync runs in another task. No cursor moves. A base record enters only if it was modified since
    /// the start of the first sync. An event that came before is ignored, also after a restart; of the newest eight thousand the IDs are kept.
    ///
    /// The answer waits for all that. ServiceTitan does not say how long it waits; dropping the future loses nothing that the feeds do not bring.
    ///
    /// # Errors
    ///
    /// [`OnWebhookError`]; nothing was changed then, or what was changed is delivered by the next run.
    pub async fn on_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<WebhookOutcome, OnWebhookError> {
        let webhooks = self.webhooks.as_ref().ok_or(OnWebhookError::NotConfigured)?;
        let event = webhooks.verifier.receive(headers, body)?;
        let ignored = |reason| Ok(WebhookOutcome::Ignored { reason });
        if event.tenant.is_some_and(|tenant| tenant != webhooks.tenant) {
            return ignored(IgnoredWebhook::OtherTenant);
        }
        let Some((resource, id)) = subject(&event) else {
            tracing::info!(connection = %self.connection, event_type = %event.event_type, "a webhook of this type is ignored");
            return ignored(IgnoredWebhook::Type(event.event_type));
        };
        if !self.integrations.iter().any(|integration| feeds::needs(integration, resource)) {
            return ignored(IgnoredWebhook::NotNeeded(resource));
        }
        if self.was_seen(&event.id).await? {
            return Ok(WebhookOutcome::Duplicate);
        }
        let Some(record) = webhooks.reading.read(self.source.as_ref(), resource, id).await? else {
            return ignored(IgnoredWebhook::NoSuchRecord(resource, id));
        };
        if !self.may_enter(&record).await? {
            return ignored(IgnoredWebhook::BeforeStart(resource, id));
        }
        let taken = {
            let _one_at_a_time = webhooks.taking_in.lock().await;
            if self.was_seen(&event.id).await? {
                return Ok(WebhookOutcome::Duplicate);
            }
            let seen = self.seen_change(&event.id).await?;
            self.take_in(resource, vec![record], vec![seen]).await?
        };
        if taken.changed == 0 {
            return Ok(WebhookOutcome::Unchanged { resource, id });
        }
        let (touched, delivered) = self.deliver_touched(&taken).await?;
        Ok(WebhookOutcome::BroughtForward { resource, id, touched, delivered })
    }

    /// Whether the record may be in the mirror: a base record only if the mirror has it, or it changed since the start.
    async fn may_enter(&self, record: &MirrorRecord) -> Result<bool, SyncError> {
        if !self.integrations.iter().any(|integration| integration.base() == record.resource) {
            return Ok(true);
        }
        let kept = self.store.records(&self.connection, record.resource, &[record.id]).await?;
        if kept.iter().any(|kept| kept.body.is_some()) {
            return Ok(true);
        }
        let start = self.start().await?;
        Ok(record.modified_on.is_some_and(|modified| modified >= start))
    }

    /// Delivers what a record touched. What cannot be delivered now is marked, and goes with the next run.
    async fn deliver_touched(&self, taken: &TakenIn) -> Result<(u64, u64), SyncError> {
        let (mut touched, mut delivered) = (0, 0);
        for (name, ids) in taken.touched.iter().filter(|(_, ids)| !ids.is_empty()) {
            touched += ids.len() as u64;
            match self.deliver_now(name, ids).await {
                Ok(report) => delivered += report.delivered,
                Err(SyncError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(integration = %name, %error, "what a webhook changed waits for the next run");
                }
            }
        }
        Ok((touched, delivered))
    }
}

/// The record that an event is about, if opportunities show its like.
fn subject(event: &WebhookEvent) -> Option<(Resource, i64)> {
    match &event.data {
        WebhookData::Job(data) => Some((Resource::Jobs, data.job.id.get())),
        WebhookData::Appointment(data) => Some((Resource::Appointments, data.appointment.id.get())),
        WebhookData::Invoice(data) => Some((Resource::Invoices, data.invoice.id.get())),
        WebhookData::InvoiceTask(data) => Some((Resource::Invoices, data.invoice.id.get())),
        WebhookData::Other(data) => named_by(&event.event_type, data.get()),
        _ => None,
    }
}

/// The record that data is about which does not fit its type: only its ID is needed.
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
