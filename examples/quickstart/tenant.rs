//! The tenant of the quickstart: its engine with two integrations, and the changes made in its office.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use hatch_client::HatchClient;
use hatch_mapping::{
    Mapper, MapperConfig, NoteTarget, ObjectSelection, OpportunityModel, PlaceholderEmails, PushConfig,
    PushRule,
};
use postgres_store::{PostgresOptions, PostgresStore};
use secrecy::SecretString;
use serde_json::Value;
use servicetitan_client::{Environment, Lane, ServiceTitan, TenantId};
use simulator::{HatchDepartment, Simulator, WorldHandle};
use sqlite_store::SqliteStore;
use sync_core::{Engine, Integration, ServiceTitanSource, Store};

use crate::Options;

pub const JOBS: &str = "jobs";
pub const MEMBERSHIPS: &str = "memberships";

/// Opportunities in Hatch: for each integration, the body of each opportunity by its external ID.
pub type Bodies = BTreeMap<&'static str, BTreeMap<String, Value>>;

pub struct Tenant {
    pub engine: Arc<Engine>,
    client: ServiceTitan,
    departments: [HatchDepartment; 2],
}

impl Tenant {
    pub async fn open(
        simulator: &Simulator,
        folder: &Path,
        options: &Options,
    ) -> Result<Self, Box<dyn Error>> {
        let credentials = simulator.credentials();
        let url = if options.port_closed { closed_port()? } else { simulator.servicetitan_url().to_owned() };
        let secret = if options.wrong_secret {
            SecretString::from("cs1.not-the-secret")
        } else {
            credentials.client_secret.clone()
        };
        let tenant = if options.unknown_tenant { credentials.tenant + 1 } else { credentials.tenant };
        let mut builder = ServiceTitan::builder(Environment::custom(&url, &url)?)
            .app_key(credentials.app_key.clone())
            .credentials(credentials.client_id.clone(), secret)
            .tenant(TenantId(tenant))
            // The simulator has no rate limit, so that the demonstration need not wait.
            .limits(servicetitan_client::RequestLimits::per_second(10_000));
        if options.port_closed {
            builder = builder.deadline(std::time::Duration::from_secs(3));
        }
        let client = builder.build()?;

        let source = ServiceTitanSource::new(client.with_lane(Lane::Backfill));
        let (connection, store) = store(options.store.as_deref(), folder).await?;
        let departments = simulator.hatch_departments();
        let [jobs, memberships] = &departments;
        let push = PushConfig {
            campaign_messages: PushRule::to([NoteTarget::Job, NoteTarget::Customer]).with_content(),
            ..PushConfig::default()
        };
        let engine = Engine::builder(connection, Arc::new(source), store)
            .integration(integration(JOBS, OpportunityModel::Job, simulator, jobs)?.push(push))
            .integration(integration(MEMBERSHIPS, OpportunityModel::Membership, simulator, memberships)?)
            .open()
            .await?;
        Ok(Tenant { engine: Arc::new(engine), client, departments })
    }

    /// Returns the number of requests sent to ServiceTitan so far.
    pub fn requests(&self) -> u64 {
        self.client.request_counts().total()
    }

    pub fn bodies(&self, simulator: &Simulator) -> Bodies {
        let [jobs, memberships] = &self.departments;
        let of = |department: &HatchDepartment| simulator.hatch().last_bodies(&department.source);
        Bodies::from([(JOBS, of(jobs)), (MEMBERSHIPS, of(memberships))])
    }
}

/// Opens the store, and returns it with the name of a connection that it does not have yet.
async fn store(url: Option<&str>, folder: &Path) -> Result<(String, Arc<dyn Store>), Box<dyn Error>> {
    let Some(url) = url else {
        return Ok(("quickstart".to_owned(), Arc::new(SqliteStore::open(folder.join("sync.db")).await?)));
    };
    let mut options = PostgresOptions::from_url(url)?.schema("quickstart");
    if let Ok(password) = std::env::var("PGPASSWORD") {
        options = options.password(&SecretString::from(password));
    }
    let run = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
    Ok((format!("quickstart {run}"), Arc::new(PostgresStore::open(&options).await?)))
}

fn integration(
    name: &str,
    model: OpportunityModel,
    simulator: &Simulator,
    department: &HatchDepartment,
) -> Result<Integration, Box<dyn Error>> {
    let mut config = MapperConfig::new(model, department.source.clone());
    config.selection = ObjectSelection::all(model);
    config.placeholder_emails = PlaceholderEmails::common();
    let hatch = HatchClient::builder(department.name.clone(), department.api_key.clone())
        .base_url(simulator.hatch_url())
        .without_rate_limit()
        .build()?;
    Ok(Integration::new(name, Mapper::new(config)?, Arc::new(hatch)))
}

/// Returns a loopback address where nothing listens: its port was just released.
fn closed_port() -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Ok(format!("http://{}", listener.local_addr()?))
}

/// Reschedules a job, sells an estimate, corrects a phone number and sells a membership. Returns a line about each change.
pub fn change_things(world: &WorldHandle) -> Result<Vec<String>, Box<dyn Error>> {
    let mut done = Vec::new();
    let job = *world.jobs_to_reschedule().first().ok_or("no job can be rescheduled")?;
    world.reschedule_job(job)?;
    done.push(format!("job {job} was rescheduled by two days"));

    let jobs = world.jobs_with_open_estimate();
    let sold = *jobs.iter().find(|candidate| **candidate != job).ok_or("no estimate can be sold")?;
    let estimate = *world.open_estimates_of(sold).first().ok_or("no estimate can be sold")?;
    world.sell_estimate(estimate)?;
    done.push(format!("estimate {estimate} of job {sold} was sold"));

    let customers = world.ids("customers");
    let with_phone = customers
        .iter()
        .find_map(|customer| Some((*customer, *world.mobile_contacts_of(*customer).first()?)));
    let (customer, contact) = with_phone.ok_or("no customer has a mobile phone")?;
    world.correct_phone(contact, "555-010-7788")?;
    done.push(format!("the mobile phone number of customer {customer} was corrected"));

    let buyer = *customers.last().ok_or("there are no customers")?;
    let change = world.add_membership(buyer)?;
    done.push(format!("customer {buyer} bought membership {}", change.id));
    Ok(done)
}
