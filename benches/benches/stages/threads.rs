//! Runtimes of one thread for the tasks that a client or a store spawns, so that their CPU time can be told apart.

use std::pin::pin;
use std::time::Duration;

use benches::process::cpu_of_threads;
use futures::future::poll_fn;
use tokio::runtime::{Builder, Handle, Runtime};

/// The runtimes. Their threads have the names of the stages.
pub(crate) struct Threads {
    pub(crate) download: Runtime,
    pub(crate) send: Runtime,
    pub(crate) store: Runtime,
}

/// CPU time of all threads of each stage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ThreadCosts {
    pub(crate) download: Duration,
    pub(crate) send: Duration,
    pub(crate) store: Duration,
}

impl Threads {
    pub(crate) fn new() -> Self {
        let runtime = |name| {
            Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build().unwrap()
        };
        Threads { download: runtime("download"), send: runtime("send"), store: runtime("store") }
    }

    /// Returns the CPU time so far. SQLite's store has two threads of its own.
    pub(crate) fn costs() -> ThreadCosts {
        ThreadCosts {
            download: cpu_of_threads("download"),
            send: cpu_of_threads("send"),
            store: ["store", "store-writer", "store-reader"].map(cpu_of_threads).iter().sum(),
        }
    }
}

/// Runs a future whose tasks and sockets belong to another runtime, while it is polled here.
pub(crate) async fn on<T>(runtime: &Handle, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _there = runtime.enter();
        future.as_mut().poll(context)
    })
    .await
}
