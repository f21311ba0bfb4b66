//! The engine's storage.

use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use thiserror::Error;

use crate::{
    DeadLetter, Delivered, Dirty, EventStatus, ExportPart, Exported, MirrorRecord, OutboxEvent, Resource,
    StoredEvent,
};

/// Storage of the mirror, the cursors, dirty marks, deliveries, dead letters and the outbox.
///
/// A store may hold many connections (tenants). Every method names a connection, and sees no data of another one.
///
/// # Promises
///
/// - [`commit`](Store::commit) is atomic and durable: when it answers `Ok`, all of its changes survive a crash; when it does not, none
///   of them happened. Changes are applied in their order.
/// - A commit under an epoch that is not the newest of its role changes nothing and answers [`StoreError::Fenced`], also if it began before
///   the newer opening: once an opening is answered, nothing is written any more under the older ones of its role.
/// - Roles do not disturb each other, and each writes what is its own ([`Change::role`]): a commit with a change that belongs to the other role
///   changes nothing and answers [`StoreError::WrongRole`].
/// - A read sees every commit that was answered before the read began, and no commit in part.
/// - A commit may be repeated if its answer got lost: the repetition leaves the same data, except for newer marks.
///
/// `MemoryStore` is the reference implementation; `sqlite-store` has one for SQLite. A store of one's own is tested with
/// [`store_conformance!`](crate::store_conformance), as [`testing`](crate::testing) shows.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a connection for writing in a role, under a new epoch of that role, and returns the epoch. Holders of older epochs of the role are
    /// fenced off from now on; the other role goes on.
    async fn open(&self, connection: &str, role: Role) -> Result<Epoch, StoreError>;

    /// Opens a connection for writing in every role, as [`open`](Store::open) does in one, and returns the epochs in the order of [`Role::ALL`]. It
    /// is one step: of several that open a connection at once, the one with the newest epoch of a role has the newest of each.
    async fn open_all(&self, connection: &str) -> Result<[Epoch; 2], StoreError>;

    /// Answers [`StoreError::Fenced`] unless the epoch is the newest of its role. Asked right before each effect outside, so it must be
    /// cheap; like any read it sees every opening that was answered before it began.
    async fn check_epoch(&self, connection: &str, epoch: Epoch) -> Result<(), StoreError>;

    /// Applies all changes in their order, or none. An implementation asks [`Epoch::permit`] whether the epoch's role may make them.
    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError>;

    /// Stores an event of Hatch at the end of the outbox. Needs no epoch, so that any process may push. Answers `false`, and changes
    /// nothing, when an event with this ID was stored before, even if it is finished.
    async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError>;

    /// Reads values of the connection, such as feeds' cursors, each with its key, in any order. Keys without a value are left out.
    async fn values(&self, connection: &str, keys: &[&str]) -> Result<Vec<(String, String)>, StoreError>;

    /// Reads one value of the connection.
    async fn value(&self, connection: &str, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.values(connection, &[key]).await?.pop().map(|(_, value)| value))
    }

    /// Reads the mirrored records of a resource with these IDs, in any order, without those that the mirror lacks. Where records have an
    /// [owner](Resource::owner), an ID brings the record of each of its owners.
    async fn records(
        &self,
        connection: &str,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError>;

    /// Reads the mirrored records of a resource with a link to one of these parents, in any order.
    async fn linked(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError>;

    /// Reads the IDs of the records that [`linked`](Self::linked) brings, each once, in any order. A customer may have thousands of jobs: a store
    /// should read their IDs without their bodies.
    async fn linked_ids(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        let found = self.linked(connection, resource, parent, parent_ids).await?;
        let ids: BTreeSet<i64> = found.iter().map(|record| record.id).collect();
        Ok(ids.into_iter().collect())
    }

    /// Reads the IDs of a resource's mirrored records above `after` (`None`: from the lowest), in rising order, each once, at most `limit`. Records
    /// known to be absent are left out.
    async fn record_ids(
        &self,
        connection: &str,
        resource: Resource,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError>;

    /// Reads the marks about these parents' children of this resource, in any order: `true` for complete, `false` for incomplete. Parents
    /// without a mark are left out.
    async fn completeness(
        &self,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError>;

    /// Reads the dirty opportunities of an integration behind the place `after` (0: from the first), by rising place, at most `limit`.
    async fn dirty(
        &self,
        connection: &str,
        integration: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError>;

    /// Reads those of these opportunities that are dirty, in any order.
    async fn dirty_among(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Dirty>, StoreError>;

    /// Counts the dirty opportunities of an integration.
    async fn dirty_count(&self, connection: &str, integration: &str) -> Result<u64, StoreError>;

    /// Reads the last deliveries and claims of these opportunities, in any order. Opportunities that were never sent are left out.
    async fn delivered(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError>;

    /// Reads the dead letters of the connection, oldest first.
    async fn dead_letters(&self, connection: &str) -> Result<Vec<DeadLetter>, StoreError>;

    /// Reads the waiting events behind the position `after` (0: from the first), in the order of storing, at most `limit`.
    ///
    /// A reader goes on behind the last position that it read, so no event may appear later at a lower position: concurrent writers assign
    /// positions in the order in which events become readable.
    async fn outbox(
        &self,
        connection: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// Reads the event with this ID, whatever its status; `None` if the ID was never stored.
    async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError>;

    /// Reads the rows of a part of the connection behind the row `after` (`None`, or a row of another part: from the first), at most `limit`, and
    /// at least one as long as there are more. So [`copy_connection`](crate::copy_connection) reads a whole connection that nobody writes to.
    ///
    /// The order is the store's own, and stays the same while nobody writes; [`ExportPart`] has what it must be where it matters.
    async fn export(
        &self,
        connection: &str,
        part: ExportPart,
        after: Option<&Exported>,
        limit: usize,
    ) -> Result<Vec<Exported>, StoreError>;
}

/// The purpose of an opening. Each role of a connection has an epoch of its own, so that one process can write notes while another one syncs
/// the same connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reading ServiceTitan and delivering opportunities. Writes values, records and marks, what was delivered, and the dead letters of
    /// opportunities.
    Syncing,
    /// Writing the notes of Hatch's events. Writes the states of events and their dead letters.
    Pushing,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Role; 2] = [Role::Syncing, Role::Pushing];

    /// The role's name, as stores and messages write it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Syncing => "syncing",
            Role::Pushing => "pushing",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The number of an opening in a role of a connection. Only the newest holder of a role may write what belongs to the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch {
    /// The role that the connection was opened in.
    pub role: Role,
    /// The number of the opening among those in this role, from 1 on.
    pub number: u64,
}

impl Epoch {
    /// Answers [`StoreError::WrongRole`] if one of the changes does not belong to the epoch's role.
    ///
    /// # Errors
    ///
    /// Only that one.
    pub fn permit(self, changes: &[Change]) -> Result<(), StoreError> {
        if changes.iter().all(|change| change.role().is_none_or(|role| role == self.role)) {
            Ok(())
        } else {
            Err(StoreError::WrongRole { held: self.role })
        }
    }

    /// The error that a write under this epoch gets once it is not the newest of its role.
    pub fn fenced(self) -> StoreError {
        StoreError::Fenced { role: self.role, held: self.number }
    }
}

/// The beginning of the names of values that belong to [pushing](Role::Pushing).
pub const PUSHING_VALUES: &str = "push:";

/// One change of a [`Store::commit`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Sets a value of the connection.
    SetValue {
        /// The value's name.
        key: String,
        /// The new value.
        value: String,
    },
    /// Removes a value of the connection. Nothing happens if there is none.
    RemoveValue {
        /// The value's name.
        key: String,
    },
    /// Puts a record with its links into the mirror, unless the mirror has a version that the record does not
    /// [replace](MirrorRecord::replaces).
    PutRecord(MirrorRecord),
    /// Removes a record and its links from the mirror. Nothing happens if there is none.
    RemoveRecord {
        /// The record's resource.
        resource: Resource,
        /// The record's ID.
        id: i64,
        /// The ID of the record's owner, as in [`MirrorRecord::owner`]; 0 where the resource's IDs are unique.
        owner: i64,
    },
    /// Removes all records of a resource from the mirror, and every mark about the completeness of children of this resource.
    RemoveResource {
        /// The resource.
        resource: Resource,
    },
    /// Marks the parent's children of this resource as complete: the mirror has all of them. Replaces a mark to the contrary.
    MarkComplete {
        /// The resource of the children.
        children: Resource,
        /// The parent's ID.
        parent_id: i64,
    },
    /// Marks the parent's children of this resource as incomplete: the mirror may lack some. Replaces a mark to the contrary.
    MarkIncomplete {
        /// The resource of the children.
        children: Resource,
        /// The parent's ID.
        parent_id: i64,
    },
    /// Marks an opportunity as dirty. It gets a place behind all dirty ones; an opportunity that is dirty already keeps its place and gets a new
    /// mark.
    MarkDirty {
        /// The integration's name.
        integration: String,
        /// The ID of the base record.
        id: i64,
    },
    /// Clears the mark of a dirty opportunity, unless it got a new mark since.
    ClearDirty {
        /// The integration's name.
        integration: String,
        /// The opportunity, with the mark that was read.
        dirty: Dirty,
    },
    /// Replaces the last delivery of an opportunity by another delivery, or by a claim.
    SetDelivered {
        /// The integration's name.
        integration: String,
        /// The delivery or claim.
        delivered: Delivered,
    },
    /// Removes the dirty mark and the last delivery of an opportunity. Nothing happens if there is neither.
    RemoveOpportunity {
        /// The integration's name.
        integration: String,
        /// The ID of the base record.
        id: i64,
    },
    /// Removes the dirty marks and the deliveries of an integration. Its dead letters stay, since those of events belong to the other role.
    RemoveIntegration {
        /// The integration's name.
        integration: String,
    },
    /// Adds a dead letter, or replaces the one with the same integration and subject.
    PutDeadLetter(DeadLetter),
    /// Removes a dead letter. Nothing happens if there is none.
    RemoveDeadLetter {
        /// The integration's name.
        integration: String,
        /// The letter's subject.
        subject: String,
    },
    /// Stores an event at the end of the outbox, as [`Store::add_event`] does. Nothing happens if an event with this ID was stored before.
    AddEvent(OutboxEvent),
    /// Replaces the state and the status of an event. Only waiting events are in the outbox; an event that waits again keeps its position.
    /// Nothing happens if there is no such event.
    SetEvent {
        /// The event's ID.
        id: String,
        /// The progress of the event's notes, as the engine wrote it.
        state: String,
        /// The status of the event.
        status: EventStatus,
    },
}

impl Change {
    /// Returns the role that the change belongs to: events, their dead letters and values whose names begin with
    /// [`PUSHING_VALUES`] to [pushing](Role::Pushing), all else to [syncing](Role::Syncing). `None` for the removal of such a value, which both
    /// roles may carry out: who prunes or erases a record removes what pushing kept about its opportunity.
    pub fn role(&self) -> Option<Role> {
        let of_letter = |subject: &str| {
            if subject.starts_with(DeadLetter::OF_EVENT) { Role::Pushing } else { Role::Syncing }
        };
        match self {
            Change::AddEvent(_) | Change::SetEvent { .. } => Some(Role::Pushing),
            Change::SetValue { key, .. } if key.starts_with(PUSHING_VALUES) => Some(Role::Pushing),
            Change::RemoveValue { key } if key.starts_with(PUSHING_VALUES) => None,
            Change::PutDeadLetter(letter) => Some(of_letter(&letter.subject)),
            Change::RemoveDeadLetter { subject, .. } => Some(of_letter(subject)),
            _ => Some(Role::Syncing),
        }
    }

    /// The change that takes a record out of the mirror.
    pub fn remove(record: &MirrorRecord) -> Self {
        Change::RemoveRecord { resource: record.resource, id: record.id, owner: record.owner }
    }
}

/// A failed call of a store.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process opened the connection in this role since: this one must stop writing to it.
    #[error(
        "the connection was opened again elsewhere for {role} (epoch {held} is no longer the newest): stop this one, or the other"
    )]
    Fenced {
        /// The role in which the write was tried.
        role: Role,
        /// The number of the epoch under which the write was tried.
        held: u64,
    },
    /// The change belongs to the other role. The caller is wrong, and nothing was written.
    #[error("a connection that was opened for {held} cannot write this: open it for the other role")]
    WrongRole {
        /// The role in which the write was tried.
        held: Role,
    },
    /// The storage is locked by another process.
    #[error("{0}")]
    Locked(String),
    /// A newer version of this library wrote the storage.
    #[error("{0}")]
    NewerSchema(String),
    /// The storage refuses until somebody changes it, or the configuration: a wrong password, a missing right, no such database.
    #[error("{0}")]
    Refused(String),
    /// The storage cannot be reached, is full, or answered with an error.
    #[error("{0}")]
    Unavailable(String),
    /// The stored data is not what the store wrote.
    #[error("{0}")]
    Damaged(String),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody changing anything here.
    pub fn is_temporary(&self) -> bool {
        matches!(self, StoreError::Unavailable(_))
    }
}
