//! The engine that keeps Hatch in step with ServiceTitan, and the traits that a host implements.
//!
//! An [`Engine`] serves one connection: one tenant seen through one app. It reads the change feeds of a [`Source`] into the mirror of a
//! [`Store`], finds the opportunities that a change touches, maps them with `hatch-mapping` and delivers those whose content changed to an
//! [`OpportunitySink`]. The way back is [`Engine::push`]: an event of Hatch becomes notes in ServiceTitan.
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use hatch_mapping::{Mapper, MapperConfig, Opportunity, OpportunityModel};
//! use sync_core::{Engine, Integration, MemoryStore, OpportunitySink, SinkError, Source, SyncError, SyncReport, Upserted};
//!
//! /// Takes every opportunity and does nothing with it.
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
//! /// `source` is a `ServiceTitanSource` over the client, or a test's own.
//! async fn sync(source: Arc<dyn Source>) -> Result<SyncReport, SyncError> {
//!     let config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
//!     let mapper = Mapper::new(config).map_err(|error| SyncError::Configuration(error.to_string()))?;
//!     let engine = Engine::builder("tenant-1234", source, Arc::new(MemoryStore::new()))
//!         .integration(Integration::new("jobs", mapper, Arc::new(Nowhere)))
//!         .open()
//!         .await?;
//!     engine.sync_once().await
//! }
//! ```
//!
//! # What can be relied on
//!
//! - A page's records, the opportunities they touch and the feed's new cursor are one commit: a crash loses none of them.
//! - An opportunity stays marked until the sink took what it has now, was refused it (see [`DeadLetter`]), or it need not be sent.
//! - Opportunities that share a phone or an e-mail are sent one after the other, in the order in which they were marked.
//! - A note that may have been written is not written again before the target's notes were read.
//! - Before an upsert is sent, what was delivered before is taken back in the store: after a crash, or an answer that nobody saw, it is sent
//!   again, even if the source went back to what had been delivered.
//! - Opening a connection fences off whoever had it open before, and an epoch is checked again right before each upsert. A process that is
//!   paused exactly between that check and the sending can still send once.
//! - What one record, one resource or one contact does wrong costs that one, and is in the [`SyncReport`].
//! - An opportunity is looked at again when what it shows may have changed: by its records, by the configuration, or by what was refused
//!   before. A change of a reference table counts with [`ReferenceChanges::Touch`] only; a record of it that was lacking counts always.
//!
//! # What an operator does
//!
//! | to do | with |
//! |---|---|
//! | see the state, also beside the process that writes | [`ConnectionStatus::read`] |
//! | look at what was refused, try it again, put it away | [`Engine::dead_letters`], [`retry_dead_letter`](Engine::retry_dead_letter), [`discard_dead_letter`](Engine::discard_dead_letter) |
//! | stop delivering for a while | [`Engine::pause`], [`Engine::resume`] |
//! | undo what was edited in Hatch | [`Engine::redeliver`] |
//! | keep no more than is needed | [`EngineBuilder::retention`], [`Engine::forget`] |
//!
//! A host's own store runs the promises of [`Store`] as tests with [`store_conformance!`]: [`testing`] shows how.

mod clock;
mod engine;
mod error;
mod integration;
#[cfg(feature = "servicetitan")]
mod links;
mod memory;
mod mirror;
mod report;
mod resource;
#[cfg(feature = "servicetitan")]
mod servicetitan;
mod sink;
mod source;
mod store;
pub mod testing;

pub use clock::{Clock, SystemClock};
pub use engine::{
    BACKFILL_DAYS, CheckReport, ConnectionStatus, DeliveredBatch, Engine, EngineBuilder, FeedStatus, Finding,
    FindingStatus, ForgetReport, GIVE_UP_NOTES_AFTER, IntegrationStatus, NoteOutcome, PulledPage, PushError,
    PushOutcome, PushReport, Pusher, RHYTHM, Redelivery, ReferenceChanges, SWEEP_EVERY,
};
#[cfg(feature = "servicetitan")]
pub use engine::{IgnoredWebhook, OnWebhookError, WebhookOutcome};
pub use error::SyncError;
pub use integration::Integration;
pub use memory::MemoryStore;
pub use mirror::{Link, MirrorRecord};
pub use report::{FeedReport, IntegrationReport, Progress, SweepReport, SyncReport};
pub use resource::Resource;
#[cfg(feature = "servicetitan")]
pub use servicetitan::ServiceTitanSource;
pub use sink::{OpportunitySink, SinkError, Upserted};
pub use source::{
    FeedPage, FeedPosition, ListPage, Priority, Records, Source, SourceDescription, SourceError,
    SourceErrorKind,
};
pub use store::{
    Change, DeadLetter, Delivered, Dirty, Epoch, EventStatus, OutboxEvent, Store, StoreError, StoredEvent,
};
