//! The engine's steps as virtual objects of [Restate](https://restate.dev), for hosts that outgrow one machine.
//!
//! A host runs the same worker as often as it likes, on one PostgreSQL server. Restate decides which worker carries out the next step of a
//! connection, keeps the timers, and gives a step to another worker when one dies. The store fences off a worker that was thought dead and is
//! not: see [`Store`](sync_core::Store).
//!
//! - [`Connection`], by the connection's name: its cycles, in steps of two seconds, with the spread of a fleet; webhooks; start, stop, pause,
//!   resume and status.
//! - [`Notes`], by the connection's name: the notes of Hatch's events, at once, whatever the connection's cycle does.
//! - [`budget`]: the limits of ServiceTitan's and Hatch's keys, divided among the workers that use them now.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use restate_adapter::{Connection, Host, Notes, Worker, WorkerOptions};
//! use restate_sdk::prelude::{Endpoint, HttpServer};
//!
//! # async fn run(host: Arc<dyn Host>, listener: tokio::net::TcpListener) {
//! let worker = Worker::new(host, WorkerOptions::default());
//! let endpoint = Endpoint::builder().bind(Connection::new(worker.clone())).bind(Notes::new(worker)).build();
//! HttpServer::new(endpoint).serve_with_cancel(listener, std::future::pending::<()>()).await;
//! # }
//! ```
//!
//! The workers' address is registered with Restate once, `POST /deployments {"uri": "http://workers.example:9080"}`, and a connection begins
//! with `POST /Connection/acme/start`.
//!
//! # What does Restate keep?
//!
//! Numbers, IDs and words for outcomes: for each connection a few hundred bytes of state, and for each step a journal of about a kilobyte for a
//! minute. Bodies, messages and customers' names are in the store only: whoever receives a webhook or an event hands on its ID.
//!
//! # What do the workers' clocks have to do with it?
//!
//! They have to agree within twenty seconds. A note with an unclear outcome is looked for when ServiceTitan has surely given it up, which is
//! counted from the claim by the workers' clocks, since the next step may be another worker's. Nothing else depends on them.
//!
//! # What happens when a worker dies, or hangs?
//!
//! Restate repeats the step on another worker, which opens the connection anew. Steps may be repeated. A worker that was only frozen wakes up in
//! the midst of a step: the store refuses its writes ([`WorkerCounts::fenced`] counts it), it drops its engine, and Restate does not listen to it
//! any more. What it had sent already it has sent: the claim that stands in the store says so. A worker that is frozen exactly between the check
//! of its epoch and the sending can still send once.
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Running at scale](../../../docs/book/many-machines.html), [Choosing a store](../../../docs/book/choosing-a-store.html).

pub mod budget;
mod connection;
mod cycle;
mod failure;
mod host;
mod notes;
mod openings;
mod retry;
mod spread;
mod webhook;
mod worker;

pub use connection::{
    Connection, ConnectionClient, ConnectionIngressClient, CycleStatus, LastCycle, SyncStatus, Which,
};
pub use cycle::CycleCounts;
pub use failure::{Failure, FailureKind};
pub use host::Host;
pub use notes::{Notes, NotesClient, NotesIngressClient, NotesStatus};
pub use webhook::{WebhookNotice, WebhookResult};
pub use worker::{Worker, WorkerCounts, WorkerOptions};
