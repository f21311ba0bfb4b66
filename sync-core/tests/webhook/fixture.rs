//! A ServiceTitan that answers reads by ID, a sink that keeps its upserts, and signed webhooks.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hatch_mapping::{
    Mapper, MapperConfig, NoteTarget, ObjectSelection, Opportunity, OpportunityModel, SelectableObject,
};
use http::HeaderMap;
use serde_json::{Value, json};
use servicetitan_client::TenantId;
use servicetitan_client::webhooks::{SIGNATURE_HEADER, WebhookVerifier};
use sync_core::{
    Engine, EngineBuilder, FeedPage, FeedPosition, Integration, Link, ListPage, MemoryStore, MirrorRecord,
    OnWebhookError, OpportunitySink, Priority, Records, Resource, SinkError, Source, SourceDescription,
    SourceError, SourceErrorKind, Store, Upserted, WebhookOutcome,
};

pub(crate) const CONNECTION: &str = "acme";
pub(crate) const KEY: &str = "the-key-of-thirty-two-characters";
/// ServiceTitan's time. The first sync starts 90 days earlier.
pub(crate) const NOW: &str = "2026-03-31T12:00:00Z";

#[derive(Default)]
pub(crate) struct Titan {
    records: Mutex<HashMap<(Resource, i64), MirrorRecord>>,
    pub(crate) reads: Mutex<Vec<(Resource, Vec<i64>, Priority)>>,
    pub(crate) unreachable: AtomicBool,
}

impl Titan {
    pub(crate) fn put(&self, record: MirrorRecord) {
        self.records.lock().unwrap().insert((record.resource, record.id), record);
    }

    fn reached(&self) -> Result<(), SourceError> {
        if self.unreachable.load(Ordering::SeqCst) {
            return Err(SourceError { kind: SourceErrorKind::Temporary, message: "unreachable".to_owned() });
        }
        Ok(())
    }

    /// Returns the reads of a resource by ID.
    pub(crate) fn reads_of(&self, resource: Resource) -> Vec<Vec<i64>> {
        let reads = self.reads.lock().unwrap();
        reads.iter().filter(|(of, ..)| *of == resource).map(|(_, ids, _)| ids.clone()).collect()
    }
}

#[async_trait]
impl Source for Titan {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        self.reached()?;
        Ok(SourceDescription {
            summary: String::new(),
            server_time: Some(NOW.parse().unwrap()),
            granted_scopes: Vec::new(),
            key_confirmed: true,
        })
    }

    async fn read_feed(
        &self,
        _: Resource,
        _: &FeedPosition,
        _: bool,
        _: Priority,
    ) -> Result<FeedPage, SourceError> {
        panic!("a webhook reads no feed")
    }

    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError> {
        self.reads.lock().unwrap().push((resource, ids.to_vec(), priority));
        // Lets other reads queue up meanwhile.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        self.reached()?;
        let records = self.records.lock().unwrap();
        let found = ids.iter().filter_map(|id| records.get(&(resource, *id)).cloned());
        Ok(Records { records: found.collect(), ..Records::default() })
    }

    async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        ids: &[i64],
        _: Priority,
    ) -> Result<Records, SourceError> {
        let records = self.records.lock().unwrap();
        let of_parent = |record: &&MirrorRecord| {
            record.resource == children && record.linked_to(parent).is_some_and(|id| ids.contains(&id))
        };
        Ok(Records { records: records.values().filter(of_parent).cloned().collect(), ..Records::default() })
    }

    async fn read_list(
        &self,
        _: Resource,
        _: DateTime<Utc>,
        _: u32,
        _: Priority,
    ) -> Result<ListPage, SourceError> {
        panic!("a webhook reads no list")
    }

    async fn write_note(&self, _: NoteTarget, _: i64, _: &str) -> Result<(), SourceError> {
        panic!("a webhook writes no note")
    }

    async fn note_texts(&self, _: NoteTarget, _: i64) -> Result<Vec<String>, SourceError> {
        panic!("a webhook reads no notes")
    }

    fn request_counts(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }
}

#[derive(Default)]
pub(crate) struct Hatch {
    pub(crate) bodies: Mutex<Vec<Value>>,
    pub(crate) down: AtomicBool,
}

