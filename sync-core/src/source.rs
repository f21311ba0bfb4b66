//! ServiceTitan as the engine sees it: the source of records and the target of notes.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hatch_mapping::NoteTarget;
use servicetitan_client::Scope;
use thiserror::Error;

use crate::{MirrorRecord, Resource};

/// ServiceTitan as the engine sees it. `ServiceTitanSource` implements the trait over the client; a test may implement it without a socket.
#[async_trait]
pub trait Source: Send + Sync {
    /// Returns the app and the tenant that the credentials belong to, or an error that tells why they do not work.
    async fn check(&self) -> Result<SourceDescription, SourceError>;

    /// Reads one page of a resource's changes from a position. Pages may repeat records, and must not leave any out.
    ///
    /// A feed holds its newest changes back for some minutes. `include_recent` asks for these changes too (`includeRecentChanges`), which then
    /// come again later. A source without such a choice ignores the argument.
    async fn read_feed(
        &self,
        resource: Resource,
        from: &FeedPosition,
        include_recent: bool,
        priority: Priority,
    ) -> Result<FeedPage, SourceError>;

    /// Reads records by any number of IDs, including inactive records where ServiceTitan returns them. The answer leaves out IDs that do not
    /// exist.
    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError>;

    /// Reads all children of these parents, including inactive children where ServiceTitan returns them.
    ///
    /// The engine takes the answer for complete and does not read it again. An implementation therefore repeats the reading of a list whose
    /// pages changed meanwhile.
    async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        parent_ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError>;

    /// Reads one page, from 1 on, of the list of a resource's records that were modified at `since` or later, in a stable order. Reconciling
    /// compares the mirror with this list. [`SourceErrorKind::Refused`] where the resource has no such list.
    async fn read_list(
        &self,
        resource: Resource,
        since: DateTime<Utc>,
        page: u32,
        priority: Priority,
    ) -> Result<ListPage, SourceError>;

    /// Adds a note to a record, ahead of all reads in the queue for requests.
    async fn write_note(&self, target: NoteTarget, id: i64, text: &str) -> Result<(), SourceError>;

    /// Reads the texts of all notes of a record.
    async fn note_texts(&self, target: NoteTarget, id: i64) -> Result<Vec<String>, SourceError>;

    /// Returns the number of requests sent so far, by path.
    fn request_counts(&self) -> BTreeMap<String, u64>;
}

/// The urgency of a read. Where requests are limited, more urgent ones go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Priority {
    /// First reads of feeds and reconciliations, which may take hours.
    Backfill,
    /// Reads of regular runs.
    Incremental,
    /// Reads that somebody waits for: webhooks and events of Hatch.
    Interactive,
}

/// The app and the tenant behind a [`Source`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDescription {
    /// App, tenant and environment in one line for people.
    pub summary: String,
    /// ServiceTitan's time, if its answer told it.
    pub server_time: Option<DateTime<Utc>>,
    /// The app's scopes, as far as the access token lists them; empty if it does not.
    pub granted_scopes: Vec<Scope>,
    /// Whether a read succeeded, which confirms the application key and the tenant. The token alone does not.
    pub key_confirmed: bool,
}

/// A position in a feed: the start of its next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedPosition {
    /// The beginning of time.
    Beginning,
    /// The first change at this time or later.
    Since(DateTime<Utc>),
    /// The end of a former page, as its [`next`](FeedPage::next).
    Token(String),
}

/// A field of a record that does not fit its type. The field reads as absent, or was repaired; the mirror keeps the record unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// The record's ID, if it could be read.
    pub id: Option<i64>,
    /// The record's [`owner`](MirrorRecord::owner); `None` where it is not known, so that the field may be any owner's.
    pub owner: Option<i64>,
    /// The field's path in the record, without indexes of lists, such as `customFields[].value`.
    pub path: String,
}

/// One page of a feed.
#[derive(Debug, Clone, Default)]
pub struct FeedPage {
    /// The records in ServiceTitan's order.
    pub records: Vec<MirrorRecord>,
    /// Records that could not be decoded and are missing, each as a line with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Fields of the records that could not be decoded, or only in part.
    pub bad_fields: Vec<BadField>,
    /// The position behind the page, also behind the last one. `None` if ServiceTitan names no position: the cursor then stays, and the next
    /// run reads the page again. A feed cannot go on if [`has_more`](Self::has_more) is set and this position is `None` or the requested one.
    pub next: Option<String>,
    /// Whether ServiceTitan has another page now.
    pub has_more: bool,
    /// The time of the answer by ServiceTitan's clock.
    pub server_time: Option<DateTime<Utc>>,
}

/// One page of a list.
#[derive(Debug, Clone, Default)]
pub struct ListPage {
    /// The records.
    pub records: Vec<MirrorRecord>,
    /// Records that could not be decoded and are missing, each as a line with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Fields of the records that could not be decoded, or only in part.
    pub bad_fields: Vec<BadField>,
    /// Whether another page follows.
    pub has_more: bool,
}

/// The answer to a lookup.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// The records.
    pub records: Vec<MirrorRecord>,
    /// Records that could not be decoded and are missing, each as a line with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Fields of the records that could not be decoded, or only in part.
    pub bad_fields: Vec<BadField>,
}

/// A request to ServiceTitan that failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SourceError {
    /// The kind of failure, which decides what the engine does next.
    pub kind: SourceErrorKind,
    /// The failure and its remedy for people, without secrets and customer data.
    pub message: String,
}

/// The kind of a [`SourceError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceErrorKind {
    /// A failure that may pass: the engine tries again later.
    Temporary,
    /// A write that ServiceTitan may have carried out. The engine reads the target's notes before it tries again.
    Unclear,
    /// The app lacks a scope. Other resources may work.
    MissingScope,
    /// The record does not exist.
    NotFound,
    /// The credentials, the application key or the tenant are wrong.
    Auth,
    /// ServiceTitan refuses the request, and will refuse it again.
    Refused,
}
