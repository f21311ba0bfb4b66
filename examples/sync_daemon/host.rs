//! Builds the engines: one for each connection in the configuration, with one store and shared request budgets.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hatch_client::{HatchClient, RateLimit};
use hatch_mapping::{DefaultNoteRenderer, Mapper};
use servicetitan_client::{Environment, RequestLimits, ServiceTitan, TenantId};
use sync_core::{Engine, EngineBuilder, Integration, ServiceTitanSource, Store};
use tokio_util::sync::CancellationToken;

use crate::config::{
    Config, ConnectionSection, IntegrationSection, LimitScope, NamedEnvironment, ServiceTitanSection,
};
use crate::failure::Failure;
use crate::secrets::Secrets;

/// A connection of the configuration file, with its engine.
pub struct Connection {
    pub name: String,
    pub engine: Engine,
}

/// Opens every connection of the configuration file. Connections and integrations with the same app key or API key share one request budget.
pub async fn open(
    config: &Config,
    secrets: &Secrets,
    store: &Arc<dyn Store>,
    stop: &CancellationToken,
) -> Result<Vec<Connection>, Failure> {
    let mut connections = Vec::new();
    for (name, builder) in builders(config, secrets, store, stop)? {
        let engine = builder.open().await.map_err(|error| Failure::from(error).of(&name))?;
        connections.push(Connection { name, engine });
    }
    Ok(connections)
}

/// Returns the builder of each connection's engine, with the connection's name.
pub fn builders(
    config: &Config,
    secrets: &Secrets,
    store: &Arc<dyn Store>,
    stop: &CancellationToken,
) -> Result<Vec<(String, EngineBuilder)>, Failure> {
    let mut budgets = Budgets { config, servicetitan: BTreeMap::new(), hatch: BTreeMap::new() };
    let environment = environment(&config.servicetitan)?;
    let builders = config.connections.iter().map(|section| {
        let name = section.name.clone();
        let builder = builder(section, environment.clone(), secrets, &mut budgets, store, stop)
            .map_err(|failure| failure.of(&name))?;
        Ok((name, builder))
    });
    builders.collect()
}

fn builder(
    section: &ConnectionSection,
    environment: Environment,
    secrets: &Secrets,
    budgets: &mut Budgets<'_>,
    store: &Arc<dyn Store>,
    stop: &CancellationToken,
) -> Result<EngineBuilder, Failure> {
    let client = ServiceTitan::builder(environment)
        .app_key(secrets.get(&section.app_key_variable))
        .credentials(section.client_id.clone(), secrets.get(&section.client_secret_variable))
        .tenant(TenantId(section.tenant))
        .limits(budgets.servicetitan(section))
        .deadline(Duration::from_secs(budgets.config.servicetitan.deadline_seconds))
        .build()
        .map_err(|error| Failure::Configuration(error.to_string()))?;
    let renderer = DefaultNoteRenderer::in_time_zone(&section.time_zone)
        .map_err(|error| Failure::Configuration(format!("time_zone: {error}")))?
        .cut_to(section.note_limit);
    let builder =
        Engine::builder(section.name.clone(), Arc::new(ServiceTitanSource::new(client)), Arc::clone(store))
            .cancellation(stop.clone())
            .note_renderer(Arc::new(renderer));
    let mut builder = budgets.config.sync.apply(builder);
    for integration in &section.integrations {
        builder = builder.integration(self::integration(integration, secrets, budgets)?);
    }
    Ok(builder)
}

fn integration(
    section: &IntegrationSection,
    secrets: &Secrets,
    budgets: &mut Budgets<'_>,
) -> Result<Integration, Failure> {
    let at = |reason: String| Failure::Configuration(format!("integration {:?}: {reason}", section.name));
    let mapper = Mapper::new(section.mapper()).map_err(|error| at(error.to_string()))?;
    let hatch = HatchClient::builder(section.department(), secrets.get(&section.api_key_variable))
        .base_url(budgets.config.hatch.url.clone())
        .rate_limit(budgets.hatch(section))
        .build()
        .map_err(|error| at(error.to_string()))?;
    let mut integration =
        Integration::new(section.name.clone(), mapper, Arc::new(hatch)).push(section.push());
    if !section.push.note_references {
        integration = integration.without_note_references();
    }
    if section.deliver_deletions {
        integration = integration.deliver_deletions();
    }
    Ok(integration)
}

fn environment(section: &ServiceTitanSection) -> Result<Environment, Failure> {
    let Some(api_url) = &section.api_url else {
        return Ok(match section.environment {
            Some(NamedEnvironment::Integration) => Environment::Integration,
            Some(NamedEnvironment::Production) | None => Environment::Production,
        });
    };
    let auth_url = section.auth_url.as_ref().unwrap_or(api_url);
    Environment::custom(api_url, auth_url)
        .map_err(|error| Failure::Configuration(format!("[servicetitan]: {error}")))
}

/// Request budgets, by the key that they belong to. The name of a variable stands for the key in it.
struct Budgets<'a> {
    config: &'a Config,
    servicetitan: BTreeMap<(String, Option<i64>), RequestLimits>,
    hatch: BTreeMap<String, RateLimit>,
}

impl Budgets<'_> {
    fn servicetitan(&mut self, section: &ConnectionSection) -> RequestLimits {
        let tenant = match self.config.servicetitan.limit_is_per {
            LimitScope::AppKey => None,
            LimitScope::AppKeyAndTenant => Some(section.tenant),
        };
        let requests = self.config.servicetitan.requests_per_second;
        let budget = self.servicetitan.entry((section.app_key_variable.clone(), tenant));
        budget.or_insert_with(|| RequestLimits::per_second(requests)).clone()
    }

    fn hatch(&mut self, section: &IntegrationSection) -> RateLimit {
        let requests = self.config.hatch.requests_per_10_seconds;
        let budget = self.hatch.entry(section.api_key_variable.clone());
        budget.or_insert_with(|| RateLimit::new(requests, Duration::from_secs(10))).clone()
    }
}
