//! Lookups: requests of 50 IDs to ServiceTitan, halved where a single ID has the whole request refused.

use std::collections::BTreeSet;

use futures::StreamExt;
use futures::stream;

use super::records::Lookups;
use crate::integrations::is_optional;
use crate::mirror::{keys, values};
use crate::{Records, Resource, SourceError, SourceErrorKind, SyncError};

/// The most IDs that ServiceTitan takes in one request.
pub(super) const CHUNK: usize = 50;

/// Number of requests that are under way at a time.
const CONCURRENT_CHUNKS: usize = 4;

/// Number of refused records in a chunk after which the resource itself is taken for refused.
const REFUSED_RECORDS: usize = 5;

/// A question about a chunk of IDs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Question {
    /// The records with these IDs.
    Records(Resource),
    /// The children of these parents.
    Children { children: Resource, parent: Resource },
}

impl Question {
    fn resource(self) -> Resource {
        match self {
            Question::Records(resource) => resource,
            Question::Children { children, .. } => children,
        }
    }
}

/// The outcome of the question about a chunk of IDs.
#[derive(Default)]
struct Chunk {
    warnings: Vec<String>,
    /// Whether any request was answered.
    answered: bool,
    /// The IDs that were refused each by itself, with the refusal.
    refused: Vec<(i64, SourceError)>,
    /// The refusal of the resource itself.
    denied: Option<SourceError>,
}

impl Lookups<'_> {
    /// Looks the records with these IDs up and ingests them; those that do not exist are kept as absent.
    pub(super) async fn look_up_records(&mut self, resource: Resource, ids: &[i64]) -> Result<(), SyncError> {
        self.look_up(Question::Records(resource), ids).await
    }

    /// Looks all children of these parents up and ingests them.
    pub(super) async fn look_up_children(
        &mut self,
        children: Resource,
        parent: Resource,
        ids: &[i64],
    ) -> Result<(), SyncError> {
        self.look_up(Question::Children { children, parent }, ids).await
    }

    async fn look_up(&mut self, question: Question, ids: &[i64]) -> Result<(), SyncError> {
        let resource = question.resource();
        if self.mirror.is_denied(resource).await? {
            // Its feed is refused, and is asked again in the next run.
            return Ok(());
        }
        let mut all = Chunk::default();
        {
            let this = &*self;
            let chunks: Vec<Vec<i64>> = ids.chunks(CHUNK).map(<[i64]>::to_vec).collect();
            let mut chunks = stream::iter(chunks)
                .map(|chunk| this.look_up_chunk(question, chunk))
                .buffer_unordered(CONCURRENT_CHUNKS);
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk?;
                all.warnings.extend(chunk.warnings);
                all.answered |= chunk.answered;
                all.refused.extend(chunk.refused);
                if chunk.denied.is_some() {
                    all.denied = chunk.denied;
                    break;
                }
            }
        }
        self.warnings.append(&mut all.warnings);
        // Contacts are known to be refused for a single customer. Anything else that refuses each of a few is refused altogether.
        let denied = match all.denied {
            None if all.answered || resource.is_contacts() => None,
            None => all.refused.first().map(|(_, error)| error.clone()),
            denied => denied,
        };
        match denied {
            None => self.settle_refused(question, all.refused).await,
            Some(error) if is_optional(resource) => {
                tracing::warn!(%resource, %error, "a resource could not be looked up");
                self.warnings.push(format!("{resource} could not be looked up: {error}"));
                self.record_failed_lookup(resource).await
            }
            Some(error) => Err(error.into()),
        }
    }

    /// Asks about up to 50 IDs. An ID because of which ServiceTitan refuses the whole request (such as an inactive customer's, for contacts)
    /// is found by halving.
    async fn look_up_chunk(&self, question: Question, ids: Vec<i64>) -> Result<Chunk, SyncError> {
        let mut chunk = Chunk::default();
        let mut open = vec![ids];
        while let Some(ids) = open.pop() {
            let erasures = self.mirror.erasures();
            let contacts = self.kept_contacts(question, &ids).await?;
            match self.ask(question, &ids).await {
                Ok(read) => {
                    chunk.answered = true;
                    // A contact that does not fit exists all the same: a contact that the answer lacks may be that one, and is not removed.
                    let contacts = if read.problems.is_empty() { contacts } else { Vec::new() };
                    chunk.warnings.extend(read.problems);
                    self.ingest_answer(question, &ids, erasures, &contacts, read.records).await?;
                }
                Err(SyncError::Source(error)) => match error.kind {
                    SourceErrorKind::MissingScope => {
                        chunk.denied = Some(error);
                        return Ok(chunk);
                    }
                    SourceErrorKind::Refused | SourceErrorKind::NotFound if ids.len() > 1 => {
                        let (first, second) = ids.split_at(ids.len() / 2);
                        open.extend([second.to_vec(), first.to_vec()]);
                    }
                    SourceErrorKind::Refused | SourceErrorKind::NotFound => {
                        chunk.refused.extend(ids.first().map(|id| (*id, error.clone())));
                        if chunk.refused.len() >= REFUSED_RECORDS && !chunk.answered {
                            chunk.denied = Some(error);
                            return Ok(chunk);
                        }
                    }
                    _ => return Err(error.into()),
                },
                Err(error) => return Err(error),
            }
        }
        Ok(chunk)
    }

    async fn ask(&self, question: Question, ids: &[i64]) -> Result<Records, SyncError> {
        match question {
            Question::Records(resource) => self.reader.read_by_ids(resource, ids, self.priority).await,
            Question::Children { children, parent } => {
                self.reader.read_children(children, parent, ids, self.priority).await
            }
        }
    }

    /// Records that a lookup of an optional resource was refused: the next run re-evaluates the opportunities that show it.
    async fn record_failed_lookup(&self, resource: Resource) -> Result<(), SyncError> {
        let lock = self.mirror.lock().await;
        let mut failed: BTreeSet<Resource> =
            self.mirror.json_value(keys::FAILED_LOOKUPS).await?.unwrap_or_default();
        if failed.insert(resource) {
            lock.commit(vec![values::set_json(keys::FAILED_LOOKUPS, &failed)]).await?;
        }
        Ok(())
    }
}
