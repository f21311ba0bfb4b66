//! Changes are grouped into sets, and come to what they would come to one by one: random commits, here and in the memory store.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, EventStatus, Link, MemoryStore, MirrorRecord, OutboxEvent,
    Resource, Role, Store,
};

use crate::server::empty_store;

const RESOURCES: [Resource; 3] = [Resource::Jobs, Resource::Customers, Resource::Appointments];
const INTEGRATIONS: [&str; 2] = ["jobs", "other"];
const KEYS: [&str; 2] = ["cursor", "nul\0"];
const EVENTS: [&str; 3] = ["e1", "e2", "e3"];
const IDS: std::ops::Range<i64> = 1..4;
const OWNERS: std::ops::Range<i64> = 0..2;

/// One step of the history.
#[derive(Debug, Clone)]
enum Step {
    Add(&'static str),
    Commit(Vec<Piece>),
}

/// A change, or the clearing of a mark, which has another number in each store.
#[derive(Debug, Clone)]
enum Piece {
    Change(Change),
    /// The newest mark that was read before this commit, or the one read before that.
    Clear {
        integration: &'static str,
        id: i64,
        stale: bool,
    },
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 7).unwrap()
}

fn record() -> impl Strategy<Value = MirrorRecord> {
    let link = (0..RESOURCES.len(), IDS).prop_map(|(parent, id)| Link { resource: RESOURCES[parent], id });
    let modified_on = prop_oneof![Just(None), (0..3_i64).prop_map(|at| Some(time(at)))];
    let body = prop_oneof![1 => Just(None), 4 => "[a-c]{1,2}".prop_map(Some)];
    (0..RESOURCES.len(), IDS, OWNERS, modified_on, vec(link, 0..3), body).prop_map(
        |(resource, id, owner, modified_on, links, body)| MirrorRecord {
            resource: RESOURCES[resource],
            id,
            owner,
            created_on: modified_on,
            modified_on,
            links,
            body,
        },
    )
}

fn piece() -> impl Strategy<Value = Piece> {
    let integration = || (0..2_usize).prop_map(|index| INTEGRATIONS[index]);
    let resource = || (0..3_usize).prop_map(|index| RESOURCES[index]);
    let key = || (0..2_usize).prop_map(|index| KEYS[index].to_owned());
    let subject = || {
        let kind = prop_oneof![Just("job"), Just("event")];
        (kind, IDS).prop_map(|(kind, id)| format!("{kind}:{id}"))
    };
    let status = prop_oneof![Just(EventStatus::Waiting), Just(EventStatus::Dead), Just(EventStatus::Done)];
    let change = prop_oneof![
        2 => (key(), "[a-c\0]{0,2}").prop_map(|(key, value)| Change::SetValue { key, value }),
        1 => key().prop_map(|key| Change::RemoveValue { key }),
        8 => record().prop_map(Change::PutRecord),
        3 => (resource(), IDS, OWNERS).prop_map(|(resource, id, owner)| Change::RemoveRecord { resource, id, owner }),
        1 => resource().prop_map(|resource| Change::RemoveResource { resource }),
        2 => (resource(), IDS).prop_map(|(children, parent_id)| Change::MarkComplete { children, parent_id }),
        2 => (resource(), IDS).prop_map(|(children, parent_id)| Change::MarkIncomplete { children, parent_id }),
        6 => (integration(), IDS)
            .prop_map(|(integration, id)| Change::MarkDirty { integration: integration.to_owned(), id }),
        3 => (integration(), IDS, proptest::option::of("[a-c]"), 0..3_i64).prop_map(
            |(integration, id, fingerprint, at)| {
                let delivered = Delivered { id, fingerprint, contact: "c".to_owned(), at: time(at) };
                Change::SetDelivered { integration: integration.to_owned(), delivered }
            }
        ),
        2 => (integration(), IDS)
            .prop_map(|(integration, id)| Change::RemoveOpportunity { integration: integration.to_owned(), id }),
        1 => integration().prop_map(|integration| Change::RemoveIntegration { integration: integration.to_owned() }),
        3 => (integration(), subject(), "[a-c]").prop_map(|(integration, subject, reason)| {
            Change::PutDeadLetter(DeadLetter { integration: integration.to_owned(), subject, reason, at: time(0) })
        }),
        2 => (integration(), subject()).prop_map(|(integration, subject)| Change::RemoveDeadLetter {
            integration: integration.to_owned(),
            subject
        }),
        2 => (0..EVENTS.len(), "[a-c]").prop_map(|(event, text)| Change::AddEvent(OutboxEvent {
            id: EVENTS[event].to_owned(),
            event: text.clone(),
            state: text,
            at: time(0),
        })),
        3 => (0..EVENTS.len(), "[a-c]", status).prop_map(|(event, state, status)| Change::SetEvent {
            id: EVENTS[event].to_owned(),
            state,
            status
        }),
    ];
    prop_oneof![
        8 => change.prop_map(Piece::Change),
        2 => (integration(), IDS, any::<bool>())
            .prop_map(|(integration, id, stale)| Piece::Clear { integration, id, stale }),
    ]
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => (0..EVENTS.len()).prop_map(|event| Step::Add(EVENTS[event])),
        4 => vec(piece(), 0..14).prop_map(Step::Commit),
    ];
    vec(step, 1..7)
}

