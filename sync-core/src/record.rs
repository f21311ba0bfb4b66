//! Records of ServiceTitan, as the store keeps them.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::Resource;

/// A record of ServiceTitan as the mirror keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct MirrorRecord {
    /// The resource that it belongs to.
    pub resource: Resource,
    /// Its ID within the resource.
    pub id: i64,
    /// The ID of its owner where the resource's records [have one](Resource::owner), and 0 elsewhere. A contact may belong to several customers:
    /// it is a record of its own for each, with a body of its own.
    pub owner: i64,
    /// When ServiceTitan created it.
    pub created_on: Option<DateTime<Utc>>,
    /// When ServiceTitan changed it last; decides which of two versions is kept.
    pub modified_on: Option<DateTime<Utc>>,
    /// The records that it belongs to: the way from a parent to its children, and from a changed record to the affected opportunities.
    pub links: Vec<Link>,
    /// The record as JSON. `None` for a record that is known to be absent: it is not looked up again, and the opportunities that name it are
    /// re-evaluated when it comes.
    pub body: Option<String>,
}

impl MirrorRecord {
    /// A record that was asked for and is not there.
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
        let owner = self.resource.owner();
        self.owner = links.iter().find(|link| Some(link.resource) == owner).map_or(0, |link| link.id);
        self.links = links;
        self
    }

    /// The identity within the resource: ID and owner.
    pub(crate) fn key(&self) -> (i64, i64) {
        (self.id, self.owner)
    }

    /// The ID of the first record of `resource` that this one belongs to.
    pub fn linked_to(&self, resource: Resource) -> Option<i64> {
        self.links.iter().find(|link| link.resource == resource).map(|link| link.id)
    }

    /// Whether this version takes the place of `kept`: it was modified later, or at the same time and read later. A version
    /// that does not tell when it was modified takes the place of any.
    pub fn replaces(&self, kept: &MirrorRecord) -> bool {
        match (self.modified_on, kept.modified_on) {
            (Some(new), Some(old)) => new >= old,
            _ => self.body.is_some() || kept.body.is_none(),
        }
    }
}

/// The content stays out of logs: it is a customer's.
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

/// One record's belonging to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// The resource of the record that it belongs to.
    pub resource: Resource,
    /// That record's ID.
    pub id: i64,
}
