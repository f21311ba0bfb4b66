//! Lookups: requests of 50 IDs to ServiceTitan, halved where a single ID has the whole request refused.

use std::collections::BTreeSet;

use futures::StreamExt;
use futures::stream;

use super::question::{Chunk, Part, Question};
use super::records::Lookups;
use crate::integrations::is_optional;
use crate::mirror::{keys, values};
use crate::{Records, Resource, SourceErrorKind, SyncError};

/// Number of requests that are under way at a time.
const CONCURRENT_CHUNKS: usize = 4;

/// Number of refused records in a chunk after which the resource itself is taken for refused.
const REFUSED_RECORDS: usize = 5;

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
        let most = self.most_at_once(question).await?;
        let mut all = Chunk::default();
        let mut canaries = self.find_canaries(question, ids).await?;
        let mut rest = ids;
        while !rest.is_empty() && all.denied.is_none() {
            let size = most.saturating_sub(canaries.len()).max(1);
            // For want of a canary the first chunk goes ahead: it may bring one.
            let goes_ahead = question.takes_canaries()
                && canaries.is_empty()
                && rest.len() == ids.len()
                && rest.len() > size;
            let (now, later) = if goes_ahead { rest.split_at(size) } else { rest.split_at(rest.len()) };
            let this = &*self;
            let parts: Vec<Part> = now
                .chunks(size)
                .map(|ids| Part { ids: ids.to_vec(), canaries: canaries.clone(), was_left_out: false })
                .collect();
            let mut chunks = stream::iter(parts)
                .map(|part| this.look_up_chunk(question, part))
                .buffer_unordered(CONCURRENT_CHUNKS);
            while let Some(chunk) = chunks.next().await {
                all.add(chunk?);
                if all.denied.is_some() {
                    break;
                }
            }
            drop(chunks);
            rest = later;
            self.note_endpoint(question, None, std::mem::take(&mut all.sampled)).await?;
            if goes_ahead {
                canaries = self.find_canaries(question, rest).await?;
            }
        }
        let believed_at = all.left_out.then(|| all.believed_at.max(1));
        self.note_endpoint(question, believed_at, 0).await?;
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
    async fn look_up_chunk(&self, question: Question, part: Part) -> Result<Chunk, SyncError> {
        let mut chunk = Chunk::default();
        let mut open = vec![part];
        while let Some(part) = open.pop() {
            let erasures = self.mirror.erasures();
            let contacts = self.kept_contacts(question, &part.ids).await?;
            match self.ask(question, &part.asked()).await {
                Ok(read) => {
                    chunk.answered = true;
                    let judgement = self.judge(question, &part, &read, &mut chunk).await?;
                    open.extend(judgement.open);
                    if judgement.believed.is_empty() {
                        continue;
                    }
                    // A contact that does not fit exists all the same: a contact that the answer lacks may be that one, and is not removed.
                    let contacts = if read.problems.is_empty() { contacts } else { Vec::new() };
                    chunk.warnings.extend(read.problems.iter().cloned());
                    self.ingest_answer(question, &judgement.believed, erasures, &contacts, read).await?;
                }
                Err(SyncError::Source(error)) => match error.kind {
                    SourceErrorKind::MissingScope => {
                        chunk.denied = Some(error);
                        return Ok(chunk);
                    }
                    SourceErrorKind::Refused | SourceErrorKind::NotFound if part.ids.len() > 1 => {
                        open.extend(part.halves());
                    }
                    SourceErrorKind::Refused | SourceErrorKind::NotFound => {
                        chunk.refused.extend(part.ids.first().map(|id| (*id, error.clone())));
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