/// What was read of the opportunities that wait, by integration and ID.
type Marks = BTreeMap<(&'static str, i64), Dirty>;

async fn marks(store: &dyn Store, connection: &str) -> Marks {
    let mut marks = Marks::new();
    for integration in INTEGRATIONS {
        for dirty in store.dirty(connection, integration, 0, 100).await.unwrap() {
            marks.insert((integration, dirty.id), dirty);
        }
    }
    marks
}

/// The changes with this store's own marks. A mark that was never read is one that nothing has.
fn changes(pieces: &[Piece], read: &Marks, before: &Marks) -> Vec<Change> {
    let change = |piece: &Piece| match piece {
        Piece::Change(change) => change.clone(),
        Piece::Clear { integration, id, stale } => {
            let known = if *stale { before } else { read };
            let never = Dirty { id: *id, place: 1, mark: u64::MAX };
            let dirty = known.get(&(*integration, *id)).copied().unwrap_or(never);
            Change::ClearDirty { integration: (*integration).to_owned(), dirty }
        }
    };
    pieces.iter().map(change).collect()
}

/// Everything that a connection has, but for the numbers of marks and positions; `before` tells which marks are new.
async fn everything(store: &dyn Store, connection: &str, before: &Marks) -> Vec<String> {
    let mut all = Vec::new();
    let ids: Vec<i64> = IDS.collect();
    for resource in RESOURCES {
        let mut records = store.records(connection, resource, &ids).await.unwrap();
        records.sort_by_key(|record| (record.id, record.owner));
        for record in records {
            all.push(format!("{record:?} {:?} {:?} {:?}", record.created_on, record.links, record.body));
        }
        all.push(format!("{:?}", store.record_ids(connection, resource, None, 10).await.unwrap()));
        let mut complete = store.completeness(connection, resource, &ids).await.unwrap();
        complete.sort_unstable();
        all.push(format!("{complete:?}"));
        for parent in RESOURCES {
            for id in IDS {
                let linked = store.linked(connection, resource, parent, &[id]).await.unwrap();
                let mut linked: Vec<_> = linked.iter().map(|record| (record.id, record.owner)).collect();
                linked.sort_unstable();
                all.push(format!("{resource} of {parent} {id}: {linked:?}"));
            }
        }
    }
    for key in KEYS {
        all.push(format!("{key:?}: {:?}", store.value(connection, key).await.unwrap()));
    }
    for integration in INTEGRATIONS {
        let waiting = store.dirty(connection, integration, 0, 100).await.unwrap();
        let kept = |dirty: &Dirty| {
            before.get(&(integration, dirty.id)).map(|old| (old.place == dirty.place, old.mark == dirty.mark))
        };
        let waiting: Vec<_> = waiting.iter().map(|dirty| (dirty.id, kept(dirty))).collect();
        all.push(format!("waiting for {integration}: {waiting:?}"));
        let mut delivered = store.delivered(connection, integration, &ids).await.unwrap();
        delivered.sort_by_key(|delivered| delivered.id);
        all.push(format!("{delivered:?}"));
    }
    all.push(format!("{:?}", store.dead_letters(connection).await.unwrap()));
    let waiting = store.outbox(connection, 0, 100).await.unwrap();
    all.push(format!("{:?}", waiting.iter().map(|stored| stored.event.id.clone()).collect::<Vec<_>>()));
    for id in EVENTS {
        let event = store.event(connection, id).await.unwrap();
        all.push(format!("{:?}", event.map(|it| (it.status, it.event.event, it.event.state))));
    }
    all
}

async fn play(stores: [&dyn Store; 2], connection: &str, history: &[Step]) -> Result<(), TestCaseError> {
    let mut read = [Marks::new(), Marks::new()];
    let mut before = [Marks::new(), Marks::new()];
    let mut epochs = Vec::new();
    for store in stores {
        let syncing = store.open(connection, Role::Syncing).await.unwrap();
        epochs.push([syncing, store.open(connection, Role::Pushing).await.unwrap()]);
    }
    for step in history {
        let mut found = Vec::new();
        for (index, store) in stores.into_iter().enumerate() {
            match step {
                Step::Add(id) => {
                    let event = OutboxEvent {
                        id: (*id).to_owned(),
                        event: format!("event {id}"),
                        state: "new".to_owned(),
                        at: time(0),
                    };
                    let added = store.add_event(connection, event).await.unwrap();
                    found.push(vec![format!("{added}")]);
                }
                Step::Commit(pieces) => {
                    let changes = changes(pieces, &read[index], &before[index]);
                    for epoch in epochs[index] {
                        let own = changes
                            .iter()
                            .filter(|change| change.role().is_none_or(|role| role == epoch.role));
                        store.commit(connection, epoch, own.cloned().collect()).await.unwrap();
                    }
                    found.push(everything(store, connection, &read[index]).await);
                    before[index] = std::mem::replace(&mut read[index], marks(store, connection).await);
                }
            }
        }
        prop_assert_eq!(&found[0], &found[1]);
    }
    Ok(())
}

#[test]
#[ignore = "needs POSTGRES_URL"]
fn a_commit_of_any_changes_does_what_they_do_one_by_one() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (store, _schema) = runtime.block_on(empty_store());
    let memory = MemoryStore::new();
    let next = AtomicU64::new(0);
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&history(), |history| {
        let connection = format!("connection {}", next.fetch_add(1, Ordering::Relaxed));
        runtime.block_on(play([&memory, &store], &connection, &history))
    });
    if let Err(error) = played {
        panic!("{error}");
    }
}
