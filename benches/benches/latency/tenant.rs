//! A tenant, and an engine that syncs it over the Internet.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hatch_mapping::{Mapper, MapperConfig, NoteTarget, Opportunity, OpportunityModel, PushConfig, PushRule};
use http::{Request, Response};
use secrecy::SecretString;
use servicetitan_client::webhooks::WebhookVerifier;
use servicetitan_client::{
    Environment, RequestLimits, ServiceTitan, TenantId, Transport, TransportFailure, TransportKind,
};
use simulator::{Server, Simulator, SimulatorConfig, WorldHandle};
use sync_core::{
    BACKFILL_DAYS, Change, Engine, Integration, MirrorRecord, OpportunitySink, Resource, Role,
    ServiceTitanSource, SinkError, Store, Upserted,
};
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub(crate) const JOBS: &str = "jobs";
const CONNECTION: &str = "bench";

/// Round-trip time of a request to ServiceTitan or to Hatch.
const LATENCY: Duration = Duration::from_millis(120);

/// Rate limit that ServiceTitan publishes.
const REQUESTS_PER_SECOND: u32 = 60;

/// Rate limit that Hatch publishes: so many requests in any window.
const UPSERTS: usize = 100;
const UPSERT_WINDOW: Duration = Duration::from_secs(10);

/// Returns the key that signs webhooks.
pub(crate) fn webhook_key() -> SecretString {
    SecretString::from("the-key-of-thirty-two-characters")
}

/// Work of the engine during a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    /// None.
    Idle,
    /// A backfill that reads its feeds in small pages: more of them wait for the budget than it lets through.
    Reading,
    /// A backfill that has read its feeds, in pages as they are by default.
    Delivering,
}

struct Internet(Arc<Simulator>);

#[async_trait]
impl Transport for Internet {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        tokio::time::sleep(LATENCY).await;
        let answer = self.0.call(Server::ServiceTitan, &request).await;
        answer.map_err(|broken| TransportFailure::new(TransportKind::Broken, broken.to_string()))
    }
}

/// Hatch without sockets, which the client of Hatch needs and virtual time does without: accepts every opportunity, within the rate limit and spread over its
/// window as that client spreads requests.
struct Hatch {
    /// Upserts that may be sent now, each with the window after which it comes back.
    allowed: [(Arc<Semaphore>, Duration); 2],
    upserts: Arc<Upserts>,
}

/// The upserts that Hatch got.
#[derive(Default)]
struct Upserts {
    number: AtomicU64,
    /// By external ID, the time of the last one.
    last: Mutex<HashMap<String, Instant>>,
}

#[async_trait]
impl OpportunitySink for Hatch {
    fn identity(&self) -> String {
        "hatch".to_owned()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        for (allowed, window) in &self.allowed {
            allowed.acquire().await.unwrap().forget();
            let (allowed, window) = (Arc::clone(allowed), *window);
            tokio::spawn(async move {
                tokio::time::sleep(window).await;
                allowed.add_permits(1);
            });
        }
        self.upserts.number.fetch_add(1, Ordering::Relaxed);
        self.upserts.last.lock().unwrap().insert(opportunity.external_id.clone(), Instant::now());
        tokio::time::sleep(LATENCY).await;
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// A tenant of the simulator.
pub(crate) struct Tenant {
    simulator: Arc<Simulator>,
    upserts: Arc<Upserts>,
}

impl Tenant {
    pub(crate) fn new(jobs: usize, load: Load) -> Self {
        let export_page_size = if load == Load::Reading { 5 } else { 500 };
        let config = SimulatorConfig {
            jobs,
            memberships: 0,
            export_page_size,
            whole_records_up_to: jobs,
            // The same world on every day.
            now: chrono::DateTime::from_timestamp(1_790_000_000, 0),
            ..SimulatorConfig::default()
        };
        Tenant { simulator: Arc::new(Simulator::in_process(config)), upserts: Arc::default() }
    }

    /// Returns jobs that the first sync delivers, from all over the tenant.
    pub(crate) fn jobs(&self, count: usize) -> Vec<i64> {
        let world = self.simulator.world();
        let start = world.now() - chrono::Duration::days(BACKFILL_DAYS);
        let is_deliverable = |id: &i64| {
            let job = world.record("jobs", *id).filter(|job| job["active"] == true);
            let customer = job.and_then(|job| job["customerId"].as_i64());
            customer.is_some_and(|customer| !world.mobile_contacts_of(customer).is_empty())
        };
        let jobs: Vec<i64> =
            world.ids_modified_since("jobs", start).into_iter().filter(is_deliverable).collect();
        assert!(jobs.len() >= count, "{} jobs of the tenant have a phone number", jobs.len());
        jobs.iter().copied().step_by(jobs.len() / count).take(count).collect()
    }

    pub(crate) fn world(&self) -> WorldHandle {
        self.simulator.world()
    }

    /// Returns the numbers of requests to ServiceTitan and to Hatch so far.
    pub(crate) fn requests(&self) -> [u64; 2] {
        [self.simulator.stats().servicetitan_requests(), self.upserts.number.load(Ordering::Relaxed)]
    }

    /// Returns whether Hatch got a job's opportunity since this moment.
    pub(crate) fn was_sent_since(&self, job: i64, moment: Instant) -> bool {
        self.upserts.last.lock().unwrap().get(&job.to_string()).is_some_and(|sent| *sent >= moment)
    }

    /// Puts these jobs into the mirror, as if their opportunities had been delivered.
    pub(crate) async fn remember(&self, store: &dyn Store, jobs: &[i64]) {
        let epoch = store.open(CONNECTION, Role::Syncing).await.unwrap();
        let record = |id: &i64| {
            let body = self.world().record("jobs", *id).unwrap().to_string();
            Change::PutRecord(MirrorRecord { body: Some(body), ..MirrorRecord::absent(Resource::Jobs, *id) })
        };
        store.commit(CONNECTION, epoch, jobs.iter().map(record).collect()).await.unwrap();
    }

    /// Opens an engine.
    pub(crate) async fn engine(&self, store: Arc<dyn Store>) -> Engine {
        let credentials = self.simulator.credentials();
        let url = self.simulator.servicetitan_url();
        let tenant = TenantId(credentials.tenant);
        let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
            .app_key(credentials.app_key)
            .credentials(credentials.client_id, credentials.client_secret)
            .tenant(tenant)
            .limits(RequestLimits::per_second(REQUESTS_PER_SECOND))
            .transport(Arc::new(Internet(Arc::clone(&self.simulator))))
            .build()
            .unwrap();
        client.check().await.unwrap();
        let push = PushConfig { incoming: PushRule::to([NoteTarget::Job]), ..PushConfig::default() };
        let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:bench")).unwrap();
        let allowed = |upserts, window| (Arc::new(Semaphore::new(upserts)), window);
        let allowed = [allowed(UPSERTS, UPSERT_WINDOW), allowed(UPSERTS / 5, UPSERT_WINDOW / 5)];
        let hatch = Hatch { allowed, upserts: Arc::clone(&self.upserts) };
        Engine::builder(CONNECTION, Arc::new(ServiceTitanSource::new(client)), store)
            .integration(Integration::new(JOBS, mapper, Arc::new(hatch)).push(push))
            .webhooks(WebhookVerifier::new(webhook_key()).unwrap(), tenant)
            .open()
            .await
            .unwrap()
    }
}
