//! Secrets from the environment, or from files that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use secrecy::{ExposeSecret, SecretString};

use crate::config::{Config, ConnectionSection, StoreSection};
use crate::failure::Failure;

/// Values of the environment variables that the configuration file names.
pub struct Secrets(BTreeMap<String, SecretString>);

impl Secrets {
    /// Reads all of them. The error names every variable that is missing.
    pub fn from_environment(config: &Config) -> Result<Secrets, Failure> {
        Self::read(needed(config))
    }

    /// Reads a store's password alone, which is all that a look into the store needs.
    pub fn of_store(section: &StoreSection) -> Result<Secrets, Failure> {
        Self::read(needed_by_store(section))
    }

    fn read(needed: Vec<(String, String)>) -> Result<Secrets, Failure> {
        let mut secrets = BTreeMap::new();
        let mut missing = BTreeSet::new();
        for (name, what) in needed {
            match secret(&name)?.filter(|secret| !secret.expose_secret().is_empty()) {
                Some(secret) => {
                    secrets.insert(name, secret);
                }
                None => {
                    missing.insert(format!("{name} ({what})"));
                }
            }
        }
        if missing.is_empty() {
            return Ok(Secrets(secrets));
        }
        let missing: Vec<String> = missing.into_iter().collect();
        Err(Failure::Configuration(format!(
            "environment variables with secrets are not set: set {}",
            missing.join(" and ")
        )))
    }

    /// Returns a number that differs where one of a connection's secrets does.
    pub fn version(&self, section: &ConnectionSection) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (variable, _) in needed_by_connection(section) {
            self.get(&variable).expose_secret().hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Returns stand-ins for a task that asks neither ServiceTitan nor Hatch.
    pub fn unused(config: &Config) -> Secrets {
        let stand_in = |(name, _)| (name, SecretString::from("unused"));
        Secrets(needed(config).into_iter().map(stand_in).collect())
    }

    /// Returns the value of a variable that the file names; [`read`](Secrets::read) has checked that it is set.
    pub fn get(&self, variable: &str) -> SecretString {
        self.0.get(variable).cloned().unwrap_or_default()
    }
}

/// Returns the value of a variable or, if `<variable>_FILE` names a file, its content without a line break at its end. A running daemon can be given other
/// secrets by a file only.
fn secret(variable: &str) -> Result<Option<SecretString>, Failure> {
    if let Ok(value) = std::env::var(variable) {
        return Ok(Some(SecretString::from(value)));
    }
    let Ok(file) = std::env::var(format!("{variable}_FILE")) else { return Ok(None) };
    let content = std::fs::read_to_string(&file).map_err(|error| {
        Failure::Configuration(format!("the file {file} that {variable}_FILE names cannot be read: {error}"))
    })?;
    Ok(Some(SecretString::from(content.trim_end_matches(['\r', '\n']))))
}

/// Returns the variables that the file names, each with a description of its secret.
pub fn needed(config: &Config) -> Vec<(String, String)> {
    let mut needed = needed_by_store(&config.store);
    needed.extend(config.connections.iter().flat_map(needed_by_connection));
    needed
}

fn needed_by_connection(connection: &ConnectionSection) -> Vec<(String, String)> {
    let name = &connection.name;
    let mut needed = vec![
        (connection.app_key_variable.clone(), format!("the app key of connection {name:?}")),
        (connection.client_secret_variable.clone(), format!("the client secret of connection {name:?}")),
    ];
    for integration in &connection.integrations {
        let what = format!("Hatch's API key of integration {:?} of {name:?}", integration.name);
        needed.push((integration.api_key_variable.clone(), what));
    }
    needed
}

fn needed_by_store(section: &StoreSection) -> Vec<(String, String)> {
    let variable = section.password_variable();
    variable.map(|name| (name.to_owned(), "the password of the store".to_owned())).into_iter().collect()
}
