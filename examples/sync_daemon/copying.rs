//! `copy-store`: copies connections to another store.

use examples::{complain, say};
use sync_core::{CopyError, CopyReport, Store, copy_connection};

use crate::choosing;
use crate::command::CopyStore;
use crate::config::{Config, StoreSection};
use crate::failure::Failure;
use crate::secrets::Secrets;
use crate::storage::Storage;

/// Rows between two lines of the log.
const ROWS_BETWEEN_LINES: u64 = 20_000;

/// Copies the connections that the command line chooses. A connection that cannot be copied does not keep others from being copied.
pub async fn copy(config: &Config, wanted: &CopyStore) -> Result<(), Failure> {
    let connections = choosing::connections(config, wanted.connection.as_deref())?;
    let CopyStore { to, password_variable, schema, .. } = wanted;
    let other = StoreSection::of_url(to.clone(), password_variable.clone(), schema.clone());
    let other = other.map_err(|message| Failure::Usage(format!("--to: {message}")))?;
    let secrets = [Secrets::of_store(&config.store)?, Secrets::of_store(&other)?];
    let source = Storage::open(&config.store, &secrets[0]).await?;
    let target = match Storage::open(&other, &secrets[1]).await {
        Ok(target) => target,
        Err(error) => {
            source.close().await;
            return Err(error.into());
        }
    };
    let mut failed = Vec::new();
    for connection in &connections {
        match copy_one(source.store().as_ref(), target.store().as_ref(), &connection.name).await {
            Ok(report) => tell(&connection.name, &report),
            // A connection that was never synced has nothing to be copied.
            Err(CopyError::NothingToCopy(name)) if wanted.connection.is_none() => {
                say!("{name}: nothing to copy");
            }
            Err(error) => {
                complain!("sync_daemon: {}: {error}", connection.name);
                failed.push(connection.name.as_str());
            }
        }
    }
    source.close().await;
    target.close().await;
    if failed.is_empty() { Ok(()) } else { Err(Failure::Store(format!("not copied: {}", failed.join(", ")))) }
}

async fn copy_one(source: &dyn Store, target: &dyn Store, connection: &str) -> Result<CopyReport, CopyError> {
    let mut lines = 0;
    let progress = |report: &CopyReport| {
        if report.rows() / ROWS_BETWEEN_LINES > lines {
            lines = report.rows() / ROWS_BETWEEN_LINES;
            tracing::info!(connection, records = report.records, rows = report.rows(), "copying");
        }
    };
    copy_connection(source, target, connection, progress).await
}

fn tell(connection: &str, report: &CopyReport) {
    let CopyReport { records, delivered, dirty, dead_letters, events, .. } = report;
    say!(
        "{connection}: copied {records} records, {delivered} deliveries, {dirty} waiting opportunities, {dead_letters} dead letters and \
         {events} events"
    );
}
