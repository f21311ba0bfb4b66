//! The overview: all connections.

use axum::response::Response;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Serialize;
use sync_core::ConnectionStatus;

use super::frame::{Address, Frame};
use super::parts::{badge, time};
use crate::health::Health;
use crate::host::{Connection, Runs};
use crate::page_state::{Shared, Watched};
use crate::progress::Activity;
use crate::watch::greatest_lag;
use crate::words::{duration, grouped, things};

/// Number of connections on one page.
pub(crate) const PAGE: usize = 50;

/// A connection in the overview.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    pub(crate) connection: String,
    pub(crate) health: Health,
    pub(crate) lag_seconds: Option<u32>,
    pub(crate) waiting: u64,
    pub(crate) dead_letters: u64,
    pub(crate) last_run: Option<DateTime<Utc>>,
    pub(crate) activities: Vec<Activity>,
}

impl Line {
    /// Reads a connection.
    pub(crate) async fn read(shared: &Shared, connection: &dyn Connection) -> Self {
        let (name, now, runs) = (connection.name(), shared.clock.now(), connection.runs());
        let watched = shared.watched(&name);
        match connection.status().await {
            Ok(status) => Self::of(name, &status, &runs, &watched, now),
            Err(error) => Line {
                connection: name,
                health: Health::unreadable(&error.to_string()),
                lag_seconds: None,
                waiting: 0,
                dead_letters: 0,
                last_run: runs.ended(),
                activities: watched.steps.activities(runs.ended(), now),
            },
        }
    }

    pub(crate) fn of(
        connection: String,
        status: &ConnectionStatus,
        runs: &Runs,
        watched: &Watched,
        now: DateTime<Utc>,
    ) -> Self {
        Line {
            connection,
            health: Health::judge(status, runs, now),
            lag_seconds: greatest_lag(status, now),
            waiting: status.integrations.values().map(|integration| integration.waiting).sum(),
            dead_letters: status.dead_letters.len() as u64,
            last_run: runs.ended(),
            activities: watched.steps.activities(runs.ended(), now),
        }
    }
}

/// The connections on a page of the overview, and whether there are more.
pub(crate) async fn read(shared: &Shared, after: Option<&str>) -> (Vec<Line>, bool) {
    let (names, has_more) = shared.names_behind(after, PAGE);
    let mut lines = Vec::new();
    for name in names {
        if let Some(connection) = shared.connection(&name) {
            lines.push(Line::read(shared, connection.as_ref()).await);
        }
    }
    (lines, has_more)
}

pub(crate) fn page(frame: &Frame<'_>, after: Option<&str>, lines: &[Line], has_more: bool) -> Response {
    let links = &frame.shared.links;
    let body = html! {
        div data-live=(links.live_overview(after)) { (table(frame.shared, lines)) }
        @if let (true, Some(last)) = (has_more, lines.last()) {
            p { a href=(links.overview_behind(&last.connection)) { "More connections" } }
        }
    };
    frame.page("Connections", Address::WithJson(&links.overview()), None, &body)
}

/// The part of the page that updates itself.
pub(crate) fn table(shared: &Shared, lines: &[Line]) -> Markup {
    html! { div data-part="all" { (lines_as_table(shared, lines)) } }
}

fn lines_as_table(shared: &Shared, lines: &[Line]) -> Markup {
    let now = shared.clock.now();
    html! {
        @if lines.is_empty() {
            p { "This host has no connections." }
        } @else {
            table.cards {
                thead {
                    tr {
                        th scope="col" { "Connection" } th scope="col" { "Health" } th scope="col" { "Lag" }
                        th scope="col" { "Waiting" } th scope="col" { "Dead letters" } th scope="col" { "Last run" }
                    }
                }
                tbody {
                    @for line in lines {
                        tr {
                            th scope="row" { a href=(shared.links.connection(&line.connection)) { (line.connection) } }
                            td data-label="Health" {
                                (badge(&line.health))
                                @if let Some(reason) = line.health.reasons.first() { " " span.muted { (reason) } }
                                (activities(&line.activities))
                            }
                            td data-label="Lag" { (lag(line.lag_seconds)) }
                            td data-label="Waiting" { (grouped(line.waiting)) }
                            td data-label="Dead letters" {
                                @if line.dead_letters > 0 {
                                    a href=(shared.links.of_connection(&line.connection, "dead-letters")) { (grouped(line.dead_letters)) }
                                } @else { "0" }
                            }
                            td data-label="Last run" {
                                @match line.last_run { Some(at) => (time(at, now)), None => "none yet" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A lag in words.
pub(super) fn lag(seconds: Option<u32>) -> String {
    seconds.map_or_else(
        || "not read yet".to_owned(),
        |seconds| duration(chrono::TimeDelta::seconds(seconds.into())),
    )
}

/// The activities under way, with the time left.
pub(super) fn activities(activities: &[Activity]) -> Markup {
    html! {
        @for activity in activities {
            @match activity {
                Activity::Reading { feed, pages, records } => {
                    p.activity {
                        "Reading from ServiceTitan: " (things(*records, "record", "records")) " on "
                        (things(*pages, "page", "pages")) " so far, now " (feed) "."
                    }
                }
                Activity::Delivering { integration, settled, total, seconds_left } => {
                    div.activity {
                        p {
                            "Delivering " (integration) ": " (grouped(*settled)) " of " (grouped(*total))
                            @match seconds_left {
                                Some(seconds) => { ", about " (duration(chrono::TimeDelta::seconds(i64::try_from(*seconds).unwrap_or(i64::MAX / 1_000)))) " left." }
                                None => "."
                            }
                        }
                        progress value=(settled) max=(total) aria-label=(format!("Delivery of {integration}")) {}
                    }
                }
            }
        }
    }
}
