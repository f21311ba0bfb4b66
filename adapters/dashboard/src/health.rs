//! The health of a connection, and the reasons for it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sync_core::ConnectionStatus;

use crate::host::Runs;
use crate::words::duration;

/// Age of the last reading of a feed from which the feed lags: four runs.
const LAG: TimeDelta = TimeDelta::hours(1);

/// The health of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// The worst of the reasons.
    pub level: HealthLevel,
    /// The reasons in the words of an operator, the worst first; empty for a healthy connection.
    pub reasons: Vec<String>,
}

/// The level of a connection's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HealthLevel {
    /// Everything runs.
    Healthy,
    /// The first sync has not ended yet.
    Starting,
    /// Something waits for an operator, and the rest runs.
    Attention,
    /// The connection does not keep Hatch in step.
    Trouble,
}

impl HealthLevel {
    /// The level in a word.
    pub fn word(self) -> &'static str {
        match self {
            HealthLevel::Healthy => "Healthy",
            HealthLevel::Starting => "Starting",
            HealthLevel::Attention => "Attention",
            HealthLevel::Trouble => "Trouble",
        }
    }
}

impl Health {
    /// The health of a connection whose status cannot be read.
    pub fn unreadable(reason: &str) -> Self {
        Health { level: HealthLevel::Trouble, reasons: vec![format!("The status cannot be read: {reason}")] }
    }

    /// Judges a connection by its status and its last runs.
    pub fn judge(status: &ConnectionStatus, runs: &Runs, now: DateTime<Utc>) -> Self {
        let mut reasons: Vec<(HealthLevel, String)> = Vec::new();
        if let Some(error) = &runs.stopped {
            reasons.push((HealthLevel::Trouble, format!("The engine stopped: {error}")));
        }
        if let Some(error) = runs.last.first().and_then(|run| run.error.as_ref()) {
            reasons.push((HealthLevel::Trouble, format!("The last run failed: {error}")));
        }
        for (resource, feed) in &status.feeds {
            if let Some(reason) = &feed.refused {
                let text = format!("ServiceTitan refuses the feed {resource}: {reason}");
                reasons.push((HealthLevel::Attention, text));
            } else if let Some(standstill) = &feed.stands_still {
                let since = duration(now - standstill.since);
                let text = format!("The feed {resource} has stood still for {since}: {}", standstill.reason);
                reasons.push((HealthLevel::Trouble, text));
            } else if let Some(read) = feed.read.filter(|read| now - *read > LAG) {
                let text =
                    format!("The feed {resource} was last read to its end {} ago", duration(now - read));
                reasons.push((HealthLevel::Trouble, text));
            }
        }
        for (name, error) in last_errors(runs) {
            reasons.push((HealthLevel::Attention, format!("Deliveries of {name} wait: {error}")));
        }
        match status.dead_letters.len() {
            0 => {}
            1 => reasons.push((HealthLevel::Attention, "One dead letter waits for a decision".to_owned())),
            count => {
                reasons.push((HealthLevel::Attention, format!("{count} dead letters wait for a decision")));
            }
        }
        for (name, integration) in &status.integrations {
            if let Some(paused) = integration.paused {
                let since = duration(now - paused);
                reasons.push((HealthLevel::Attention, format!("{name} has been paused for {since}")));
            }
        }
        if runs.last.is_empty() && runs.stopped.is_none() {
            reasons.push((HealthLevel::Starting, "No run has ended since the process started".to_owned()));
        }
        reasons.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
        Health {
            level: reasons.first().map_or(HealthLevel::Healthy, |(level, _)| *level),
            reasons: reasons.into_iter().map(|(_, reason)| reason).collect(),
        }
    }
}

/// The errors of the integrations in the last run.
fn last_errors(runs: &Runs) -> impl Iterator<Item = (&String, &String)> {
    let report = runs.last.first().and_then(|run| run.report.as_ref());
    let integrations = report.into_iter().flat_map(|report| &report.integrations);
    integrations.filter_map(|(name, integration)| Some((name, integration.error.as_ref()?)))
}
