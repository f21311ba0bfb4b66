//! Random sequences of changes: the file answers whatever the store in memory answers.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

mod reading;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use sqlite_store::SqliteStore;
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, Epoch, EventStatus, Link, MemoryStore, MirrorRecord, OutboxEvent,
    Resource, Role, Store, StoreError,
};

use reading::Asked;

const ASKED: Asked<'static> = Asked {
    connections: &["north", "south"],
    keys: &["a", "b"],
    resources: &[Resource::Jobs, Resource::Estimates, Resource::Customers, Resource::CustomerContacts],
    integrations: &["jobs", "other"],
    ids: &[i64::MIN, 0, 1, 2, 3],
    events: &["x", "y"],
};

/// One call of a store.
#[derive(Debug, Clone)]
enum Step {
    Open(&'static str, Role),
    /// In a role, under the newest epoch or an older one.
    Commit(&'static str, Role, bool, Vec<Change>),
    AddEvent(&'static str, OutboxEvent),
    /// Reads the first of those that wait, and keeps what was read.
    ReadDirty(&'static str, String, usize),
    /// The same by ID.
    ReadDirtyAmong(&'static str, String, Vec<i64>),
    /// Clears one of those that were read some time.
    Clear(usize),
    /// The same, in one commit with its delivery.
    Settle(usize, Delivered),
    /// The file is closed and opened again.
    Reopen,
}

/// One store, and what a caller of it has been told.
struct Caller<S> {
    store: S,
    /// The newest epoch of each role of each connection.
    newest: BTreeMap<(&'static str, Role), Epoch>,
    /// Opportunities that were read, with connection and integration.
    read: Vec<(&'static str, String, Dirty)>,
}

impl<S: Store> Caller<S> {
    fn new(store: S) -> Self {
        Caller { store, newest: BTreeMap::new(), read: Vec::new() }
    }

    fn newest(&self, connection: &'static str, role: Role) -> Epoch {
        self.newest.get(&(connection, role)).copied().unwrap_or(Epoch { role, number: 0 })
    }

    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> String {
        match self.store.commit(connection, epoch, changes).await {
            Ok(()) => "committed".to_owned(),
            Err(StoreError::Fenced { role, held }) => format!("fenced {role} {held}"),
            Err(error) => panic!("{error}"),
        }
    }

    fn note(&mut self, connection: &'static str, integration: &str, mut read: Vec<Dirty>) -> String {
        read.sort_by_key(|dirty| dirty.place);
        // A mark is a number of the store's own; that it is another one than before is for all to see.
        let is_new = |dirty: &&Dirty| {
            let seen = |(on, of, it): &(&str, String, Dirty)| {
                (*on, of.as_str(), *it) == (connection, integration, **dirty)
            };
            !self.read.iter().any(seen)
        };
        let new: Vec<i64> = read.iter().filter(is_new).map(|dirty| dirty.id).collect();
        let places: Vec<(i64, u64)> = read.iter().map(|dirty| (dirty.id, dirty.place)).collect();
        self.read.extend(read.into_iter().map(|dirty| (connection, integration.to_owned(), dirty)));
        format!("{places:?}, new: {new:?}")
    }

    /// Clears one of those that were read, behind its delivery if there is one.
    async fn clear(&self, index: usize, delivered: Option<Delivered>) -> String {
        let Some((connection, integration, dirty)) = self.read.get(index % self.read.len().max(1)).cloned()
        else {
            return String::new();
        };
        let delivered = delivered.map(|delivered| Change::SetDelivered {
            integration: integration.clone(),
            delivered: Delivered { id: dirty.id, ..delivered },
        });
        let changes = delivered.into_iter().chain([Change::ClearDirty { integration, dirty }]);
        self.commit(connection, self.newest(connection, Role::Syncing), changes.collect()).await
    }

    /// Takes a step, and tells what a caller sees of it.
    async fn take(&mut self, step: &Step) -> String {
        match step {
            Step::Open(connection, role) => {
                let epoch = self.store.open(connection, *role).await.unwrap();
                self.newest.insert((connection, *role), epoch);
                format!("{epoch:?}")
            }
            Step::Commit(connection, role, is_newest, changes) => {
                let newest = self.newest(connection, *role);
                let number = newest.number.saturating_sub(u64::from(!is_newest));
                let epoch = Epoch { number, ..newest };
                self.commit(connection, epoch, changes.clone()).await
            }
            Step::AddEvent(connection, event) => {
                self.store.add_event(connection, event.clone()).await.unwrap().to_string()
            }
            Step::ReadDirty(connection, integration, limit) => {
                let read = self.store.dirty(connection, integration, 0, *limit).await.unwrap();
                self.note(connection, integration, read)
            }
            Step::ReadDirtyAmong(connection, integration, ids) => {
                let read = self.store.dirty_among(connection, integration, ids).await.unwrap();
                self.note(connection, integration, read)
            }
            Step::Clear(index) => self.clear(*index, None).await,
            Step::Settle(index, delivered) => self.clear(*index, Some(delivered.clone())).await,
            Step::Reopen => String::new(),
        }
    }
}

fn connection() -> impl Strategy<Value = &'static str> {
    select(ASKED.connections)
}

fn integration() -> impl Strategy<Value = String> {
    select(ASKED.integrations).prop_map(str::to_owned)
}

fn resource() -> impl Strategy<Value = Resource> {
    select(ASKED.resources)
}

fn id() -> impl Strategy<Value = i64> {
    select(ASKED.ids)
}

/// Resource, ID and owner of a record. Only where IDs may be shared is there an owner.
fn identity() -> impl Strategy<Value = (Resource, i64, i64)> {
    (resource(), id(), select(vec![1, 2, i64::MIN]))
        .prop_map(|(resource, id, owner)| (resource, id, if resource.owner().is_some() { owner } else { 0 }))
}

fn role() -> impl Strategy<Value = Role> {
    select(Role::ALL.to_vec())
}

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    let seconds = select(vec![-62_135_596_800, -1, 0, 1_790_000_000, 253_402_300_799]);
    (seconds, select(vec![0, 100, 999_999_999]))
        .prop_map(|(seconds, nanoseconds)| DateTime::from_timestamp(seconds, nanoseconds).unwrap())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9a-f]{0,6}", "[0-9A-F]{0,4}", "\\PC{0,4}"]
}

fn record() -> impl Strategy<Value = MirrorRecord> {
    let links = vec((resource(), id()).prop_map(|(resource, id)| Link { resource, id }), 0..4);
    (identity(), option::of(time()), option::of(time()), links, option::of(text())).prop_map(
        |((resource, id, owner), created_on, modified_on, links, body)| MirrorRecord {
            resource,
            id,
            owner,
            created_on,
            modified_on,
            links,
            body,
        },
    )
}

fn dead_letter() -> impl Strategy<Value = DeadLetter> {
    (integration(), select(vec!["job:1", "job:2", "event:1"]), text(), time()).prop_map(
        |(integration, subject, reason, at)| DeadLetter {
            integration,
            subject: subject.to_owned(),
            reason,
            at,
        },
    )
}

fn status() -> impl Strategy<Value = EventStatus> {
    select(vec![EventStatus::Waiting, EventStatus::Dead, EventStatus::Done])
}

fn delivered() -> impl Strategy<Value = Delivered> {
    (id(), option::of(text()), text(), time()).prop_map(|(id, fingerprint, contact, at)| Delivered {
        id,
        fingerprint,
        contact,
        at,
    })
}

fn change() -> impl Strategy<Value = Change> {
    let key = || select(ASKED.keys).prop_map(str::to_owned);
    let event_id = select(ASKED.events).prop_map(str::to_owned);
    prop_oneof![
        2 => (key(), text()).prop_map(|(key, value)| Change::SetValue { key, value }),
        1 => key().prop_map(|key| Change::RemoveValue { key }),
        8 => record().prop_map(Change::PutRecord),
        2 => identity().prop_map(|(resource, id, owner)| Change::RemoveRecord { resource, id, owner }),
        1 => resource().prop_map(|resource| Change::RemoveResource { resource }),
        1 => (resource(), id()).prop_map(|(children, parent_id)| Change::MarkComplete { children, parent_id }),
        1 => (resource(), id()).prop_map(|(children, parent_id)| Change::MarkIncomplete { children, parent_id }),
        6 => (integration(), id()).prop_map(|(integration, id)| Change::MarkDirty { integration, id }),
        4 => (integration(), delivered()).prop_map(|(integration, delivered)| Change::SetDelivered { integration, delivered }),
        1 => (integration(), id()).prop_map(|(integration, id)| Change::RemoveOpportunity { integration, id }),
        1 => integration().prop_map(|integration| Change::RemoveIntegration { integration }),
        2 => dead_letter().prop_map(Change::PutDeadLetter),
        1 => dead_letter().prop_map(|DeadLetter { integration, subject, .. }| Change::RemoveDeadLetter { integration, subject }),
        1 => event().prop_map(Change::AddEvent),
        2 => (event_id, text(), status()).prop_map(|(id, state, status)| Change::SetEvent { id, state, status }),
    ]
}

fn event() -> impl Strategy<Value = OutboxEvent> {
    (select(ASKED.events), text(), text(), time()).prop_map(|(id, event, state, at)| OutboxEvent {
        id: id.to_owned(),
        event,
        state,
        at,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (connection(), role()).prop_map(|(connection, role)| Step::Open(connection, role)),
        8 => (connection(), role(), prop::bool::weighted(0.9), vec(change(), 0..16)).prop_map(
            |(connection, role, newest, mut changes)| {
                changes.retain(|change| change.role().is_none_or(|of| of == role));
                Step::Commit(connection, role, newest, changes)
            }
        ),
        2 => (connection(), event()).prop_map(|(connection, event)| Step::AddEvent(connection, event)),
        3 => (connection(), integration(), 0..4_usize)
            .prop_map(|(connection, integration, limit)| Step::ReadDirty(connection, integration, limit)),
        2 => (connection(), integration(), vec(id(), 0..3))
            .prop_map(|(connection, integration, ids)| Step::ReadDirtyAmong(connection, integration, ids)),
        3 => any::<usize>().prop_map(Step::Clear),
        3 => (any::<usize>(), delivered()).prop_map(|(index, delivered)| Step::Settle(index, delivered)),
        1 => Just(Step::Reopen),
    ]
}

async fn compare(steps: Vec<Step>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sync.db");
    let mut memory = Caller::new(MemoryStore::new());
    let mut file = Caller::new(SqliteStore::open(&path).await.unwrap());
    for step in &steps {
        if matches!(step, Step::Reopen) {
            file.store.close().await;
            file.store = SqliteStore::open(&path).await.unwrap();
        }
        let wanted = memory.take(step).await;
        assert_eq!(file.take(step).await, wanted, "{step:?}");
    }
    let wanted = reading::read(&memory.store, &ASKED).await.unwrap();
    assert_eq!(reading::read(&file.store, &ASKED).await.unwrap(), wanted);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_answers_whatever_the_store_in_memory_answers(steps in vec(step(), 1..40)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(compare(steps));
    }
}
