//! Freshness: the longest time that a change in ServiceTitan waits until it is in Hatch, when feeds hold back their newest changes.

// A failed set-up is a failed test.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::Duration;
use hatch_mapping::{Mapper, MapperConfig, Opportunity, OpportunityModel};
use http::{Request, Response};
use serde_json::json;
use servicetitan_client::{Environment, ServiceTitan, TenantId, Transport, TransportFailure, TransportKind};
use simulator::{Server, Simulator, SimulatorConfig};
use sync_core::{Engine, Integration, MemoryStore, OpportunitySink, ServiceTitanSource, SinkError, Upserted};

/// The engine's rhythm, and the time for which feeds hold changes back.
const RHYTHM: Duration = Duration::minutes(15);
const HOLD_BACK: Duration = Duration::minutes(10);

/// Changes are made one after the other at this interval.
const STEP: Duration = Duration::seconds(30);

struct InProcess(Arc<Simulator>);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let answer = self.0.call(Server::ServiceTitan, &request).await;
        answer.map_err(|broken| TransportFailure::new(TransportKind::Broken, broken.to_string()))
    }
}

/// Keeps the IDs of the opportunities that it was sent.
#[derive(Default)]
struct Sent(Mutex<Vec<i64>>);

impl Sent {
    fn take(&self) -> Vec<i64> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[async_trait]
impl OpportunitySink for Sent {
    fn identity(&self) -> String {
        "sent".to_owned()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        self.0.lock().unwrap().push(opportunity.external_id.parse().unwrap());
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// The longest wait of changes that are spread evenly between two cycles, and the number of upserts of a change.
async fn longest_wait(include_recent_changes: bool) -> (Duration, usize) {
    let config =
        SimulatorConfig { seed: 5, jobs: 80, memberships: 0, hold_back: HOLD_BACK, ..Default::default() };
    let simulator = Arc::new(Simulator::in_process(config));
    let world = simulator.world();
    let credentials = simulator.credentials();
    let url = simulator.servicetitan_url();
    let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
        .app_key(credentials.app_key)
        .credentials(credentials.client_id, credentials.client_secret)
        .tenant(TenantId(credentials.tenant))
        .transport(Arc::new(InProcess(Arc::clone(&simulator))))
        .build()
        .unwrap();
    let sent = Arc::new(Sent::default());
    let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:test")).unwrap();
    let engine =
        Engine::builder("tenant", Arc::new(ServiceTitanSource::new(client)), Arc::new(MemoryStore::new()))
            .integration(Integration::new("jobs", mapper, sent.clone()))
            .include_recent_changes(include_recent_changes)
            .open()
            .await
            .unwrap();
    // What was held back at first is old enough in the second cycle.
    for _ in 0..2 {
        engine.sync_once().await.unwrap();
        world.advance(RHYTHM);
    }
    engine.sync_once().await.unwrap();
    let jobs: BTreeSet<i64> = sent.take().into_iter().collect();
    let steps = RHYTHM.num_seconds() / STEP.num_seconds();
    let mut waiting = Vec::new();
    for job in jobs.into_iter().take(usize::try_from(steps).unwrap()) {
        let began = world.now();
        world.set("jobs", job, json!({ "summary": "changed" })).unwrap();
        waiting.push((job, began));
        // A change takes the world a second.
        world.advance(STEP - (world.now() - began));
    }
    assert_eq!(waiting.len(), usize::try_from(steps).unwrap());
    let (mut longest, mut upserts) = (Duration::zero(), 0);
    for _ in 0..4 {
        engine.sync_once().await.unwrap();
        let delivered = sent.take();
        upserts += delivered.len();
        waiting.retain(|(job, changed)| {
            let has_come = delivered.contains(job);
            if has_come {
                longest = longest.max(world.now() - *changed);
            }
            !has_come
        });
        world.advance(RHYTHM);
    }
    assert!(waiting.is_empty(), "{waiting:?}");
    (longest, upserts)
}

#[tokio::test(start_paused = true)]
async fn a_change_waits_for_one_cycle_at_most_if_recent_changes_are_asked_for_and_for_the_feed_too_if_not() {
    assert_eq!(longest_wait(true).await, (RHYTHM, 30));
    let (longest, upserts) = longest_wait(false).await;
    assert!(
        longest > RHYTHM + HOLD_BACK - Duration::minutes(1) && longest <= RHYTHM + HOLD_BACK,
        "{longest}"
    );
    assert_eq!(upserts, 30);
}
