//! What `sync_daemon` needs to run against this simulator: a configuration, and its secrets for the shell.

use std::fs;
use std::io;
use std::path::Path;

use secrecy::ExposeSecret;
use simulator::Simulator;

/// Writes `sync_daemon.toml` and `secrets.sh` into a folder, which is made where it is missing.
pub fn write_config(folder: &Path, simulator: &Simulator) -> io::Result<()> {
    let credentials = simulator.credentials();
    let [jobs, memberships] = simulator.hatch_departments();
    let toml = format!(
        r#"# Written by the simulator, for sync_daemon. Every option is explained in examples/sync_daemon/sync_daemon.toml.
[store]
path = "sync.db"

[servicetitan]
api_url = "{servicetitan}"

[hatch]
url = "{hatch}"

[[connections]]
name = "simulated"
tenant = {tenant}
client_id = "{client_id}"

[[connections.integrations]]
name = "jobs"
model = "job"
source = "{jobs}"
api_key_variable = "HATCH_JOBS_API_KEY"
common_placeholder_emails = true

[[connections.integrations]]
name = "memberships"
model = "membership"
source = "{memberships}"
api_key_variable = "HATCH_MEMBERSHIPS_API_KEY"
common_placeholder_emails = true
"#,
        servicetitan = simulator.servicetitan_url(),
        hatch = simulator.hatch_url(),
        tenant = credentials.tenant,
        client_id = credentials.client_id,
        jobs = jobs.source,
        memberships = memberships.source,
    );
    // They open nothing but this simulator.
    let secrets = [
        ("SERVICETITAN_APP_KEY", &credentials.app_key),
        ("SERVICETITAN_CLIENT_SECRET", &credentials.client_secret),
        ("HATCH_JOBS_API_KEY", &jobs.api_key),
        ("HATCH_MEMBERSHIPS_API_KEY", &memberships.api_key),
    ];
    let secrets = secrets.map(|(name, secret)| format!("export {name}='{}'\n", secret.expose_secret()));
    fs::create_dir_all(folder)?;
    fs::write(folder.join("sync_daemon.toml"), toml)?;
    fs::write(folder.join("secrets.sh"), secrets.concat())
}
