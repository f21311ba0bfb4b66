//! Threads that own SQLite's connections. A commit or a read is one hand-over to such a thread and one answer, whatever its size.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sync_core::StoreError;
use tokio::sync::{oneshot, watch};

use crate::keys::Database;

/// A queue of jobs, and the thread that does them on a connection of SQLite.
pub(crate) struct DatabaseThread<J> {
    /// `None` once closed.
    jobs: Mutex<Option<Sender<J>>>,
    /// Closed when the thread has closed its connection.
    running: watch::Receiver<()>,
}

impl<J: Send + 'static> DatabaseThread<J> {
    /// Starts the thread. `work_off` does jobs until there are no more.
    pub(crate) fn start(
        name: &str,
        database: Database,
        work_off: impl FnOnce(&Database, &Receiver<J>) + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let (ending, running) = watch::channel(());
        let body = move || {
            work_off(&database, &receiver);
            drop(database);
            drop(ending);
        };
        std::thread::Builder::new().name(name.to_owned()).spawn(body)?;
        Ok(DatabaseThread { jobs: Mutex::new(Some(sender)), running })
    }

    /// Hands a job over. A closed queue drops the job.
    pub(crate) fn hand_over(&self, job: J) {
        if let Some(jobs) = self.jobs().as_ref() {
            // Fails when the thread is gone, which drops the job too.
            let _ = jobs.send(job);
        }
    }

    /// Closes the queue, and waits until all jobs are done and the connection is closed.
    pub(crate) async fn close(&self) {
        drop(self.jobs().take());
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }

    fn jobs(&self) -> MutexGuard<'_, Option<Sender<J>>> {
        // Held for one call into the channel, which leaves nothing half-done.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read that is handed over.
pub(crate) type Reading = Box<dyn FnOnce(&Database) + Send>;

/// Does reads until the store is closed.
pub(crate) fn work_off_reads(database: &Database, jobs: &Receiver<Reading>) {
    for read in jobs {
        read(database);
    }
}

impl DatabaseThread<Reading> {
    /// Reads on the thread. Returns `None` if the store was closed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<Result<T, StoreError>> {
        let (answer, answered) = oneshot::channel();
        self.hand_over(Box::new(move |database| {
            if !answer.is_closed() {
                let _ = answer.send(read(database));
            }
        }));
        answered.await.ok()
    }
}
