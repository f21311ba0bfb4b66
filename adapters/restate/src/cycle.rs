//! A cycle of a connection: the work that one sync does, cut into steps.
//!
//! The phases are those of [`Engine::sync_once`]: feeds, deliveries, upkeep. A step goes on until its time is up, across phases, so that the
//! cycle of an idle connection is one step. Between two steps the cycle is this value, a few hundred bytes that Restate keeps.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sync_core::{Engine, Resource, SourceErrorKind, SyncError};
use tokio::time::Instant;

/// A cycle between two steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cycle {
    phase: Phase,
    /// Feeds whose last read failed.
    unread: Vec<Resource>,
    /// Integrations that cannot be delivered, since a feed that they need is refused.
    held_up: Vec<String>,
    /// True once upkeep was carried out in this cycle.
    upkept: bool,
    pub(crate) counts: CycleCounts,
}

/// The phase of a cycle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    /// Nothing was done yet.
    #[default]
    Begun,
    /// These feeds have more pages.
    Ingest { feeds: Vec<Resource> },
    /// These integrations are to be delivered, the first one from this place.
    Deliver { integrations: Vec<String>, after: u64 },
    /// Everything was delivered. The store keeps how far the upkeep has come.
    Upkeep,
    /// Nothing is left to do.
    Done,
}

/// Counts of a cycle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CycleCounts {
    /// Steps so far.
    pub steps: u64,
    /// Pages of feeds.
    pub pages: u64,
    /// Records that were new or had changed.
    pub changed: u64,
    /// Opportunities that Hatch took.
    pub delivered: u64,
    /// Opportunities that Hatch refused; they are dead letters now.
    pub rejected: u64,
    /// Opportunities that wait after the last delivery.
    pub waiting: u64,
    /// Feeds that could not be read, and integrations that could not be delivered to their end.
    pub problems: u64,
}

impl Cycle {
    pub(crate) fn is_done(&self) -> bool {
        self.phase == Phase::Done
    }

