//! The engine that keeps Hatch in step with ServiceTitan, and the traits that a host implements.
//!
//! An [`Engine`] serves one connection: one tenant seen through one app. It ingests the change feeds of a [`Source`] into the mirror of a
//! [`Store`], finds the opportunities that a change affects, maps them with `hatch-mapping` and delivers those whose content changed to an
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
//! # Guarantees
//!
//! - A page's records, the marks of the opportunities that they affect and the feed's new cursor are one commit: a crash loses none of them.
//! - An opportunity stays dirty until the sink took its current content, the sink refused it (see [`DeadLetter`]), or it need not be sent.
//! - Opportunities that share a phone or an e-mail are sent one after the other, in the order in which they were marked.
//! - A note that may have been written is not written again before the target's notes were read.
//! - An opportunity is claimed before its upsert is sent: the store drops the fingerprint of the last delivery. After a crash, or an answer that
//!   got lost, it is sent again, even if the source went back to the content of the last delivery.
//! - Opening a connection fences off the engine that had it open before, and the epoch is checked again right before each upsert. A process
//!   that is paused exactly between that check and the sending can still send once.
//! - A fault of one record, one resource or one contact affects no other one, and is in the [`SyncReport`].
//! - An opportunity is re-evaluated when its content may have changed: by its records, by the configuration, or by a lookup that was refused
//!   before. A change of a reference table counts with [`ReferenceChanges::Reevaluate`] only; the arrival of a record that was absent counts
//!   always.
//!
//! # Operations
//!
//! | to do | with |
//! |---|---|
//! | see the state, also beside the process that writes | [`ConnectionStatus::read`] |
//! | tell support people why an opportunity is as it is, and what became of an event | [`Engine::explain`], [`Engine::explain_event`]; beside the process that writes, [`Explainer`] |
//! | list dead letters, retry one, discard one | [`Engine::dead_letters`], [`retry_dead_letter`](Engine::retry_dead_letter), [`discard_dead_letter`](Engine::discard_dead_letter) |
//! | stop delivering for a while | [`Engine::pause`], [`Engine::resume`] |
//! | undo edits in Hatch | [`Engine::redeliver`] |
//! | move a connection to another store | [`copy_connection`] |
//! | keep no more data than is needed | [`EngineBuilder::retention`], [`Engine::erase`] |
//!
//! A host's own store runs the promises of [`Store`] as tests with [`store_conformance!`]: [`testing`] shows how.
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [How it works](../../../docs/book/how-it-works.html), [Embedding the engine](../../../docs/book/embedding.html),
//! [Writing a store](../../../docs/book/writing-a-store.html), [Writing a sink](../../../docs/book/writing-a-sink.html),
//! [Operating](../../../docs/book/operating.html), [Privacy and security](../../../docs/book/privacy-and-security.html),
//! [Troubleshooting](../../../docs/book/troubleshooting.html).

mod base;
mod clock;
mod copy;
mod deliver;
mod engine;
mod error;
mod export;
mod hydrate;
mod ingest;
mod integration;
mod integrations;
#[cfg(feature = "servicetitan")]
mod links;
mod memory;
mod mirror;
mod missing;
mod operate;
mod progress;
mod push;
mod reader;
mod record;
mod report;
mod resource;
mod rows;
#[cfg(feature = "servicetitan")]
mod servicetitan;
mod settings;
mod sink;
mod source;
mod spread;
mod store;
pub mod testing;
mod upkeep;
#[cfg(feature = "servicetitan")]
mod webhook;

pub use clock::{Clock, SystemClock};
pub use copy::{CopyError, CopyReport, copy_connection};
pub use deliver::DeliveredBatch;
pub use engine::{Engine, EngineBuilder, PushEngine, RHYTHM};
pub use error::SyncError;
pub use export::{ExportPart, Exported};
pub use ingest::{BACKFILL_DAYS, IngestedFeeds, IngestedPage};
pub use integration::Integration;
pub use memory::MemoryStore;
pub use missing::{MissingReason, MissingRecord};
pub use operate::{
    CheckReport, ConnectionStatus, Explainer, FeedStatus, Finding, FindingStatus, IntegrationStatus,
    LastDelivery, NarrowEndpoint, NextDelivery, OpportunityExplanation, RecordState, Redelivery,
};
pub use progress::Progress;
pub use push::{
    DEAD_LETTER_NOTES_AFTER, EventExplanation, EventProgress, NoteExplanation, NoteOutcome, NoteProgress,
    PushError, PushOutcome, PushReport, PushedStep, Pusher,
};
pub use record::{Link, MirrorRecord};
pub use report::{BadFieldCounts, FeedReport, IntegrationReport, ReconcileReport, Standstill, SyncReport};
pub use resource::Resource;
pub use rows::{DeadLetter, Delivered, Dirty, EventStatus, OutboxEvent, StoredEvent};
#[cfg(feature = "servicetitan")]
pub use servicetitan::ServiceTitanSource;
pub use settings::{RECONCILE_EVERY, REFERENCE_TABLES_EVERY, ReferenceChanges};
pub use sink::{Gate, OpportunitySink, SinkError, Upserted};
pub use source::{
    BadField, FeedPage, FeedPosition, ListPage, Priority, Records, Source, SourceDescription, SourceError,
    SourceErrorKind,
};
pub use spread::cycle_phase;
pub use store::{Change, Epoch, PUSHING_VALUES, Role, Store, StoreError};
pub use upkeep::{EraseReport, UpkeepStep};
#[cfg(feature = "servicetitan")]
pub use webhook::{IgnoredWebhook, OnWebhookError, WebhookOutcome, webhook_subject};
