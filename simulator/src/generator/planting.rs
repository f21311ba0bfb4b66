//! Growing the parts of a world one after the other, and each of them again when its records are asked for.
//!
//! A part is the reference tables, or a household, a job or a membership with all that belongs to it. Its records follow from the seed, the
//! place in the stream of throws where it began, and the parts before it that it names. So a large world keeps these beginnings and an index,
//! and grows a part again for each record that is asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use super::amendment::{Amendment, give_owner};
use super::{Household, References, agreements, people, references, work};
use crate::dice::Dice;
use crate::resources::{CUSTOMER_CONTACTS, Resource};
use crate::store::{Entry, Ground, ID_STEP, Object, Record, Regrow, Store, Unit};

/// The number of parts that are kept of those that were asked for last.
const CACHED: usize = 64;

/// The state of the growth before a part.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    /// The place in the stream of throws.
    position: u64,
    /// The last ID and the latest change before it.
    next_id: i64,
    sequence: u64,
}

/// A world under growth.
pub(super) struct Planting {
    pub(super) store: Store,
    pub(super) dice: Dice,
    /// True if records are kept whole; else beginnings are.
    is_whole: bool,
    reveal_revisions: bool,
    beginnings: Vec<Beginning>,
}

impl Planting {
    pub(super) fn new(store: Store, dice: Dice, is_whole: bool, reveal_revisions: bool) -> Self {
        Self { store, dice, is_whole, reveal_revisions, beginnings: Vec::new() }
    }

    /// Grows the next part.
    pub(super) fn grow<T>(&mut self, part: impl FnOnce(&mut dyn Ground, &mut Dice) -> T) -> T {
        if self.is_whole {
            return part(&mut self.store, &mut self.dice);
        }
        let (next_id, sequence) = self.store.growth();
        let beginning = Beginning { position: self.dice.position(), next_id, sequence };
        let mut spare = Spare {
            now: self.store.now(),
            job_count: self.store.job_count(),
            next_id,
            sequence,
            reveal_revisions: self.reveal_revisions,
            records: Vec::new(),
        };
        let grown = part(&mut spare, &mut self.dice);
        let unit = Unit::try_from(self.beginnings.len()).unwrap_or(Unit::MAX);
        self.store.plant(unit, spare.records, (spare.next_id, spare.sequence));
        self.beginnings.push(beginning);
        grown
    }

    /// Ends the growth of parts: from now on the store makes their records again by itself. Also returns the source of its records, where they are
    /// not kept whole.
    pub(super) fn finish(
        self,
        (seed, tenant): (u64, i64),
        references: &Arc<References>,
        households: &[Household],
        jobs: usize,
    ) -> (Store, Option<Arc<Seedbed>>) {
        let Self { mut store, reveal_revisions, beginnings, is_whole, .. } = self;
        let seedbed = (!is_whole).then(|| {
            let seedbed = Seedbed {
                seed,
                tenant,
                now: store.now(),
                reveal_revisions,
                references: Arc::clone(references),
                households: households.into(),
                jobs,
                beginnings: beginnings.into(),
                amendments: RwLock::default(),
                cache: Mutex::default(),
            };
            Arc::new(seedbed)
        });
        if let Some(seedbed) = &seedbed {
            seedbed.seal(&mut store);
        }
        (store, seedbed)
    }
}

