//! A scripted ServiceTitan with notes, and an engine over it, on tokio's paused clock.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use hatch_mapping::{
    HatchEvent, HatchEventKind, Mapper, MapperConfig, NoteTarget, Opportunity, OpportunityModel, PushConfig,
    PushRule,
};
use serde_json::json;
use sync_core::{
    Change, Clock, Delivered, Engine, EngineBuilder, FeedPage, FeedPosition, Integration, Link, ListPage,
    MemoryStore, MirrorRecord, OpportunitySink, Priority, Records, Resource, Role, SinkError, Source,
    SourceDescription, SourceError, SourceErrorKind, Store, Upserted,
};
use tokio::time::Instant;

pub(crate) const CONNECTION: &str = "acme";
pub(crate) const JOB: i64 = 42;
pub(crate) const OTHER_JOB: i64 = 43;
pub(crate) const CUSTOMER: i64 = 7;
pub(crate) const LOCATION: i64 = 9;

/// The outcome of one write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Written,
    /// Refused without being carried out.
    Fails(SourceErrorKind),
    /// The answer gets lost. The note appears after this time, or never.
    Lost(Option<Duration>),
    /// Written after this time.
    Slow(Duration),
    /// Refused after this time.
    SlowlyFails(Duration, SourceErrorKind),
}

#[derive(Default)]
pub(crate) struct Titan {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    records: HashMap<(Resource, i64), MirrorRecord>,
    notes: HashMap<(NoteTarget, i64), Vec<String>>,
    landing: Vec<(Instant, NoteTarget, i64, String)>,
    fates: HashMap<(NoteTarget, i64), VecDeque<Fate>>,
    unreachable: bool,
    hold_lookups: bool,
    reads: Vec<(Resource, Priority)>,
    writes: usize,
    note_reads: usize,
}

impl Titan {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.inner.lock().unwrap();
        let (landed, landing) =
            std::mem::take(&mut inner.landing).into_iter().partition(|(at, ..)| *at <= Instant::now());
        inner.landing = landing;
        let landed: Vec<(Instant, NoteTarget, i64, String)> = landed;
        for (_, target, id, text) in landed {
            inner.notes.entry((target, id)).or_default().push(text);
        }
        inner
    }

    pub(crate) fn put(&self, record: MirrorRecord) {
        self.inner().records.insert((record.resource, record.id), record);
    }

    pub(crate) fn remove(&self, resource: Resource, id: i64) {
        self.inner().records.remove(&(resource, id));
    }

    pub(crate) fn script(&self, target: NoteTarget, id: i64, fates: impl IntoIterator<Item = Fate>) {
        self.inner().fates.insert((target, id), fates.into_iter().collect());
    }

    pub(crate) fn reachable(&self, reachable: bool) {
        self.inner().unreachable = !reachable;
    }

    /// Lets lookups of base records take an hour.
    pub(crate) fn hold_lookups(&self, hold: bool) {
        self.inner().hold_lookups = hold;
    }

    pub(crate) fn write_by_hand(&self, target: NoteTarget, id: i64, text: &str) {
        self.inner().notes.entry((target, id)).or_default().push(text.to_owned());
    }

    pub(crate) fn notes(&self, target: NoteTarget, id: i64) -> Vec<String> {
        self.inner().notes.get(&(target, id)).cloned().unwrap_or_default()
    }

    /// Returns the events with a note on the target, in order. Notes of people are left out.
    pub(crate) fn events(&self, target: NoteTarget, id: i64) -> Vec<String> {
        let notes = self.notes(target, id);
        notes
            .iter()
            .filter_map(|note| Some(note.split_once("content of ")?.1.lines().next()?.to_owned()))
            .collect()
    }

    /// Returns the number of lookups of base records, of writes of notes and of reads of notes.
    pub(crate) fn requests(&self) -> (usize, usize, usize) {
        let inner = self.inner();
        (inner.reads.len(), inner.writes, inner.note_reads)
    }

    pub(crate) fn lookups(&self) -> Vec<(Resource, Priority)> {
        self.inner().reads.clone()
    }
}

fn failure(kind: SourceErrorKind) -> SourceError {
    SourceError { kind, message: format!("scripted: {kind:?}") }
}

