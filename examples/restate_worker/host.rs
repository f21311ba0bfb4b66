//! The host: builds the engine of a tenant from its clients, which it keeps.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use deadpool_postgres::{Manager, Pool, Runtime, Timeouts};
use hatch_client::{HatchClient, RateLimit};
use hatch_mapping::{
    Mapper, MapperConfig, NoteTarget, ObjectSelection, OpportunityModel, PushConfig, PushRule,
};
use postgres_store::{PostgresOptions, PostgresStore};
use restate_adapter::Host;
use restate_adapter::budget::{Lender, PostgresLedger};
use servicetitan_client::{Environment, RequestLimits, ServiceTitan, TenantId};
use sync_core::{
    Engine, EngineBuilder, Integration, ReferenceChanges, ServiceTitanSource, Source, SyncError,
};
use tokio_postgres::NoTls;

use crate::arguments::HostOptions;
use crate::budgets;
use crate::tenants::{Tenant, Tenants};

/// The variable with the URL of the database, password included.
const POSTGRES_URL: &str = "POSTGRES_URL";

pub struct TenantsHost {
    store: Arc<PostgresStore>,
    lender: Lender,
    tenants: BTreeMap<String, Tenant>,
    addresses: Tenants,
    options: HostOptions,
    /// The clients of the tenants that this process has worked for lately, which hold tokens and connections.
    clients: Mutex<HashMap<String, Clients>>,
}

/// Number of tenants whose clients are kept.
const KEPT: usize = 2_000;

#[derive(Clone)]
struct Clients {
    source: Arc<ServiceTitanSource>,
    integrations: Vec<Integration>,
    /// The names of the keys of their request budgets.
    keys: Vec<String>,
    used: Instant,
}

impl TenantsHost {
    /// Opens the store and reads the tenants.
    pub async fn open(options: &HostOptions) -> Result<Self, Box<dyn Error>> {
        let url = std::env::var(POSTGRES_URL)
            .map_err(|_| format!("{POSTGRES_URL} is not set: set it to the database"))?;
        let store =
            PostgresOptions::from_url(&url)?.schema(options.schema.clone()).pool_size(options.pool_size);
        let store = Arc::new(PostgresStore::open(&store).await?);
        let ledger = PostgresLedger::open(pool(&url)?, &options.schema).await?;
        let addresses = Tenants::read(&options.tenants)?;
        Ok(TenantsHost {
            store,
            lender: Lender::new(Arc::new(ledger)),
            tenants: addresses.by_connection(),
            addresses,
            options: options.clone(),
            clients: Mutex::default(),
        })
    }

    /// Returns a tenant by the name of its connection.
    pub fn tenant(&self, connection: &str) -> Option<&Tenant> {
        self.tenants.get(connection)
    }

    fn clients(&self, connection: &str, tenant: &Tenant) -> Result<Clients, String> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(clients) = clients.get_mut(connection) {
            clients.used = Instant::now();
            return Ok(clients.clone());
        }
        if clients.len() >= KEPT {
            let idle = clients.iter().min_by_key(|(_, clients)| clients.used).map(|(name, _)| name.clone());
            let dropped = idle.and_then(|name| clients.remove(&name));
            dropped.iter().flat_map(|clients| &clients.keys).for_each(|key| self.lender.end(key));
        }
        let mut keys = vec![format!("servicetitan/{connection}")];
        let limits = budgets::servicetitan(&self.lender, &keys[0], self.options.servicetitan_limit);
        let source = Arc::new(ServiceTitanSource::new(self.client(tenant, limits)?));
        let mut integrations = Vec::new();
        for (model, department) in
            [OpportunityModel::Job, OpportunityModel::Membership].into_iter().zip(&tenant.hatch)
        {
            let key = format!("hatch/{connection}/{}", department.name);
            let limit = budgets::hatch(&self.lender, &key, self.options.hatch_limit);
            keys.push(key);
            let hatch = self.hatch(department.name.clone(), department.api_key.clone(), limit)?;
            let mut config = MapperConfig::new(model, department.source.clone());
            config.selection = ObjectSelection::all(model);
            let mapper = Mapper::new(config).map_err(|error| error.to_string())?;
            integrations
                .push(Integration::new(department.name.clone(), mapper, Arc::new(hatch)).push(push()));
        }
        let built = Clients { source, integrations, keys, used: Instant::now() };
        clients.insert(connection.to_owned(), built.clone());
        Ok(built)
    }

    fn client(&self, tenant: &Tenant, limits: RequestLimits) -> Result<ServiceTitan, String> {
        let url = &self.addresses.servicetitan_url;
        let environment = Environment::custom(url, url).map_err(|error| error.to_string())?;
        ServiceTitan::builder(environment)
            .app_key(tenant.app_key.clone())
            .credentials(tenant.client_id.clone(), tenant.client_secret.clone())
            .tenant(TenantId(tenant.tenant))
            .limits(limits)
            // Shorter than the time after which a note is looked for that may have been written: a worker that was frozen for longer does not
            // send it any more.
            .deadline(Duration::from_secs(self.options.deadline))
            .build()
            .map_err(|error| error.to_string())
    }

    fn hatch(
        &self,
        department: String,
        key: secrecy::SecretString,
        limit: RateLimit,
    ) -> Result<HatchClient, String> {
        HatchClient::builder(department, key)
            .base_url(self.addresses.hatch_url.clone())
            .rate_limit(limit)
            .timeout(Duration::from_secs(self.options.deadline))
            .build()
            .map_err(|error| error.to_string())
    }
}

#[async_trait]
impl Host for TenantsHost {
    async fn engine(&self, connection: &str) -> Result<Option<EngineBuilder>, SyncError> {
        let Some(tenant) = self.tenant(connection) else { return Ok(None) };
        let Clients { source, integrations, .. } =
            self.clients(connection, tenant).map_err(SyncError::Configuration)?;
        let source: Arc<dyn Source> = source;
        let mut builder = Engine::builder(connection, source, self.store.clone())
            .reference_changes(ReferenceChanges::Reevaluate);
        for integration in integrations {
            builder = builder.integration(integration);
        }
        Ok(Some(builder))
    }
}

/// Messages, calls and campaign events become notes on the job and its customer, with their content.
fn push() -> PushConfig {
    let notes = PushRule::to([NoteTarget::Job, NoteTarget::Customer]).with_content();
    PushConfig {
        campaign_messages: notes.clone(),
        incoming: notes.clone(),
        user_messages: notes.clone(),
        campaign_events: notes,
        ..PushConfig::default()
    }
}

/// A few sessions for the ledger of request budgets, apart from the store's: leases must not wait for long commits. A server elsewhere is reached
/// by TLS, for which `tokio-postgres-rustls` takes the place of `NoTls`.
fn pool(url: &str) -> Result<Pool, Box<dyn Error>> {
    let manager = Manager::new(url.parse()?, NoTls);
    let timeouts = Timeouts::wait_millis(2_000);
    Ok(Pool::builder(manager).max_size(2).runtime(Runtime::Tokio1).timeouts(timeouts).build()?)
}