#[async_trait]
impl OpportunitySink for Hatch {
    fn identity(&self) -> String {
        "hatch".to_owned()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(SinkError::Unavailable("scripted".to_owned()));
        }
        self.bodies.lock().unwrap().push(serde_json::to_value(opportunity).unwrap());
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// A ServiceTitan whose one customer has one phone, and an engine for jobs with their appointments and invoices.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) titan: Arc<Titan>,
    pub(crate) hatch: Arc<Hatch>,
    pub(crate) store: Arc<MemoryStore>,
}

impl Host {
    pub(crate) fn new() -> Self {
        let host = Host::default();
        host.titan.put(record(Resource::Customers, 7, NOW, &json!({ "name": "Ada Lovelace" }), &[]));
        let contact = json!({ "customerId": 7, "type": "Phone", "value": "614-555-0100" });
        host.titan.put(record(Resource::CustomerContacts, 70, NOW, &contact, &[(Resource::Customers, 7)]));
        host
    }

    pub(crate) async fn engine(&self) -> Engine {
        self.engine_selecting([SelectableObject::Appointments, SelectableObject::Invoices]).await
    }

    pub(crate) async fn engine_selecting(
        &self,
        objects: impl IntoIterator<Item = SelectableObject>,
    ) -> Engine {
        let verifier = WebhookVerifier::new(KEY).unwrap();
        self.builder(objects).webhooks(verifier, TenantId(1234)).open().await.unwrap()
    }

    /// Returns a builder of an engine that takes no webhooks.
    pub(crate) fn builder(&self, objects: impl IntoIterator<Item = SelectableObject>) -> EngineBuilder {
        let mut config = MapperConfig::new(OpportunityModel::Job, "custom:test");
        config.selection = ObjectSelection::from_iter(objects);
        let sink = Arc::clone(&self.hatch) as Arc<dyn OpportunitySink>;
        let (titan, store) = (Arc::clone(&self.titan), Arc::clone(&self.store));
        Engine::builder(CONNECTION, titan as Arc<dyn Source>, store as Arc<dyn Store>)
            .integration(Integration::new("jobs", Mapper::new(config).unwrap(), sink))
    }

    /// Returns a field of every delivered body, in order.
    pub(crate) fn delivered(&self, path: &str) -> Vec<Value> {
        let bodies = self.hatch.bodies.lock().unwrap();
        bodies.iter().map(|body| body.pointer(path).cloned().unwrap_or_default()).collect()
    }
}

pub(crate) fn record(
    resource: Resource,
    id: i64,
    modified: &str,
    fields: &Value,
    links: &[(Resource, i64)],
) -> MirrorRecord {
    let mut body = json!({ "id": id, "createdOn": modified, "modifiedOn": modified });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let links = links.iter().map(|(resource, id)| Link { resource: *resource, id: *id }).collect();
    let record = MirrorRecord {
        created_on: Some(modified.parse().unwrap()),
        modified_on: Some(modified.parse().unwrap()),
        body: Some(body.to_string()),
        ..MirrorRecord::absent(resource, id)
    };
    record.linked_with(links)
}

/// Returns a job of the customer with a summary, which no webhook has.
pub(crate) fn job(id: i64, modified: &str, summary: &str) -> MirrorRecord {
    let fields = json!({ "customerId": 7, "summary": summary });
    record(Resource::Jobs, id, modified, &fields, &[(Resource::Customers, 7)])
}

/// Returns a webhook of a type with this event ID.
pub(crate) fn webhook(event_type: &str, event: &str, data: &Value) -> (HeaderMap, Vec<u8>) {
    let mut data = data.clone();
    if data.get("tenantId").is_none() {
        data["tenantId"] = json!(1234);
    }
    let body = json!({
        "specversion": "1.0", "id": format!("delivery of {event}"), "type": event_type, "time": NOW,
        "source": "https://webhooks.servicetitan.io", "userassignedid": event,
        "datacontenttype": "application/json", "data": data,
    });
    let body = body.to_string().into_bytes();
    let mut headers = HeaderMap::new();
    let signature = WebhookVerifier::new(KEY).unwrap().sign(&body);
    headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
    (headers, body)
}

/// Returns a webhook about a job, with old content, as webhooks may have.
pub(crate) async fn job_updated(
    engine: &Engine,
    event: &str,
    job: i64,
) -> Result<WebhookOutcome, OnWebhookError> {
    let data = json!({ "job": { "id": job, "customerId": 1, "modifiedOn": "2020-01-01T00:00:00Z" } });
    let (headers, body) = webhook("tn.jpm.job-updated", event, &data);
    engine.on_webhook(&headers, &body).await
}
