//! Settings of the host: from environment variables for a real tenant, or from a simulator that it starts.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::VerifyingKey;
use hatch_client::{HatchClient, RateLimit};
use hatch_mapping::{Mapper, MapperConfig, NoteTarget, OpportunityModel, PushConfig, PushRule};
use secrecy::SecretString;
use servicetitan_client::webhooks::WebhookVerifier;
use servicetitan_client::{Environment, RequestLimits, ServiceTitan, TenantId};
use simulator::{CourierTrouble, Fault, FaultKind, Server, Simulator, SimulatorConfig, WebhookTarget};
use sync_core::{Engine, Integration, ServiceTitanSource, Store};
use tokio_util::sync::CancellationToken;

use crate::hatch_webhook;

/// Name of the connection in the store.
pub const CONNECTION: &str = "embedded";

/// Variable with ServiceTitan's app key. If it is not set, a simulator plays both systems.
const APP_KEY: &str = "SERVICETITAN_APP_KEY";
/// Variable with the public key of Hatch's webhooks, in Base64. If it is not set, webhooks of Hatch are refused.
const HATCH_WEBHOOK_KEY: &str = "HATCH_WEBHOOK_PUBLIC_KEY";

/// Requests in ten seconds that Hatch takes.
const HATCH_LIMIT: u32 = 100;
const HATCH_WINDOW: u32 = 10;
/// Requests in a second that ServiceTitan takes.
const SERVICETITAN_LIMIT: u32 = 60;
/// Requests in a second that the simulated ServiceTitan is sent.
const SIMULATED_LIMIT: u32 = 1_000;
/// Deliveries that the simulated Hatch takes before it refuses some.
const TAKEN_FIRST: u32 = 5;

/// The simulated tenant.
pub struct Simulated {
    pub jobs: usize,
    pub deliveries_per_second: Option<u32>,
    pub refusals: u32,
}

/// The limits of requests, for the operators' page.
pub struct ShownLimits {
    pub requests_per_second: u32,
    /// `None` where nothing limits the deliveries.
    pub deliveries_per_10_seconds: Option<u32>,
}

pub struct Settings {
    environment: Environment,
    app_key: SecretString,
    client_id: String,
    client_secret: SecretString,
    tenant: TenantId,
    requests_per_second: u32,
    /// Deliveries in as many seconds; `None` where nothing limits them.
    delivery_limit: Option<(u32, u32)>,
    webhook_key: SecretString,
    hatch_url: Option<String>,
    hatch_department: String,
    hatch_api_key: SecretString,
    hatch_source: String,
    pub hatch_webhook_key: Option<VerifyingKey>,
    simulator: Option<Simulator>,
}

impl Settings {
    /// Returns the settings of a real tenant, or `None` if the environment has no app key.
    pub fn from_environment() -> Result<Option<Self>, Box<dyn Error>> {
        let Ok(app_key) = std::env::var(APP_KEY) else { return Ok(None) };
        let tenant = required("SERVICETITAN_TENANT")?;
        Ok(Some(Settings {
            environment: Environment::Production,
            app_key: app_key.into(),
            client_id: required("SERVICETITAN_CLIENT_ID")?,
            client_secret: required("SERVICETITAN_CLIENT_SECRET")?.into(),
            tenant: TenantId(
                tenant
                    .parse()
                    .map_err(|_| "SERVICETITAN_TENANT is not a number: set it to the tenant's ID")?,
            ),
            requests_per_second: SERVICETITAN_LIMIT,
            delivery_limit: Some((HATCH_LIMIT, HATCH_WINDOW)),
            webhook_key: required("SERVICETITAN_WEBHOOK_KEY")?.into(),
            hatch_url: None,
            hatch_department: required("HATCH_DEPARTMENT")?,
            hatch_api_key: required("HATCH_API_KEY")?.into(),
            hatch_source: required("HATCH_SOURCE")?,
            hatch_webhook_key: hatch_webhook_key()?,
            simulator: None,
        }))
    }

