//! The virtual object that syncs a connection.

#![allow(missing_docs, reason = "the macro generates clients without docs")]

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use sync_core::{Engine, SyncError};

use crate::Worker;
use crate::cycle::{Cycle, CycleCounts};
use crate::failure::{Failure, FailureKind};
use crate::notes::NotesClient;
use crate::retry::pause;
use crate::spread::next_cycle;
use crate::webhook::{WebhookNotice, WebhookResult, bring_forward};

// What the object keeps, by name.
const SCHEDULE: &str = "schedule";
const CYCLE: &str = "cycle";
const OPENING: &str = "opening";
const LAST: &str = "last";

/// Time by which a step may be late before it counts as lost: an operator may have killed it.
const LOST_AFTER: TimeDelta = TimeDelta::minutes(5);

/// Number of times that the record of a webhook is asked for; then it is left to the feeds.
const WEBHOOK_ATTEMPTS: u32 = 5;

/// The virtual object `Connection`, whose key is a connection's name: keeps the rhythm of its cycles and carries them out in short steps.
///
/// | handler | does |
/// |---|---|
/// | `start` | begins with the cycles, the first one at the connection's own moment of the rhythm; a connection that was started stays as it is |
/// | `sync_now` | begins a cycle now, and starts the connection |
/// | `stop` | ends a cycle that is under way after its step, and begins none any more |
/// | `webhook` | brings a record forward, between two steps |
/// | `pause`, `resume` | stops and resumes the delivery of an integration, or of all |
/// | `status` | tells what is going on, at once |
///
/// Each step is one invocation, `step`, which schedules the next one. Cancelling it ends the cycle; the next one begins in its time.
#[derive(Debug, Clone)]
pub struct Connection {
    worker: Worker,
}

/// The state of a connection's object. Holds no customer data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SyncStatus {
    /// True for a connection that is started.
    pub started: bool,
    /// When the next step begins, by the workers' clocks; in the past while it is under way.
    pub due: Option<DateTime<Utc>>,
    /// The cycle that is under way.
    pub cycle: Option<CycleStatus>,
    /// The last cycle that ended.
    pub last: Option<LastCycle>,
}

/// A cycle that is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CycleStatus {
    /// The phase in words.
    pub phase: String,
    /// The counts so far.
    pub counts: CycleCounts,
    /// Steps that failed in a row.
    pub failures: u32,
    /// The last failure.
    pub failure: Option<Failure>,
}

/// A cycle that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LastCycle {
    /// When it ended, by the worker's clock.
    pub ended: DateTime<Utc>,
    /// Its counts.
    pub counts: CycleCounts,
    /// The failure that ended it, if it did not come to its end.
    pub failure: Option<Failure>,
}

/// The next step.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Schedule {
    /// The number of the step that counts; older ones that are still under way to the object are ignored.
    number: u64,
    due: DateTime<Utc>,
    /// `false` once the connection was stopped.
    started: bool,
}

/// A cycle between two steps, as the object keeps it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    cycle: Cycle,
    failures: u32,
    failure: Option<Failure>,
}

/// The outcome of a step, as the journal keeps it.
#[derive(Debug, Serialize, Deserialize)]
struct Stepped {
    now: DateTime<Utc>,
    outcome: Result<(u64, Cycle), Failure>,
    /// True for a cycle that is done while notes wait.
    notes_wait: bool,
}

/// The integration to be paused or resumed; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Which {
    /// The name of the integration; `None` for all.
    #[serde(default)]
    pub integration: Option<String>,
}

/// A wish of an operator.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pausing {
    which: Which,
    paused: bool,
}

impl Connection {
    /// Returns the object for the endpoint of a worker.
    pub fn new(worker: Worker) -> Self {
        Connection { worker }
    }
}

#[restate_sdk::object(
    name = "Connection",
    journal_retention = "1m",
    idempotency_retention = "1 hour",
    invocation_retry_policy(
        initial_interval = "200ms",
        factor = 2.0,
        max_interval = "10s",
        max_attempts = 1000000
    )
)]
impl Connection {
    /// Begins with the cycles. Returns whether the connection was not started before.
    #[handler]
    async fn start(&self, ctx: ObjectContext<'_>) -> HandlerResult<bool> {
        let now = clock(&ctx).await?;
        let schedule = schedule(&ctx).await?;
        if schedule.started && now < schedule.due + LOST_AFTER {
            return Ok(false);
        }
        let due = next_cycle(ctx.key(), self.worker.options().rhythm, now);
        schedule_step(&ctx, schedule, now, due);
        Ok(true)
    }

    /// Begins a cycle now, unless one is under way, and starts the connection.
    #[handler]
    async fn sync_now(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        let now = clock(&ctx).await?;
        let schedule = schedule(&ctx).await?;
        let under_way = progress(&ctx).await?.is_some() && now < schedule.due + LOST_AFTER;
        if !schedule.started || !under_way {
            schedule_step(&ctx, schedule, now, now);
        }
        Ok(())
    }

