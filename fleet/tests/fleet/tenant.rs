//! A scripted tenant of ServiceTitan: one job, which an operator of the test changes, behind feeds of as many pages as a test wants.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hatch_mapping::NoteTarget;
use sync_core::{
    FeedPage, FeedPosition, ListPage, MirrorRecord, Priority, Records, Resource, Source, SourceDescription,
    SourceError, SourceErrorKind,
};
use tokio::time::Instant;

/// A tenant.
#[derive(Debug, Default)]
pub(crate) struct Tenant {
    /// Pages of the feed of jobs that are still to be read.
    pub(crate) pages: AtomicUsize,
    /// Milliseconds that each page takes.
    pub(crate) page_takes: AtomicU64,
    /// The kind of failure of each read.
    pub(crate) fails: Mutex<Option<SourceErrorKind>>,
    pub(crate) panics: AtomicBool,
    /// The moments at which the feed of jobs was read.
    pub(crate) read: Mutex<Vec<Instant>>,
    pub(crate) reading: AtomicUsize,
    pub(crate) most_reading: AtomicUsize,
    pub(crate) notes: Mutex<Vec<String>>,
    pub(crate) note_fails: AtomicBool,
    position: AtomicU64,
}

impl Tenant {
    pub(crate) fn fail(&self, kind: Option<SourceErrorKind>) {
        *self.fails.lock().unwrap() = kind;
    }

    /// Makes the next reads of the feed of jobs take so many pages of a second each.
    pub(crate) fn grow(&self, pages: usize) {
        self.pages.store(pages, Ordering::SeqCst);
        self.page_takes.store(1000, Ordering::SeqCst);
    }

    /// Number of cycles that have begun.
    pub(crate) fn reads(&self) -> usize {
        self.read.lock().unwrap().len()
    }

    fn now() -> DateTime<Utc> {
        "2026-06-01T12:00:00Z".parse().unwrap()
    }

    fn job() -> MirrorRecord {
        MirrorRecord {
            created_on: Some(Tenant::now()),
            modified_on: Some(Tenant::now()),
            body: Some(r#"{"id":1,"active":true,"jobStatus":"Scheduled"}"#.to_owned()),
            ..MirrorRecord::absent(Resource::Jobs, 1)
        }
    }

    async fn answer(&self) -> Result<(), SourceError> {
        assert!(!self.panics.load(Ordering::SeqCst), "scripted");
        // A read lasts a little, so that others come in between.
        tokio::time::sleep(Duration::from_millis(1)).await;
        match *self.fails.lock().unwrap() {
            Some(kind) => Err(SourceError { kind, message: format!("scripted: {kind:?}") }),
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Source for Tenant {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        self.answer().await?;
        Ok(SourceDescription {
            summary: "a scripted tenant".to_owned(),
            server_time: Some(Tenant::now()),
            granted_scopes: Vec::new(),
            key_confirmed: true,
        })
    }

    async fn read_feed(
        &self,
        resource: Resource,
        _: &FeedPosition,
        _: bool,
        _: Priority,
    ) -> Result<FeedPage, SourceError> {
        if resource != Resource::Jobs {
            self.answer().await?;
            return Ok(FeedPage {
                next: Some("end".to_owned()),
                server_time: Some(Tenant::now()),
                ..FeedPage::default()
            });
        }
        self.read.lock().unwrap().push(Instant::now());
        let reading = self.reading.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_reading.fetch_max(reading, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(self.page_takes.load(Ordering::SeqCst))).await;
        let answer = self.answer().await;
        self.reading.fetch_sub(1, Ordering::SeqCst);
        answer?;
        let left = self.pages.load(Ordering::SeqCst);
        self.pages.store(left.saturating_sub(1), Ordering::SeqCst);
        let next = format!("page {}", self.position.fetch_add(1, Ordering::SeqCst));
        Ok(FeedPage {
            records: vec![Tenant::job()],
            next: Some(next),
            has_more: left > 1,
            server_time: Some(Tenant::now()),
            ..FeedPage::default()
        })
    }

    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        _: Priority,
    ) -> Result<Records, SourceError> {
        self.answer().await?;
        let is_the_job = resource == Resource::Jobs && ids.contains(&1);
        Ok(Records { records: is_the_job.then(Tenant::job).into_iter().collect(), ..Records::default() })
    }

    async fn read_children(
        &self,
        _: Resource,
        _: Resource,
        _: &[i64],
        _: Priority,
    ) -> Result<Records, SourceError> {
        self.answer().await?;
        Ok(Records::default())
    }

    async fn read_list(
        &self,
        _: Resource,
        _: DateTime<Utc>,
        _: u32,
        _: Priority,
    ) -> Result<ListPage, SourceError> {
        self.answer().await?;
        Ok(ListPage::default())
    }

    async fn write_note(&self, _: NoteTarget, _: i64, text: &str) -> Result<(), SourceError> {
        if self.note_fails.load(Ordering::SeqCst) {
            return Err(SourceError { kind: SourceErrorKind::Temporary, message: "scripted".to_owned() });
        }
        self.notes.lock().unwrap().push(text.to_owned());
        Ok(())
    }

    async fn note_texts(&self, _: NoteTarget, _: i64) -> Result<Vec<String>, SourceError> {
        Ok(self.notes.lock().unwrap().clone())
    }

    fn request_counts(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }
}
