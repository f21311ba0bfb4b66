//! The waiting notes in memory: a lane for each target, in the order of the events.
//!
//! Only the engine that holds the connection changes a stored event, so that the lanes stay true to the store; other processes only add events,
//! which are read from the store by position. The content of an event is not kept in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use hatch_mapping::NoteTarget;
use tokio::sync::{Notify, OwnedMutexGuard};
use tokio::time::Instant;

use super::state::{Progress, State};

/// ServiceTitan ends a request after 100 seconds. Until then a note that was sent may still appear.
pub(super) const SERVICETITAN_TIMEOUT: Duration = Duration::from_secs(100);

/// Rest of a lane after a failure, doubled with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// The key of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum LaneKey {
    /// Notes for one record of ServiceTitan.
    Target(NoteTarget, i64),
    /// Events of one opportunity whose base record could not be looked up yet.
    Lookup(Opportunity),
}

/// An opportunity, as events name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Opportunity {
    pub(super) integration: String,
    pub(super) external_id: String,
}

/// An event that waits.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) position: u64,
    pub(super) id: String,
    pub(super) at: DateTime<Utc>,
    pub(super) opportunity: Opportunity,
    /// Protects the state from lanes of the same event that overwrite each other's progress: held while the state is changed and committed.
    pub(super) state: tokio::sync::Mutex<State>,
}

/// The outcome of an attempt at the first event of a lane.
pub(super) enum Attempt {
    /// Nothing is left to do for the event in this lane.
    Settled,
    /// To be tried again after a pause.
    Failed,
    /// To be tried again once it is certain that the note will not arrive any more.
    Unclear,
}

/// The lanes of a connection's outbox.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// Protects the lanes and the events in them; never held across an await.
    inner: Mutex<Inner>,
    /// Protects an event from being loaded twice: held while events move from the store into the lanes.
    loading: tokio::sync::Mutex<()>,
    /// Notified when a lane may have become due.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    /// The position behind which the store has to be read.
    read_to: u64,
    entries: BTreeMap<u64, Waiting>,
    positions: HashMap<String, u64>,
    lanes: HashMap<LaneKey, Lane>,
}

#[derive(Debug)]
struct Waiting {
    entry: Arc<Entry>,
    lanes: Vec<LaneKey>,
}

#[derive(Debug, Default)]
struct Lane {
    /// Positions of the events that wait here.
    waiting: BTreeSet<u64>,
    /// Protects the order of the lane's notes: held by the task that sends them.
    turn: Arc<tokio::sync::Mutex<()>>,
    failures: u32,
    /// No attempt before this time, unless the caller insists.
    paused_until: Option<Instant>,
    /// No attempt before this time at all: a note may be under way.
    quiet_until: Option<Instant>,
}

impl Lane {
    fn due(&self) -> Option<Instant> {
        self.paused_until.max(self.quiet_until)
    }

    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && Arc::strong_count(&self.turn) == 1
    }
}

/// The exclusive right to load events from the store into the lanes.
pub(super) struct LoadingTurn<'a> {
    _held: tokio::sync::MutexGuard<'a, ()>,
}

/// The right to send notes of one lane. Given back when it is dropped, also in the midst of sending.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    lanes: &'a Lanes,
    key: &'a LaneKey,
    held: Option<OwnedMutexGuard<()>>,
    /// Set while a note is on its way.
    pub(super) sending: bool,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.sending {
            self.lanes.quieten(self.key, SERVICETITAN_TIMEOUT);
        }
        self.held = None;
        let mut inner = self.lanes.inner();
        if inner.lanes.get(self.key).is_some_and(Lane::is_idle) {
            inner.lanes.remove(self.key);
        }
    }
}

