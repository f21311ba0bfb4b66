//! The office: changes in the tenant while the engine works.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use simulator::{Change, ChangeKind, WorldHandle};

use crate::chaos::Moment;

/// Number of changes that wait for their webhooks; older ones are lost.
const KEPT_NEWS: usize = 20;

/// Changes by the office in all lives, and those of them whose webhooks were not sent yet.
#[derive(Default)]
pub struct Ledger {
    changes: AtomicU64,
    news: Mutex<VecDeque<Change>>,
    erased: Mutex<BTreeSet<i64>>,
}

impl Ledger {
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Takes the newest change whose webhook was not sent yet, so that it may overtake older ones.
    pub fn take_news(&self) -> Option<Change> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner).pop_back()
    }

    /// Returns the customers that operators erased.
    pub fn erased(&self) -> BTreeSet<i64> {
        self.erased.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn enter_erased(&self, customer: i64) {
        self.erased.lock().unwrap_or_else(PoisonError::into_inner).insert(customer);
    }

    fn enter(&self, changes: Vec<Change>) {
        self.changes.fetch_add(changes.len() as u64, Ordering::SeqCst);
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        news.extend(changes);
        let surplus = news.len().saturating_sub(KEPT_NEWS);
        news.drain(..surplus);
    }
}

pub struct Office {
    pub world: WorldHandle,
    pub dice: StdRng,
    /// Probability of a change before a request.
    pub busy: f64,
    /// Probability of a change to a record on its way, so that the answer or upsert is outdated when it arrives.
    pub hasty: f64,
    /// Kinds of changes that the office makes.
    pub kinds: Vec<ChangeKind>,
    /// An estimate that moves to a job and away again, which gives the job exactly its former content.
    pub undecided: Option<(i64, [i64; 2])>,
    pub ledger: Arc<Ledger>,
}

impl Office {
    pub fn work(&mut self, moment: Moment<'_>) {
        let made = match moment {
            Moment::BeforeRequest => self.change_anything(),
            Moment::Answered { path, body } if self.dice.random_bool(self.hasty) => {
                self.change_one_of(path, body)
            }
            Moment::Sent { resource, id } if self.dice.random_bool(self.hasty) => {
                self.save_again(resource, id)
            }
            Moment::Answered { .. } | Moment::Sent { .. } => Vec::new(),
        };
        self.ledger.enter(made);
    }

    fn change_anything(&mut self) -> Vec<Change> {
        match self.undecided {
            Some((estimate, jobs)) if self.dice.random_bool(0.06) => {
                let job = jobs[self.dice.random_range(0..2)];
                self.world.set("estimates", estimate, json!({ "jobId": job })).into_iter().collect()
            }
            _ if self.dice.random_bool(self.busy) => {
                self.world.mutate_only(&self.kinds, self.dice.random(), 1)
            }
            _ => Vec::new(),
        }
    }

    /// Changes one of the records in a page, such as a page of `…/tenant/1/export/customers/contacts`.
    fn change_one_of(&mut self, path: &str, body: &[u8]) -> Vec<Change> {
        let resource = path.split("/tenant/").nth(1).and_then(|path| path.split_once('/')).map(|(_, it)| it);
        let page: Option<Value> = serde_json::from_slice(body).ok();
        let records = page.as_ref().and_then(|page| page["data"].as_array()).filter(|it| !it.is_empty());
        let (Some(resource), Some(records)) = (resource, records) else { return Vec::new() };
        let resource = resource.trim_start_matches("export/");
        let record = &records[self.dice.random_range(0..records.len())];
        record["id"].as_i64().map(|id| self.save_again(resource, id)).unwrap_or_default()
    }

    /// Saves a record again, which gives it a new revision.
    fn save_again(&self, resource: &str, id: i64) -> Vec<Change> {
        self.world.set(resource, id, json!({})).into_iter().collect()
    }
}

/// Returns an estimate, and two jobs between which it may move.
pub fn undecided_estimate(world: &WorldHandle, dice: &mut StdRng) -> Option<(i64, [i64; 2])> {
    let pick =
        |from: &[i64], dice: &mut StdRng| (!from.is_empty()).then(|| from[dice.random_range(0..from.len())]);
    let jobs = world.jobs_with_open_estimate();
    let job = pick(&jobs, dice)?;
    let estimate = pick(&world.open_estimates_of(job), dice)?;
    Some((estimate, [job, pick(&world.ids("jobs"), dice)?]))
}
