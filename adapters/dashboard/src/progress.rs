//! The progress of what a connection is doing now, drawn from the engine's steps.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sync_core::Progress;

/// Time without a step after which nothing is under way.
const QUIET: TimeDelta = TimeDelta::minutes(2);

/// Time over which a delivery has to go before the time left is estimated from it.
const TELLING: TimeDelta = TimeDelta::seconds(5);

/// The steps of a connection so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Steps {
    delivered: u64,
    reading: Option<Reading>,
    deliveries: BTreeMap<String, Delivery>,
}

/// The reading of feeds.
#[derive(Debug, Clone)]
struct Reading {
    resource: String,
    pages: u64,
    records: u64,
    began: DateTime<Utc>,
    at: DateTime<Utc>,
}

/// The delivery of an integration.
#[derive(Debug, Clone)]
struct Delivery {
    waiting: u64,
    settled: u64,
    began: DateTime<Utc>,
    at: DateTime<Utc>,
}

/// Something under way.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum Activity {
    /// Feeds are being read. Nobody knows how many pages are left.
    Reading { feed: String, pages: u64, records: u64 },
    /// Opportunities are being delivered.
    Delivering {
        integration: String,
        settled: u64,
        total: u64,
        /// `None` as long as there is too little to tell it from.
        seconds_left: Option<u64>,
    },
}

impl Steps {
    /// Number of opportunities delivered so far.
    pub(crate) fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Takes a step.
    pub(crate) fn take(&mut self, step: Progress, now: DateTime<Utc>) {
        match step {
            Progress::Page { resource, records } => {
                let fresh = Reading { resource: String::new(), pages: 0, records: 0, began: now, at: now };
                let reading = self.reading.take().filter(|reading| now - reading.at < QUIET).unwrap_or(fresh);
                self.reading = Some(Reading {
                    resource: resource.to_string(),
                    pages: reading.pages + 1,
                    records: reading.records + records as u64,
                    began: reading.began,
                    at: now,
                });
            }
            // Reading comes first in a run: it is over now.
            Progress::Waiting { integration, opportunities: 0 } => {
                self.reading = None;
                self.deliveries.remove(&integration);
            }
            Progress::Waiting { integration, opportunities } => {
                self.reading = None;
                let fresh = Delivery { waiting: opportunities, settled: 0, began: now, at: now };
                self.deliveries.insert(integration, fresh);
            }
            Progress::Settled { integration, opportunities } => {
                if let Some(delivery) = self.deliveries.get_mut(&integration) {
                    delivery.settled += opportunities;
                    delivery.at = now;
                }
            }
            Progress::Delivered { opportunities, .. } => self.delivered += opportunities,
            _ => {}
        }
    }

    /// Returns the activities under way. Those of a run that has `ended` are over.
    pub(crate) fn activities(&self, ended: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Vec<Activity> {
        // The last steps of a run may be taken after its end was noted, so that their time does not tell.
        let goes_on = |began: DateTime<Utc>, at: DateTime<Utc>| {
            now - at < QUIET && ended.is_none_or(|ended| began > ended)
        };
        let reading =
            self.reading.iter().filter(|reading| goes_on(reading.began, reading.at)).map(|reading| {
                let Reading { resource, pages, records, .. } = reading.clone();
                Activity::Reading { feed: resource, pages, records }
            });
        let under_way =
            self.deliveries.iter().filter(|(_, it)| it.settled < it.waiting && goes_on(it.began, it.at));
        let delivering = under_way.map(|(integration, delivery)| Activity::Delivering {
            integration: integration.clone(),
            settled: delivery.settled,
            total: delivery.waiting,
            seconds_left: delivery.seconds_left(now),
        });
        reading.chain(delivering).collect()
    }
}

impl Delivery {
    fn seconds_left(&self, now: DateTime<Utc>) -> Option<u64> {
        let spent = now - self.began;
        (self.settled > 0 && spent >= TELLING).then(|| {
            let each = spent.num_milliseconds() as f64 / 1000.0 / self.settled as f64;
            let left = self.waiting.saturating_sub(self.settled) as f64;
            (each * left).ceil() as u64
        })
    }
}

#[cfg(test)]
mod tests {
    use sync_core::Resource;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn settled(opportunities: u64) -> Progress {
        Progress::Settled { integration: "jobs".to_owned(), opportunities }
    }

    fn waiting(opportunities: u64) -> Progress {
        Progress::Waiting { integration: "jobs".to_owned(), opportunities }
    }

    #[test]
    fn a_backfill_is_read_then_delivered_with_the_time_left() {
        let mut steps = Steps::default();
        steps.take(Progress::Page { resource: Resource::Jobs, records: 500 }, at(0));
        steps.take(Progress::Page { resource: Resource::Customers, records: 20 }, at(1));
        let reading = Activity::Reading { feed: "customers".to_owned(), pages: 2, records: 520 };
        assert_eq!(steps.activities(None, at(2)), [reading]);

        steps.take(waiting(1_000), at(10));
        let left = |steps: &Steps, now| match &steps.activities(None, now)[..] {
            [Activity::Delivering { seconds_left, .. }] => *seconds_left,
            other => panic!("{other:?}"),
        };
        assert_eq!(left(&steps, at(11)), None);
        steps.take(settled(100), at(20));
        assert_eq!(left(&steps, at(20)), Some(90));
        steps.take(settled(900), at(110));
        assert!(steps.activities(None, at(110)).is_empty(), "all are settled");
    }

    #[test]
    fn a_delivery_without_steps_is_not_under_way() {
        let mut steps = Steps::default();
        steps.take(waiting(10), at(0));
        steps.take(settled(5), at(1));
        assert_eq!(steps.activities(None, at(60)).len(), 1);
        assert!(steps.activities(None, at(300)).is_empty());
        assert!(steps.activities(Some(at(0)), at(60)).is_empty(), "its run has ended");
        steps.take(Progress::Delivered { integration: "jobs".to_owned(), opportunities: 5 }, at(1));
        assert_eq!(steps.delivered(), 5);
    }
}
