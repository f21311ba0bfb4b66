//! Asking ServiceTitan for batches of 50, and finding the one that spoils a batch.

use futures::StreamExt;
use futures::stream;

use super::feeds;
use super::resolve::Resolver;
use crate::{Records, Resource, SourceError, SourceErrorKind, SyncError};

/// ServiceTitan takes no more IDs in one request.
const CHUNK: usize = 50;

/// How many batches are under way at a time.
const CONCURRENT_CHUNKS: usize = 4;

/// After so many refusals of single records in a batch the resource itself is taken for refused.
const REFUSED_RECORDS: usize = 5;

/// What is asked about a batch of IDs.
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

/// What became of a batch of IDs.
#[derive(Default)]
struct Chunk {
    warnings: Vec<String>,
    /// Whether anything was answered at all.
    answered: bool,
    /// The IDs that were refused each by itself.
    refused: Vec<(i64, SourceError)>,
    /// The resource itself is refused.
    denied: Option<SourceError>,
}

impl Resolver<'_> {
    /// Takes the records with these IDs into the mirror; those that do not exist as absent.
    pub(super) async fn look_up_records(&mut self, resource: Resource, ids: &[i64]) -> Result<(), SyncError> {
        self.look_up(Question::Records(resource), ids).await
    }

    /// Takes all children of these parents into the mirror.
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
        if self.engine.is_denied(resource).await? {
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
            None if all.answered || feeds::are_contacts(resource) => None,
            None => all.refused.first().map(|(_, error)| error.clone()),
            denied => denied,
        };
        match denied {
            None => self.give_up_on(question, all.refused).await,
            Some(error) if feeds::is_optional(resource) => {
                tracing::warn!(%resource, %error, "it could not be looked up");
                self.warnings.push(format!("{resource} could not be looked up: {error}"));
                self.engine.note_unread(resource).await
            }
            Some(error) => Err(error.into()),
        }
    }

    /// Asks about up to 50 IDs. What refuses all of them because of one (the contacts of an inactive customer do) is found by halving.
    async fn look_up_chunk(&self, question: Question, ids: Vec<i64>) -> Result<Chunk, SyncError> {
        let mut chunk = Chunk::default();
        let mut open = vec![ids];
        while let Some(ids) = open.pop() {
            let forgotten = self.engine.forgotten();
            let contacts = self.contacts_before(question, &ids).await?;
            match self.ask(question, &ids).await {
                Ok(read) => {
                    chunk.answered = true;
                    // A contact that does not fit is there all the same: then nothing says that another one is gone.
                    let contacts = if read.problems.is_empty() { contacts } else { Vec::new() };
                    chunk.warnings.extend(read.problems);
                    self.keep(question, &ids, forgotten, &contacts, read.records).await?;
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
        let source = &self.engine.source;
        match question {
            Question::Records(resource) => {
                self.engine.read(source.read_by_ids(resource, ids, self.priority)).await
            }
            Question::Children { children, parent } => {
                self.engine.read(source.read_children(children, parent, ids, self.priority)).await
            }
        }
    }
}
