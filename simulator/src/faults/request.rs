//! The servers, and the purposes of requests, as far as they decide which faults a request can meet.

/// Which of the two servers a request or a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Server {
    /// ServiceTitan's API and token endpoint.
    ServiceTitan,
    /// Hatch's API.
    Hatch,
}

/// The purpose of a request, as far as it decides which faults the request can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Token,
    Export,
    List {
        /// True if many IDs are asked for, or the children of many parents.
        batch: bool,
    },
    /// Contacts of named customers or locations.
    Contacts {
        /// True if one of the owners is inactive.
        inactive: bool,
        /// True if the contacts of many owners are asked for.
        batch: bool,
    },
    Get,
    /// Writing a note.
    Note,
    Upsert,
    Other,
}

impl About {
    /// Returns whether the answer is a page of records.
    pub(super) fn is_page(self) -> bool {
        matches!(self, Self::Export | Self::List { .. } | Self::Contacts { .. })
    }
}
