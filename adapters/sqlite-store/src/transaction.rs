//! Transactions of the writing thread. Writes that wait at the same time share a transaction, and so one wait for the disk.

use std::time::Duration;

use sync_core::StoreError;
use tokio::sync::oneshot;

use crate::error::Context;
use crate::keys::Database;
use crate::thread::{DatabaseThread, Jobs, Reading};

/// The greatest number of writes in a transaction: large enough that many connections together write faster than the disk answers, small enough
/// that the first write does not wait for long.
const WRITES_TOGETHER: usize = 64;

/// The longest wait for another process: a reader at the end of a checkpoint, or the last writer on its way out.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A write for the writing thread, with somebody who waits for the answer.
pub(crate) trait Writing: Send {
    /// Writes, within a transaction. Returns `false` if the changes must be undone.
    fn write(&mut self, database: &Database) -> bool;

    /// Returns `true` once nobody waits for the answer.
    fn is_abandoned(&self) -> bool;

    /// Sends the answer. `committed` is the end of the transaction.
    fn answer(self: Box<Self>, committed: Result<(), &StoreError>);
}

/// A job of the writing thread.
pub(crate) enum WriterJob {
    /// A write.
    Write(Box<dyn Writing>),
    /// A read that came while there was nothing to write.
    Read(Reading),
}

impl From<Reading> for WriterJob {
    fn from(read: Reading) -> Self {
        WriterJob::Read(read)
    }
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
    W: FnOnce(&Database) -> Result<T, StoreError> + Send,
    C: FnOnce(&T) + Send,
{
    fn write(&mut self, database: &Database) -> bool {
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
            // The write's own failure tells more than that of the transaction.
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(again(error)),
            (None, Ok(())) => return,
        };
        let _ = self.answer.send(answer);
    }
}

/// A copy of a failure, since each write of a transaction gets one.
fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Damaged(message) => StoreError::Damaged(message.clone()),
        StoreError::Refused(message) => StoreError::Refused(message.clone()),
        other => StoreError::Unavailable(other.to_string()),
    }
}

impl DatabaseThread<WriterJob> {
    /// Writes on the writing thread. `committed` is called there once the write is on the disk, before the next write. Returns `None` if the
    /// store was closed.
    ///
    /// A write is not carried out if its future is dropped before its turn.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> Option<Result<T, StoreError>> {
        let (answer, answered) = oneshot::channel();
        let write = Write { write: Some(write), written: None, committed, answer };
        self.hand_over(WriterJob::Write(Box::new(write)));
        answered.await.ok()
    }
}

/// Does the writing thread's jobs until the store is closed.
pub(crate) fn work_off_writes(database: &Database, jobs: &Jobs<WriterJob>, context: &Context) {
    while let Some(first) = jobs.next() {
        let (mut together, mut reads) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                WriterJob::Write(write) => together.push(write),
                WriterJob::Read(read) => reads.push(read),
            }
            next = if together.len() < WRITES_TOGETHER { jobs.next_waiting() } else { None };
        }
        if !together.is_empty() {
            write_together(database, together, jobs, context);
        }
        for read in reads {
            read(database);
            jobs.done(1);
        }
    }
}

fn write_together(
    database: &Database,
    mut together: Vec<Box<dyn Writing>>,
    jobs: &Jobs<WriterJob>,
    context: &Context,
) {
    let committed = transact(database, &mut together, context);
    if committed.is_err() {
        database.forget_recent();
        if !database.connection.is_autocommit() {
            // The next transaction could not begin otherwise.
            let _ = database.connection.execute_batch("ROLLBACK");
        }
    }
    // Before the answers, so that what is asked next finds the thread idle.
    jobs.done(together.len());
    for write in together {
        write.answer(committed.as_ref().copied());
    }
}

