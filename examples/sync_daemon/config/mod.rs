//! The configuration file. `sync_daemon/sync_daemon.toml` shows every option.

mod connection;
mod store;
mod sync;

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::Failure;
pub use connection::{ConnectionSection, IntegrationSection};
pub use store::{PostgresSection, StoreSection};
pub use sync::SyncSection;

/// Content of the configuration file. The file has no secrets, but the names of their environment variables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub store: StoreSection,
    #[serde(default)]
    pub logs: LogSection,
    /// Longest wait of a stop for unfinished work, in seconds.
    #[serde(default = "twenty")]
    pub stop_within_seconds: u64,
    #[serde(default)]
    pub servicetitan: ServiceTitanSection,
    #[serde(default)]
    pub hatch: HatchSection,
    #[serde(default)]
    pub sync: SyncSection,
    pub events: Option<EventSection>,
    pub serve: Option<ServeSection>,
    pub connections: Vec<ConnectionSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSection {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Default for LogSection {
    fn default() -> Self {
        LogSection { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceTitanSection {
    pub environment: Option<NamedEnvironment>,
    pub api_url: Option<String>,
    pub auth_url: Option<String>,
    pub requests_per_second: u32,
    pub limit_is_per: LimitScope,
    /// Bound of a whole call: the wait for the rate limit, the token, every attempt and the answer's body.
    #[serde(alias = "retry_for_seconds")]
    pub deadline_seconds: u64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedEnvironment {
    Production,
    Integration,
}

/// Users of one request budget.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    AppKey,
    AppKeyAndTenant,
}

impl Default for ServiceTitanSection {
    fn default() -> Self {
        ServiceTitanSection {
            environment: None,
            api_url: None,
            auth_url: None,
            requests_per_second: 60,
            limit_is_per: LimitScope::AppKey,
            deadline_seconds: 120,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HatchSection {
    pub url: String,
    pub requests_per_10_seconds: usize,
}

impl Default for HatchSection {
    fn default() -> Self {
        HatchSection { url: hatch_client::PRODUCTION_URL.to_owned(), requests_per_10_seconds: 100 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSection {
    /// Folder with a subfolder for each connection, into which other programs put events of Hatch as files.
    pub folder: PathBuf,
}

/// `/healthz` and `/metrics` on a port of their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServeSection {
    pub port: u16,
    /// Address to listen on.
    #[serde(default = "loopback")]
    pub address: IpAddr,
}

fn loopback() -> IpAddr {
    IpAddr::V4(Ipv4Addr::LOCALHOST)
}

fn twenty() -> u64 {
    20
}

impl Config {
    /// Reads and checks the file, and makes its paths relative to its folder.
    pub fn read(file: &Path) -> Result<Config, Failure> {
        let text = std::fs::read_to_string(file).map_err(|error| {
            let advice =
                "name a file with `--config`, for example a copy of examples/sync_daemon/sync_daemon.toml";
            Failure::Configuration(format!("{} cannot be read ({error}): {advice}", file.display()))
        })?;
        let mut config = Config::parse(&text)
            .map_err(|reason| Failure::Configuration(format!("{}{reason}", file.display())))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        config.store.start_at(folder);
        if let Some(events) = &mut config.events {
            events.folder = folder.join(&events.folder);
        }
        Ok(config)
    }

    /// Reads the text of a file. The error begins with the line number: `:3: unknown field …`.
    pub fn parse(text: &str) -> Result<Config, String> {
        // The error's own `Display` quotes the line, which may contain a secret by mistake.
        let config: Config = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            let advice = secret_advice(error.message());
            format!("{line}: {}{advice}", error.message())
        })?;
        config.check().map_err(|reason| format!(": {reason}"))?;
        Ok(config)
    }

    /// Returns the first option outside of the tenants that differs in another file: a running daemon cannot follow it.
    pub fn fixed_difference(&self, other: &Config) -> Option<&'static str> {
        let differs = |one: String, two: String| one != two;
        let fixed = [
            ("[store]", differs(self.store.place(), other.store.place())),
            ("[logs]", differs(format!("{:?}", self.logs), format!("{:?}", other.logs))),
            ("stop_within_seconds", self.stop_within_seconds != other.stop_within_seconds),
            (
                "[servicetitan]",
                differs(format!("{:?}", self.servicetitan), format!("{:?}", other.servicetitan)),
            ),
            ("[events]", differs(format!("{:?}", self.events), format!("{:?}", other.events))),
            ("[serve]", differs(format!("{:?}", self.serve), format!("{:?}", other.serve))),
        ];
        fixed.into_iter().find(|(_, differs)| *differs).map(|(option, _)| option)
    }

    /// Returns a number that differs where the configuration of a connection does.
    pub fn version(&self, section: &ConnectionSection) -> u64 {
        let mut hasher = DefaultHasher::new();
        format!("{section:?} {:?} {:?}", self.hatch, self.sync).hash(&mut hasher);
        hasher.finish()
    }

    fn check(&self) -> Result<(), String> {
        let section = &self.servicetitan;
        if section.environment.is_some() && (section.api_url.is_some() || section.auth_url.is_some()) {
            return Err("[servicetitan] has both `environment` and a URL: remove one of them".to_owned());
        }
        if section.auth_url.is_some() && section.api_url.is_none() {
            return Err("[servicetitan] has `auth_url` without `api_url`: add `api_url`".to_owned());
        }
        if self.connections.is_empty() {
            return Err("the file has no [[connections]] section: add one for each tenant".to_owned());
        }
        let mut names = BTreeSet::new();
        for connection in &self.connections {
            let name = &connection.name;
            if name.is_empty() || !names.insert(name) {
                return Err(format!(
                    "two connections are called {name:?}, or one has an empty name: give each connection a name of its own"
                ));
            }
            if connection.integrations.is_empty() {
                return Err(format!(
                    "connection {name:?} has no [[connections.integrations]] section: add one"
                ));
            }
            connection.check_variables().map_err(|reason| format!("connection {name:?}: {reason}"))?;
        }
        self.check_numbers()
    }

    /// Refuses a 0 for options where 0 would not mean "none" or "never".
    fn check_numbers(&self) -> Result<(), String> {
        let zero = |option: &str, advice: &str| Err(format!("{option} is 0: {advice}"));
        if self.servicetitan.requests_per_second == 0 {
            return zero("[servicetitan] requests_per_second", "set the number that ServiceTitan allows");
        }
        if self.hatch.requests_per_10_seconds == 0 {
            return zero("[hatch] requests_per_10_seconds", "set the number that Hatch allows");
        }
        if self.sync.retention_days == Some(0) {
            return zero(
                "[sync] retention_days",
                "leave it out to keep finished jobs and memberships for ever",
            );
        }
        if self.sync.dead_letter_notes_after_hours == 0 {
            return zero(
                "[sync] dead_letter_notes_after_hours",
                "set at least 1, or no note is tried a second time",
            );
        }
        if self.connections.iter().any(|connection| connection.note_limit == 0) {
            return zero("note_limit", "set at least 1, or notes have no text");
        }
        Ok(())
    }
}

/// Returns advice for an unknown field that is a secret, which is the most likely mistake.
fn secret_advice(message: &str) -> &'static str {
    let secrets = ["`client_secret`", "`app_key`", "`api_key`"];
    if secrets.iter().any(|secret| message.contains(&format!("unknown field {secret}"))) {
        " (secrets do not belong in the file: remove it, and put it into the environment variable that the matching `…_variable` names)"
    } else {
        ""
    }
}
