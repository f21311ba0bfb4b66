//! The [`Source`] over ServiceTitan's API.

mod errors;
mod feeds;
mod lists;
mod lookups;
mod steady;

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use hatch_mapping::NoteTarget;
use servicetitan_client::{CustomerId, JobId, Lane, LocationId, NewNote, ServiceTitan};

use self::steady::LIST_PAGE_SIZE;
use crate::{
    FeedPage, FeedPosition, ListPage, Priority, Records, Resource, Source, SourceDescription, SourceError,
    SourceErrorKind,
};

/// The [`Source`] over ServiceTitan's API. Reads use the client's lane of their [`Priority`], notes the interactive lane.
#[derive(Debug, Clone)]
pub struct ServiceTitanSource {
    client: ServiceTitan,
}

impl ServiceTitanSource {
    /// Returns a source over this client.
    pub fn new(client: ServiceTitan) -> Self {
        ServiceTitanSource { client }
    }

    fn in_lane(&self, priority: Priority) -> ServiceTitan {
        self.client.with_lane(match priority {
            Priority::Backfill => Lane::Backfill,
            Priority::Incremental => Lane::Incremental,
            Priority::Interactive => Lane::Interactive,
        })
    }
}

#[async_trait]
impl Source for ServiceTitanSource {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        let report = self.client.check().await?;
        Ok(SourceDescription {
            summary: format!("app {}, tenant {} on {}", report.client_id, report.tenant, report.environment),
            server_time: report.server_time,
            granted_scopes: report.scopes,
            key_confirmed: report.app_key_confirmed,
        })
    }

    async fn read_feed(
        &self,
        resource: Resource,
        from: &FeedPosition,
        include_recent: bool,
        priority: Priority,
    ) -> Result<FeedPage, SourceError> {
        feeds::read(&self.in_lane(priority), resource, from, include_recent).await
    }

    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError> {
        lookups::records(&self.in_lane(priority), resource, ids).await
    }

    async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        parent_ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError> {
        lookups::children(&self.in_lane(priority), children, parent, parent_ids).await
    }

    async fn read_list(
        &self,
        resource: Resource,
        since: DateTime<Utc>,
        page: u32,
        priority: Priority,
    ) -> Result<ListPage, SourceError> {
        lists::changed(&self.in_lane(priority), resource, since, page).await
    }

    async fn write_note(&self, target: NoteTarget, id: i64, text: &str) -> Result<(), SourceError> {
        let st = self.client.with_lane(Lane::Interactive);
        let note = NewNote::text(text);
        let written = match target {
            NoteTarget::Job => st.jobs().add_note(JobId(id), &note).await,
            NoteTarget::Customer => st.customers().add_note(CustomerId(id), &note.into()).await,
            NoteTarget::Location => st.locations().add_note(LocationId(id), &note.into()).await,
        };
        match written {
            Ok(_) => Ok(()),
            Err(error) if error.may_have_been_carried_out() => {
                Err(SourceError { kind: SourceErrorKind::Unclear, message: error.to_string() })
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn note_texts(&self, target: NoteTarget, id: i64) -> Result<Vec<String>, SourceError> {
        let st = self.client.with_lane(Lane::Interactive);
        let notes = match target {
            NoteTarget::Job => st.jobs().notes(JobId(id)),
            NoteTarget::Customer => st.customers().notes(CustomerId(id)),
            NoteTarget::Location => st.locations().notes(LocationId(id)),
        };
        let mut pages = notes.page_size(LIST_PAGE_SIZE).pages();
        let mut texts = Vec::new();
        while let Some(page) = pages.try_next().await? {
            // An element that is no note was not written from here.
            let unreadable = page.problems.iter().filter(|problem| problem.is_record_lost()).count();
            if unreadable > 0 {
                tracing::warn!(?target, id, unreadable, "some notes could not be read");
            }
            texts.extend(page.records.into_iter().filter_map(|note| note.text));
        }
        Ok(texts)
    }

    fn request_counts(&self) -> BTreeMap<String, u64> {
        self.client.request_counts().iter().map(|(path, count)| (path.to_owned(), count)).collect()
    }
}
