//! Transactions of the writing thread. Writes that wait at the same time share one, and so one wait for the disk.

use std::time::Duration;

use rusqlite::{Connection, Result};
use sync_core::StoreError;
use tokio::sync::oneshot;

use crate::error::Context;
use crate::threads::{Jobs, Threads};

/// How many writes share a transaction at most: enough that many connections together are faster than the disk answers, few enough that
/// the first of them does not wait for long.
const WRITES_TOGETHER: usize = 64;

/// How long a write waits for another process: one that reads while a checkpoint ends, or a new writer's opening.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A write that is handed over, and will be answered.
pub(crate) trait Writing: Send {
    /// Writes, within a transaction. Answers whether that is to be kept.
    fn write(&mut self, database: &Connection) -> bool;

    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;

    /// Tells whoever waits how it ended; `Err` with why the transaction could not be committed.
    fn answer(self: Box<Self>, committed: Result<(), &StoreError>);
}

struct Write<T, W, C> {
    write: Option<W>,
    written: Option<Result<T, StoreError>>,
    committed: C,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W, C> Writing for Write<T, W, C>
where
    T: Send,
    W: FnOnce(&Connection) -> Result<T, StoreError> + Send,
    C: FnOnce(&T) + Send,
{
    fn write(&mut self, database: &Connection) -> bool {
        self.written = self.write.take().map(|write| write(database));
        matches!(self.written, Some(Ok(_)))
    }

    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn answer(self: Box<Self>, committed: Result<(), &StoreError>) {
        let answer = match (self.written, committed) {
            (Some(Ok(written)), Ok(())) => {
                (self.committed)(&written);
                Ok(written)
            }
            // Its own failure tells more than that of the transaction.
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(again(error)),
            (None, Ok(())) => return,
        };
        let _ = self.answer.send(answer);
    }
}

/// One failure for several writes.
fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Damaged(message) => StoreError::Damaged(message.clone()),
        other => StoreError::Unavailable(other.to_string()),
    }
}

impl Threads<Box<dyn Writing>> {
    /// Writes on the writing thread. Once that is on the disk, `committed` is called there, before anything else is written. `None` if the
    /// store was closed.
    ///
    /// A write whose future is dropped before its turn is not carried out; later ones see nothing of it.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> Option<Result<T, StoreError>> {
        let (answer, answered) = oneshot::channel();
        self.hand_over(Box::new(Write { write: Some(write), written: None, committed, answer }));
        answered.await.ok()
    }
}

/// Works off writes until there are no more.
pub(crate) fn work_off_writes(database: &Connection, jobs: &Jobs<Box<dyn Writing>>, context: &Context) {
    while let Some(first) = jobs.next() {
        let mut together = vec![first];
        while together.len() < WRITES_TOGETHER
            && let Some(write) = jobs.waiting()
        {
            together.push(write);
        }
        let committed = transact(database, &mut together, context);
        if committed.is_err() && !database.is_autocommit() {
            // The next one could not begin otherwise.
            let _ = database.execute_batch("ROLLBACK");
        }
        for write in together {
            write.answer(committed.as_ref().copied());
        }
    }
}

/// Carries out writes in one transaction. One that fails is undone alone.
fn transact(
    database: &Connection,
    together: &mut [Box<dyn Writing>],
    context: &Context,
) -> Result<(), StoreError> {
    let run = |sql: &str| database.execute_batch(sql).map_err(|error| context.failed("be written", &error));
    // Takes the write lock at once: a transaction that began with reading could be refused it later.
    run("BEGIN IMMEDIATE")?;
    for write in together {
        // Asked with the lock held: whoever opens the store after this one was dropped finds nothing of it coming later.
        if write.is_abandoned() {
            continue;
        }
        run("SAVEPOINT one")?;
        if !write.write(database) {
            if database.is_autocommit() {
                return Err(StoreError::Unavailable(format!(
                    "{context} undid this write together with another one, which failed: try again"
                )));
            }
            run("ROLLBACK TO one")?;
        }
        run("RELEASE one")?;
    }
    run("COMMIT")
}