    /// Starts a simulator and returns the settings of its tenant. Changes of the tenant send webhooks to this service at `url`.
    pub async fn of_simulator(simulated: &Simulated, url: &str) -> Result<Self, Box<dyn Error>> {
        let webhooks = format!("{url}/webhooks/servicetitan").parse()?;
        let simulator = Simulator::start(SimulatorConfig {
            jobs: simulated.jobs,
            memberships: 0,
            control_endpoints: true,
            webhooks: Some(WebhookTarget { url: webhooks, trouble: CourierTrouble::NONE }),
            ..SimulatorConfig::default()
        })
        .await?;
        if simulated.refusals > 0 {
            let refused = Fault::once(Server::Hatch, FaultKind::Rejected);
            simulator.inject(refused.after(TAKEN_FIRST).times(simulated.refusals));
        }
        let credentials = simulator.credentials();
        let [department, _] = simulator.hatch_departments();
        let address = simulator.servicetitan_url();
        Ok(Settings {
            environment: Environment::custom(address, address)?,
            app_key: credentials.app_key,
            client_id: credentials.client_id,
            client_secret: credentials.client_secret,
            tenant: TenantId(credentials.tenant),
            // The simulator has no rate limit.
            requests_per_second: SIMULATED_LIMIT,
            delivery_limit: simulated.deliveries_per_second.map(|limit| (limit, 1)),
            webhook_key: credentials.webhook_key,
            hatch_url: Some(simulator.hatch_url().to_owned()),
            hatch_department: department.name.clone(),
            hatch_api_key: department.api_key.clone(),
            hatch_source: department.source.clone(),
            hatch_webhook_key: hatch_webhook_key()?,
            simulator: Some(simulator),
        })
    }

    /// Returns the limits of requests, for the operators' page.
    pub fn limits_to_show(&self) -> ShownLimits {
        ShownLimits {
            requests_per_second: self.requests_per_second,
            deliveries_per_10_seconds: self.delivery_limit.map(|(limit, seconds)| 10 * limit / seconds),
        }
    }

    /// Returns the simulator's addresses, if there is a simulator.
    pub fn simulator_urls(&self) -> Option<serde_json::Value> {
        let simulator = self.simulator.as_ref()?;
        Some(
            serde_json::json!({ "servicetitan": simulator.servicetitan_url(), "hatch": simulator.hatch_url() }),
        )
    }

    /// Opens the engine: jobs go to one department; messages, calls and campaign events become notes on the job, with their content.
    pub async fn engine(
        &self,
        store: Arc<dyn Store>,
        stop: CancellationToken,
    ) -> Result<Engine, Box<dyn Error>> {
        let client = ServiceTitan::builder(self.environment.clone())
            .app_key(self.app_key.clone())
            .credentials(self.client_id.clone(), self.client_secret.clone())
            .tenant(self.tenant)
            .limits(RequestLimits::per_second(self.requests_per_second))
            .build()?;
        let mut hatch = HatchClient::builder(self.hatch_department.clone(), self.hatch_api_key.clone());
        if let Some(url) = &self.hatch_url {
            hatch = hatch.base_url(url.clone());
        }
        hatch = match self.delivery_limit {
            Some((limit, seconds)) => {
                let requests = usize::try_from(limit).unwrap_or(usize::MAX);
                hatch.rate_limit(RateLimit::new(requests, Duration::from_secs(seconds.into())))
            }
            None => hatch.without_rate_limit(),
        };
        let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, self.hatch_source.clone()))?;
        let on_the_job = PushRule::to([NoteTarget::Job]).with_content();
        let push = PushConfig {
            campaign_messages: on_the_job.clone(),
            incoming: on_the_job.clone(),
            user_messages: on_the_job.clone(),
            campaign_events: on_the_job,
            ..PushConfig::default()
        };
        let verifier = WebhookVerifier::new(self.webhook_key.clone())?;
        let engine = Engine::builder(CONNECTION, Arc::new(ServiceTitanSource::new(client)), store)
            .integration(Integration::new(hatch_webhook::JOBS, mapper, Arc::new(hatch.build()?)).push(push))
            .webhooks(verifier, self.tenant)
            .cancellation(stop)
            .open()
            .await?;
        Ok(engine)
    }
}

fn required(variable: &str) -> Result<String, String> {
    let missing = || {
        format!("{variable} is not set: set it for a real tenant, or unset {APP_KEY} to use the simulator")
    };
    std::env::var(variable).ok().filter(|value| !value.is_empty()).ok_or_else(missing)
}

fn hatch_webhook_key() -> Result<Option<VerifyingKey>, String> {
    let Ok(key) = std::env::var(HATCH_WEBHOOK_KEY) else { return Ok(None) };
    let key = hatch_webhook::key(&key).ok_or_else(|| {
        format!("{HATCH_WEBHOOK_KEY} is not an Ed25519 public key in Base64: copy the key from Hatch again")
    })?;
    Ok(Some(key))
}
