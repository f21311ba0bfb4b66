//! `sync_daemon` as a program, run against the test's simulator.

#[path = "../example/mod.rs"]
mod example;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use secrecy::ExposeSecret;
use simulator::Simulator;
use tempfile::TempDir;

/// Builds the program once, and returns the path of its executable.
fn built() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| example::built("sync_daemon"))
}

/// A folder with a configuration for a simulator, and the secrets for it.
pub struct Host {
    pub folder: TempDir,
    secrets: Vec<(&'static str, String)>,
}

impl Host {
    /// Writes a configuration with one connection, `north`, with both models. `more` is inserted at the top.
    pub fn new(simulator: &Simulator, more: &str) -> Self {
        let credentials = simulator.credentials();
        let [jobs, memberships] = simulator.hatch_departments();
        let text = format!(
            r#"
{more}

[store]
path = "sync.db"

[servicetitan]
api_url = "{servicetitan}"
requests_per_second = 10000
deadline_seconds = 3

[hatch]
url = "{hatch}"
requests_per_10_seconds = 100000

[sync]
reference_changes = "reevaluate"

[[connections]]
name = "north"
tenant = {tenant}
client_id = "{client_id}"

[[connections.integrations]]
name = "jobs"
model = "job"
source = "{jobs}"
api_key_variable = "HATCH_JOBS_API_KEY"
select = ["estimates", "appointments", "appointment_assignments", "cancel_reasons", "tag_types", "campaigns",
    "zones", "employees_and_technicians", "invoices"]
push.campaign_messages = {{ targets = ["job", "customer"], content = true }}

[[connections.integrations]]
name = "memberships"
model = "membership"
source = "{memberships}"
api_key_variable = "HATCH_MEMBERSHIPS_API_KEY"
select = ["tag_types", "zones", "employees_and_technicians", "recurring_services", "recurring_service_events"]
"#,
            servicetitan = simulator.servicetitan_url(),
            hatch = simulator.hatch_url(),
            tenant = credentials.tenant,
            client_id = credentials.client_id,
            jobs = jobs.source,
            memberships = memberships.source,
        );
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("north.toml"), text).expect("a configuration");
        let secrets = vec![
            ("SERVICETITAN_APP_KEY", credentials.app_key.expose_secret().to_owned()),
            ("SERVICETITAN_CLIENT_SECRET", credentials.client_secret.expose_secret().to_owned()),
            ("HATCH_JOBS_API_KEY", jobs.api_key.expose_secret().to_owned()),
            ("HATCH_MEMBERSHIPS_API_KEY", memberships.api_key.expose_secret().to_owned()),
        ];
        Host { folder, secrets }
    }

    /// Replaces a text in the configuration.
    pub fn replace(&self, old: &str, new: &str) {
        let file = self.folder.path().join("north.toml");
        let text = std::fs::read_to_string(&file).expect("a configuration");
        assert!(text.contains(old), "the configuration has no {old:?}");
        std::fs::write(file, text.replace(old, new)).expect("a configuration");
    }

    /// Keeps the program's state in a schema of the PostgreSQL server at this URL, whose password becomes a secret.
    #[allow(dead_code, reason = "not every test has a server")]
    pub fn use_postgres(&mut self, url: &str, schema: &str) {
        let mut url = reqwest::Url::parse(url).expect("a URL");
        let password = url.password().expect("a password").to_owned();
        url.set_password(None).expect("a URL of a server");
        let store = format!("url = \"{url}\"\npassword_variable = \"STORE_PASSWORD\"\nschema = \"{schema}\"");
        self.replace("path = \"sync.db\"", &store);
        self.secret("STORE_PASSWORD", Some(&password));
    }

    /// Sets a secret, or removes it with `None`.
    pub fn secret(&mut self, variable: &'static str, value: Option<&str>) {
        self.secrets.retain(|(name, _)| *name != variable);
        self.secrets.extend(value.map(|value| (variable, value.to_owned())));
    }

    /// Returns the command that starts the program with this configuration and these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built());
        command
            .env_clear()
            .envs(self.secrets.iter().map(|(name, value)| (name, value)))
            .arg("--config")
            .arg(self.folder.path().join("north.toml"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end. The simulator answers on the runtime's other threads.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("sync_daemon runs")
    }
}

/// Returns the output of a program, for messages of tests.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
