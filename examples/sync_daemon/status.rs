//! `status`: the state of each connection, read from the store while a daemon may be running.

use examples::say;
use serde::Serialize;
use sync_core::{ConnectionStatus, Store, StoreError};

use crate::config::Config;
use crate::failure::Failure;

/// State of a connection, as read from the store.
#[derive(Serialize)]
struct Status<'a> {
    connection: &'a str,
    /// Number of events of Hatch whose notes are not all written yet.
    events_waiting: usize,
    #[serde(flatten)]
    state: ConnectionStatus,
}

/// Prints the state of each connection.
pub async fn show(config: &Config, store: &dyn Store, json: bool) -> Result<(), Failure> {
    for section in &config.connections {
        let connection = section.name.as_str();
        let state = ConnectionStatus::read(store, connection).await?;
        let events_waiting = events_waiting(store, connection).await?;
        let status = Status { connection, events_waiting, state };
        if json {
            say!("{}", serde_json::json!(status));
        } else {
            print(&status);
        }
    }
    Ok(())
}

fn print(Status { connection, events_waiting, state }: &Status<'_>) {
    say!("{connection}");
    match state.start {
        Some(start) => say!("  syncs changes since {}", start.date_naive()),
        None => say!("  not started yet"),
    }
    for (name, it) in &state.integrations {
        let paused = it
            .paused
            .map(|since| format!(", paused since {}", since.format("%F %T UTC")))
            .unwrap_or_default();
        say!("  {name}: {} opportunities waiting, {} dead letters{paused}", it.waiting, it.dead_letters);
    }
    say!("  outbox: {events_waiting} events of Hatch waiting for their notes");
    for (resource, paths) in &state.bad_fields {
        for (path, count) in paths {
            say!("  {resource}: `{path}` could not be read {count} times");
        }
    }
    for (resource, feed) in &state.feeds {
        say!("  {resource}: {feed}");
    }
}

async fn events_waiting(store: &dyn Store, connection: &str) -> Result<usize, StoreError> {
    let mut count = 0;
    let mut after = 0;
    loop {
        let events = store.outbox(connection, after, 1000).await?;
        let Some(last) = events.last() else { return Ok(count) };
        after = last.position;
        count += events.len();
    }
}
