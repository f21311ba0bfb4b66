//! The health of a connection, and the reasons for it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sync_core::ConnectionStatus;

use crate::host::Runs;
use crate::words::duration;

/// Age of the last reading of a feed of records from which the feed lags: four runs.
const LAG: TimeDelta = TimeDelta::hours(1);

/// The same of a reference table, which may be read by the hour.
const LAG_OF_REFERENCES: TimeDelta = TimeDelta::hours(3);

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
            let allowed = if resource.is_reference() { LAG_OF_REFERENCES } else { LAG };
            if let Some(reason) = &feed.refused {
                let text = format!("ServiceTitan refuses the feed {resource}: {reason}");
                reasons.push((HealthLevel::Attention, text));
            } else if let Some(standstill) = &feed.stands_still {
                let since = duration(now - standstill.since);
                let text = format!("The feed {resource} has stood still for {since}: {}", standstill.reason);
                reasons.push((HealthLevel::Trouble, text));
            } else if let Some(read) = feed.read.filter(|read| now - *read > allowed) {
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

#[cfg(test)]
mod tests {
    use sync_core::{DeadLetter, FeedStatus, IntegrationReport, IntegrationStatus, Resource, SyncReport};

    use super::*;
    use crate::host::Run;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    /// The runs of an engine whose last one had this outcome.
    fn runs(report: Option<SyncReport>, error: Option<&str>) -> Runs {
        let run = Run { ended: at(0), report, error: error.map(str::to_owned) };
        Runs { last: vec![run], stopped: None }
    }

    /// A connection whose feeds were read at these times.
    fn status(feeds: &[(Resource, i64)]) -> ConnectionStatus {
        let mut status = ConnectionStatus::default();
        for (resource, minutes) in feeds {
            let mut feed = FeedStatus::default();
            feed.read = Some(at(*minutes));
            status.feeds.insert(*resource, feed);
        }
        status
    }

    /// The health of a connection an hour and a half after the beginning.
    fn judged(status: &ConnectionStatus, runs: &Runs) -> (HealthLevel, String) {
        let health = Health::judge(status, runs, at(90));
        (health.level, health.reasons.join("; "))
    }

    #[test]
    fn a_connection_is_healthy_while_its_feeds_are_read_and_reference_tables_have_more_time() {
        let fine = runs(Some(SyncReport::default()), None);
        let read = status(&[(Resource::Jobs, 80), (Resource::JobTypes, 0)]);
        assert_eq!(judged(&read, &fine), (HealthLevel::Healthy, String::new()));
        let (level, reason) = judged(&status(&[(Resource::Jobs, 10)]), &fine);
        assert_eq!(level, HealthLevel::Trouble);
        assert_eq!(reason, "The feed jobs was last read to its end 1 hour 20 minutes ago");
        let (level, _) = judged(&status(&[(Resource::JobTypes, -120)]), &fine);
        assert_eq!(level, HealthLevel::Trouble);
    }

    #[test]
    fn what_needs_an_operator_is_told_with_the_worst_first() {
        let mut status = status(&[(Resource::Jobs, 80), (Resource::Estimates, 80)]);
        if let Some(feed) = status.feeds.get_mut(&Resource::Estimates) {
            feed.refused = Some("the app lacks a scope".to_owned());
        }
        let mut paused = IntegrationStatus::default();
        paused.paused = Some(at(30));
        status.integrations.insert("jobs".to_owned(), paused);
        status.dead_letters = vec![DeadLetter {
            integration: "jobs".to_owned(),
            subject: "job:1".to_owned(),
            reason: "refused".to_owned(),
            at: at(1),
        }];
        let mut report = SyncReport::default();
        let waits =
            IntegrationReport { error: Some("Hatch is away".to_owned()), ..IntegrationReport::default() };
        report.integrations.insert("jobs".to_owned(), waits);
        let (level, reasons) = judged(&status, &runs(Some(report), None));
        assert_eq!(level, HealthLevel::Attention);
        for words in [
            "lacks a scope",
            "Deliveries of jobs wait: Hatch is away",
            "One dead letter",
            "paused for 1 hour",
        ] {
            assert!(reasons.contains(words), "{words}: {reasons}");
        }

        let failed = Runs { stopped: Some("fenced".to_owned()), ..runs(None, Some("no answer")) };
        let (level, reasons) = judged(&status, &failed);
        assert_eq!(level, HealthLevel::Trouble);
        assert!(
            reasons.starts_with("The engine stopped: fenced; The last run failed: no answer"),
            "{reasons}"
        );
    }

    #[test]
    fn a_connection_is_starting_until_a_run_has_ended() {
        assert_eq!(judged(&status(&[]), &Runs::default()).0, HealthLevel::Starting);
        assert_eq!(Health::unreadable("it is away").level, HealthLevel::Trouble);
    }
}
