//! The tenants: a file in place of the database that a real host keeps them in.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

/// The two systems and the tenants, as the simulator prints them. Secrets are in the file, since they open nothing but the simulator.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenants {
    pub servicetitan_url: String,
    pub hatch_url: String,
    tenants: Vec<Tenant>,
}

/// One tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    pub tenant: i64,
    #[serde(deserialize_with = "secret")]
    pub app_key: SecretString,
    pub client_id: String,
    #[serde(deserialize_with = "secret")]
    pub client_secret: SecretString,
    #[serde(deserialize_with = "secret")]
    pub webhook_key: SecretString,
    /// The departments for job and for membership opportunities.
    pub hatch: [Department; 2],
}

/// A department of Hatch.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Department {
    pub name: String,
    pub source: String,
    #[serde(deserialize_with = "secret")]
    pub api_key: SecretString,
}

/// Reads a secret, which is not printed from then on.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

impl Tenants {
    /// Reads the file.
    pub fn read(file: &Path) -> Result<Self, Box<dyn Error>> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        // The error says where, and not what: the file holds secrets.
        serde_json::from_str(&text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            format!(
                "{} does not list tenants ({place}): it is the line that the simulator prints",
                file.display()
            )
            .into()
        })
    }

    /// The tenants by the names of their connections.
    pub fn by_connection(&self) -> BTreeMap<String, Tenant> {
        self.tenants.iter().map(|tenant| (format!("tenant-{}", tenant.tenant), tenant.clone())).collect()
    }
}
