//! The choice of the connection that a task is for.

use crate::config::{Config, ConnectionSection};
use crate::failure::Failure;

/// Returns the one connection that a task is for: integrations and customer IDs of two tenants may be the same.
pub fn one_connection<'a>(
    config: &'a Config,
    named: Option<&str>,
    integration: Option<&str>,
) -> Result<&'a ConnectionSection, Failure> {
    let has = |connection: &ConnectionSection, name: &str| {
        connection.integrations.iter().any(|integration| integration.name == name)
    };
    let fitting: Vec<&ConnectionSection> = connections(config, named)?
        .into_iter()
        .filter(|connection| integration.is_none_or(|name| has(connection, name)))
        .collect();
    match (fitting.as_slice(), integration) {
        ([one], _) => Ok(one),
        ([], integration) => Err(Failure::Configuration(format!(
            "no integration is called {:?}{}: use a name from the configuration file",
            integration.unwrap_or_default(),
            named.map(|named| format!(" in connection {named:?}")).unwrap_or_default()
        ))),
        (several, _) => {
            let names: Vec<&str> = several.iter().map(|connection| connection.name.as_str()).collect();
            let names = names.join(", ");
            Err(Failure::Configuration(format!(
                "several connections fit. Choose one with --connection: {names}"
            )))
        }
    }
}

/// Returns all connections, or the one of this name.
pub fn connections<'a>(
    config: &'a Config,
    named: Option<&str>,
) -> Result<Vec<&'a ConnectionSection>, Failure> {
    let fitting: Vec<&ConnectionSection> =
        config.connections.iter().filter(|it| named.is_none_or(|named| named == it.name)).collect();
    match (fitting.is_empty(), named) {
        (true, Some(named)) => Err(Failure::Configuration(format!(
            "no connection is called {named:?}: use a name from the configuration file"
        ))),
        _ => Ok(fitting),
    }
}
