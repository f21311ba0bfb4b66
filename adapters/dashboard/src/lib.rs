//! A page for those who run the sync of ServiceTitan with Hatch, as an axum router that a host mounts behind its own authentication.
//!
//! It shows each connection with its health, the lag of its feeds, the opportunities that wait, the last runs, the requests against their
//! budgets, and the progress of a backfill, and keeps these up to date by server-sent events. It lists dead letters to retry or discard, finds a job,
//! membership, customer, phone number, e-mail address or event and explains it, pauses and resumes, and erases a customer. Below `/json` the same is
//! there as JSON.
//!
//! A [`Dashboard`] asks a [`Host`] for its [`Connection`]s. [`EngineConnection`] is the connection of an engine in the same process:
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::Router;
//! use dashboard::{Connections, Dashboard, EngineConnection};
//! use sync_core::{Engine, Store};
//! use tokio_util::sync::CancellationToken;
//!
//! fn mount(engine: Arc<Engine>, store: Arc<dyn Store>, stop: CancellationToken) -> Router {
//!     let connection = Arc::new(EngineConnection::new(Arc::clone(&engine), store).requests_per_second(60));
//!     let dashboard = Dashboard::builder(Arc::new(Connections::of([connection.clone()])))
//!         .mounted_at("/operate")
//!         .stopping_with(stop.clone())
//!         .build();
//!     // Watches progress and keeps the samples of the charts.
//!     tokio::spawn(dashboard.watch());
//!     tokio::spawn(async move {
//!         let outcome = engine.run(|outcome| connection.note_run(outcome)).await;
//!         connection.note_stop(outcome.err().as_ref());
//!     });
//!     dashboard.router()
//! }
//! ```
//!
//! # Access
//!
//! **Everybody who reaches the page sees customers' data and may erase it.** Authentication is the host's duty, not that of this crate. As long as
//! the host does not say that it does so ([`DashboardBuilder::behind_authentication`]), the page answers this machine only, and says so: a request has
//! to come from a loopback address and to name one as its host, which the page learns from axum's
//! [`ConnectInfo`](axum::extract::ConnectInfo): serve the router with `into_make_service_with_connect_info::<SocketAddr>()`.
//!
//! # Guarantees
//!
//! - Every form that changes something carries a token that only the page's own forms have. A request that another site causes is refused.
//! - The content security policy allows nothing but the page's own style sheet and its own script. Without the script the pages are the same, but do
//!   not update themselves.
//! - Customers' data is on the pages of search, explanation and erasing only. It is in no URL, in no log, and is kept by no cache.
//! - The memory for charts is bounded: [a fixed number of samples](SAMPLES) for each of at most [a fixed number of connections](CHARTED_CONNECTIONS).
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Operators' page](../../../docs/book/operators-page.html), [Operating](../../../docs/book/operating.html),
//! [Embedding the engine](../../../docs/book/embedding.html).

mod access;
mod chart;
mod connections;
mod csrf;
mod dashboard;
mod engine;
mod explaining;
mod health;
mod history;
mod host;
mod json;
mod links;
mod live;
mod mirror_search;
mod page_state;
mod pages;
mod progress;
mod routes;
mod tokens;
mod watch;
mod words;

pub use connections::Connections;
pub use dashboard::{Dashboard, DashboardBuilder};
pub use engine::EngineConnection;
pub use explaining::explain;
pub use health::{Health, HealthLevel};
pub use history::SAMPLES;
pub use host::{
    Budgets, Connection, CustomerMatch, CustomerSummary, Found, FoundCustomer, FoundOpportunity, Host,
    HostError, Run, Runs,
};
pub use mirror_search::MirrorSearch;
pub use watch::CHARTED_CONNECTIONS;
