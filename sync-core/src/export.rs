//! The rows of a store, for copying a connection.

use crate::{Delivered, MirrorRecord, Resource, StoredEvent};

/// A part of a connection's data, as [`Store::export`](crate::Store::export) reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportPart {
    /// The values.
    Values,
    /// The records of the mirror, also those that are known to be absent.
    Records,
    /// The marks about the completeness of children.
    Completeness,
    /// The dirty opportunities, those of an integration by rising place.
    Dirty,
    /// The last deliveries and claims.
    Delivered,
    /// The events, whatever their status, by rising position.
    Events,
}

impl ExportPart {
    /// Every part. Dead letters are no part, since [`Store::dead_letters`](crate::Store::dead_letters) reads all of them.
    pub const ALL: [ExportPart; 6] = [
        ExportPart::Values,
        ExportPart::Records,
        ExportPart::Completeness,
        ExportPart::Dirty,
        ExportPart::Delivered,
        ExportPart::Events,
    ];
}

/// A row of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exported {
    /// A value of the connection.
    Value {
        /// The value's name.
        key: String,
        /// The value.
        value: String,
    },
    /// A record of the mirror.
    Record(MirrorRecord),
    /// A mark about a parent's children of a resource.
    Completeness {
        /// The resource of the children.
        children: Resource,
        /// The parent's ID.
        parent_id: i64,
        /// `true` if the mirror has all of the children, `false` if it may lack some.
        is_complete: bool,
    },
    /// A dirty opportunity. Its mark is left out, so that nobody can clear it.
    Dirty {
        /// The integration's name.
        integration: String,
        /// The ID of the base record.
        id: i64,
        /// The place in the queue.
        place: u64,
    },
    /// The last delivery or claim of an opportunity.
    Delivered {
        /// The integration's name.
        integration: String,
        /// The delivery or claim.
        delivered: Delivered,
    },
    /// An event of Hatch.
    Event(StoredEvent),
}
