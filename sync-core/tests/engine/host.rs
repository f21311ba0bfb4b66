//! A host: a scripted ServiceTitan, a scripted Hatch, a store, and an engine between them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel};
use serde_json::json;
use sync_core::{
    Clock, Engine, EngineBuilder, Integration, IntegrationReport, MemoryStore, Resource, SyncReport,
};

use crate::hatch::Hatch;
use crate::tenant::Tenant;

pub(crate) const CONNECTION: &str = "acme";
pub(crate) const JOBS: &str = "jobs";
pub(crate) const CUSTOMER: i64 = 7;
pub(crate) const LOCATION: i64 = 9;

/// A clock that stands still until a test sets it.
pub(crate) struct SetClock(Mutex<DateTime<Utc>>);

impl SetClock {
    pub(crate) fn pass(&self, time: TimeDelta) {
        *self.0.lock().unwrap() += time;
    }
}

#[async_trait]
impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

pub(crate) struct Host {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) hatch: Arc<Hatch>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<SetClock>,
}

impl Host {
    /// Returns a host whose tenant has one customer with a phone, and no job yet.
    pub(crate) fn new() -> Self {
        let host = Host {
            tenant: Arc::default(),
            hatch: Arc::new(Hatch::called("hatch")),
            store: Arc::new(MemoryStore::new()),
            clock: Arc::new(SetClock(Mutex::new("2026-06-01T12:00:00Z".parse().unwrap()))),
        };
        host.customer(CUSTOMER, "614-555-0100");
        host.tenant.put(Resource::Locations, json!({"id": LOCATION, "customerId": CUSTOMER}));
        host
    }

    /// Adds a customer with a phone. The contact's ID is the customer's times ten.
    pub(crate) fn customer(&self, id: i64, phone: &str) {
        self.tenant
            .put(Resource::Customers, json!({"id": id, "name": format!("Ann Customer{id}"), "active": true}));
        self.tenant.put(
            Resource::CustomerContacts,
            json!({"id": id * 10, "customerId": id, "type": "MobilePhone", "value": phone, "active": true}),
        );
    }

    /// Adds a job of the customer.
    pub(crate) fn job(&self, id: i64) {
        self.job_of(id, CUSTOMER);
    }

    pub(crate) fn job_of(&self, id: i64, customer: i64) {
        let job = json!({"id": id, "customerId": customer, "locationId": LOCATION, "jobStatus": "Scheduled", "active": true});
        self.tenant.put(Resource::Jobs, job);
    }

    /// Returns a builder without an integration.
    pub(crate) fn bare(&self) -> EngineBuilder {
        Engine::builder(CONNECTION, self.tenant.clone(), self.store.clone()).clock(self.clock.clone())
    }

    /// Returns an integration of jobs with estimates and appointments.
    pub(crate) fn jobs(&self) -> Integration {
        integration(JOBS, mapping(), &self.hatch)
    }

    pub(crate) async fn engine(&self) -> Engine {
        self.bare().integration(self.jobs()).open().await.unwrap()
    }

    /// Makes a run with a new engine, as after a restart.
    pub(crate) async fn sync(&self) -> SyncReport {
        self.engine().await.sync_once().await.unwrap()
    }

    /// Lets time pass for ServiceTitan and for the host.
    pub(crate) fn pass(&self, time: TimeDelta) {
        self.tenant.pass(time);
        self.clock.pass(time);
    }
}

pub(crate) fn mapping() -> MapperConfig {
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:test");
    config.selection = ObjectSelection::default_for(OpportunityModel::Job);
    config
}

pub(crate) fn integration(name: &str, config: MapperConfig, hatch: &Arc<Hatch>) -> Integration {
    Integration::new(name, Mapper::new(config).unwrap(), hatch.clone())
}

/// Returns the report of the integration of jobs.
pub(crate) fn jobs(report: &SyncReport) -> &IntegrationReport {
    &report.integrations[JOBS]
}
