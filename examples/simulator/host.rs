//! The files that `sync_daemon` needs to run against this simulator: a configuration, and its secrets for the shell.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use simulator::{Simulator, TenantHandle};

/// Writes `sync_daemon.toml` and `secrets.sh` into a folder, which is made where it is missing. Each tenant is a connection.
pub fn write_config(folder: &Path, simulator: &Simulator) -> io::Result<()> {
    let mut toml = format!(
        r#"# Written by the simulator, for sync_daemon. Every option is explained in examples/sync_daemon/sync_daemon.toml.
[store]
path = "sync.db"

[servicetitan]
api_url = "{servicetitan}"

[hatch]
url = "{hatch}"
"#,
        servicetitan = simulator.servicetitan_url(),
        hatch = simulator.hatch_url(),
    );
    // They open nothing but this simulator.
    let mut secrets = String::new();
    export(&mut secrets, "SERVICETITAN_APP_KEY", &simulator.credentials().app_key);
    for (number, tenant) in simulator.tenants().enumerate() {
        // The first one's variables have the names that sync_daemon looks for by itself.
        let suffix = if number == 0 { String::new() } else { format!("_{}", number + 1) };
        toml.push_str(&connection(&tenant, &suffix));
        let [jobs, memberships] = tenant.hatch_departments();
        for (name, secret) in [
            ("SERVICETITAN_CLIENT_SECRET", &tenant.credentials().client_secret),
            ("HATCH_JOBS_API_KEY", &jobs.api_key),
            ("HATCH_MEMBERSHIPS_API_KEY", &memberships.api_key),
        ] {
            export(&mut secrets, &format!("{name}{suffix}"), secret);
        }
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("sync_daemon.toml"), toml)?;
    fs::write(folder.join("secrets.sh"), secrets)
}

/// The section of a tenant.
fn connection(tenant: &TenantHandle, suffix: &str) -> String {
    let credentials = tenant.credentials();
    let [jobs, memberships] = tenant.hatch_departments();
    format!(
        r#"
[[connections]]
name = "simulated{suffix}"
tenant = {tenant}
client_id = "{client_id}"
client_secret_variable = "SERVICETITAN_CLIENT_SECRET{suffix}"

[[connections.integrations]]
name = "jobs"
model = "job"
source = "{jobs}"
api_key_variable = "HATCH_JOBS_API_KEY{suffix}"
common_placeholder_emails = true

[[connections.integrations]]
name = "memberships"
model = "membership"
source = "{memberships}"
api_key_variable = "HATCH_MEMBERSHIPS_API_KEY{suffix}"
common_placeholder_emails = true
"#,
        tenant = credentials.tenant,
        client_id = credentials.client_id,
        jobs = jobs.source,
        memberships = memberships.source,
    )
}

fn export(lines: &mut String, name: &str, secret: &SecretString) {
    // Writing into a string cannot fail.
    let _ = writeln!(lines, "export {name}='{}'", secret.expose_secret());
}
