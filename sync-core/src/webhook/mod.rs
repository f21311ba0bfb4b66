//! ServiceTitan's webhooks: a changed record is delivered within seconds instead of with the next run.
//!
//! # Why is the record read again, when the webhook carries it?
//!
//! The payload is poorer than the record: a job's lacks its summary and its custom fields, an invoice's its items. Ingested as the record, it
//! would remove them from Hatch until the feed brings them back. And the payload may be old: webhooks come late, twice and out of order. A read
//! by ID answers what is true now, in whatever order the webhooks come, so that an old one never overwrites a newer record; it costs one
//! request for up to 50 records of a burst. Webhooks move no cursor: the feeds bring the same change again and bring what webhooks lost.

mod outcome;
mod reads;
mod seen;
mod subject;

use std::collections::BTreeMap;
use std::sync::Arc;

use http::HeaderMap;
use servicetitan_client::TenantId;
use servicetitan_client::webhooks::WebhookVerifier;
use tokio::sync::Mutex;

pub use outcome::{IgnoredWebhook, OnWebhookError, WebhookOutcome};
pub use subject::webhook_subject;

use self::reads::{BatchedReads, ReadRecord};
use self::seen::SeenEvents;
use crate::deliver::Deliver;
use crate::ingest::{Feeds, Ingest};
use crate::integrations::Integrations;
use crate::mirror::Mirror;
use crate::{MirrorRecord, Resource, Source, SyncError};

/// The tenant whose webhooks are ingested, and the verifier of their signatures.
#[derive(Debug)]
pub(crate) struct WebhookSender {
    pub(crate) verifier: WebhookVerifier,
    pub(crate) tenant: TenantId,
}

/// Ingests the records that webhooks tell of and delivers the opportunities that they affect.
pub(crate) struct Webhooks {
    /// `None` in an engine that is told of records by another process, which verified the webhooks.
    sender: Option<WebhookSender>,
    mirror: Arc<Mirror>,
    integrations: Integrations,
    feeds: Arc<Feeds>,
    ingest: Arc<Ingest>,
    deliver: Arc<Deliver>,
    reads: BatchedReads,
    seen: SeenEvents,
    /// Protects an event from being ingested twice: held from the check whether it was seen to the commit that says so.
    ingesting: Mutex<()>,
}

impl Webhooks {
    pub(crate) fn new(
        sender: Option<WebhookSender>,
        source: Arc<dyn Source>,
        mirror: Arc<Mirror>,
        integrations: Integrations,
        feeds: Arc<Feeds>,
        ingest: Arc<Ingest>,
        deliver: Arc<Deliver>,
    ) -> Self {
        let (reads, seen) = (BatchedReads::new(source), SeenEvents::new(Arc::clone(&mirror)));
        let ingesting = Mutex::default();
        Webhooks { sender, mirror, integrations, feeds, ingest, deliver, reads, seen, ingesting }
    }

    /// Ingests a webhook as ServiceTitan delivered it.
    pub(crate) async fn receive(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<WebhookOutcome, OnWebhookError> {
        let sender = self.sender.as_ref().ok_or(OnWebhookError::NotConfigured)?;
        let event = sender.verifier.receive(headers, body)?;
        let ignored = |reason| Ok(WebhookOutcome::Ignored { reason });
        if event.tenant.is_some_and(|tenant| tenant != sender.tenant) {
            return ignored(IgnoredWebhook::OtherTenant);
        }
        let Some((resource, id)) = webhook_subject(&event) else {
            tracing::info!(connection = %self.mirror.connection(), event_type = %event.event_type, "a webhook of this type is ignored");
            return ignored(IgnoredWebhook::Type(event.event_type));
        };
        Ok(self.bring_forward(&event.id, resource, id).await?)
    }

    /// Ingests the record that a verified webhook tells of, and delivers the opportunities that it affects.
    pub(crate) async fn bring_forward(
        &self,
        event: &str,
        resource: Resource,
        id: i64,
    ) -> Result<WebhookOutcome, SyncError> {
        let ignored = |reason| Ok(WebhookOutcome::Ignored { reason });
        if self.integrations.showing(resource).next().is_none() {
            return ignored(IgnoredWebhook::NotNeeded(resource));
        }
        if self.seen.contains(event).await? {
            return Ok(WebhookOutcome::Duplicate);
        }
        let Some(ReadRecord { record, bad_fields }) = self.reads.read(resource, id).await? else {
            return ignored(IgnoredWebhook::NoSuchRecord(resource, id));
        };
        if !self.may_enter(&record).await? {
            return ignored(IgnoredWebhook::BeforeStart(resource, id));
        }
        let ingested = {
            let _one_at_a_time = self.ingesting.lock().await;
            if self.seen.contains(event).await? {
                return Ok(WebhookOutcome::Duplicate);
            }
            let seen = self.seen.change(event).await?;
            self.ingest.ingest(resource, vec![record], &bad_fields, vec![seen]).await?
        };
        if ingested.changed == 0 {
            return Ok(WebhookOutcome::Unchanged { resource, id });
        }
        let (affected, delivered) = self.deliver_affected(&ingested.affected).await?;
        Ok(WebhookOutcome::BroughtForward { resource, id, affected, delivered })
    }

    /// Whether the record may come into the mirror: a base record only if the mirror has it, or if it changed since the start of the first
    /// sync.
    async fn may_enter(&self, record: &MirrorRecord) -> Result<bool, SyncError> {
        if !self.integrations.base_resources().contains(&record.resource) {
            return Ok(true);
        }
        let kept = self.mirror.records(record.resource, &[record.id]).await?;
        if kept.iter().any(|kept| kept.body.is_some()) {
            return Ok(true);
        }
        let start = self.feeds.start().await?;
        // A record whose time cannot be read changed just now, as the webhook says.
        Ok(record.modified_on.is_none_or(|modified| modified >= start))
    }

    /// Delivers the affected opportunities. One that cannot be delivered now stays dirty and goes with the next run. Returns the numbers of
    /// affected and of delivered opportunities.
    async fn deliver_affected(
        &self,
        opportunities: &BTreeMap<String, Vec<i64>>,
    ) -> Result<(u64, u64), SyncError> {
        let (mut affected, mut delivered) = (0, 0);
        for (name, ids) in opportunities.iter().filter(|(_, ids)| !ids.is_empty()) {
            affected += ids.len() as u64;
            match self.deliver.deliver_now(name, ids).await {
                Ok(report) => delivered += report.delivered,
                Err(SyncError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(integration = %name, %error, "opportunities that a webhook affected wait for the next run");
                }
            }
        }
        Ok((affected, delivered))
    }
}
