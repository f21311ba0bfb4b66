//! Records that an opportunity lacks.

use std::fmt;

use serde::Serialize;

use crate::Resource;

/// A record that an opportunity names or may have, and that is not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct MissingRecord {
    /// The record's resource.
    pub resource: Resource,
    /// The record's ID, or that of the record whose children of this resource are missing.
    pub id: i64,
    /// The reason.
    pub reason: MissingReason,
}

/// The reason for which a record is not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MissingReason {
    /// ServiceTitan has no record with this ID, or does not show it to the app.
    NotFound,
    /// The record was not read yet.
    NotReadYet,
    /// Not all records were read that belong to the one with this ID.
    ChildrenNotReadYet,
}

impl fmt::Display for MissingRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MissingRecord { resource, id, reason } = self;
        match reason {
            MissingReason::NotFound => {
                write!(formatter, "{resource} {id}: ServiceTitan has no such record, or does not show it")
            }
            MissingReason::NotReadYet => {
                write!(formatter, "{resource} {id}: not read from ServiceTitan yet")
            }
            MissingReason::ChildrenNotReadYet => {
                write!(formatter, "{resource} of {id}: not all of them were read from ServiceTitan yet")
            }
        }
    }
}
