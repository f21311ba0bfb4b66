//! Thousands of connections in one process.
//!
//! A [`Fleet`] runs the connections of a [`Registry`], which the host keeps and may change at any time: connections are added, removed,
//! reconfigured, paused, and get other credentials without a restart.
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use fleet::{Bounds, ConnectionEvent, Fleet, FleetEvent, MemoryRegistry, RegistryError};
//! use futures::StreamExt;
//! use hatch_mapping::{Mapper, MapperConfig, Opportunity, OpportunityModel};
//! use sync_core::{Engine, EngineBuilder, Integration, OpportunitySink, SinkError, Source, Store, Upserted};
//! use tokio_util::sync::CancellationToken;
//!
//! /// Takes every opportunity and does nothing with it, where a host uses its Hatch client.
//! struct Nowhere;
//!
//! #[async_trait]
//! impl OpportunitySink for Nowhere {
//!     fn identity(&self) -> String {
//!         "nowhere".to_owned()
//!     }
//!     async fn upsert(&self, _: &Opportunity) -> Result<Upserted, SinkError> {
//!         Ok(Upserted::default())
//!     }
//!     async fn check(&self) -> Result<(), SinkError> {
//!         Ok(())
//!     }
//! }
//!
//! /// The builder of a tenant's engine. The store is one for all; `source` is a `ServiceTitanSource` whose client shares its transport and its
//! /// request limits with the other tenants of the app.
//! fn builder(
//!     tenant: &str,
//!     source: Arc<dyn Source>,
//!     store: Arc<dyn Store>,
//! ) -> Result<EngineBuilder, RegistryError> {
//!     let config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
//!     let mapper = Mapper::new(config).map_err(|error| RegistryError(error.to_string()))?;
//!     Ok(Engine::builder(tenant, source, store).integration(Integration::new("jobs", mapper, Arc::new(Nowhere))))
//! }
//!
//! async fn run(tenants: Vec<(String, Arc<dyn Source>)>, store: Arc<dyn Store>, stop: CancellationToken) {
//!     let registry = Arc::new(MemoryRegistry::new());
//!     for (tenant, source) in tenants {
//!         let (name, store) = (tenant.clone(), Arc::clone(&store));
//!         registry.put(&tenant, move || builder(&name, Arc::clone(&source), Arc::clone(&store)));
//!     }
//!     let fleet = Fleet::builder(registry.clone()).bounds(Bounds::default().memory(4 << 30)).build();
//!     let mut events = Box::pin(fleet.events());
//!     tokio::spawn(async move {
//!         while let Some(event) = events.next().await {
//!             if let FleetEvent::Connection { name, event: ConnectionEvent::Failed { failure, again_in } } = event {
//!                 tracing::warn!(%name, %failure, ?again_in, "a tenant needs somebody");
//!             }
//!         }
//!     });
//!     // Meanwhile the registry may change, and `fleet.push(…)`, `fleet.on_webhook(…)` and `fleet.status()` may be called.
//!     let stopped = fleet.run(stop).await;
//!     for tenant in stopped.unfinished {
//!         tracing::warn!(tenant, "ended in the midst of a transaction, which the next start repeats");
//!     }
//! }
//! ```
//!
//! # What a host may rely on
//!
//! - **Cycles are spread.** Each connection has its place in the rhythm, which follows from its name: after a slow cycle, a failure or a restart of
//!   everything it is back at that place. A connection that is added while the fleet runs begins at once.
//! - **Backfills hold nobody up.** Cycles of connections that were never synced, and those that turn out to be long, have a lane of their own, in which they
//!   take turns; see [`Bounds`]. In a budget of requests that several clients share, the clients take turns as well: see `RequestLimits` of
//!   servicetitan-client and `RateLimit` of hatch-client.
//! - **An idle connection is small.** Its engine is opened when it is needed (for a cycle, a webhook, an event of Hatch, or
//!   [a lease](Fleet::engine)) and closed when nobody needs it. What all may share is the host's to share: store, transport, limits, connections to
//!   Hatch.
//! - **A connection fails alone.** A wrong secret, another process that took the connection over, damaged data or a panic is
//!   [reported](ConnectionEvent::Failed), and the connection is tried again later and later, up to six hours, or at once when the registry has
//!   changed it. The others go on.
//! - **Events are not lost.** An event of Hatch for a connection that is paused, or cannot be opened, is stored, and its notes are written later.
//!
//! A connection is written by one process at a time: where several processes run fleets, their registries have to divide the connections. A
//! fleet does not divide them.
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Many tenants](../../../docs/book/many-tenants.html), [Running at scale](../../../docs/book/many-machines.html),
//! [Operating](../../../docs/book/operating.html).

mod bounds;
mod cycle;
mod difference;
mod driver;
mod event;
mod failure;
mod fleet;
mod fleet_state;
mod lanes;
mod live;
mod memory_registry;
mod opening;
mod openings;
mod registry;
mod schedule;
mod slot;
mod state;
mod status;
mod stop;
mod waiting;

pub use bounds::Bounds;
pub use event::{ConnectionEvent, FleetEvent};
pub use failure::{Failure, FailureKind, FleetError, FleetPushError};
pub use fleet::{Fleet, FleetBuilder, FleetWebhookError};
pub use live::EngineLease;
pub use memory_registry::MemoryRegistry;
pub use registry::{Registered, Registry, RegistryError};
pub use status::{Activity, ConnectionState, CycleSummary, FleetStatus};
pub use stop::StopReport;