#[async_trait]
impl Source for Titan {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        Ok(SourceDescription {
            summary: String::new(),
            server_time: Some(PausedClock::start()),
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
        Ok(FeedPage { next: Some("end".to_owned()), ..FeedPage::default() })
    }

    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError> {
        if self.inner().hold_lookups {
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        let mut inner = self.inner();
        inner.reads.push((resource, priority));
        if inner.unreachable {
            return Err(failure(SourceErrorKind::Temporary));
        }
        let found = ids.iter().filter_map(|id| inner.records.get(&(resource, *id)).cloned());
        Ok(Records { records: found.collect(), ..Records::default() })
    }

    async fn read_children(
        &self,
        _: Resource,
        _: Resource,
        _: &[i64],
        _: Priority,
    ) -> Result<Records, SourceError> {
        Ok(Records::default())
    }

    async fn read_list(
        &self,
        _: Resource,
        _: DateTime<Utc>,
        _: u32,
        _: Priority,
    ) -> Result<ListPage, SourceError> {
        Ok(ListPage::default())
    }

    async fn write_note(&self, target: NoteTarget, id: i64, text: &str) -> Result<(), SourceError> {
        let fate = {
            let mut inner = self.inner();
            inner.writes += 1;
            if inner.unreachable {
                return Err(failure(SourceErrorKind::Temporary));
            }
            inner.fates.get_mut(&(target, id)).and_then(VecDeque::pop_front).unwrap_or(Fate::Written)
        };
        match fate {
            Fate::Written => {}
            Fate::Fails(kind) => return Err(failure(kind)),
            Fate::Slow(time) => tokio::time::sleep(time).await,
            Fate::SlowlyFails(time, kind) => {
                tokio::time::sleep(time).await;
                return Err(failure(kind));
            }
            Fate::Lost(lands) => {
                if let Some(after) = lands {
                    self.inner().landing.push((Instant::now() + after, target, id, text.to_owned()));
                }
                return Err(failure(SourceErrorKind::Unclear));
            }
        }
        self.inner().notes.entry((target, id)).or_default().push(text.to_owned());
        Ok(())
    }

    async fn note_texts(&self, target: NoteTarget, id: i64) -> Result<Vec<String>, SourceError> {
        let mut inner = self.inner();
        inner.note_reads += 1;
        if inner.unreachable {
            return Err(failure(SourceErrorKind::Temporary));
        }
        Ok(inner.notes.get(&(target, id)).cloned().unwrap_or_default())
    }

    fn request_counts(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }
}

/// A sink that accepts every opportunity.
pub(crate) struct Hatch;

#[async_trait]
impl OpportunitySink for Hatch {
    fn identity(&self) -> String {
        "hatch".to_owned()
    }

    async fn upsert(&self, _: &Opportunity) -> Result<Upserted, SinkError> {
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// A clock on tokio's time, from a fixed start.
pub(crate) struct PausedClock(Instant);

impl PausedClock {
    pub(crate) fn start() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    pub(crate) fn new() -> Self {
        PausedClock(Instant::now())
    }
}

#[async_trait]
impl Clock for PausedClock {
    fn now(&self) -> DateTime<Utc> {
        Self::start() + TimeDelta::from_std(self.0.elapsed()).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

pub(crate) fn record(
    resource: Resource,
    id: i64,
    body: &serde_json::Value,
    links: &[(Resource, i64)],
) -> MirrorRecord {
    let links = links.iter().map(|(resource, id)| Link { resource: *resource, id: *id }).collect();
    let record = MirrorRecord {
        created_on: Some(PausedClock::start()),
        modified_on: Some(PausedClock::start()),
        body: Some(body.to_string()),
        ..MirrorRecord::absent(resource, id)
    };
    record.linked_with(links)
}

pub(crate) fn job(id: i64) -> MirrorRecord {
    let body = json!({ "id": id, "customerId": CUSTOMER, "locationId": LOCATION });
    record(Resource::Jobs, id, &body, &[(Resource::Customers, CUSTOMER)])
}

/// A host: a scripted ServiceTitan, a store, and the settings of the engine.
pub(crate) struct Host {
    pub(crate) titan: Arc<Titan>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<PausedClock>,
    pub(crate) push: PushConfig,
    pub(crate) model: OpportunityModel,
    pub(crate) prefix: Option<String>,
    pub(crate) references: bool,
    pub(crate) age: Option<Duration>,
}

impl Host {
    /// Returns a host whose ServiceTitan and mirror have two jobs of one customer. Events of every kind become notes with content on the job.
    pub(crate) async fn new() -> Self {
        let rule = || PushRule::to([NoteTarget::Job]).with_content();
        let push = PushConfig {
            campaign_messages: rule(),
            incoming: rule(),
            user_messages: rule(),
            campaign_events: rule(),
            ..PushConfig::default()
        };
        let host = Host {
            titan: Arc::default(),
            store: Arc::new(MemoryStore::new()),
            clock: Arc::new(PausedClock::new()),
            push,
            model: OpportunityModel::Job,
            prefix: None,
            references: true,
            age: None,
        };
        host.titan.put(job(JOB));
        host.titan.put(job(OTHER_JOB));
        host.mirror([job(JOB), job(OTHER_JOB)]).await;
        host
    }

    /// Sets the targets of events of every kind.
    pub(crate) fn to(mut self, targets: impl IntoIterator<Item = NoteTarget>) -> Self {
        let rule = PushRule::to(targets).with_content();
        self.push = PushConfig {
            campaign_messages: rule.clone(),
            incoming: rule.clone(),
            user_messages: rule.clone(),
            campaign_events: rule,
            ..PushConfig::default()
        };
        self
    }

    pub(crate) async fn mirror(&self, records: impl IntoIterator<Item = MirrorRecord>) {
        let epoch = self.store.open(CONNECTION, Role::Syncing).await.unwrap();
        let changes = records.into_iter().map(Change::PutRecord).collect();
        self.store.commit(CONNECTION, epoch, changes).await.unwrap();
    }

    pub(crate) async fn remove_from_mirror(&self, resource: Resource, id: i64) {
        let epoch = self.store.open(CONNECTION, Role::Syncing).await.unwrap();
        self.store
            .commit(CONNECTION, epoch, vec![Change::RemoveRecord { resource, id, owner: 0 }])
            .await
            .unwrap();
    }

    pub(crate) async fn delivered(&self, id: i64) {
        let epoch = self.store.open(CONNECTION, Role::Syncing).await.unwrap();
        let delivered =
            Delivered { id, fingerprint: Some("f".into()), contact: "c".into(), at: PausedClock::start() };
        let change = Change::SetDelivered { integration: "jobs".to_owned(), delivered };
        self.store.commit(CONNECTION, epoch, vec![change]).await.unwrap();
    }

    pub(crate) fn builder(&self) -> EngineBuilder {
        self.builder_over(
            Arc::clone(&self.titan) as Arc<dyn Source>,
            Arc::clone(&self.store) as Arc<dyn Store>,
        )
    }

    pub(crate) fn builder_over(&self, source: Arc<dyn Source>, store: Arc<dyn Store>) -> EngineBuilder {
        let mut config = MapperConfig::new(self.model, "custom:test");
        config.external_id_prefix = self.prefix.clone();
        let mut integration = Integration::new("jobs", Mapper::new(config).unwrap(), Arc::new(Hatch));
        integration = integration.push(self.push.clone());
        if !self.references {
            integration = integration.without_note_references();
        }
        let mut builder = Engine::builder(CONNECTION, source, store)
            .clock(Arc::clone(&self.clock) as Arc<dyn Clock>)
            .integration(integration);
        if let Some(age) = self.age {
            builder = builder.dead_letter_notes_after(age);
        }
        builder
    }

    pub(crate) async fn engine(&self) -> Engine {
        self.builder().open().await.unwrap()
    }

    /// Returns the IDs of the events that wait, are dead and are done.
    pub(crate) async fn waiting(&self) -> Vec<String> {
        let outbox = self.store.outbox(CONNECTION, 0, 1000).await.unwrap();
        outbox.into_iter().map(|stored| stored.event.id).collect()
    }

    pub(crate) async fn dead(&self) -> Vec<(String, String)> {
        let letters = self.store.dead_letters(CONNECTION).await.unwrap();
        letters.into_iter().map(|letter| (letter.subject, letter.reason)).collect()
    }
}

/// Returns an incoming text about a job. The text is the event's ID.
pub(crate) fn event(id: &str, job: i64) -> HatchEvent {
    let mut event =
        HatchEvent::new(id, "jobs", job.to_string(), PausedClock::start(), HatchEventKind::IncomingMessage);
    event.contact_name = Some(format!("<{id}>"));
    event.content = Some(format!("content of {id}"));
    event
}

pub(crate) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}
