//! The stages of an opportunity's way from a feed's page to the answered upsert.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stage, in the order of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Requests to ServiceTitan over HTTP, up to the bytes of the answers.
    Download,
    /// Answers of ServiceTitan into records.
    Decode,
    /// Comparison of a page's records with the mirror, and the opportunities that they affect.
    Ingest,
    /// The store's work, on its own threads too.
    Store,
    /// Search for the records of a batch of opportunities, their decoding from the mirror, and the order by contact.
    Hydrate,
    /// Joining the records of one opportunity, and mapping them.
    Map,
    /// Writing the body for the fingerprint, hashing it, and writing it for the sink.
    Serialise,
    /// Upserts to Hatch over HTTP.
    Send,
    /// CPU time of the process that belongs to no stage: the runtime and its system calls.
    Other,
}

impl Stage {
    /// Every stage, in the order of the way.
    pub const ALL: [Stage; 9] = [
        Stage::Download,
        Stage::Decode,
        Stage::Ingest,
        Stage::Store,
        Stage::Hydrate,
        Stage::Map,
        Stage::Serialise,
        Stage::Send,
        Stage::Other,
    ];

    /// Returns the stage's name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Download => "download",
            Stage::Decode => "decode",
            Stage::Ingest => "ingest",
            Stage::Store => "store",
            Stage::Hydrate => "hydrate",
            Stage::Map => "map",
            Stage::Serialise => "serialise",
            Stage::Send => "send",
            Stage::Other => "other",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