    /// The name of the phase, for people.
    pub(crate) fn phase(&self) -> &'static str {
        match self.phase {
            Phase::Begun => "begun",
            Phase::Ingest { .. } => "reading feeds",
            Phase::Deliver { .. } => "delivering",
            Phase::Upkeep => "upkeep",
            Phase::Done => "done",
        }
    }

    /// Does as much of the cycle as can be begun in this time, and at least something.
    pub(crate) async fn advance(mut self, engine: &Engine, bound: Duration) -> Result<Self, SyncError> {
        let until = Instant::now() + bound;
        self.counts.steps += 1;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            self.phase = match std::mem::take(&mut self.phase) {
                Phase::Begun => Phase::Ingest { feeds: engine.due_feeds().await? },
                Phase::Ingest { feeds } => self.ingest(engine, feeds, left).await?,
                Phase::Deliver { integrations, after } => {
                    self.deliver(engine, integrations, after, left).await?
                }
                Phase::Upkeep => self.keep_up(engine, left).await?,
                Phase::Done => Phase::Done,
            };
            if self.is_done() || Instant::now() >= until {
                return Ok(self);
            }
        }
    }

    async fn ingest(
        &mut self,
        engine: &Engine,
        feeds: Vec<Resource>,
        bound: Duration,
    ) -> Result<Phase, SyncError> {
        let ingested = engine.ingest_within(&feeds, bound).await?;
        for (feed, report) in ingested.feeds {
            self.counts.pages += report.pages;
            self.counts.changed += report.changed;
            if report.error.is_some() {
                self.counts.problems += 1;
                if !report.refused {
                    self.unread.push(feed);
                }
            }
        }
        self.held_up.extend(ingested.held_up);
        if !ingested.unfinished.is_empty() {
            return Ok(Phase::Ingest { feeds: ingested.unfinished });
        }
        Ok(self.delivery(engine))
    }

    /// The phase in which the integrations are delivered that nothing holds up.
    fn delivery(&mut self, engine: &Engine) -> Phase {
        self.counts.waiting = 0;
        let mut integrations = engine.integrations();
        integrations.retain(|name| !self.held_up.contains(name));
        Phase::Deliver { integrations, after: 0 }
    }

    async fn deliver(
        &mut self,
        engine: &Engine,
        mut integrations: Vec<String>,
        after: u64,
        bound: Duration,
    ) -> Result<Phase, SyncError> {
        let Some(integration) = integrations.first() else { return Ok(Phase::Upkeep) };
        let next = match engine.deliver_within(integration, after, bound).await {
            Ok(batch) => {
                self.counts.delivered += batch.report.delivered;
                self.counts.rejected += batch.report.rejected;
                self.counts.problems += u64::from(batch.report.error.is_some());
                if batch.next.is_none() {
                    self.counts.waiting += batch.report.waiting;
                }
                batch.next
            }
            // As in a sync: the other integrations are delivered all the same.
            Err(SyncError::Source(error)) if error.kind != SourceErrorKind::Auth => {
                self.counts.problems += 1;
                None
            }
            Err(error) => return Err(error),
        };
        Ok(match next {
            Some(after) => Phase::Deliver { integrations, after },
            None => {
                integrations.remove(0);
                Phase::Deliver { integrations, after: 0 }
            }
        })
    }

    async fn keep_up(&mut self, engine: &Engine, bound: Duration) -> Result<Phase, SyncError> {
        if self.upkept {
            return Ok(Phase::Done);
        }
        let step = engine.upkeep_within(&self.unread, bound).await?;
        if !step.is_done {
            // The store keeps the place.
            return Ok(Phase::Upkeep);
        }
        self.upkept = true;
        let changed = step.reconciled.is_some_and(|it| it.has_repairs());
        // Repaired records do not wait for the next cycle.
        Ok(if changed { self.delivery(engine) } else { Phase::Done })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;
    use hatch_mapping::{Mapper, MapperConfig, Opportunity, OpportunityModel};
    use servicetitan_client::{Environment, ServiceTitan, TenantId};
    use simulator::{Simulator, SimulatorConfig};
    use sync_core::{
        EngineBuilder, Integration, MemoryStore, OpportunitySink, ServiceTitanSource, SinkError, Upserted,
    };

    use super::*;

    /// A sink that takes everything.
    struct TakesAll;

    #[async_trait]
    impl OpportunitySink for TakesAll {
        fn identity(&self) -> String {
            "takes all".to_owned()
        }

        async fn upsert(&self, _: &Opportunity) -> Result<Upserted, SinkError> {
            Ok(Upserted::default())
        }

        async fn check(&self) -> Result<(), SinkError> {
            Ok(())
        }
    }

    /// Returns a builder of the tenant's engine whose upkeep is due in each cycle but the first.
    fn builder(simulator: &Simulator, store: &Arc<MemoryStore>) -> EngineBuilder {
        let (credentials, url) = (simulator.credentials(), simulator.servicetitan_url());
        let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
            .app_key(credentials.app_key)
            .credentials(credentials.client_id, credentials.client_secret)
            .tenant(TenantId(credentials.tenant))
            .build()
            .unwrap();
        let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:test")).unwrap();
        Engine::builder("tenant", Arc::new(ServiceTitanSource::new(client)), store.clone())
            .reconcile_every(Some(Duration::ZERO))
            .integration(Integration::new("jobs", mapper, Arc::new(TakesAll)))
    }

    #[tokio::test]
    async fn a_cycle_cuts_its_upkeep_into_steps_and_goes_on_with_it_in_the_worker_that_comes_next() {
        let config = SimulatorConfig { jobs: 40, memberships: 0, ..SimulatorConfig::default() };
        let simulator = Simulator::start(config).await.unwrap();
        let store = Arc::new(MemoryStore::new());
        let engine = builder(&simulator, &store).open_syncing().await.unwrap();
        let first = Cycle::default().advance(&engine, Duration::from_secs(600)).await.unwrap();
        assert!(first.is_done() && first.counts.delivered > 0, "{first:?}");

        let (mut cycle, mut steps_of_upkeep) = (Cycle::default(), 0);
        while !cycle.is_done() {
            let engine = builder(&simulator, &store).open_syncing().await.unwrap();
            let before = cycle.clone();
            cycle = cycle.advance(&engine, Duration::ZERO).await.unwrap();
            steps_of_upkeep += usize::from(before.phase() == "upkeep");
            // Restate keeps the cycle between two steps.
            let kept = serde_json::to_string(&cycle).unwrap();
            assert!(kept.len() < 1_000, "{kept}");
            cycle = serde_json::from_str(&kept).unwrap();
            assert!(cycle.counts.steps < 200, "{cycle:?}");
        }
        // A page of each list, and the jobs by ID.
        assert!(steps_of_upkeep >= 10, "{steps_of_upkeep} steps");
    }
}
