//! Runs: one, or one every quarter of an hour.

use examples::say;
use futures::future::join_all;
use sync_core::{SyncError, SyncReport};

use crate::failure::Failure;
use crate::host::Connection;
use crate::narrating::narrate;

/// Pushes what waits and syncs each connection once, all of them at the same time. Their reports go to standard output.
pub async fn once(connections: &[Connection], json: bool) -> Result<(), Failure> {
    let runs = connections.iter().map(|connection| async move {
        let run = async {
            connection.engine.push_pending().await?;
            connection.engine.sync_once().await
        };
        let outcome = while_narrating(connection, run).await;
        log(&connection.name, &outcome);
        (connection, outcome)
    });
    let mut first_failure = Ok(());
    for (connection, outcome) in join_all(runs).await {
        let failed = match outcome {
            Ok(report) => {
                print(&connection.name, &report, json)?;
                partly(&report)
            }
            Err(error) => Err(Failure::from(error)),
        };
        first_failure = first_failure.and(failed.map_err(|failure| failure.of(&connection.name)));
    }
    first_failure
}

/// Keeps the rhythm until it is asked to stop. A connection that cannot go on is named and does not stop the others; it fails
/// the program once all have ended.
pub async fn keep_running(connections: &[Connection]) -> Result<(), Failure> {
    let runs = connections.iter().map(|connection| async move {
        let run = connection.engine.run(|outcome| log(&connection.name, outcome));
        let ended = while_narrating(connection, run).await;
        ended.map_err(|error| {
            tracing::error!(connection = %connection.name, %error, "the connection cannot go on");
            Failure::from(error).of(&connection.name)
        })
    });
    join_all(runs).await.into_iter().collect()
}

async fn while_narrating<T>(connection: &Connection, run: impl Future<Output = T>) -> T {
    let mut run = std::pin::pin!(run);
    tokio::select! {
        biased;
        ended = &mut run => ended,
        // The engine outlives its run, so that this does not end before it; if it did, the run would go on.
        () = narrate(&connection.name, &connection.engine) => run.await,
    }
}

fn log(connection: &str, outcome: &Result<SyncReport, SyncError>) {
    let report = match outcome {
        Ok(report) => report,
        Err(error) => {
            tracing::warn!(connection, %error, "a run failed; the next one goes on where it stopped");
            return;
        }
    };
    for (name, it) in &report.integrations {
        if let Some(error) = &it.error {
            tracing::warn!(connection, integration = %name, %error, "not everything was delivered");
        }
        tracing::info!(
            connection,
            integration = %name,
            delivered = it.delivered,
            unchanged = it.unchanged,
            no_contact_key = it.no_contact_key,
            inactive = it.inactive,
            rejected = it.rejected,
            contact_moved = it.contact_moved,
            waiting = it.waiting,
            "synced"
        );
    }
    for (error, resources) in failed_feeds(report) {
        tracing::warn!(connection, resources = %resources.join(", "), error, "feeds were not read");
    }
    for problem in report.feeds.values().flat_map(|feed| &feed.problems) {
        tracing::warn!(connection, %problem, "a record was left out");
    }
    tracing::info!(connection, requests = report.total_requests(), cancelled = report.cancelled, "run ended");
}

fn print(connection: &str, report: &SyncReport, json: bool) -> Result<(), Failure> {
    if json {
        let line = serde_json::json!({ "connection": connection, "report": report });
        say!("{line}");
        return Ok(());
    }
    for (name, it) in &report.integrations {
        say!(
            "{connection}/{name}: {} delivered, {} unchanged, {} without phone and e-mail, {} inactive, {} refused, {} waiting{}",
            it.delivered,
            it.unchanged,
            it.no_contact_key,
            it.inactive,
            it.rejected,
            it.waiting,
            if it.paused { ", paused" } else { "" }
        );
    }
    say!("{connection}: {} requests to ServiceTitan", report.total_requests());
    Ok(())
}

/// Whether everything was read and delivered.
fn partly(report: &SyncReport) -> Result<(), Failure> {
    let feeds = failed_feeds(report);
    let mut failed: Vec<String> =
        feeds.iter().map(|(error, resources)| format!("{}: {error}", resources.join(", "))).collect();
    let integrations = report
        .integrations
        .iter()
        .filter_map(|(name, integration)| Some((name, integration.error.as_ref()?)));
    failed.extend(integrations.map(|(name, error)| format!("integration {name:?}: {error}")));
    if failed.is_empty() {
        return Ok(());
    }
    // A run that ServiceTitan refuses does not come to its end: where no feed was read at all, it could not be reached.
    let unreached =
        !report.feeds.is_empty() && report.feeds.values().all(|feed| feed.error.is_some() && feed.pages == 0);
    let message = failed.join("; ");
    Err(if unreached { Failure::Unreachable(message) } else { Failure::Partly(message) })
}

/// The feeds that were not read, those with the same reason together: one closed port closes all of them.
fn failed_feeds(report: &SyncReport) -> Vec<(&str, Vec<&str>)> {
    let mut failed: Vec<(&str, Vec<&str>)> = Vec::new();
    for (resource, feed) in &report.feeds {
        let Some(error) = feed.error.as_deref() else { continue };
        match failed.iter_mut().find(|(reason, _)| *reason == error) {
            Some((_, resources)) => resources.push(resource.name()),
            None => failed.push((error, vec![resource.name()])),
        }
    }
    failed
}
