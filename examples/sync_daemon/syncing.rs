//! One run of each connection, and the reports of runs.

use examples::say;
use futures::Stream;
use futures::future::join_all;
use sync_core::{Progress, SyncReport};

use crate::bars::Bars;
use crate::failure::Failure;
use crate::host::Connection;
use crate::narrating::narrate;
use crate::pace::HatchLimit;

/// The way to show the progress of runs: bars on a terminal, else log lines.
#[derive(Clone)]
pub struct Show {
    pub bars: Bars,
    pub limit: HatchLimit,
}

/// Pushes waiting events and syncs each connection once, all connections at the same time. Prints their reports on standard output.
pub async fn once(connections: &[Connection], show: &Show, json: bool) -> Result<(), Failure> {
    let runs = connections.iter().map(|connection| async move {
        let run = async {
            connection.engine.push_pending().await?;
            connection.engine.sync_once().await
        };
        let outcome = while_showing(connection, show, run).await;
        match &outcome {
            Ok(report) => log(&connection.name, report),
            Err(error) => {
                tracing::warn!(connection = %connection.name, %error, "a run failed; the next run continues from there");
            }
        }
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

impl Show {
    /// Shows the steps of a connection's runs, until they end.
    pub async fn steps(&self, connection: &str, steps: impl Stream<Item = Progress>) {
        if self.bars.are_shown() {
            self.bars.draw(connection, steps, self.limit).await;
        } else {
            narrate(connection, steps, self.limit).await;
        }
    }
}

async fn while_showing<T>(connection: &Connection, show: &Show, run: impl Future<Output = T>) -> T {
    let mut run = std::pin::pin!(run);
    tokio::select! {
        biased;
        ended = &mut run => ended,
        // The progress ends only with the engine, which outlives its run; if it did end earlier, the run would go on.
        () = show.steps(&connection.name, connection.engine.progress()) => run.await,
    }
}

/// Logs the report of a run.
pub fn log(connection: &str, report: &SyncReport) {
    for (name, it) in &report.integrations {
        if let Some(error) = &it.error {
            tracing::warn!(connection, integration = %name, %error, "delivery stopped early; the next run continues");
        }
        tracing::info!(
            connection,
            integration = %name,
            delivered = it.delivered,
            unchanged = it.unchanged,
            no_contact_key = it.no_contact_key,
            fallback_would_help = it.fallback_would_help,
            inactive = it.inactive,
            rejected = it.rejected,
            contact_moved = it.contact_moved,
            waiting = it.waiting,
            "synced"
        );
    }
    for (name, it) in &report.integrations {
        for (field, opportunities) in &it.left_out {
            tracing::warn!(connection, integration = %name, field, opportunities, "Hatch refused a field: delivered without it");
        }
        for (reason, opportunities) in it.passed_over.iter().chain(&it.unreadable) {
            tracing::warn!(connection, integration = %name, opportunities, "{reason}");
        }
    }
    for (resource, feed) in &report.feeds {
        if let Some(standstill) = &feed.stands_still {
            tracing::warn!(connection, %resource, since = %standstill.since, request = standstill.request, "a feed stands still");
        }
    }
    for (resource, paths) in &report.bad_fields {
        for (path, fields) in paths {
            tracing::warn!(connection, %resource, path, fields, "fields could not be read; their records go on without them");
        }
    }
    for (error, resources) in failed_feeds(report) {
        tracing::warn!(connection, resources = %resources.join(", "), error, "feeds could not be read; the next run tries again");
    }
    for problem in report.feeds.values().flat_map(|feed| &feed.problems) {
        tracing::warn!(connection, %problem, "a record was skipped");
    }
    tracing::info!(
        connection,
        requests = report.total_requests(),
        cancelled = report.cancelled,
        "run finished"
    );
}

fn print(connection: &str, report: &SyncReport, json: bool) -> Result<(), Failure> {
    if json {
        let line = serde_json::json!({ "connection": connection, "report": report });
        say!("{line}");
        return Ok(());
    }
    for (name, it) in &report.integrations {
        say!(
            "{connection}/{name}: {} delivered, {} unchanged, {} without phone and e-mail, {} inactive, {} rejected, {} waiting{}",
            it.delivered,
            it.unchanged,
            it.no_contact_key,
            it.inactive,
            it.rejected,
            it.waiting,
            if it.paused { ", paused" } else { "" }
        );
        if it.fallback_would_help > 0 {
            say!(
                "{connection}/{name}: {} of those without phone and e-mail would have one with `contact_fallback`",
                it.fallback_would_help
            );
        }
        for (field, count) in &it.left_out {
            say!("{connection}/{name}: {count} delivered without `{field}`, which Hatch refused");
        }
        for (reason, count) in it.passed_over.iter().chain(&it.unreadable) {
            say!("{connection}/{name}: {reason} ({count} opportunities)");
        }
    }
    for (resource, paths) in &report.bad_fields {
        for (path, count) in paths {
            say!("{connection}: `{path}` of {count} {resource} could not be read");
        }
    }
    say!("{connection}: {} requests to ServiceTitan", report.total_requests());
    Ok(())
}

/// Returns an error if a feed was not read or an opportunity not delivered.
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
    // A run that ServiceTitan refuses returns an error instead of a report. If no feed was read at all, ServiceTitan was out of reach.
    let unreached =
        !report.feeds.is_empty() && report.feeds.values().all(|feed| feed.error.is_some() && feed.pages == 0);
    let message = failed.join("; ");
    Err(if unreached { Failure::Unreachable(message) } else { Failure::Partly(message) })
}

/// Returns the feeds that were not read, grouped by reason: one closed port fails all of them.
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
