//! Records of ServiceTitan as the mirror keeps them.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::Resource;

/// A record of ServiceTitan as the mirror keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct MirrorRecord {
    /// The record's resource.
    pub resource: Resource,
    /// The record's ID, unique within the resource.
    pub id: i64,
    /// The ID of the record's owner where the resource's records [have one](Resource::owner), and 0 elsewhere. A contact may belong to several
    /// customers: the contact is a record of its own for each of them, with a body of its own.
    pub owner: i64,
    /// The time of creation in ServiceTitan.
    pub created_on: Option<DateTime<Utc>>,
    /// The time of the last change in ServiceTitan, which decides between two versions of the record.
    pub modified_on: Option<DateTime<Utc>>,
    /// The record's parents. They lead from a parent to its children, and from a changed record to the affected opportunities.
    pub links: Vec<Link>,
    /// The record as JSON. `None` for a record that is known to be absent: the engine does not look it up again, and re-evaluates the
    /// opportunities that name the record when it arrives.
    pub body: Option<String>,
}

impl MirrorRecord {
    /// Returns a mark for a record that ServiceTitan does not have.
    pub fn absent(resource: Resource, id: i64) -> Self {
        MirrorRecord {
            resource,
            id,
            owner: 0,
            created_on: None,
            modified_on: None,
            links: Vec::new(),
            body: None,
        }
    }

    /// The record with these links, and with the [owner](Self::owner) that they name.
    #[must_use]
    pub fn linked_with(mut self, links: Vec<Link>) -> Self {
        self.owner = owner(self.resource, &links);
        self.links = links;
        self
    }

    /// The identity within the resource: ID and owner.
    pub(crate) fn key(&self) -> (i64, i64) {
        (self.id, self.owner)
    }

    /// Returns the ID of the record's first parent of a resource.
    pub fn linked_to(&self, resource: Resource) -> Option<i64> {
        self.links.iter().find(|link| link.resource == resource).map(|link| link.id)
    }

    /// Whether this version, the one read later, replaces the version `kept`: it was modified later or at the same time, or one of
    /// the times is unknown.
    pub fn replaces(&self, kept: &MirrorRecord) -> bool {
        match (self.modified_on, kept.modified_on) {
            (Some(new), Some(old)) => new >= old,
            _ => self.body.is_some() || kept.body.is_none(),
        }
    }
}

/// The ID of the owner that the links of a record name; 0 for records without an owner.
pub(crate) fn owner(resource: Resource, links: &[Link]) -> i64 {
    let owner = resource.owner();
    links.iter().find(|link| Some(link.resource) == owner).map_or(0, |link| link.id)
}

/// Leaves the customer's data out.
impl fmt::Debug for MirrorRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MirrorRecord")
            .field("resource", &self.resource)
            .field("id", &self.id)
            .field("owner", &self.owner)
            .field("modified_on", &self.modified_on)
            .finish_non_exhaustive()
    }
}

/// A link from a record to one of its parents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// The parent's resource.
    pub resource: Resource,
    /// The parent's ID.
    pub id: i64,
}