impl Lanes {
    /// Waits for the exclusive right to load events from the store.
    pub(super) async fn loading_turn(&self) -> LoadingTurn<'_> {
        LoadingTurn { _held: self.loading.lock().await }
    }

    /// Says that a lane may have become due.
    pub(super) fn notify_changed(&self) {
        self.changed.notify_one();
    }

    /// Waits until a lane may have become due.
    pub(super) async fn wait_for_change(&self) {
        self.changed.notified().await;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Every change leaves the lanes whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn read_to(&self) -> u64 {
        self.inner().read_to
    }

    pub(super) fn set_read_to(&self, position: u64) {
        self.inner().read_to = position;
    }

    /// Puts an event where its state says, and nowhere else: into the lanes of its notes that are not final, or into the one where its
    /// record is looked for.
    pub(super) fn place(&self, entry: &Arc<Entry>, state: &State) {
        let lanes: Vec<LaneKey> = if state.is_decided() {
            let waiting = state.notes.iter().filter(|note| !note.progress.is_final());
            waiting.filter_map(|note| Some(LaneKey::Target(note.target, note.id?))).collect()
        } else {
            vec![LaneKey::Lookup(entry.opportunity.clone())]
        };
        let mut inner = self.inner();
        let before = inner.entries.remove(&entry.position);
        for key in before.iter().flat_map(|waiting| &waiting.lanes).filter(|key| !lanes.contains(key)) {
            if let Some(lane) = inner.lanes.get_mut(key) {
                lane.waiting.remove(&entry.position);
            }
        }
        for key in &lanes {
            inner.lanes.entry(key.clone()).or_default().waiting.insert(entry.position);
        }
        if lanes.is_empty() {
            inner.positions.remove(&entry.id);
        } else {
            inner.positions.insert(entry.id.clone(), entry.position);
            inner.entries.insert(entry.position, Waiting { entry: Arc::clone(entry), lanes });
        }
        drop(inner);
        self.notify_changed();
    }

    /// Takes an event out of a lane where nothing is left to do for it; an event that is in no lane any more leaves the memory.
    pub(super) fn settle(&self, key: &LaneKey, entry: &Entry) {
        let mut inner = self.inner();
        if let Some(lane) = inner.lanes.get_mut(key) {
            lane.waiting.remove(&entry.position);
            // A note that may be under way is another event's: this one had its answer.
            (lane.failures, lane.paused_until) = (0, None);
        }
        if let Some(waiting) = inner.entries.get_mut(&entry.position) {
            waiting.lanes.retain(|lane| lane != key);
            if waiting.lanes.is_empty() {
                inner.entries.remove(&entry.position);
                inner.positions.remove(&entry.id);
            }
        }
    }

    /// Lets a lane rest after a failure.
    pub(super) fn pause(&self, key: &LaneKey) {
        if let Some(lane) = self.inner().lanes.get_mut(key) {
            let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(lane.failures)).min(LONGEST_PAUSE);
            lane.failures = lane.failures.saturating_add(1);
            lane.paused_until = Some(Instant::now() + pause);
        }
    }

    /// Lets the lanes rest where a note of this state may be under way.
    pub(super) fn quieten_claimed(&self, state: &State, now: DateTime<Utc>, skew: Option<Duration>) {
        for note in state.notes.iter().filter(|note| note.progress == Progress::Claimed) {
            if let Some(id) = note.id {
                self.quieten(&LaneKey::Target(note.target, id), rest_of_claim(note.claimed_at, now, skew));
            }
        }
    }

    /// Lets a lane rest until a note that may be under way has arrived or never will.
    pub(super) fn quieten(&self, key: &LaneKey, pause: Duration) {
        if let Some(lane) = self.inner().lanes.get_mut(key) {
            lane.quiet_until = Some(Instant::now() + pause);
        }
    }

    /// Waits for the right to send notes of a lane. `None` if there is no such lane.
    pub(super) async fn turn<'a>(&'a self, key: &'a LaneKey) -> Option<Turn<'a>> {
        let turn = Arc::clone(&self.inner().lanes.get(key)?.turn);
        Some(Turn { lanes: self, key, held: Some(turn.lock_owned().await), sending: false })
    }

    /// The first event of a lane, unless the lane has to rest: after a failure (unless somebody is `insisting`), while a note may be under
    /// way, or because an earlier event of the same opportunity does not know its places yet and might have to be ahead.
    pub(super) fn first(&self, key: &LaneKey, insisting: bool) -> Option<Arc<Entry>> {
        let inner = self.inner();
        let lane = inner.lanes.get(key)?;
        let rests_until = if insisting { lane.quiet_until } else { lane.due() };
        if rests_until.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        inner.ready(key, lane).map(|waiting| Arc::clone(&waiting.entry))
    }

    /// The lanes that could be worked on now, oldest event first, and when the next one of the others is due.
    pub(super) fn due(&self) -> (Vec<LaneKey>, Option<Instant>) {
        let mut inner = self.inner();
        inner.lanes.retain(|_, lane| !lane.is_idle());
        let now = Instant::now();
        let mut ready = Vec::new();
        let mut next: Option<Instant> = None;
        for (key, lane) in &inner.lanes {
            let Some(waiting) = inner.ready(key, lane) else { continue };
            match lane.due() {
                Some(due) if due > now => next = Some(next.map_or(due, |next| next.min(due))),
                _ => ready.push((waiting.entry.position, key.clone())),
            }
        }
        drop(inner);
        ready.sort_by_key(|(first, _)| *first);
        (ready.into_iter().map(|(_, key)| key).collect(), next)
    }

    /// The event with this ID, if it waits.
    pub(super) fn entry(&self, id: &str) -> Option<Arc<Entry>> {
        let inner = self.inner();
        inner.entries.get(inner.positions.get(id)?).map(|waiting| Arc::clone(&waiting.entry))
    }

    /// Every event that waits, in order.
    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        self.inner().entries.values().map(|waiting| Arc::clone(&waiting.entry)).collect()
    }

    /// The events of a lane, in order.
    pub(super) fn waiting_in(&self, key: &LaneKey) -> Vec<Arc<Entry>> {
        let inner = self.inner();
        let positions = inner.lanes.get(key).into_iter().flat_map(|lane| &lane.waiting);
        positions
            .filter_map(|position| inner.entries.get(position))
            .map(|waiting| Arc::clone(&waiting.entry))
            .collect()
    }

    /// The lanes that an event waits in: where its record is looked for, or one for each of its notes.
    pub(super) fn lanes_of(&self, entry: &Entry) -> Vec<LaneKey> {
        self.inner().entries.get(&entry.position).map(|waiting| waiting.lanes.clone()).unwrap_or_default()
    }

    /// The lanes where records are looked for, or those of targets.
    pub(super) fn keys(&self, lookups: bool) -> Vec<LaneKey> {
        let inner = self.inner();
        inner.lanes.keys().filter(|key| matches!(key, LaneKey::Lookup(_)) == lookups).cloned().collect()
    }
}

/// Time for which a note that was claimed may still be under way: counted from the claim if the clocks of all processes agree within a time, and
/// else from now.
fn rest_of_claim(claimed_at: Option<DateTime<Utc>>, now: DateTime<Utc>, skew: Option<Duration>) -> Duration {
    let (Some(claimed_at), Some(skew)) = (claimed_at, skew) else { return SERVICETITAN_TIMEOUT };
    let passed = (now - claimed_at).to_std().unwrap_or_default();
    SERVICETITAN_TIMEOUT.saturating_sub(passed.saturating_sub(skew))
}

impl Inner {
    /// The first event of a lane, unless an earlier one of the same opportunity is still looking for its record.
    fn ready(&self, key: &LaneKey, lane: &Lane) -> Option<&Waiting> {
        let waiting = self.entries.get(lane.waiting.first()?)?;
        if matches!(key, LaneKey::Target(..)) {
            let lookup = self.lanes.get(&LaneKey::Lookup(waiting.entry.opportunity.clone()));
            let earliest = lookup.and_then(|lane| lane.waiting.first());
            if earliest.is_some_and(|earliest| *earliest < waiting.entry.position) {
                return None;
            }
        }
        Some(waiting)
    }
}