/// Carries out writes in one transaction. A write that fails is undone alone.
fn transact(
    database: &Database,
    together: &mut [Box<dyn Writing>],
    context: &Context,
) -> Result<(), StoreError> {
    let run = |sql: &str| {
        database.connection.execute_batch(sql).map_err(|error| context.failed("be written", &error))
    };
    // Takes the write lock at once: a transaction that began with reading could be refused it later.
    run("BEGIN IMMEDIATE")?;
    database.refresh(context)?;
    // A savepoint copies each page that changes under it: one write alone does without, and its failure is that of the transaction.
    let alone = together.len() == 1;
    for write in together {
        // Asked with the write lock held, so that nothing of a dropped store is written after the next opening.
        if write.is_abandoned() {
            continue;
        }
        if !alone {
            run("SAVEPOINT one")?;
        }
        let kept = write.write(database);
        if !kept && (alone || database.connection.is_autocommit()) {
            return Err(StoreError::Unavailable(format!(
                "{context} undid this write together with another one, which failed: try again"
            )));
        }
        if !kept {
            run("ROLLBACK TO one")?;
            database.forget_recent();
            database.refresh(context)?;
        }
        if !alone {
            run("RELEASE one")?;
        }
    }
    // Outside of a savepoint, which would copy every page that the move changes: some ten megabytes.
    database.move_recent_if_many(context)?;
    run("COMMIT")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc;

    use rusqlite::Connection;
    use sync_core::{Change, MirrorRecord, Resource, Role, Store, StoreError};
    use tokio::sync::oneshot;

    use crate::SqliteStore;
    use crate::keys::Database;

    fn value(key: &str, value: &str) -> Change {
        Change::SetValue { key: key.to_owned(), value: value.to_owned() }
    }

    fn page(bytes: usize) -> Vec<Change> {
        let body = Some("x".repeat(bytes));
        let record = MirrorRecord { body, ..MirrorRecord::absent(Resource::Jobs, 42) };
        vec![value("cursor", "2"), Change::PutRecord(record)]
    }

    async fn store() -> (Arc<SqliteStore>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Arc::new(SqliteStore::open(folder.path().join("sync.db")).await.unwrap()), folder)
    }

    /// Lets the file grow by so many pages and no more.
    async fn limit_growth(store: &SqliteStore, pages: i64) {
        let limit = move |database: &Database, _: &_| {
            let database = &database.connection;
            let count: i64 = database.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
            let limit = format!("PRAGMA max_page_count = {}", count + pages);
            let _: i64 = database.query_row(&limit, [], |row| row.get(0)).unwrap();
            Ok(())
        };
        store.write(limit, |()| {}).await.unwrap();
    }

    /// Has the writing thread wait until the sender is used or dropped.
    async fn hold(store: &Arc<SqliteStore>) -> mpsc::Sender<()> {
        let (go_on, wait) = mpsc::channel();
        let (holding, held) = oneshot::channel();
        let store = Arc::clone(store);
        let write = move |_: &Database, _: &_| {
            holding.send(()).unwrap();
            let _ = wait.recv();
            Ok(())
        };
        tokio::spawn(async move { store.write(write, |()| {}).await });
        held.await.unwrap();
        go_on
    }

    #[tokio::test]
    async fn a_full_disk_undoes_the_commit_and_is_temporary_and_says_what_to_do() {
        let (store, _folder) = store().await;
        let epoch = store.open("acme", Role::Syncing).await.unwrap();
        store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap();
        limit_growth(&store, 2).await;

        let error = store.commit("acme", epoch, page(100_000)).await.unwrap_err();

        assert!(
            matches!(&error, StoreError::Unavailable(message) if message.contains("make room")),
            "{error}"
        );
        assert!(error.is_temporary());
        assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("1"));

        // There is room again.
        limit_growth(&store, 1000).await;
        store.commit("acme", epoch, page(100_000)).await.unwrap();
        assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("2"));
    }

    #[tokio::test]
    async fn writes_that_wait_at_the_same_time_share_a_transaction_and_a_refused_one_is_undone_alone() {
        let (store, _folder) = store().await;
        let old = store.open("acme", Role::Syncing).await.unwrap();
        let epoch = store.open("acme", Role::Syncing).await.unwrap();
        let go_on = hold(&store).await;
        let last = {
            let path = store.path();
            store.write(
                move |_, _| {
                    // Nobody else sees the first one before this one is done too.
                    let other = Connection::open(path).unwrap();
                    let values =
                        other.query_row("SELECT count(*) FROM connection_values", [], |row| row.get(0));
                    Ok(values.unwrap_or(-1_i64))
                },
                |_| {},
            )
        };
        let (first, refused, last, ()) = tokio::join!(
            store.commit("acme", epoch, vec![value("first", "1")]),
            store.commit("acme", old, vec![value("refused", "1")]),
            last,
            async { go_on.send(()).unwrap() },
        );

        first.unwrap();
        assert!(matches!(refused, Err(StoreError::Fenced { held: 1, .. })), "{refused:?}");
        assert_eq!(last.unwrap(), 0);
        assert_eq!(store.value("acme", "first").await.unwrap().as_deref(), Some("1"));
        assert_eq!(store.value("acme", "refused").await.unwrap(), None);
    }

    #[tokio::test]
    async fn of_writes_that_share_a_transaction_on_a_full_disk_none_is_kept_that_is_answered_with_an_error() {
        let (store, _folder) = store().await;
        let epoch = store.open("acme", Role::Syncing).await.unwrap();
        limit_growth(&store, 4).await;
        let go_on = hold(&store).await;
        let (small, large, ()) = tokio::join!(
            store.commit("acme", epoch, vec![value("small", "1")]),
            store.commit("acme", epoch, page(100_000)),
            async { go_on.send(()).unwrap() },
        );

        assert!(large.unwrap_err().is_temporary());
        let kept = store.value("acme", "small").await.unwrap();
        assert_eq!(kept.is_some(), small.is_ok(), "{small:?}");
        assert_eq!(store.value("acme", "cursor").await.unwrap(), None);
        store.commit("acme", epoch, vec![value("small", "2")]).await.unwrap();
    }

    #[tokio::test]
    async fn a_write_that_nobody_waits_for_any_more_is_not_carried_out() {
        let (store, _folder) = store().await;
        let epoch = store.open("acme", Role::Syncing).await.unwrap();
        let go_on = hold(&store).await;
        {
            let mut abandoned = std::pin::pin!(store.commit("acme", epoch, vec![value("cursor", "1")]));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(abandoned.as_mut().poll(&mut context).is_pending());
        }
        go_on.send(()).unwrap();

        store.commit("acme", epoch, vec![value("other", "1")]).await.unwrap();
        assert_eq!(store.value("acme", "cursor").await.unwrap(), None);
    }
}
