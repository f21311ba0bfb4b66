//! The page of one connection.

use std::collections::BTreeMap;

use axum::response::Response;
use chrono::{DateTime, Utc};
use hatch_mapping::OpportunityModel;
use maud::{Markup, html};
use serde::Serialize;
use sync_core::ConnectionStatus;

use super::connections::{Line, activities, lag};
use super::frame::{Address, Frame, Outcome};
use super::parts::{Form, badge, model, time};
use crate::chart::charts;
use crate::history::{Rates, Sample};
use crate::host::{Budgets, Connection, HostError, Run, Runs};
use crate::page_state::Shared;
use crate::words::{grouped, things};

/// Number of runs in the table.
const SHOWN_RUNS: usize = 10;

/// A connection with everything that its page shows.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Overview {
    #[serde(flatten)]
    pub(crate) line: Line,
    pub(crate) models: BTreeMap<String, OpportunityModel>,
    pub(crate) status: ConnectionStatus,
    pub(crate) runs: Runs,
    pub(crate) budgets: Budgets,
    pub(crate) per_second: Option<Rates>,
    pub(crate) samples: Vec<Sample>,
    #[serde(skip)]
    now: DateTime<Utc>,
}

/// Reads a connection.
///
/// # Errors
///
/// When its status cannot be read.
pub(crate) async fn read(shared: &Shared, connection: &dyn Connection) -> Result<Overview, HostError> {
    let (name, now, runs) = (connection.name(), shared.clock.now(), connection.runs());
    let status = connection.status().await?;
    let watched = shared.watched(&name);
    Ok(Overview {
        line: Line::of(name, &status, &runs, &watched, now),
        models: connection.models(),
        status,
        runs,
        budgets: connection.budgets(),
        per_second: watched.history.rates(),
        samples: watched.history.samples().to_vec(),
        now,
    })
}

pub(crate) fn page(frame: &Frame<'_>, overview: &Overview, done: Option<Outcome>) -> Response {
    let links = &frame.shared.links;
    let name = &overview.line.connection;
    let body = html! {
        div data-live=(links.of_connection(name, "live")) {
            (now(overview))
            section aria-labelledby="deliveries" {
                h2 #deliveries { "Pause and resume" }
                p { "Pausing stops the deliveries to Hatch, also over a restart. Changes are still read, and are delivered once you resume." }
                ul.actions { @for (integration, kind) in &overview.models { li { (switch(frame, overview, integration, *kind)) } } }
            }
            (lately(overview))
        }
        (requests_of_last_run(overview.runs.last.first()))
    };
    frame.page(name, Address::WithJson(&links.connection(name)), done, &body)
}

/// The button that pauses or resumes an integration.
fn switch(frame: &Frame<'_>, overview: &Overview, integration: &str, kind: OpportunityModel) -> Markup {
    let is_paused = overview.status.integrations.get(integration).is_some_and(|it| it.paused.is_some());
    let (button, page) = if is_paused { ("Resume", "resume") } else { ("Pause", "pause") };
    let form = Form {
        action: frame.shared.links.of_connection(&overview.line.connection, page),
        button,
        label: format!("{button} {integration}"),
        fields: vec![("integration", integration.to_owned())],
        is_grave: false,
    };
    html! {
        span { strong { (integration) } " " span.muted { "(" (model(kind).to_lowercase()) "s)" } }
        (form.draw(frame))
    }
}

/// The parts of the page that update themselves. Nothing in them takes the keyboard's focus.
pub(crate) fn live(overview: &Overview) -> Markup {
    html! { (now(overview)) (lately(overview)) }
}

/// The connection now.
fn now(overview: &Overview) -> Markup {
    let Overview { line, now, .. } = overview;
    html! {
        div data-part="now" {
        section aria-label="Health" {
            p.health {
                (badge(&line.health))
                @if line.health.reasons.is_empty() { " Everything runs." }
            }
            @if !line.health.reasons.is_empty() {
                ul.reasons { @for reason in &line.health.reasons { li { (reason) "." } } }
            }
            (activities(&line.activities))
        }
        dl.figures {
            div { dt { "Lag" } dd { (lag(line.lag_seconds)) } }
            div { dt { "Waiting" } dd { (grouped(line.waiting)) } }
            div { dt { "Dead letters" } dd { (grouped(line.dead_letters)) } }
            div { dt { "Last run" } dd { @match line.last_run { Some(at) => (time(at, *now)), None => "none yet" } } }
        }
        }
    }
}

