//! What the engine asks of storage.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{MirrorRecord, Resource};

/// Storage for the mirror, the cursors, and what is dirty, delivered, dead or waiting to be pushed.
///
/// One store may hold many connections (tenants); every method names the one it means, and none sees another's data.
///
/// # Promises
///
/// - [`commit`](Store::commit) is atomic and durable: when it answers `Ok`, all of its changes survive a crash; when it does not, none
///   of them happened. Changes are applied in their order.
/// - A commit under an epoch that is not the newest of its role changes nothing and answers [`StoreError::Fenced`], also if it began before
///   the newer opening: once an opening is answered, nothing is written any more under the older ones of its role.
/// - Roles do not disturb each other, and each writes what is its own ([`Change::role`]): a commit with a change that belongs to the other role
///   changes nothing and answers [`StoreError::WrongRole`].
/// - Reads see every commit that was answered before they began, and none in part.
/// - A commit whose answer got lost may be repeated: the second time leaves everything as the first did, but for newer marks.
///
/// `MemoryStore` is the reference implementation; `sqlite-store` has one for SQLite. A store of one's own is tested with
/// [`store_conformance!`](crate::store_conformance), as [`testing`](crate::testing) shows.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a connection for writing in a role: bumps the role's epoch and returns the new one. Whoever wrote under an older epoch of this
    /// role is fenced off from now on; the other role goes on.
    async fn open(&self, connection: &str, role: Role) -> Result<Epoch, StoreError>;

    /// Answers [`StoreError::Fenced`] unless the epoch is the newest of its role. Asked right before each effect outside, so it must be
    /// cheap; like any read it sees every opening that was answered before it began.
    async fn check_epoch(&self, connection: &str, epoch: Epoch) -> Result<(), StoreError>;

    /// Applies all changes in their order, or none. An implementation asks [`Epoch::permit`] whether the epoch's role may make them.
    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError>;

    /// Stores an event of Hatch at the end of the outbox. Needs no epoch, so that any process may push. Answers `false`, and changes
    /// nothing, when an event with this ID was stored before, even if it is finished.
    async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError>;

    /// A value of the connection, such as a feed's cursor.
    async fn value(&self, connection: &str, key: &str) -> Result<Option<String>, StoreError>;

    /// The mirrored records of a resource with these IDs, in any order; those that the mirror lacks are left out. Where records have an
    /// [owner](Resource::owner), an ID brings the record of each of its owners.
    async fn records(
        &self,
        connection: &str,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError>;

    /// The mirrored records of a resource that belong to one of these parents, in any order.
    async fn linked(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError>;

    /// The IDs of a resource's mirrored records above `after` (`None`: from the lowest), in rising order, each once, at most `limit`. Records
    /// known to be absent are left out.
    async fn record_ids(
        &self,
        connection: &str,
        resource: Resource,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError>;

    /// What was marked about these parents' children of this resource, in any order: `true` for complete, `false` for incomplete.
    /// Parents without a mark are left out.
    async fn completeness(
        &self,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError>;

    /// The opportunities of an integration that wait for delivery behind the place `after` (0: all of them), by rising place, at most
    /// `limit`.
    async fn dirty(
        &self,
        connection: &str,
        integration: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError>;

    /// Those of these opportunities that wait for delivery now, in any order.
    async fn dirty_among(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Dirty>, StoreError>;

    /// How many opportunities of an integration wait for delivery.
    async fn dirty_count(&self, connection: &str, integration: &str) -> Result<u64, StoreError>;

    /// What was noted last about the delivery of these opportunities, in any order; those that never were sent are left out.
    async fn delivered(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError>;

    /// The dead letters of the connection, oldest first.
    async fn dead_letters(&self, connection: &str) -> Result<Vec<DeadLetter>, StoreError>;

    /// The waiting events that were stored behind the position `after` (0: all of them), in the order in which they were stored, at
    /// most `limit`.
    ///
    /// A reader goes on behind the last position that it was given, so an event must not turn up before one that was read: whoever
    /// stores concurrently gives out positions in the order in which they can be read.
    async fn outbox(
        &self,
        connection: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// The event with this ID, whatever its status; `None` if none was ever stored.
    async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError>;
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
        if changes.iter().all(|change| change.role() == self.role) {
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

/// One change of a [`Store::commit`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Sets a value of the connection.
    SetValue {
        /// Its name.
        key: String,
        /// What it is from now on.
        value: String,
    },
    /// Takes a value of the connection away. Nothing happens if there is none.
    RemoveValue {
        /// Its name.
        key: String,
    },
    /// Puts a record into the mirror if it [replaces](MirrorRecord::replaces) the one there, links included.
    PutRecord(MirrorRecord),
    /// Takes a record and its links out of the mirror. Nothing happens if there is none.
    RemoveRecord {
        /// The record's resource.
        resource: Resource,
        /// The record's ID.
        id: i64,
        /// The ID of the record's owner, as in [`MirrorRecord::owner`]; 0 where the resource's IDs are unique.
        owner: i64,
    },
    /// Takes all records of a resource out of the mirror, and every mark about the completeness of children of this resource.
    RemoveResource {
        /// The resource.
        resource: Resource,
    },
    /// Notes that the mirror has all children of this resource that the parent had when they were read. Replaces a mark to the contrary.
    MarkComplete {
        /// The resource of the children.
        children: Resource,
        /// The parent's ID.
        parent_id: i64,
    },
    /// Notes that the mirror lacks children of this resource that the parent may have. Replaces a mark to the contrary.
    MarkIncomplete {
        /// The resource of the children.
        children: Resource,
        /// The parent's ID.
        parent_id: i64,
    },
    /// Marks an opportunity as waiting for delivery, behind all that are marked; one that already waits keeps its place and gets
    /// a new mark.
    MarkDirty {
        /// The integration's name.
        integration: String,
        /// The ID of the base record.
        id: i64,
    },
    /// Takes an opportunity out of those that wait, unless it got a new mark since.
    ClearDirty {
        /// The integration's name.
        integration: String,
        /// The opportunity and the mark under which it was read.
        dirty: Dirty,
    },
    /// Notes what was delivered for an opportunity, or that it is about to be, instead of what was noted before.
    SetDelivered {
        /// The integration's name.
        integration: String,
        /// What was delivered.
        delivered: Delivered,
    },
    /// Forgets an opportunity: it neither waits nor was delivered. Nothing happens if neither was so.
    RemoveOpportunity {
        /// The integration's name.
        integration: String,
        /// The ID of the base record.
        id: i64,
    },
    /// Forgets the opportunities of an integration: what waits, and what was delivered. Dead letters stay, since those of events belong to
    /// another role.
    RemoveIntegration {
        /// The integration's name.
        integration: String,
    },
    /// Puts a dead letter, instead of one with the same integration and subject.
    PutDeadLetter(DeadLetter),
    /// Removes a dead letter. Nothing happens if there is none.
    RemoveDeadLetter {
        /// The integration's name.
        integration: String,
        /// What the letter is about.
        subject: String,
    },
    /// Replaces the state of an event. Only a waiting one is in the outbox; one that waits again is at its old place. Nothing happens if
    /// there is no such event.
    SetEvent {
        /// The event's ID.
        id: String,
        /// How far its notes are, as the engine wrote it.
        state: String,
        /// Whether something is left to do for it.
        status: EventStatus,
    },
}

impl Change {
    /// The role that the change belongs to: events and their dead letters to [pushing](Role::Pushing), all else to
    /// [syncing](Role::Syncing).
    pub fn role(&self) -> Role {
        let of_letter = |subject: &str| {
            if subject.starts_with(DeadLetter::OF_EVENT) { Role::Pushing } else { Role::Syncing }
        };
        match self {
            Change::SetEvent { .. } => Role::Pushing,
            Change::PutDeadLetter(letter) => of_letter(&letter.subject),
            Change::RemoveDeadLetter { subject, .. } => of_letter(subject),
            _ => Role::Syncing,
        }
    }

    /// The change that takes a record out of the mirror.
    pub fn remove(record: &MirrorRecord) -> Self {
        Change::RemoveRecord { resource: record.resource, id: record.id, owner: record.owner }
    }
}

/// An opportunity that waits for delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dirty {
    /// The ID of the base record.
    pub id: i64,
    /// Its place in the queue, above 0: that of its first mark since it waits.
    pub place: u64,
    /// A number that is new each time the opportunity is marked.
    pub mark: u64,
}

/// What was delivered last for an opportunity.
///
/// Before an upsert is sent, it is *claimed*: noted without a fingerprint. As long as the outcome is not known, the claim stays, and the
/// opportunity is sent again whatever its body is by then: an upsert that seemed to fail may be applied by the sink later, up to the next
/// one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// The ID of the base record.
    pub id: i64,
    /// The fingerprint of body, sink and mapping version; `None` while it is not known what the sink has.
    pub fingerprint: Option<String>,
    /// The fingerprint of the phone and e-mail that Hatch matches by.
    pub contact: String,
    /// When the sink accepted it, or when it was claimed, by the host's clock.
    pub at: DateTime<Utc>,
}

/// Something that was given up, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The integration's name.
    pub integration: String,
    /// What it is about: `job:42`, `membership:7` or `event:<id>`.
    pub subject: String,
    /// Why it was given up, without customer data.
    pub reason: String,
    /// When, by the host's clock.
    pub at: DateTime<Utc>,
}

impl DeadLetter {
    /// The beginning of the subject of a dead letter about an event.
    pub(crate) const OF_EVENT: &str = "event:";

    /// The ID of the event that it is about; `None` if it is about an opportunity.
    pub fn event_id(&self) -> Option<&str> {
        self.subject.strip_prefix(Self::OF_EVENT)
    }
}

/// An event of Hatch that is to become notes.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    /// The host's ID for the event; an event is stored once.
    pub id: String,
    /// The event as JSON.
    pub event: String,
    /// How far its notes are, as the engine wrote it.
    pub state: String,
    /// When it was stored, by the host's clock.
    pub at: DateTime<Utc>,
}

/// An event as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the order of storing, from 1 on.
    pub position: u64,
    /// Whether something is left to do for it.
    pub status: EventStatus,
    /// The event. Of one that is [done](EventStatus::Done), `event` and `state` are empty.
    pub event: OutboxEvent,
}

/// Whether something is left to do for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventStatus {
    /// It is in the outbox.
    Waiting,
    /// It was given up. Its content is kept, so that it can be tried again.
    Dead,
    /// Nothing is left to do. Its content, a customer's message, is forgotten, and its ID stays known.
    Done,
}

/// The message stays out of logs.
impl fmt::Debug for OutboxEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OutboxEvent")
            .field("id", &self.id)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Why a store could not do what it was asked.
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
    /// The storage was written by a newer version of this library.
    #[error("{0}")]
    NewerSchema(String),
    /// The storage cannot be reached, is full, or answered with an error.
    #[error("{0}")]
    Unavailable(String),
    /// What was read is not what was written.
    #[error("{0}")]
    Damaged(String),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody changing anything here.
    pub fn is_temporary(&self) -> bool {
        matches!(self, StoreError::Unavailable(_))
    }
}
