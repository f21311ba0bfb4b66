//! Clients of the simulator's two systems.

use std::sync::Arc;
use std::time::Duration;

use hatch_client::HatchClient;
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel};
use servicetitan_client::{Environment, ServiceTitan, ServiceTitanBuilder, TenantId};
use simulator::{HatchDepartment, Simulator};
use sync_core::Integration;

/// Returns a builder of a client for the simulated ServiceTitan, with the credentials of its tenant.
pub fn client(simulator: &Simulator) -> ServiceTitanBuilder {
    let credentials = simulator.credentials();
    let url = simulator.servicetitan_url();
    ServiceTitan::builder(Environment::custom(url, url).expect("a loopback URL"))
        .app_key(credentials.app_key)
        .credentials(credentials.client_id, credentials.client_secret)
        .tenant(TenantId(credentials.tenant))
}

/// Returns an integration with every object selected, into a department of the simulated Hatch.
pub fn integration(
    simulator: &Simulator,
    name: &str,
    model: OpportunityModel,
    department: HatchDepartment,
) -> Integration {
    let mut config = MapperConfig::new(model, department.source);
    config.selection = ObjectSelection::all(model);
    let hatch = HatchClient::builder(department.name, department.api_key)
        .base_url(simulator.hatch_url())
        .without_rate_limit()
        .attempts(1, Duration::ZERO)
        .build()
        .expect("a Hatch client");
    Integration::new(name, Mapper::new(config).expect("a mapper"), Arc::new(hatch))
}
