//! The virtual object that writes a connection's notes.

#![allow(missing_docs, reason = "the macro generates clients without docs")]

use std::time::Duration;

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Worker;
use crate::failure::Failure;
use crate::retry::pause;

// What the object keeps, by name.
const RETRY: &str = "retry";
const OPENING: &str = "opening";

/// Time that a retry waits at least, so that a note which is not due yet by a hair causes no crowd of steps.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// The virtual object `Notes`, whose key is a connection's name: writes the notes of Hatch's events. It has nothing to do with the object
/// [`Connection`](crate::Connection) of the same key, so that a note is written at once while the connection is in the midst of a backfill on
/// another machine.
///
/// The process that receives an event stores it in the outbox first ([`Pusher::push`](sync_core::Pusher::push)), and then calls `push` with the
/// event's ID, also as the idempotency key: Restate keeps what it hands on, and the content of an event is a customer's. If that call gets lost,
/// the connection's next cycle finds the event.
///
/// A note that fails is tried again, by Restate's timer, when the engine says so, until it is written or a dead letter.
#[derive(Debug, Clone)]
pub struct Notes {
    worker: Worker,
}

/// Counts of a step that wrote notes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NotesStatus {
    /// Notes that were written, or found to be written before.
    pub written: u64,
    /// Notes that became dead letters.
    pub dead_lettered: u64,
    /// Events with notes that still wait.
    pub waiting: u64,
    /// The failure of the step, if it failed: then the notes wait.
    pub failure: Option<Failure>,
}

/// The retry that counts; older ones are ignored.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Retry {
    number: u64,
    /// Steps that failed in a row.
    failures: u32,
}

/// The outcome of a step, as the journal keeps it.
#[derive(Debug, Serialize, Deserialize)]
struct Stepped {
    /// The number of the opening.
    opening: u64,
    status: NotesStatus,
    due_in: Option<Duration>,
}

impl Notes {
    /// Returns the object for the endpoint of a worker.
    pub fn new(worker: Worker) -> Self {
        Notes { worker }
    }

    /// Writes the notes that are due, and schedules the retry of those that are not.
    async fn write(&self, ctx: ObjectContext<'_>) -> HandlerResult<NotesStatus> {
        let opening = ctx.get::<u64>(OPENING).await?;
        let Retry { number, failures } = retry(&ctx).await?;
        let stepped = ctx.run(|| step(self.worker.clone(), ctx.key().to_owned(), opening)).name("notes");
        let Json(stepped) = stepped.await?;
        let (status, wait, failures) = match stepped {
            Ok(Stepped { opening, status, due_in }) => {
                ctx.set(OPENING, opening);
                (status, due_in, 0)
            }
            Err(failure) => {
                ctx.clear(OPENING);
                let failures = failures.saturating_add(1);
                let wait = pause(&failure, failures);
                (NotesStatus { failure: Some(failure), ..NotesStatus::default() }, Some(wait), failures)
            }
        };
        ctx.set(RETRY, Json(Retry { number: number + 1, failures }));
        if let Some(wait) = wait {
            let retry = ctx.object_client::<NotesClient<'_>>(ctx.key()).retry(number + 1);
            drop(retry.send_after(wait.max(SHORTEST_WAIT)));
        }
        Ok(status)
    }
}

#[restate_sdk::object(
    name = "Notes",
    journal_retention = "1m",
    idempotency_retention = "1 day",
    invocation_retry_policy(
        initial_interval = "200ms",
        factor = 2.0,
        max_interval = "10s",
        max_attempts = 1000000
    )
)]
impl Notes {
    /// Writes the notes of an event that is in the outbox, by its ID, and others that are due.
    #[handler]
    async fn push(&self, ctx: ObjectContext<'_>, event: String) -> HandlerResult<Json<NotesStatus>> {
        tracing::debug!(connection = ctx.key(), event, "an event was pushed");
        Ok(Json(self.write(ctx).await?))
    }

    /// Writes the notes that are due.
    #[handler]
    async fn wake(&self, ctx: ObjectContext<'_>) -> HandlerResult<Json<NotesStatus>> {
        Ok(Json(self.write(ctx).await?))
    }

    /// Writes the notes that failed before, unless a later step has scheduled another retry.
    #[handler(ingress_private)]
    async fn retry(&self, ctx: ObjectContext<'_>, number: u64) -> HandlerResult<()> {
        if retry(&ctx).await?.number == number {
            self.write(ctx).await?;
        }
        Ok(())
    }
}

async fn retry(ctx: &ObjectContext<'_>) -> Result<Retry, TerminalError> {
    Ok(ctx.get::<Json<Retry>>(RETRY).await?.map(|Json(it)| it).unwrap_or_default())
}

async fn step(
    worker: Worker,
    connection: String,
    opening: Option<u64>,
) -> HandlerResult<Json<Result<Stepped, Failure>>> {
    let bound = worker.options().step;
    let pushed =
        worker.push_step(&connection, opening, |engine| async move { engine.push_within(bound).await });
    let outcome = pushed.await.map(|(opening, step)| Stepped {
        opening,
        status: NotesStatus {
            written: step.written,
            dead_lettered: step.dead_lettered,
            waiting: step.waiting,
            failure: None,
        },
        due_in: step.due_in,
    });
    Ok(Json(outcome))
}
