//! One opportunity model of a connection, and where its opportunities go.

use std::fmt;
use std::sync::Arc;

use hatch_mapping::{MAPPING_VERSION, Mapper, OpportunityModel, PushConfig};

use crate::{Change, OpportunitySink, Resource};

/// An opportunity model of a connection with its mapping, its push configuration and its sink.
///
/// Hatch advises one model per integration, each into a department of its own.
#[derive(Clone)]
pub struct Integration {
    pub(crate) name: String,
    pub(crate) mapper: Arc<Mapper>,
    pub(crate) push: PushConfig,
    pub(crate) sink: Arc<dyn OpportunitySink>,
    pub(crate) note_references: bool,
    pub(crate) delivers_deletions: bool,
}

impl Integration {
    /// An integration that pushes no notes. The name stands in the store and in reports: keep it, or everything is delivered again.
    pub fn new(name: impl Into<String>, mapper: Mapper, sink: Arc<dyn OpportunitySink>) -> Self {
        Integration {
            name: name.into(),
            mapper: Arc::new(mapper),
            push: PushConfig::default(),
            sink,
            note_references: true,
            delivers_deletions: false,
        }
    }

    /// Sets the events of Hatch that become notes, and their targets in ServiceTitan.
    #[must_use]
    pub fn push(mut self, push: PushConfig) -> Self {
        self.push = push;
        self
    }

    /// Leaves the short reference at the end of notes out. The reference tells after an unclear failure whether a note was written: without
    /// it, such a note is written again, so that it may be there twice.
    #[must_use]
    pub fn without_note_references(mut self) -> Self {
        self.note_references = false;
        self
    }

    /// Delivers an opportunity once more with the status `deleted` when its base record is inactive or gone. Without this it stays in the
    /// sink as it was, and is counted as [`inactive`](crate::IntegrationReport::inactive).
    #[must_use]
    pub fn deliver_deletions(mut self) -> Self {
        self.delivers_deletions = true;
        self
    }

    /// The integration's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn model(&self) -> OpportunityModel {
        self.mapper.config().model
    }

    /// The resource of the base records.
    pub(crate) fn base(&self) -> Resource {
        base_resource(self.model())
    }

    /// The fingerprint of everything that decides the bodies: the mapping with its version, and the sink.
    pub(crate) fn configuration(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&MAPPING_VERSION.to_le_bytes());
        hasher.update(self.sink.identity().as_bytes());
        // Plain data: writing it cannot fail.
        hasher.update(serde_json::to_string(self.mapper.config()).unwrap_or_default().as_bytes());
        hasher.update(&[u8::from(self.delivers_deletions)]);
        hasher.finalize().to_hex().to_string()
    }

    /// The change that marks an opportunity as dirty.
    pub(crate) fn mark_dirty(&self, id: i64) -> Change {
        Change::MarkDirty { integration: self.name.clone(), id }
    }

    /// The subject of a dead letter about the opportunity.
    pub(crate) fn subject(&self, id: i64) -> String {
        match self.model() {
            OpportunityModel::Job => format!("job:{id}"),
            OpportunityModel::Membership => format!("membership:{id}"),
        }
    }
}

/// The resource whose records are the base of a model's opportunities.
pub(crate) fn base_resource(model: OpportunityModel) -> Resource {
    match model {
        OpportunityModel::Job => Resource::Jobs,
        OpportunityModel::Membership => Resource::Memberships,
    }
}

impl fmt::Debug for Integration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Integration")
            .field("name", &self.name)
            .field("model", &self.model())
            .field("sink", &self.sink.identity())
            .finish_non_exhaustive()
    }
}
