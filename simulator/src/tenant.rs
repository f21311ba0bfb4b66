//! Handles of one tenant: its credentials, its world, and its Hatch.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::credentials::{HatchDepartment, SimulatorCredentials};
use crate::hatch::{AcceptedUpsert, HatchContact, StepBack};
use crate::systems::Systems;
use crate::world::WorldHandle;

/// One of the tenants that a simulator serves.
#[derive(Debug, Clone)]
pub struct TenantHandle {
    pub(crate) systems: Arc<Systems>,
}

impl TenantHandle {
    /// The credentials that a client presents to ServiceTitan for this tenant. All tenants have the same app key.
    pub fn credentials(&self) -> SimulatorCredentials {
        self.systems.credentials.clone()
    }

    /// The two Hatch departments: the first for job opportunities, the second for membership opportunities.
    pub fn hatch_departments(&self) -> [HatchDepartment; 2] {
        self.systems.departments.clone()
    }

    /// The tenant's records, to look at and to change. They are grown when they are first asked for.
    pub fn world(&self) -> WorldHandle {
        WorldHandle { systems: Arc::clone(&self.systems) }
    }

    /// The contacts and upserts that the tenant's Hatch departments hold.
    pub fn hatch(&self) -> HatchHandle {
        HatchHandle { systems: Arc::clone(&self.systems) }
    }
}

/// The contacts and upserts that the simulated Hatch holds for a tenant. Departments go by their source.
///
/// Where Hatch keeps no [bodies](crate::SimulatorConfig::hatch_bodies) bodies are null, and no list of upserts is kept.
#[derive(Debug, Clone)]
pub struct HatchHandle {
    systems: Arc<Systems>,
}

impl HatchHandle {
    /// A department's contacts with their opportunities, oldest first.
    pub fn contacts(&self, source: &str) -> Vec<HatchContact> {
        self.systems.hatch().contacts(source)
    }

    /// The number of upserts that a department has accepted.
    pub fn upserts(&self, source: &str) -> u64 {
        self.systems.hatch().upserts(source)
    }

    /// The number of upserts that all departments have accepted.
    pub fn total_upserts(&self) -> u64 {
        self.systems.hatch().all_upserts()
    }

    /// The upserts that a department has accepted, in order.
    pub fn accepted(&self, source: &str) -> Vec<AcceptedUpsert> {
        self.systems.hatch().accepted(source)
    }

    /// Opportunities that were sent from an older state of one of their records than before. Needs
    /// [`reveal_revisions`](crate::SimulatorConfig::reveal_revisions): without it there is nothing to tell by.
    pub fn steps_back(&self, source: &str) -> Vec<StepBack> {
        self.systems.hatch().steps_back(source)
    }

    /// The latest body that a department accepted for an `externalID`, whatever contact it went to.
    pub fn last_body(&self, source: &str, external_id: &str) -> Option<Value> {
        self.systems.hatch().last_body(source, external_id)
    }

    /// The latest body that a department accepted for each `externalID`.
    pub fn last_bodies(&self, source: &str) -> BTreeMap<String, Value> {
        self.systems.hatch().last_bodies(source)
    }

    /// The [fingerprint](crate::body_fingerprint) of the latest body that a department accepted for each `externalID`.
    pub fn fingerprints(&self, source: &str) -> BTreeMap<String, u64> {
        self.systems.hatch().fingerprints(source)
    }
}
