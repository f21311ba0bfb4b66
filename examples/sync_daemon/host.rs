//! Builds the engines: one for each connection in the configuration, with one store and shared request budgets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hatch_client::{Connections, HatchClient, RateLimit};
use hatch_mapping::{DefaultNoteRenderer, Mapper};
use servicetitan_client::{Environment, HttpTransport, RequestLimits, ServiceTitan, TenantId};
use sync_core::{Engine, EngineBuilder, Integration, ServiceTitanSource, Store};
use tokio_util::sync::CancellationToken;

use crate::config::{
    Config, ConnectionSection, IntegrationSection, LimitScope, NamedEnvironment, ServiceTitanSection,
};
use crate::failure::Failure;
use crate::secrets::Secrets;

/// Size of the largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 64 << 20;

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
    let shared = Shared::new(config, Arc::clone(store))?;
    let builders = config.connections.iter().map(|section| {
        let builder = shared.builder(config, section, secrets)?.cancellation(stop.clone());
        Ok((section.name.clone(), builder))
    });
    builders.collect()
}

/// Parts that the connections share: the store, connections to ServiceTitan and Hatch, and request budgets.
pub struct Shared {
    store: Arc<dyn Store>,
    servicetitan: Arc<HttpTransport>,
    hatch: Connections,
    budgets: Mutex<Budgets>,
}

impl Shared {
    pub fn new(config: &Config, store: Arc<dyn Store>) -> Result<Shared, Failure> {
        let servicetitan = HttpTransport::new(&environment(&config.servicetitan)?, LARGEST_ANSWER)
            .map_err(|error| Failure::Configuration(error.to_string()))?;
        let hatch = Connections::new().map_err(|error| Failure::Configuration(error.to_string()))?;
        Ok(Shared { store, servicetitan: Arc::new(servicetitan), hatch, budgets: Mutex::default() })
    }

    /// Returns the builder of a connection's engine.
    pub fn builder(
        &self,
        config: &Config,
        section: &ConnectionSection,
        secrets: &Secrets,
    ) -> Result<EngineBuilder, Failure> {
        self.build(config, section, secrets).map_err(|failure| failure.of(&section.name))
    }

    fn build(
        &self,
        config: &Config,
        section: &ConnectionSection,
        secrets: &Secrets,
    ) -> Result<EngineBuilder, Failure> {
        let client = ServiceTitan::builder(environment(&config.servicetitan)?)
            .app_key(secrets.get(&section.app_key_variable))
            .credentials(section.client_id.clone(), secrets.get(&section.client_secret_variable))
            .tenant(TenantId(section.tenant))
            .limits(self.budgets().servicetitan(config, section))
            .deadline(Duration::from_secs(config.servicetitan.deadline_seconds))
            .transport(Arc::<HttpTransport>::clone(&self.servicetitan))
            .build()
            .map_err(|error| Failure::Configuration(error.to_string()))?;
        let renderer = DefaultNoteRenderer::in_time_zone(&section.time_zone)
            .map_err(|error| Failure::Configuration(format!("time_zone: {error}")))?
            .cut_to(section.note_limit);
        let source = Arc::new(ServiceTitanSource::new(client));
        let builder = Engine::builder(section.name.clone(), source, Arc::clone(&self.store))
            .note_renderer(Arc::new(renderer));
        let mut builder = config.sync.apply(builder);
        for integration in &section.integrations {
            builder = builder.integration(self.integration(config, integration, secrets)?);
        }
        Ok(builder)
    }

    fn integration(
        &self,
        config: &Config,
        section: &IntegrationSection,
        secrets: &Secrets,
    ) -> Result<Integration, Failure> {
        let at = |reason: String| Failure::Configuration(format!("integration {:?}: {reason}", section.name));
        let mapper = Mapper::new(section.mapper()).map_err(|error| at(error.to_string()))?;
        let hatch = HatchClient::builder(section.department(), secrets.get(&section.api_key_variable))
            .base_url(config.hatch.url.clone())
            .connections(self.hatch.clone())
            .rate_limit(self.budgets().hatch(config, section))
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

    fn budgets(&self) -> MutexGuard<'_, Budgets> {
        self.budgets.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

/// Request budgets, by the key that they belong to and their size. The name of a variable stands for the key in it.
#[derive(Default)]
struct Budgets {
    servicetitan: BTreeMap<(String, Option<i64>, u32), RequestLimits>,
    hatch: BTreeMap<(String, usize), RateLimit>,
}

impl Budgets {
    fn servicetitan(&mut self, config: &Config, section: &ConnectionSection) -> RequestLimits {
        let tenant = match config.servicetitan.limit_is_per {
            LimitScope::AppKey => None,
            LimitScope::AppKeyAndTenant => Some(section.tenant),
        };
        let requests = config.servicetitan.requests_per_second;
        let budget = self.servicetitan.entry((section.app_key_variable.clone(), tenant, requests));
        budget.or_insert_with(|| RequestLimits::per_second(requests)).clone()
    }

    fn hatch(&mut self, config: &Config, section: &IntegrationSection) -> RateLimit {
        let requests = config.hatch.requests_per_10_seconds;
        let budget = self.hatch.entry((section.api_key_variable.clone(), requests));
        budget.or_insert_with(|| RateLimit::new(requests, Duration::from_secs(10))).clone()
    }
}
