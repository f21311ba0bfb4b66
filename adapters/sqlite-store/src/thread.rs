//! Threads that own SQLite's connections. A commit or a read is one hand-over to such a thread and one answer, whatever its size.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sync_core::StoreError;
use tokio::sync::{oneshot, watch};

use crate::keys::Database;

/// A queue of jobs, and the thread that does them on a connection of SQLite.
pub(crate) struct DatabaseThread<J> {
    /// `None` once closed.
    jobs: Mutex<Option<Sender<J>>>,
    /// The number of jobs that are not done.
    load: Arc<AtomicUsize>,
    /// Closed when the thread has closed its connection.
    running: watch::Receiver<()>,
}

/// The thread's end of the queue.
pub(crate) struct Jobs<J> {
    jobs: Receiver<J>,
    load: Arc<AtomicUsize>,
}

impl<J> Jobs<J> {
    /// Waits for the next job. Returns `None` once the queue is closed and empty.
    pub(crate) fn next(&self) -> Option<J> {
        self.jobs.recv().ok()
    }

    /// The next job, if one waits now.
    pub(crate) fn next_waiting(&self) -> Option<J> {
        self.jobs.try_recv().ok()
    }

    /// Notes that jobs are done.
    pub(crate) fn done(&self, jobs: usize) {
        self.load.fetch_sub(jobs, Ordering::Relaxed);
    }
}

impl<J: Send + 'static> DatabaseThread<J> {
    /// Starts the thread. `work_off` does jobs until there are no more.
    pub(crate) fn start(
        name: &str,
        database: Database,
        work_off: impl FnOnce(&Database, &Jobs<J>) + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let (ending, running) = watch::channel(());
        let load = Arc::new(AtomicUsize::new(0));
        let jobs = Jobs { jobs: receiver, load: Arc::clone(&load) };
        let body = move || {
            work_off(&database, &jobs);
            drop(database);
            drop(ending);
        };
        std::thread::Builder::new().name(name.to_owned()).spawn(body)?;
        Ok(DatabaseThread { jobs: Mutex::new(Some(sender)), load, running })
    }

    /// Hands a job over. A closed queue drops the job.
    pub(crate) fn hand_over(&self, job: J) {
        if let Some(jobs) = self.jobs().as_ref() {
            self.load.fetch_add(1, Ordering::Relaxed);
            // Fails when the thread is gone, which drops the job too.
            let _ = jobs.send(job);
        }
    }

    /// Returns `true` if the thread has nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.load.load(Ordering::Relaxed) == 0
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
pub(crate) fn work_off_reads(database: &Database, jobs: &Jobs<Reading>) {
    while let Some(read) = jobs.next() {
        read(database);
        jobs.done(1);
    }
}

impl<J: From<Reading> + Send + 'static> DatabaseThread<J> {
    /// Reads on the thread. Returns `None` if the store was closed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<Result<T, StoreError>> {
        let (answer, answered) = oneshot::channel();
        let reading: Reading = Box::new(move |database| {
            if !answer.is_closed() {
                let _ = answer.send(read(database));
            }
        });
        self.hand_over(J::from(reading));
        answered.await.ok()
    }
}
