//! Reads of the records that webhooks tell of: a burst in few requests.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::{BadField, MirrorRecord, Priority, Records, Resource, Source, SourceError};

/// Number of records that ServiceTitan reads by ID in one request.
const BATCH: usize = 50;

type Answer = Result<Option<ReadRecord>, SourceError>;

/// A record that was read, and its fields that could not be.
#[derive(Debug, Clone)]
pub(super) struct ReadRecord {
    pub(super) record: MirrorRecord,
    pub(super) bad_fields: Vec<BadField>,
}

/// The record with this ID, taken out of an answer.
fn take(read: &mut Records, id: i64) -> Option<ReadRecord> {
    let place = read.records.iter().position(|record| record.id == id)?;
    let record = read.records.swap_remove(place);
    let bad_fields = read.bad_fields.iter().filter(|field| field.id == Some(id)).cloned().collect();
    Some(ReadRecord { record, bad_fields })
}

/// Reads records by ID. While one request is under way, the IDs that are asked for meanwhile wait for the next.
pub(super) struct BatchedReads {
    source: Arc<dyn Source>,
    /// Protects the list of resources that were ever asked for.
    resources: Mutex<HashMap<Resource, Arc<Waiting>>>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Protects those who wait for an answer, by the ID that they ask for.
    askers: Mutex<BTreeMap<i64, Vec<oneshot::Sender<Answer>>>>,
    /// Protects the resource from a second request beside one that is under way.
    asking: tokio::sync::Mutex<()>,
}

impl Waiting {
    fn askers(&self) -> MutexGuard<'_, BTreeMap<i64, Vec<oneshot::Sender<Answer>>>> {
        self.askers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes and returns the first of those who wait, at most as many as one request reads.
    fn next(&self) -> BTreeMap<i64, Vec<oneshot::Sender<Answer>>> {
        let mut askers = self.askers();
        let rest = askers.keys().nth(BATCH).copied().map(|id| askers.split_off(&id)).unwrap_or_default();
        std::mem::replace(&mut askers, rest)
    }
}

impl BatchedReads {
    pub(super) fn new(source: Arc<dyn Source>) -> Self {
        BatchedReads { source, resources: Mutex::default() }
    }

    /// The record as a read that begins after this call finds it; `None` if there is none.
    pub(super) async fn read(&self, resource: Resource, id: i64) -> Answer {
        let waiting = Arc::clone(
            self.resources.lock().unwrap_or_else(PoisonError::into_inner).entry(resource).or_default(),
        );
        loop {
            let (sender, mut answer) = oneshot::channel();
            waiting.askers().entry(id).or_default().push(sender);
            let asking = waiting.asking.lock().await;
            // Somebody else may have asked for this record, too.
            while answer.is_empty() && !answer.is_terminated() {
                let askers = waiting.next();
                if askers.is_empty() {
                    break;
                }
                answer_all(self.source.as_ref(), resource, askers).await;
            }
            drop(asking);
            // The task that made the request was dropped meanwhile: the record is asked for once more.
            if let Ok(answer) = answer.try_recv() {
                return answer;
            }
        }
    }
}

async fn answer_all(
    source: &dyn Source,
    resource: Resource,
    askers: BTreeMap<i64, Vec<oneshot::Sender<Answer>>>,
) {
    let ids: Vec<i64> = askers.keys().copied().collect();
    let read = source.read_by_ids(resource, &ids, Priority::Incremental).await;
    let many = ids.len() > 1;
    let (mut read, failure) = match read {
        Ok(read) => (read, None),
        Err(error) => (Records::default(), Some(error)),
    };
    for (id, senders) in askers {
        let answer = match (&failure, take(&mut read, id)) {
            (Some(error), _) => Err(error.clone()),
            // A request for many may leave some out without a word.
            (None, None) if many => {
                let again = source.read_by_ids(resource, &[id], Priority::Incremental).await;
                again.map(|mut again| take(&mut again, id))
            }
            (None, record) => Ok(record),
        };
        for sender in senders {
            // An error means that the asker does not wait any more.
            let _ = sender.send(answer.clone());
        }
    }
}
