//! Random sequences of changes: the file answers whatever the store in memory answers.

// A test reports by panicking.
#![allow(clippy::unwrap_used)]

mod reading;

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
    resources: &[Resource::Jobs, Resource::Estimates, Resource::Customers],
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
    /// The file is closed and opened again.
    Reopen,
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

fn owner() -> impl Strategy<Value = i64> {
    select(vec![0, 0, 1, i64::MIN])
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
    let key = (resource(), id(), owner());
    (key, option::of(time()), option::of(time()), links, option::of(text())).prop_map(
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

fn change() -> impl Strategy<Value = Change> {
    let key = || select(ASKED.keys).prop_map(str::to_owned);
    let event_id = select(ASKED.events).prop_map(str::to_owned);
    // Marks that were given out, and some that were not.
    let dirty = (id(), 0..40_u64).prop_map(|(id, mark)| Dirty { id, place: mark, mark });
    let delivered = (id(), option::of(text()), text(), time())
        .prop_map(|(id, fingerprint, contact, at)| Delivered { id, fingerprint, contact, at });
    prop_oneof![
        2 => (key(), text()).prop_map(|(key, value)| Change::SetValue { key, value }),
        1 => key().prop_map(|key| Change::RemoveValue { key }),
        8 => record().prop_map(Change::PutRecord),
        2 => (resource(), id(), owner()).prop_map(|(resource, id, owner)| Change::RemoveRecord { resource, id, owner }),
        1 => resource().prop_map(|resource| Change::RemoveResource { resource }),
        1 => (resource(), id()).prop_map(|(children, parent_id)| Change::MarkComplete { children, parent_id }),
        1 => (resource(), id()).prop_map(|(children, parent_id)| Change::MarkIncomplete { children, parent_id }),
        6 => (integration(), id()).prop_map(|(integration, id)| Change::MarkDirty { integration, id }),
        6 => (integration(), dirty).prop_map(|(integration, dirty)| Change::ClearDirty { integration, dirty }),
        4 => (integration(), delivered).prop_map(|(integration, delivered)| Change::SetDelivered { integration, delivered }),
        1 => (integration(), id()).prop_map(|(integration, id)| Change::RemoveOpportunity { integration, id }),
        1 => integration().prop_map(|integration| Change::RemoveIntegration { integration }),
        2 => dead_letter().prop_map(Change::PutDeadLetter),
        1 => dead_letter().prop_map(|DeadLetter { integration, subject, .. }| Change::RemoveDeadLetter { integration, subject }),
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
                changes.retain(|change| change.role() == role);
                Step::Commit(connection, role, newest, changes)
            }
        ),
        2 => (connection(), event()).prop_map(|(connection, event)| Step::AddEvent(connection, event)),
        1 => Just(Step::Reopen),
    ]
}

/// Takes a step, and tells what a caller sees of it.
async fn take(store: &dyn Store, step: &Step, newest: &mut [u64; 4]) -> String {
    let index = |connection: &str, role: Role| {
        usize::from(connection == "south") + 2 * usize::from(role == Role::Pushing)
    };
    match step {
        Step::Open(connection, role) => {
            let epoch = store.open(connection, *role).await.unwrap();
            newest[index(connection, *role)] = epoch.number;
            format!("{epoch:?}")
        }
        Step::Commit(connection, role, is_newest, changes) => {
            let number = newest[index(connection, *role)].saturating_sub(u64::from(!is_newest));
            let epoch = Epoch { role: *role, number };
            match store.commit(connection, epoch, changes.clone()).await {
                Ok(()) => "committed".to_owned(),
                Err(StoreError::Fenced { role, held }) => format!("fenced {role} {held}"),
                Err(StoreError::WrongRole { held }) => format!("not for {held}"),
                Err(error) => panic!("{error}"),
            }
        }
        Step::AddEvent(connection, event) => {
            format!("{}", store.add_event(connection, event.clone()).await.unwrap())
        }
        Step::Reopen => String::new(),
    }
}

async fn compare(steps: Vec<Step>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sync.db");
    let memory = MemoryStore::new();
    let mut file = SqliteStore::open(&path).await.unwrap();
    let mut newest = [[0; 4]; 2];
    for step in &steps {
        if matches!(step, Step::Reopen) {
            file.close().await;
            file = SqliteStore::open(&path).await.unwrap();
        }
        let wanted = take(&memory, step, &mut newest[0]).await;
        assert_eq!(take(&file, step, &mut newest[1]).await, wanted, "{step:?}");
    }
    let wanted = reading::read(&memory, &ASKED).await.unwrap();
    assert_eq!(reading::read(&file, &ASKED).await.unwrap(), wanted);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_answers_whatever_the_store_in_memory_answers(steps in vec(step(), 1..30)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(compare(steps));
    }
}
