//! A ServiceTitan with every kind of failure that a note can meet.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hatch_mapping::{HatchEvent, NoteTarget};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sync_core::{
    FeedPage, FeedPosition, ListPage, MirrorRecord, Priority, Records, Resource, Source, SourceDescription,
    SourceError, SourceErrorKind,
};
use tokio::time::Instant;

use super::store_faults::Crash;

/// The author of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Engine,
    Person,
}

/// A note that appears at a time.
struct Note {
    from: Instant,
    by: By,
    target: NoteTarget,
    id: i64,
    text: String,
}

pub(crate) struct Tenant {
    crash: Arc<Crash>,
    dice: Mutex<ChaCha8Rng>,
    failing: AtomicBool,
    jobs: HashMap<i64, MirrorRecord>,
    notes: Mutex<Vec<Note>>,
    refused: Mutex<BTreeSet<(NoteTarget, i64, String)>>,
    /// The targets with a refused read of their notes.
    hidden: Mutex<BTreeSet<(NoteTarget, i64)>>,
}

/// The outcome of a request.
enum Luck {
    Good,
    Bad(SourceErrorKind),
}

/// Returns the event with the content of a note.
fn event_of(text: &str) -> Option<String> {
    Some(text.split_once("content of ")?.1.lines().next()?.to_owned())
}

impl Tenant {
    pub(crate) fn new(seed: u64, crash: Arc<Crash>, jobs: [MirrorRecord; 3]) -> Self {
        Tenant {
            crash,
            dice: Mutex::new(ChaCha8Rng::seed_from_u64(seed ^ 0x717A)),
            failing: AtomicBool::new(true),
            jobs: jobs.into_iter().map(|job| (job.id, job)).collect(),
            notes: Mutex::default(),
            refused: Mutex::default(),
            hidden: Mutex::default(),
        }
    }

    pub(crate) fn faults_stop(&self) {
        self.failing.store(false, Ordering::SeqCst);
    }

    /// Returns the events of the notes on a target, in the order of their appearance.
    pub(crate) fn events(&self, target: NoteTarget, id: i64, by: By) -> Vec<String> {
        let notes = self.notes.lock().unwrap();
        let mut there: Vec<&Note> =
            notes.iter().filter(|note| note.target == target && note.id == id && note.by == by).collect();
        there.sort_by_key(|note| note.from);
        there.into_iter().filter_map(|note| event_of(&note.text)).collect()
    }

    pub(crate) fn was_refused(&self, target: NoteTarget, id: i64, event: &str) -> bool {
        self.refused.lock().unwrap().contains(&(target, id, event.to_owned()))
    }

    pub(crate) fn refused_to_tell(&self, target: NoteTarget, id: i64) -> bool {
        self.hidden.lock().unwrap().contains(&(target, id))
    }

    /// Writes the text of an event's note on its job by hand, as a person may do who read the message in Hatch.
    pub(crate) fn somebody_writes(&self, dice: &mut ChaCha8Rng, events: &[(Duration, HatchEvent)]) {
        let (_, event) = events.choose(dice).unwrap();
        let id = event.external_id.parse().unwrap();
        let text = event.content.clone().unwrap();
        let note = Note { from: Instant::now(), by: By::Person, target: NoteTarget::Job, id, text };
        self.notes.lock().unwrap().push(note);
    }

    fn luck(&self, bad: &[SourceErrorKind]) -> Luck {
        let mut dice = self.dice.lock().unwrap();
        if self.failing.load(Ordering::SeqCst) && dice.random_bool(0.3) {
            return Luck::Bad(*bad.choose(&mut dice).unwrap());
        }
        Luck::Good
    }

    fn duration(&self, longest: u64) -> Duration {
        Duration::from_millis(self.dice.lock().unwrap().random_range(0..longest))
    }
}

fn failure(kind: SourceErrorKind) -> SourceError {
    SourceError { kind, message: format!("scripted: {kind:?}") }
}

#[async_trait]
impl Source for Tenant {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        Err(failure(SourceErrorKind::Temporary))
    }

    async fn read_feed(
        &self,
        _: Resource,
        _: &FeedPosition,
        _: bool,
        _: Priority,
    ) -> Result<FeedPage, SourceError> {
        Err(failure(SourceErrorKind::Temporary))
    }

    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        _: Priority,
    ) -> Result<Records, SourceError> {
        self.crash.point().await;
        tokio::time::sleep(self.duration(15_000)).await;
        if let Luck::Bad(kind) = self.luck(&[SourceErrorKind::Temporary, SourceErrorKind::Auth]) {
            return Err(failure(kind));
        }
        let found =
            ids.iter().filter(|_| resource == Resource::Jobs).filter_map(|id| self.jobs.get(id).cloned());
        Ok(Records { records: found.collect(), ..Records::default() })
    }

    async fn read_children(
        &self,
        _: Resource,
        _: Resource,
        _: &[i64],
        _: Priority,
    ) -> Result<Records, SourceError> {
        Err(failure(SourceErrorKind::Temporary))
    }

    async fn read_list(
        &self,
        _: Resource,
        _: DateTime<Utc>,
        _: u32,
        _: Priority,
    ) -> Result<ListPage, SourceError> {
        Err(failure(SourceErrorKind::Temporary))
    }

    async fn write_note(&self, target: NoteTarget, id: i64, text: &str) -> Result<(), SourceError> {
        self.crash.point().await;
        let bad = [
            SourceErrorKind::Unclear,
            SourceErrorKind::Unclear,
            SourceErrorKind::Unclear,
            SourceErrorKind::Temporary,
            SourceErrorKind::MissingScope,
            SourceErrorKind::Refused,
        ];
        // ServiceTitan ends a request after 100 seconds: until then the note may appear, even if the caller has gone.
        let takes = if self.failing.load(Ordering::SeqCst) { self.duration(99_999) } else { Duration::ZERO };
        let land = || {
            let from = Instant::now() + takes;
            let note = Note { from, by: By::Engine, target, id, text: text.to_owned() };
            self.notes.lock().unwrap().push(note);
        };
        match self.luck(&bad) {
            Luck::Good => {
                land();
                tokio::time::sleep(takes).await;
                self.crash.point().await;
                Ok(())
            }
            Luck::Bad(SourceErrorKind::Unclear) => {
                let lands = self.dice.lock().unwrap().random_bool(0.5);
                if lands {
                    land();
                }
                // The answer gets lost before or after the write.
                tokio::time::sleep(self.duration(99_999)).await;
                Err(failure(SourceErrorKind::Unclear))
            }
            Luck::Bad(kind) => {
                if kind == SourceErrorKind::Refused {
                    let event = event_of(text).unwrap();
                    self.refused.lock().unwrap().insert((target, id, event));
                }
                self.crash.point().await;
                Err(failure(kind))
            }
        }
    }

    async fn note_texts(&self, target: NoteTarget, id: i64) -> Result<Vec<String>, SourceError> {
        self.crash.point().await;
        let bad = [SourceErrorKind::Temporary; 9].into_iter().chain([SourceErrorKind::Refused]);
        if let Luck::Bad(kind) = self.luck(&bad.collect::<Vec<_>>()) {
            if kind == SourceErrorKind::Refused {
                self.hidden.lock().unwrap().insert((target, id));
            }
            return Err(failure(kind));
        }
        let now = Instant::now();
        let notes = self.notes.lock().unwrap();
        let there = notes.iter().filter(|note| note.target == target && note.id == id && note.from <= now);
        Ok(there.map(|note| note.text.clone()).collect())
    }

    fn request_counts(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }
}
