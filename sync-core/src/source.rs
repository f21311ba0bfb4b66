//! Where records come from and notes go to: ServiceTitan, as the engine sees it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hatch_mapping::NoteTarget;
use servicetitan_client::Scope;
use thiserror::Error;

use crate::{MirrorRecord, Resource};

/// ServiceTitan as the engine sees it. `ServiceTitanSource` implements it over the client; a test may implement it without a socket.
#[async_trait]
pub trait Source: Send + Sync {
    /// Says who is connected, or why nobody is.
    async fn check(&self) -> Result<SourceDescription, SourceError>;

    /// Reads one page of a resource's changes from a position. A page may repeat records; it must not lose any.
    ///
    /// A feed holds its newest changes back for some minutes. `include_recent` asks for them too (`includeRecentChanges`), at the price of
    /// records that come again; a source without such a choice ignores it.
    async fn read_feed(
        &self,
        resource: Resource,
        from: &FeedPosition,
        include_recent: bool,
        priority: Priority,
    ) -> Result<FeedPage, SourceError>;

    /// Reads records by ID, however many, inactive ones too where ServiceTitan tells; those that do not exist are left out.
    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError>;

    /// Reads all children of a resource that these parents have, inactive ones too where ServiceTitan tells. What is left out is not asked
    /// for again, so a list whose pages changed while they were read has to be read once more.
    async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        parent_ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError>;

    /// Reads one page, from 1 on, of the records that a resource's list says were modified at `since` or later, in a stable order. It is
    /// what a feed is compared with. [`SourceErrorKind::Refused`] where the resource has no such list.
    async fn read_list(
        &self,
        resource: Resource,
        since: DateTime<Utc>,
        page: u32,
        priority: Priority,
    ) -> Result<ListPage, SourceError>;

    /// Writes a note, ahead of all reading.
    async fn write_note(&self, target: NoteTarget, id: i64, text: &str) -> Result<(), SourceError>;

    /// The texts of all notes of a record.
    async fn note_texts(&self, target: NoteTarget, id: i64) -> Result<Vec<String>, SourceError>;

    /// How many requests were sent so far, by resource.
    fn request_counts(&self) -> BTreeMap<String, u64>;
}

/// How urgent a read is. What is more urgent goes first where requests are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Priority {
    /// What may take hours: first reads, and comparing.
    Backfill,
    /// The regular run.
    Incremental,
    /// Somebody waits for it.
    Interactive,
}

/// Who is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDescription {
    /// What a person reads: app, tenant, environment.
    pub summary: String,
    /// ServiceTitan's own time.
    pub server_time: Option<DateTime<Utc>>,
    /// What the app may do, as far as the access token tells; empty if it does not.
    pub granted_scopes: Vec<Scope>,
    /// Whether something was read, so that the application key and the tenant are known to be right.
    pub key_confirmed: bool,
}

/// Where reading a feed goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedPosition {
    /// From the beginning of time.
    Beginning,
    /// From a date.
    Since(DateTime<Utc>),
    /// From where the last page ended.
    Token(String),
}

/// A field of a record that does not fit its type. It reads as absent, or was repaired; the record goes on without it, and is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// The record's ID, if it is known.
    pub id: Option<i64>,
    /// The field's path in the record, without the places in lists, such as `customFields[].value`.
    pub path: String,
}

/// One page of a feed.
#[derive(Debug, Clone, Default)]
pub struct FeedPage {
    /// The records, in the order in which they came.
    pub records: Vec<MirrorRecord>,
    /// Records that could not be read and are missing, each with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Fields of the records that could not be read, or only in part.
    pub bad_fields: Vec<BadField>,
    /// The position behind the page, kept after the last page too. `None` where ServiceTitan names none: then the former position stays, and the page
    /// is read again. With [`has_more`](Self::has_more) it means that the feed cannot go on, and so does the position that was asked for.
    pub next: Option<String>,
    /// Whether another page is ready now.
    pub has_more: bool,
    /// When the page was made, by ServiceTitan's clock.
    pub server_time: Option<DateTime<Utc>>,
}

/// One page of a list.
#[derive(Debug, Clone, Default)]
pub struct ListPage {
    /// The records.
    pub records: Vec<MirrorRecord>,
    /// Records that could not be read and are missing, each with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Fields of the records that could not be read, or only in part.
    pub bad_fields: Vec<BadField>,
    /// Whether another page follows.
    pub has_more: bool,
}

/// Records that were looked up.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// The records.
    pub records: Vec<MirrorRecord>,
    /// Records that could not be read and are missing, each with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Fields of the records that could not be read, or only in part.
    pub bad_fields: Vec<BadField>,
}

/// Why ServiceTitan did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SourceError {
    /// What a caller can do about it.
    pub kind: SourceErrorKind,
    /// What happened and what to do, without secrets and customer data.
    pub message: String,
}

/// What a caller can do about a [`SourceError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceErrorKind {
    /// Try again later.
    Temporary,
    /// A write that may have been carried out: look before trying again.
    Unclear,
    /// The app lacks a scope; the other resources work.
    MissingScope,
    /// The record is not there.
    NotFound,
    /// The credentials, the app key or the tenant are wrong.
    Auth,
    /// The request itself is refused, and will be again.
    Refused,
}
