//! Canaries: answers of lookups that leave some of the asked IDs out without a word.
//!
//! A child that does not come is taken for one that does not exist, so that an endpoint that honours only some of many IDs would cost records. A
//! request about many owners therefore carries canaries: owners whose children the mirror knows. If they come, so did the others. A record that a request
//! for many leaves out is asked for once more by itself.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};

use super::question::{CHUNK, Chunk, Part, Question};
use super::records::Lookups;
use crate::ingest::is_inactive;
use crate::mirror::{EndpointNote, keys, values};
use crate::{MirrorRecord, Records, Resource, SourceErrorKind, StoreError, SyncError};

/// Number of canaries in a request. They stand side by side: an endpoint that honours every second ID leaves one of them out.
const CANARIES: usize = 2;

/// Number of children that are looked at in one read of the mirror to find canaries, and number of such reads.
const CANDIDATES: usize = 100;
const READS: usize = 3;

/// Number of owners without children that are asked about one by one in a tenant whose mirror has no canary yet, in all. Whoever has no children at all
/// is then believed.
const SAMPLED: usize = 25;

/// Time after which an endpoint that left IDs out is asked for many again: it may have been mended.
const NARROW_FOR: Duration = Duration::days(1);

/// The judgement of an answer.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// The IDs about which the answer is believed.
    pub(super) believed: Vec<i64>,
    /// The IDs that are to be asked for again.
    pub(super) open: Vec<Part>,
}

