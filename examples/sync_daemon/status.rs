//! `--status`: what the store says, read beside a running daemon.

use examples::say;
use serde::Serialize;
use sqlite_store::SqliteStore;
use sync_core::{ConnectionStatus, Store, StoreError};

use crate::config::Config;
use crate::failure::Failure;

/// A connection, as its store shows it.
#[derive(Serialize)]
struct Status<'a> {
    connection: &'a str,
    /// Events of Hatch whose notes are not all written.
    events_waiting: usize,
    #[serde(flatten)]
    state: ConnectionStatus,
}

/// Prints each connection's state.
pub async fn show(config: &Config, json: bool) -> Result<(), Failure> {
    let store = SqliteStore::open_read_only(&config.store.path).await?;
    for section in &config.connections {
        let connection = section.name.as_str();
        let state = ConnectionStatus::read(&store, connection).await?;
        let events_waiting = events_waiting(&store, connection).await?;
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
        Some(start) => say!("  reads from {}", start.date_naive()),
        None => say!("  has not begun"),
    }
    for (name, it) in &state.integrations {
        let paused = it
            .paused
            .map(|since| format!(", paused since {}", since.format("%F %T UTC")))
            .unwrap_or_default();
        say!("  {name}: {} opportunities wait, {} dead letters{paused}", it.waiting, it.dead_letters);
    }
    say!("  {events_waiting} events of Hatch wait for their notes");
    for (resource, feed) in &state.feeds {
        match (&feed.refused, feed.read) {
            (Some(refused), _) => say!("  {resource}: refused: {refused}"),
            (None, Some(read)) => say!("  {resource}: read to its head at {}", read.format("%F %T UTC")),
            (None, None) => say!("  {resource}: not read to its head yet"),
        }
    }
}

async fn events_waiting(store: &SqliteStore, connection: &str) -> Result<usize, StoreError> {
    let mut count = 0;
    let mut after = 0;
    loop {
        let events = store.outbox(connection, after, 1000).await?;
        let Some(last) = events.last() else { return Ok(count) };
        after = last.position;
        count += events.len();
    }
}
