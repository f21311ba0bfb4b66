//! The simulated ServiceTitan and Hatch in a process of their own, so that their work does not count as the engine's.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use simulator::{Simulator, SimulatorConfig};

/// The servers' process; it ends with this value.
pub(crate) struct Server {
    process: Child,
    ready: Value,
}

impl Server {
    /// Starts the servers for a tenant of so many jobs, and a tenth of that in memberships.
    pub(crate) fn start(jobs: usize) -> Server {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--serve", &jobs.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Server { process, ready: serde_json::from_str(&line).unwrap() }
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap()
    }

    pub(crate) fn secret(&self, key: &str) -> SecretString {
        self.text(key).into()
    }

    pub(crate) fn tenant(&self) -> i64 {
        self.ready["tenant"].as_i64().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Serves until it is killed, or until whoever started it is gone.
pub(crate) fn serve(jobs: usize) {
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
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    drop(simulator);
}