    /// Ends the cycles. Returns whether the connection was started.
    #[handler]
    async fn stop(&self, ctx: ObjectContext<'_>) -> HandlerResult<bool> {
        let schedule = schedule(&ctx).await?;
        ctx.set(SCHEDULE, Json(Schedule { number: schedule.number + 1, started: false, ..schedule }));
        ctx.clear(CYCLE);
        if let Some(opening) = ctx.get::<u64>(OPENING).await? {
            self.worker.close_syncing(ctx.key(), opening);
        }
        Ok(schedule.started)
    }

    /// One step of a cycle, which schedules the next one.
    #[handler(ingress_private)]
    async fn step(&self, ctx: ObjectContext<'_>, number: u64) -> HandlerResult<()> {
        let schedule = schedule(&ctx).await?;
        if !schedule.started || schedule.number != number {
            return Ok(());
        }
        let Progress { cycle, failures, .. } = progress(&ctx).await?.unwrap_or_default();
        let opening = ctx.get::<u64>(OPENING).await?;
        let counts = cycle.counts.clone();
        let stepped =
            ctx.run(|| step(self.worker.clone(), ctx.key().to_owned(), opening, cycle)).name("step");
        let Json(Stepped { now, outcome, notes_wait }) = match stepped.await {
            Ok(stepped) => stepped,
            Err(cancelled) => {
                // The time is not known: a rhythm later the cycle finds its own moment again.
                let now = schedule.due;
                end_cycle(&ctx, LastCycle { ended: now, counts, failure: Some(cancelled_failure()) });
                schedule_step(&ctx, schedule, now, now + rhythm(&self.worker));
                return Err(cancelled.into());
            }
        };
        let next = next_cycle(ctx.key(), self.worker.options().rhythm, now);
        match outcome {
            Ok((opening, cycle)) if cycle.is_done() => {
                ctx.clear(OPENING);
                self.worker.close_syncing(ctx.key(), opening);
                end_cycle(&ctx, LastCycle { ended: now, counts: cycle.counts, failure: None });
                if notes_wait {
                    ctx.object_client::<NotesClient<'_>>(ctx.key()).wake().send();
                }
                schedule_step(&ctx, schedule, now, next);
            }
            Ok((opening, cycle)) => {
                ctx.set(OPENING, opening);
                ctx.set(CYCLE, Json(Progress { cycle, ..Progress::default() }));
                schedule_step(&ctx, schedule, now, now);
            }
            Err(failure) if failure.kind == FailureKind::Lasting => {
                ctx.clear(OPENING);
                end_cycle(&ctx, LastCycle { ended: now, counts, failure: Some(failure) });
                schedule_step(&ctx, schedule, now, next);
            }
            Err(failure) => {
                ctx.clear(OPENING);
                let failures = failures.saturating_add(1);
                let again = now + TimeDelta::from_std(pause(&failure, failures)).unwrap_or_default();
                let cycle =
                    ctx.get::<Json<Progress>>(CYCLE).await?.map(|Json(it)| it.cycle).unwrap_or_default();
                ctx.set(CYCLE, Json(Progress { cycle, failures, failure: Some(failure) }));
                schedule_step(&ctx, schedule, now, again);
            }
        }
        Ok(())
    }

    /// Brings the record of a webhook forward: ingests it, and delivers the opportunities that it affects.
    #[handler]
    async fn webhook(
        &self,
        ctx: ObjectContext<'_>,
        notice: Json<WebhookNotice>,
    ) -> HandlerResult<Json<WebhookResult>> {
        let Json(mut notice) = notice;
        let opening = ctx.get::<u64>(OPENING).await?;
        let cloned = notice.clone();
        let brought = ctx.run(|| bring_forward(self.worker.clone(), ctx.key().to_owned(), opening, cloned));
        let Json(brought) = brought.name("webhook").await?;
        match brought {
            Ok((opening, outcome)) => {
                ctx.set(OPENING, opening);
                Ok(Json(WebhookResult { outcome: Some(outcome), failure: None }))
            }
            Err(failure) => {
                ctx.clear(OPENING);
                notice.attempt += 1;
                if failure.kind != FailureKind::Lasting && notice.attempt < WEBHOOK_ATTEMPTS {
                    let again = pause(&failure, notice.attempt);
                    ctx.object_client::<ConnectionClient<'_>>(ctx.key())
                        .webhook(Json(notice))
                        .send_after(again);
                }
                Ok(Json(WebhookResult { outcome: None, failure: Some(failure) }))
            }
        }
    }

