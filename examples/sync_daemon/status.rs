//! `--status`: what the store says, read beside a running daemon.

use serde::Serialize;
use sql_store::SqlStore;
use sync_core::{Store, StoreError};

use crate::config::{Config, ConnectionSection};
use crate::failure::Failure;

/// A connection, as its store shows it.
#[derive(Serialize)]
struct Status {
    connection: String,
    /// Where its first sync started; none before that.
    start: Option<String>,
    integrations: Vec<IntegrationStatus>,
    /// Events of Hatch whose notes are not all written.
    events_waiting: usize,
    dead_letters: usize,
}

#[derive(Serialize)]
struct IntegrationStatus {
    name: String,
    opportunities_waiting: u64,
}

/// Prints each connection's state.
pub async fn show(config: &Config, json: bool) -> Result<(), Failure> {
    let store = SqlStore::open_read_only(&config.store.path).await?;
    for connection in &config.connections {
        let status = status(&store, connection).await?;
        if json {
            println!("{}", serde_json::json!(status));
            continue;
        }
        let start = status.start.as_deref().unwrap_or("has not begun");
        println!("{}", status.connection);
        println!("  first sync from    {start}");
        for integration in &status.integrations {
            println!("  {:<18} {} opportunities wait", integration.name, integration.opportunities_waiting);
        }
        println!("  events of Hatch    {} wait", status.events_waiting);
        println!("  dead letters       {}", status.dead_letters);
    }
    Ok(())
}

async fn status(store: &SqlStore, section: &ConnectionSection) -> Result<Status, StoreError> {
    let name = section.name.as_str();
    let mut integrations = Vec::new();
    for integration in &section.integrations {
        integrations.push(IntegrationStatus {
            name: integration.name.clone(),
            opportunities_waiting: store.dirty_count(name, &integration.name).await?,
        });
    }
    Ok(Status {
        connection: name.to_owned(),
        start: store.value(name, "start").await?,
        integrations,
        events_waiting: events_waiting(store, name).await?,
        dead_letters: store.dead_letters(name).await?.len(),
    })
}

async fn events_waiting(store: &SqlStore, connection: &str) -> Result<usize, StoreError> {
    let mut count = 0;
    let mut after = 0;
    loop {
        let events = store.outbox(connection, after, 1000).await?;
        let Some(last) = events.last() else { return Ok(count) };
        after = last.position;
        count += events.len();
    }
}