/// The connection over the last day.
fn lately(overview: &Overview) -> Markup {
    let Overview { status, runs, now, .. } = overview;
    html! {
        div data-part="lately" {
        section aria-labelledby="day" { h2 #day { "The last day" } (charts(&overview.samples)) (budgets(overview)) }
        section aria-labelledby="integrations" { h2 #integrations { "Integrations" } (integrations(overview)) }
        section aria-labelledby="runs" { h2 #runs { "Last runs" } (last_runs(runs, *now)) }
        section aria-labelledby="feeds" {
            h2 #feeds { "Feeds" }
            @if let Some(start) = status.start { p { "Changes since " (start.format("%F")) " are synced." } }
            (feeds(status, *now))
        }
        }
    }
}

/// The requests of the last half minute against their budgets.
fn budgets(overview: &Overview) -> Markup {
    let Some(rates) = overview.per_second else { return html! {} };
    let rows = [
        ("Requests to ServiceTitan", rates.requests, overview.budgets.servicetitan),
        ("Deliveries to Hatch", rates.delivered, overview.budgets.hatch),
    ];
    html! {
        ul.plain {
            @for (what, rate, budget) in rows {
                li {
                    (what) ": " (format!("{rate:.1}"))
                    @match budget {
                        Some(budget) => { " of at most " (format!("{budget:.0}")) " a second" }
                        None => " a second"
                    }
                    @if let Some(budget) = budget {
                        " " meter min="0" max=(budget) value=(format!("{:.1}", rate.min(budget))) aria-label=(what) {}
                    }
                }
            }
        }
    }
}

fn integrations(overview: &Overview) -> Markup {
    html! {
        table.cards {
            thead { tr {
                th scope="col" { "Integration" } th scope="col" { "Opportunities of" } th scope="col" { "Delivery" }
                th scope="col" { "Waiting" } th scope="col" { "Dead letters" }
            } }
            tbody {
                @for (name, kind) in &overview.models {
                    @let state = overview.status.integrations.get(name).cloned().unwrap_or_default();
                    tr {
                        th scope="row" { (name) }
                        td data-label="Opportunities of" { (model(*kind).to_lowercase()) "s" }
                        td data-label="Delivery" {
                            @match state.paused {
                                Some(since) => { span.badge.warn { "Paused" } " " (time(since, overview.now)) }
                                None => "runs"
                            }
                        }
                        td data-label="Waiting" { (grouped(state.waiting)) }
                        td data-label="Dead letters" { (grouped(state.dead_letters)) }
                    }
                }
            }
        }
    }
}

fn last_runs(runs: &Runs, now: DateTime<Utc>) -> Markup {
    html! {
        @if runs.last.is_empty() {
            p { "No run has ended since the process started." }
        } @else {
            table.cards {
                thead { tr {
                    th scope="col" { "Ended" } th scope="col" { "Outcome" } th scope="col" { "Delivered" }
                    th scope="col" { "Refused" } th scope="col" { "Records read" } th scope="col" { "Requests" }
                } }
                tbody { @for run in runs.last.iter().take(SHOWN_RUNS) { (run_row(run, now)) } }
            }
        }
    }
}

fn run_row(run: &Run, now: DateTime<Utc>) -> Markup {
    let report = run.report.as_ref();
    let sum = |of: fn(&sync_core::IntegrationReport) -> u64| {
        grouped(report.map_or(0, |report| report.integrations.values().map(of).sum()))
    };
    html! {
        tr {
            th scope="row" { (time(run.ended, now)) }
            td data-label="Outcome" { (outcome(run)) }
            td data-label="Delivered" { (sum(|it| it.delivered)) }
            td data-label="Refused" { (sum(|it| it.rejected)) }
            td data-label="Records read" {
                (grouped(report.map_or(0, |it| it.feeds.values().map(|feed| feed.changed + feed.unchanged).sum())))
            }
            td data-label="Requests" { (grouped(report.map_or(0, sync_core::SyncReport::total_requests))) }
        }
    }
}

fn outcome(run: &Run) -> Markup {
    let Some(report) = &run.report else {
        return html! { span.badge.bad { "failed" } " " (run.error.as_deref().unwrap_or_default()) };
    };
    let feeds = report
        .feeds
        .iter()
        .filter_map(|(resource, feed)| Some(format!("{resource}: {}", feed.error.as_ref()?)));
    let integrations =
        report.integrations.iter().filter_map(|(name, it)| Some(format!("{name}: {}", it.error.as_ref()?)));
    let errors: Vec<String> = feeds.chain(integrations).collect();
    html! {
        @if report.cancelled { span.badge.warn { "stopped early" } }
        @else if errors.is_empty() { span.badge.good { "done" } }
        @else { span.badge.warn { "in part" } }
        @for error in errors { br; (error) }
    }
}

fn feeds(status: &ConnectionStatus, now: DateTime<Utc>) -> Markup {
    html! {
        @if status.feeds.is_empty() {
            p { "No feed was read yet." }
        } @else {
            table.cards.compact {
                thead { tr { th scope="col" { "Feed" } th scope="col" { "Read to its end" } th scope="col" { "State" } } }
                tbody {
                    @for (resource, feed) in &status.feeds {
                        tr {
                            th scope="row" { (resource) }
                            td data-label="Read to its end" { @match feed.read { Some(at) => (time(at, now)), None => "not yet" } }
                            td data-label="State" {
                                @if let Some(reason) = &feed.refused { span.badge.warn { "refused" } " " (reason) }
                                @else if let Some(standstill) = &feed.stands_still {
                                    span.badge.bad { "stands still" } " " (time(standstill.since, now)) ", at "
                                    code { (standstill.request) } ": " (standstill.reason)
                                } @else { "goes on" }
                            }
                        }
                    }
                }
            }
            @let unread: u64 = status.bad_fields.values().flat_map(BTreeMap::values).sum();
            @if unread > 0 {
                p { (things(unread, "field", "fields")) " could not be read so far; their records are delivered without them:" }
                ul.plain {
                    @for (resource, paths) in &status.bad_fields {
                        @for (path, count) in paths { li { (resource) " " code { (path) } ": " (grouped(*count)) } }
                    }
                }
            }
        }
    }
}

fn requests_of_last_run(run: Option<&Run>) -> Markup {
    let Some(report) = run.and_then(|run| run.report.as_ref()).filter(|it| !it.requests.is_empty()) else {
        return html! {};
    };
    html! {
        section {
            details {
                summary { "Requests of the last run, by path" }
                ul.plain { @for (path, count) in &report.requests { li { code { (path) } ": " (grouped(*count)) } } }
            }
        }
    }
}