    /// Stops the delivery of an integration, or of all, until it is resumed. Answers once it is in force, after the step that is under way.
    #[handler]
    async fn pause(&self, ctx: SharedObjectContext<'_>, which: Json<Which>) -> HandlerResult<()> {
        let pausing = Json(Pausing { which: which.0, paused: true });
        Ok(ctx.object_client::<ConnectionClient<'_>>(ctx.key()).set_paused(pausing).call().await?)
    }

    /// Resumes the delivery of an integration, or of all, from the next cycle on.
    #[handler]
    async fn resume(&self, ctx: SharedObjectContext<'_>, which: Json<Which>) -> HandlerResult<()> {
        let pausing = Json(Pausing { which: which.0, paused: false });
        Ok(ctx.object_client::<ConnectionClient<'_>>(ctx.key()).set_paused(pausing).call().await?)
    }

    /// Writes that an integration is paused, or not any more: only between two steps, since a worker that opened the connection for this would
    /// fence off a step.
    #[handler(ingress_private)]
    async fn set_paused(&self, ctx: ObjectContext<'_>, pausing: Json<Pausing>) -> HandlerResult<()> {
        let Json(pausing) = pausing;
        let opening = ctx.get::<u64>(OPENING).await?;
        let change = ctx.run(|| set_paused(self.worker.clone(), ctx.key().to_owned(), opening, pausing));
        let Json(changed) = change.name("pause").await?;
        match changed {
            Ok(opening) => {
                ctx.set(OPENING, opening);
                Ok(())
            }
            Err(failure) => {
                ctx.clear(OPENING);
                let code = if failure.kind == FailureKind::Lasting { 400 } else { 503 };
                Err(TerminalError::new_with_code(code, failure.reason).into())
            }
        }
    }

    /// Tells the state of the object: whether the connection is started, when its next step is due, and what became of the last cycle.
    #[handler]
    async fn status(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<SyncStatus>> {
        let schedule = ctx.get::<Json<Schedule>>(SCHEDULE).await?.map(|Json(it)| it).unwrap_or_default();
        let progress = ctx.get::<Json<Progress>>(CYCLE).await?.map(|Json(it)| it);
        Ok(Json(SyncStatus {
            started: schedule.started,
            due: schedule.started.then_some(schedule.due),
            cycle: progress.map(|progress| CycleStatus {
                phase: progress.cycle.phase().to_owned(),
                counts: progress.cycle.counts,
                failures: progress.failures,
                failure: progress.failure,
            }),
            last: ctx.get::<Json<LastCycle>>(LAST).await?.map(|Json(it)| it),
        }))
    }
}

async fn schedule(ctx: &ObjectContext<'_>) -> Result<Schedule, TerminalError> {
    Ok(ctx.get::<Json<Schedule>>(SCHEDULE).await?.map(|Json(it)| it).unwrap_or_default())
}

async fn progress(ctx: &ObjectContext<'_>) -> Result<Option<Progress>, TerminalError> {
    Ok(ctx.get::<Json<Progress>>(CYCLE).await?.map(|Json(it)| it))
}

/// Reads the worker's clock, once for all attempts of an invocation.
async fn clock(ctx: &ObjectContext<'_>) -> Result<DateTime<Utc>, TerminalError> {
    let Json(now) = ctx.run(|| async { Ok(Json(Utc::now())) }).name("clock").await?;
    Ok(now)
}

fn rhythm(worker: &Worker) -> TimeDelta {
    TimeDelta::from_std(worker.options().rhythm).unwrap_or(TimeDelta::MAX)
}

/// Schedules the next step. Any step that was scheduled before does not count any more.
fn schedule_step(ctx: &ObjectContext<'_>, before: Schedule, now: DateTime<Utc>, due: DateTime<Utc>) {
    let number = before.number + 1;
    ctx.set(SCHEDULE, Json(Schedule { number, due, started: true }));
    let step = ctx.object_client::<ConnectionClient<'_>>(ctx.key()).step(number);
    match (due - now).to_std() {
        Ok(delay) if delay > Duration::ZERO => drop(step.send_after(delay)),
        _ => drop(step.send()),
    }
}

fn end_cycle(ctx: &ObjectContext<'_>, last: LastCycle) {
    ctx.clear(CYCLE);
    ctx.set(LAST, Json(last));
}

fn cancelled_failure() -> Failure {
    Failure::new(FailureKind::Temporary, "the step was cancelled")
}

async fn step(
    worker: Worker,
    connection: String,
    opening: Option<u64>,
    cycle: Cycle,
) -> HandlerResult<Json<Stepped>> {
    let bound = worker.options().step;
    let outcome = worker
        .sync_step(&connection, opening, |engine| async move {
            let cycle = cycle.advance(&engine, bound).await?;
            let notes_wait = cycle.is_done() && engine.has_waiting_events().await?;
            Ok((cycle, notes_wait))
        })
        .await;
    let now = Utc::now();
    Ok(Json(match outcome {
        Ok((opening, (cycle, notes_wait))) => Stepped { now, outcome: Ok((opening, cycle)), notes_wait },
        Err(failure) => Stepped { now, outcome: Err(failure), notes_wait: false },
    }))
}

async fn set_paused(
    worker: Worker,
    connection: String,
    opening: Option<u64>,
    pausing: Pausing,
) -> HandlerResult<Json<Result<u64, Failure>>> {
    let change = async move |engine: &Engine, name: &str| {
        if pausing.paused { engine.pause(name).await } else { engine.resume(name).await }
    };
    let outcome = worker
        .sync_step(&connection, opening, |engine| async move {
            let names = pausing.which.integration.map_or_else(|| engine.integrations(), |name| vec![name]);
            for name in names {
                change(&engine, &name).await?;
            }
            Ok::<_, SyncError>(())
        })
        .await;
    Ok(Json(outcome.map(|(opening, ())| opening)))
}