/// All records of a part.
type Part = Arc<[(&'static Resource, Arc<Record>)]>;

/// Grows parts of a world again.
#[derive(Debug)]
pub(super) struct Seedbed {
    seed: u64,
    tenant: i64,
    now: DateTime<Utc>,
    reveal_revisions: bool,
    references: Arc<References>,
    households: Box<[Household]>,
    jobs: usize,
    /// By part: the reference tables, the households, the jobs, and the memberships.
    beginnings: Box<[Beginning]>,
    /// By row, the records that differ from those of their part.
    amendments: RwLock<HashMap<i64, Amendment>>,
    cache: Mutex<Vec<(Unit, Part)>>,
}

impl Seedbed {
    /// Lets a row be made with an amendment from now on.
    pub(super) fn amend(&self, row: i64, amendment: Amendment) {
        self.amendments.write().unwrap_or_else(PoisonError::into_inner).insert(row, amendment);
    }

    /// Puts the planted records of a store into order, to be made from here.
    pub(super) fn seal(self: &Arc<Self>, store: &mut Store) {
        let source: Arc<dyn Regrow> = self.clone();
        store.seal(&source);
    }

    fn amendment(&self, row: i64) -> Option<Amendment> {
        self.amendments.read().unwrap_or_else(PoisonError::into_inner).get(&row).copied()
    }

    /// The JSON of an amended row, with the ID that it shows.
    fn amended(
        &self,
        unit: Unit,
        resource: &'static Resource,
        row: i64,
        amendment: Amendment,
    ) -> Option<(i64, Object)> {
        let Amendment::Shared { contact, owner } = amendment else {
            let mut json = self.as_grown(unit, resource, row)?.json.clone();
            amendment.apply(row, &mut json);
            return Some((row, json));
        };
        let mut json = self.as_grown(unit, &CUSTOMER_CONTACTS, contact)?.json.clone();
        if let Some(amendment) = self.amendment(contact) {
            amendment.apply(contact, &mut json);
        }
        give_owner(&mut json, resource, owner);
        Some((contact, json))
    }

    /// A record of a part.
    fn as_grown(&self, unit: Unit, resource: &'static Resource, id: i64) -> Option<Arc<Record>> {
        let part = self.part(unit)?;
        let is_it =
            |(of, record): &&(&'static Resource, Arc<Record>)| of.name == resource.name && record.id == id;
        part.iter().find(is_it).map(|(_, record)| Arc::clone(record))
    }

    fn grow_again(&self, unit: Unit) -> Option<Part> {
        let number = usize::try_from(unit).ok()?;
        let beginning = self.beginnings.get(number)?;
        let mut dice = Dice::at(self.seed, beginning.position);
        let first_job = 1 + self.households.len();
        let mut spare = Spare {
            now: self.now,
            job_count: number.saturating_sub(first_job),
            next_id: beginning.next_id,
            sequence: beginning.sequence,
            reveal_revisions: self.reveal_revisions,
            records: Vec::new(),
        };
        let (ground, dice, references) = (&mut spare, &mut dice, &self.references);
        if number == 0 {
            references::grow(ground, dice, self.tenant);
        } else if number < first_job {
            people::household(ground, dice, references, number - 1);
        } else if number < first_job + self.jobs {
            work::grow_job(ground, dice, references, &self.households);
        } else {
            agreements::grow_membership(ground, dice, references, &self.households);
        }
        Some(spare.records.into_iter().map(|(resource, record)| (resource, Arc::new(record))).collect())
    }

    fn part(&self, unit: Unit) -> Option<Part> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, part)) = cache.iter().find(|(known, _)| *known == unit) {
            return Some(Arc::clone(part));
        }
        let part = self.grow_again(unit)?;
        // Records that are asked for together are of few parts, so that it hardly matters which one goes.
        if cache.len() >= CACHED {
            cache.remove(0);
        }
        cache.push((unit, Arc::clone(&part)));
        Some(part)
    }
}

impl Regrow for Seedbed {
    fn record(&self, unit: Unit, resource: &'static Resource, entry: Entry) -> Option<Arc<Record>> {
        let Some(amendment) = self.amendment(entry.id) else {
            return self.as_grown(unit, resource, entry.id);
        };
        let (shown, json) = self.amended(unit, resource, entry.id, amendment)?;
        Some(Arc::new(Record::new(resource, entry, shown, json, self.reveal_revisions)))
    }
}

/// A ground for the records of one part.
struct Spare {
    now: DateTime<Utc>,
    job_count: usize,
    next_id: i64,
    sequence: u64,
    reveal_revisions: bool,
    records: Vec<(&'static Resource, Record)>,
}

impl Ground for Spare {
    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn fresh_id(&mut self) -> i64 {
        self.next_id += ID_STEP;
        self.next_id
    }

    fn job_count(&self) -> usize {
        self.job_count
    }

    fn put(
        &mut self,
        resource: &'static Resource,
        id: i64,
        created: DateTime<Utc>,
        modified: DateTime<Utc>,
        active: bool,
        json: Object,
    ) {
        self.sequence += 1;
        let sequence = self.sequence;
        let entry = Entry { id, created, modified, active, deleted: false, sequence };
        self.records.push((resource, Record::new(resource, entry, id, json, self.reveal_revisions)));
    }
}
