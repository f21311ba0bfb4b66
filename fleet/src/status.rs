//! The status of all connections as one snapshot.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use sync_core::{IntegrationReport, SyncReport};

use crate::Failure;

/// The status of a fleet at one moment. Holds no customer data.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct FleetStatus {
    /// The connections, by name.
    pub connections: BTreeMap<String, ConnectionState>,
    /// Number of open engines.
    pub open_engines: usize,
    /// Why the registry's list could not be read the last time, if it could not.
    pub registry_failure: Option<String>,
}

impl FleetStatus {
    /// Number of connections in an activity.
    pub fn count(&self, activity: Activity) -> usize {
        self.connections.values().filter(|state| state.activity == activity).count()
    }

    /// Number of connections whose last attempt failed.
    pub fn failing(&self) -> usize {
        self.connections.values().filter(|state| state.failure.is_some()).count()
    }
}

/// The status of one connection.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ConnectionState {
    /// The present activity.
    pub activity: Activity,
    /// True while its engine is open.
    pub is_open: bool,
    /// The time until the next cycle; `None` while one is waiting or running, or while the connection is paused.
    pub next_cycle_in: Option<Duration>,
    /// The last cycle, if there was one since the start of the fleet.
    pub last_cycle: Option<CycleSummary>,
    /// Number of failed attempts in a row.
    pub failures: u32,
    /// The last failure, if nothing succeeded since.
    pub failure: Option<Failure>,
}

/// The activity of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Activity {
    /// It rests until its next cycle.
    Resting,
    /// Its cycle is due and waits for its turn.
    Waiting,
    /// Its cycle runs.
    Cycling,
    /// It is paused.
    Paused,
}

/// A cycle in short.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CycleSummary {
    /// The time since its end.
    pub ended_ago: Duration,
    /// How long it took.
    pub took: Duration,
    /// Number of opportunities that the sinks took.
    pub delivered: u64,
    /// Number of opportunities that still wait.
    pub waiting: u64,
    /// Number of opportunities that the sinks refused.
    pub rejected: u64,
    /// Number of requests to ServiceTitan.
    pub requests: u64,
    /// Number of feeds that could not be read.
    pub failed_feeds: usize,
    /// Whether it was cut, and goes on later.
    pub was_cut: bool,
}

impl CycleSummary {
    /// The summary of a report that has just ended.
    pub(crate) fn of(report: &SyncReport, took: Duration) -> Self {
        let sum = |count: fn(&IntegrationReport) -> u64| report.integrations.values().map(count).sum();
        CycleSummary {
            ended_ago: Duration::ZERO,
            took,
            delivered: sum(|it| it.delivered),
            waiting: sum(|it| it.waiting),
            rejected: sum(|it| it.rejected),
            requests: report.total_requests(),
            failed_feeds: report.feeds.values().filter(|feed| feed.error.is_some()).count(),
            was_cut: report.cancelled,
        }
    }
}
