//! The engine that keeps Hatch in step with ServiceTitan.

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
    BACKFILL_DAYS, Engine, EngineBuilder, NoteOutcome, PushError, PushOutcome, PushReport, RHYTHM,
};
pub use error::SyncError;
pub use integration::Integration;
pub use memory::MemoryStore;
pub use mirror::{Link, MirrorRecord};
pub use report::{FeedReport, IntegrationReport, Progress, SyncReport};
pub use resource::Resource;
#[cfg(feature = "servicetitan")]
pub use servicetitan::ServiceTitanSource;
pub use sink::{OpportunitySink, SinkError, Upserted};
pub use source::{FeedPage, FeedPosition, Records, Source, SourceDescription, SourceError, SourceErrorKind};
pub use store::{Change, DeadLetter, Delivered, Dirty, Epoch, OutboxEvent, Store, StoreError};
