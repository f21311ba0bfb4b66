//! A Hatch that keeps its upserts and follows a script.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use hatch_mapping::Opportunity;
use serde_json::Value;
use sync_core::{OpportunitySink, SinkError, Upserted};

/// The outcome of an upsert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Taken,
    Rejected,
    /// Refused for one of the standard fields.
    FieldRejected(&'static str),
    Down,
    /// Applied, but the answer gets lost.
    Lost,
    /// The answer never comes.
    Hangs,
}

#[derive(Default)]
pub(crate) struct Hatch {
    name: String,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    bodies: BTreeMap<String, Value>,
    sent: Vec<String>,
    under_way: usize,
    most_under_way: usize,
    fates: HashMap<String, VecDeque<Fate>>,
    down: bool,
}

impl Hatch {
    pub(crate) fn called(name: &str) -> Self {
        Hatch { name: name.to_owned(), inner: Mutex::default() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(crate) fn script(&self, id: i64, fates: impl IntoIterator<Item = Fate>) {
        self.inner().fates.insert(id.to_string(), fates.into_iter().collect());
    }

    pub(crate) fn down(&self, down: bool) {
        self.inner().down = down;
    }

    /// Returns the answer to an upsert; `None` if it never comes.
    fn answer(
        &self,
        id: String,
        opportunity: &Opportunity,
        fate: Fate,
    ) -> Option<Result<Upserted, SinkError>> {
        let mut inner = self.inner();
        inner.under_way -= 1;
        if matches!(fate, Fate::Taken | Fate::Lost | Fate::Hangs) {
            inner.bodies.insert(id, serde_json::to_value(opportunity).unwrap());
        }
        Some(match fate {
            Fate::Taken => Ok(Upserted::default()),
            Fate::Rejected => {
                Err(SinkError::Rejected { reasons: vec!["scripted".to_owned()], pointers: Vec::new() })
            }
            Fate::FieldRejected(field) => Err(SinkError::Rejected {
                reasons: vec!["scripted".to_owned()],
                pointers: vec![format!("/data/attributes/{field}")],
            }),
            Fate::Down => Err(SinkError::Unavailable("scripted".to_owned())),
            Fate::Lost => Err(SinkError::Unclear("scripted".to_owned())),
            Fate::Hangs => return None,
        })
    }

    /// Returns the last accepted body of an opportunity.
    pub(crate) fn body(&self, id: i64) -> Value {
        self.inner().bodies.get(&id.to_string()).cloned().unwrap_or(Value::Null)
    }

    /// Returns the opportunities sent since the last call, in their order, whatever their outcome.
    pub(crate) fn sent(&self) -> Vec<i64> {
        let sent = std::mem::take(&mut self.inner().sent);
        sent.iter().map(|id| id.parse().unwrap()).collect()
    }

    pub(crate) fn most_under_way(&self) -> usize {
        self.inner().most_under_way
    }
}

#[async_trait]
impl OpportunitySink for Hatch {
    fn identity(&self) -> String {
        self.name.clone()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        let id = opportunity.external_id.clone();
        let fate = {
            let mut inner = self.inner();
            inner.sent.push(id.clone());
            if inner.down {
                return Err(SinkError::Unavailable("scripted".to_owned()));
            }
            inner.under_way += 1;
            inner.most_under_way = inner.most_under_way.max(inner.under_way);
            inner.fates.get_mut(&id).and_then(VecDeque::pop_front).unwrap_or(Fate::Taken)
        };
        tokio::task::yield_now().await;
        if let Some(outcome) = self.answer(id, opportunity, fate) {
            return outcome;
        }
        std::future::pending().await
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}
