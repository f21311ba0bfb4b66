//! The simulated ServiceTitan and Hatch in a process of their own, so that their work does not count as the engine's.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use hatch_client::{HatchClient, HatchClientBuilder};
use hatch_mapping::{Mapper, MapperConfig, OpportunityModel};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use servicetitan_client::{Environment, RequestLimits, ServiceTitan, ServiceTitanBuilder, TenantId};
use simulator::{ChangeKind, Simulator, SimulatorConfig};
use sync_core::{Integration, OpportunitySink};

/// The integrations of a tenant: name and model.
pub const MODELS: [(&str, OpportunityModel); 2] =
    [("jobs", OpportunityModel::Job), ("memberships", OpportunityModel::Membership)];

/// The servers' process; it ends with this value.
#[derive(Debug)]
pub struct Server {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    ready: Value,
}

impl Server {
    /// Starts the servers for a tenant of so many jobs, and a tenth of that in memberships. The running program serves when its arguments are
    /// `--serve` and the number of jobs: see [`serve`].
    pub fn start(jobs: usize) -> Server {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--serve", &jobs.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let mut answers = BufReader::new(process.stdout.take().unwrap());
        let ready = serde_json::from_str(&next_line(&mut answers)).unwrap();
        Server { process, orders, answers, ready }
    }

    /// Returns a text of the servers' description, such as the URL `servicetitan` or `hatch`.
    pub fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap()
    }

    /// Returns a secret of the servers' description, such as `app_key`.
    pub fn secret(&self, key: &str) -> SecretString {
        self.text(key).into()
    }

    /// Returns the tenant's ID.
    pub fn tenant(&self) -> i64 {
        self.ready["tenant"].as_i64().unwrap()
    }

    /// Returns a builder of a client whose budget of requests never runs out.
    pub fn client(&self) -> ServiceTitanBuilder {
        let url = self.text("servicetitan");
        ServiceTitan::builder(Environment::custom(url, url).unwrap())
            .app_key(self.secret("app_key"))
            .credentials(self.text("client_id"), self.secret("client_secret"))
            .tenant(TenantId(self.tenant()))
            .limits(RequestLimits::per_second(100_000))
    }

    /// Returns a builder of a client of the department for an integration, `jobs` or `memberships`, without Hatch's rate limit.
    pub fn hatch(&self, integration: &str) -> HatchClientBuilder {
        HatchClient::builder(integration, self.secret(&format!("{integration}_key")))
            .base_url(self.text("hatch"))
            .without_rate_limit()
    }

    /// Returns one of the [`MODELS`] as an integration with the default selection.
    pub fn integration(
        &self,
        name: &str,
        model: OpportunityModel,
        sink: Arc<dyn OpportunitySink>,
    ) -> Integration {
        let config = MapperConfig::new(model, self.text(&format!("{name}_source")));
        Integration::new(name, Mapper::new(config).unwrap(), sink)
    }

    /// Changes so many jobs: a third of the changes adds or cancels one.
    pub fn change_jobs(&mut self, count: usize) {
        writeln!(self.orders, "{count}").unwrap();
        next_line(&mut self.answers);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn next_line(answers: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    line
}

/// Serves a tenant of so many jobs until the process is killed, or until the one that started it is gone.
pub fn serve(jobs: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let config = SimulatorConfig { jobs, memberships: jobs / 10, ..SimulatorConfig::default() };
    let simulator = runtime.block_on(Simulator::start(config)).unwrap();
    let credentials = simulator.credentials();
    let [job_department, membership_department] = simulator.hatch_departments();
    let ready = json!({
        "servicetitan": simulator.servicetitan_url(), "hatch": simulator.hatch_url(), "tenant": credentials.tenant,
        "app_key": credentials.app_key.expose_secret(), "client_id": credentials.client_id,
        "client_secret": credentials.client_secret.expose_secret(),
        "jobs_source": job_department.source, "jobs_key": job_department.api_key.expose_secret(),
        "memberships_source": membership_department.source,
        "memberships_key": membership_department.api_key.expose_secret(),
    });
    println!("{ready}");
    let kinds = [ChangeKind::JobChanged, ChangeKind::JobAdded, ChangeKind::JobCanceled];
    for order in std::io::stdin().lines() {
        let count = order.unwrap().parse().unwrap();
        simulator.world().mutate_only(&kinds, 1, count);
        println!("changed");
    }
}
