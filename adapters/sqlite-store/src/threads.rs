//! Threads that own SQLite's connections. A commit or a read is one hand-over to such a thread and one answer, whatever its size.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sync_core::StoreError;
use tokio::sync::{oneshot, watch};

use crate::keys::Database;

/// A queue of jobs, and the threads that do them, each with a connection of SQLite.
pub(crate) struct Threads<J> {
    /// `None` once closed.
    jobs: Mutex<Option<Sender<J>>>,
    /// Closed when the last thread has closed its connection.
    running: watch::Receiver<()>,
}

impl<J: Send + 'static> Threads<J> {
    /// Starts a thread for each connection. `work_off` ends when there is no next job.
    pub(crate) fn start(
        name: &str,
        databases: Vec<Database>,
        work_off: impl Fn(&Database, &Jobs<J>) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let jobs = Arc::new(Jobs(Mutex::new(receiver)));
        let (ending, running) = watch::channel(());
        let (ending, work_off) = (Arc::new(ending), Arc::new(work_off));
        for database in databases {
            let (jobs, ending, work_off) = (Arc::clone(&jobs), Arc::clone(&ending), Arc::clone(&work_off));
            let body = move || {
                work_off(&database, &jobs);
                drop(database);
                drop(ending);
            };
            std::thread::Builder::new().name(name.to_owned()).spawn(body)?;
        }
        Ok(Threads { jobs: Mutex::new(Some(sender)), running })
    }

    /// Hands a job over. A closed queue drops the job.
    pub(crate) fn hand_over(&self, job: J) {
        if let Some(jobs) = locked(&self.jobs).as_ref() {
            // Fails when all threads are gone, which drops the job too.
            let _ = jobs.send(job);
        }
    }

    /// Closes the queue, and waits until all jobs are done and the connections are closed.
    pub(crate) async fn close(&self) {
        drop(locked(&self.jobs).take());
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }
}

/// The threads' end of the queue.
pub(crate) struct Jobs<J>(Mutex<Receiver<J>>);

impl<J> Jobs<J> {
    /// Waits for the next job; `None` once there will be no more.
    pub(crate) fn next(&self) -> Option<J> {
        locked(&self.0).recv().ok()
    }

    /// The next job, if one waits now.
    pub(crate) fn waiting(&self) -> Option<J> {
        locked(&self.0).try_recv().ok()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Held for one call into the channel, which leaves nothing half-done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A read that is handed over.
pub(crate) type Reading = Box<dyn FnOnce(&Database) + Send>;

/// Does reads until the store is closed.
pub(crate) fn work_off_reads(database: &Database, jobs: &Jobs<Reading>) {
    while let Some(read) = jobs.next() {
        read(database);
    }
}

impl Threads<Reading> {
    /// Reads on one of the threads. Returns `None` if the store was closed.
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