impl Lookups<'_> {
    /// The most IDs that one request of the question may have, canaries included.
    pub(super) async fn most_at_once(&self, question: Question) -> Result<usize, StoreError> {
        let note = self.note(question.resource()).await?;
        let since = |noted: &DateTime<Utc>| (self.clock.now() - *noted).abs();
        Ok(note.narrow.filter(|(_, noted)| since(noted) < NARROW_FOR).map_or(CHUNK, |(most, _)| most.max(1)))
    }

    async fn note(&self, resource: Resource) -> Result<EndpointNote, StoreError> {
        Ok(self.mirror.json_value(&keys::endpoint(resource)).await?.unwrap_or_default())
    }

    /// Notes that an endpoint left IDs out, and how many owners were asked about one by one.
    pub(super) async fn note_endpoint(
        &mut self,
        question: Question,
        believed_at: Option<usize>,
        sampled: usize,
    ) -> Result<(), StoreError> {
        let resource = question.resource();
        if believed_at.is_none() && sampled == 0 {
            return Ok(());
        }
        if let Some(most) = believed_at {
            let warning = format!(
                "a lookup of {resource} left some of the asked IDs out without a word: at most {most} are asked for at a time from now on"
            );
            tracing::warn!(%resource, most, "a lookup left some of the asked IDs out");
            self.warnings.push(warning);
        }
        let lock = self.mirror.lock().await;
        let mut note = self.note(resource).await?;
        note.narrow = believed_at.map(|most| (most, self.clock.now())).or(note.narrow);
        note.sampled += sampled;
        lock.commit(vec![values::set_json(&keys::endpoint(resource), &note)]).await
    }

    /// Owners whose children the mirror knows, apart from those that are asked for. None for a question that asks about one owner at a time.
    pub(super) async fn find_canaries(
        &self,
        question: Question,
        asked: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        let Question::Children { children, parent } = question else { return Ok(Vec::new()) };
        if asked.len() < 2 || !question.takes_canaries() {
            return Ok(Vec::new());
        }
        let asked: HashSet<i64> = asked.iter().copied().collect();
        let mut canaries = Vec::new();
        let mut after = None;
        for _ in 0..READS {
            let ids = self.mirror.record_ids(children, after, CANDIDATES).await?;
            let is_shown = |record: &&MirrorRecord| record.body.is_some() && !is_inactive(record);
            let known = self.mirror.records(children, &ids).await?;
            let mut owners: Vec<i64> =
                known.iter().filter(is_shown).filter_map(|record| record.linked_to(parent)).collect();
            owners.sort_unstable();
            owners.dedup();
            owners.retain(|owner| !asked.contains(owner) && !canaries.contains(owner));
            // The children of an inactive owner may be refused, and with them the whole request.
            let owners = self.mirror.records(parent, &owners).await?;
            canaries.extend(owners.iter().filter(is_shown).map(|owner| owner.id));
            after = ids.last().copied();
            if canaries.len() >= CANARIES || ids.len() < CANDIDATES {
                break;
            }
        }
        canaries.truncate(CANARIES);
        Ok(canaries)
    }

    /// Judges whether an answer is about all IDs that were asked for.
    pub(super) async fn judge(
        &self,
        question: Question,
        part: &Part,
        read: &Records,
        chunk: &mut Chunk,
    ) -> Result<Judgement, SyncError> {
        match question {
            Question::Records(_) => Ok(judge_records(part, read, chunk)),
            Question::Children { children, parent } if question.takes_canaries() => {
                self.judge_children(children, parent, part, read, chunk).await
            }
            Question::Children { .. } => Ok(Judgement { believed: part.ids.clone(), open: Vec::new() }),
        }
    }

    async fn judge_children(
        &self,
        children: Resource,
        parent: Resource,
        part: &Part,
        read: &Records,
        chunk: &mut Chunk,
    ) -> Result<Judgement, SyncError> {
        let believed = Ok(Judgement { believed: part.ids.clone(), open: Vec::new() });
        let owners: HashSet<i64> =
            read.records.iter().filter_map(|record| record.linked_to(parent)).collect();
        let (heard, silent): (Vec<i64>, Vec<i64>) = part.ids.iter().partition(|id| owners.contains(id));
        if part.ids.len() == 1 || silent.is_empty() {
            return believed;
        }
        match part.canaries.iter().find(|canary| !owners.contains(canary)) {
            None if !part.canaries.is_empty() => {
                chunk.believed_at = chunk.believed_at.max(part.asked().len());
                return believed;
            }
            // A canary may have lost its children since.
            Some(canary) if self.has_children(children, parent, *canary).await? => {
                chunk.left_out = true;
                return Ok(Judgement { believed: Vec::new(), open: part.halves().into() });
            }
            _ => {}
        }
        if !heard.is_empty() {
            let canaries = heard.iter().copied().take(CANARIES).collect();
            let open = vec![Part { ids: silent, canaries, was_left_out: false }];
            return Ok(Judgement { believed: heard, open });
        }
        let room = SAMPLED.saturating_sub(self.note(children).await?.sampled);
        for id in silent.iter().rev().take(room) {
            if self.has_children(children, parent, *id).await? {
                chunk.left_out = true;
                let ids = silent.iter().copied().filter(|other| other != id).collect();
                let others = Part { ids, canaries: vec![*id], was_left_out: false };
                return Ok(Judgement { believed: Vec::new(), open: vec![others, Part::single(*id)] });
            }
            chunk.sampled += 1;
        }
        believed
    }

    /// Whether an owner has children when it is asked about by itself.
    async fn has_children(&self, children: Resource, parent: Resource, id: i64) -> Result<bool, SyncError> {
        match self.reader.read_children(children, parent, &[id], self.priority).await {
            Ok(read) => Ok(!read.records.is_empty()),
            Err(SyncError::Source(error))
                if matches!(error.kind, SourceErrorKind::Refused | SourceErrorKind::NotFound) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

/// Believes an answer about the records that came. A record that a request for many leaves out is asked for by itself before it counts as absent.
fn judge_records(part: &Part, read: &Records, chunk: &mut Chunk) -> Judgement {
    let came: HashSet<i64> = read.records.iter().map(|record| record.id).collect();
    if part.ids.len() == 1 {
        chunk.left_out |= part.was_left_out && !came.is_empty();
        return Judgement { believed: part.ids.clone(), open: Vec::new() };
    }
    let (believed, left_out): (Vec<i64>, Vec<i64>) = part.ids.iter().partition(|id| came.contains(id));
    let again = |id: &i64| Part { was_left_out: true, ..Part::single(*id) };
    Judgement { believed, open: left_out.iter().map(again).collect() }
}
