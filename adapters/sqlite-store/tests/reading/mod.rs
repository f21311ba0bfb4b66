//! Everything that a store answers, to be compared with what another one answers.

use std::collections::BTreeMap;

use sync_core::{
    DeadLetter, Delivered, Dirty, Epoch, EventStatus, ExportPart, Exported, MirrorRecord, Resource, Role,
    Store, StoreError,
};

/// What is asked: each name and ID with each other one.
pub(crate) struct Asked<'a> {
    pub(crate) connections: &'a [&'a str],
    pub(crate) keys: &'a [&'a str],
    pub(crate) resources: &'a [Resource],
    pub(crate) integrations: &'a [&'a str],
    pub(crate) ids: &'a [i64],
    pub(crate) events: &'a [&'a str],
}

/// What one connection holds. Lists whose order is open are sorted.
#[derive(Debug, PartialEq)]
pub(crate) struct Held {
    epoch: Option<u64>,
    values: BTreeMap<String, String>,
    records: Vec<Whole>,
    /// Children, parents, and which of the parents; `None` for any of them.
    children: BTreeMap<(Resource, Resource, Option<i64>), Vec<i64>>,
    ids: BTreeMap<Resource, Vec<i64>>,
    completeness: BTreeMap<(Resource, i64), bool>,
    /// ID and place. Marks are the store's own.
    dirty: BTreeMap<String, Vec<(i64, u64)>>,
    dirty_by_id: BTreeMap<String, Vec<(i64, u64)>>,
    dirty_counts: BTreeMap<String, u64>,
    delivered: BTreeMap<String, Vec<Delivered>>,
    dead_letters: Vec<DeadLetter>,
    /// Positions are the store's own; their order is not.
    outbox: Vec<String>,
    events: BTreeMap<String, (EventStatus, String, String, String)>,
    /// Every row, in the order of both stores.
    exported: Vec<String>,
}

/// A record whose `Debug` shows all of it.
#[derive(Debug, PartialEq)]
struct Whole {
    record: MirrorRecord,
    rest: String,
}

impl From<MirrorRecord> for Whole {
    fn from(record: MirrorRecord) -> Self {
        let rest = format!("{:?} {:?} {:?}", record.created_on, record.links, record.body);
        Whole { record, rest }
    }
}

/// Asks a store for everything, by connection.
pub(crate) async fn read(store: &dyn Store, asked: &Asked<'_>) -> Result<BTreeMap<String, Held>, StoreError> {
    let mut held = BTreeMap::new();
    for connection in asked.connections {
        held.insert((*connection).to_owned(), read_connection(store, connection, asked).await?);
    }
    Ok(held)
}

async fn read_connection(store: &dyn Store, connection: &str, asked: &Asked<'_>) -> Result<Held, StoreError> {
    let mut held = Held {
        epoch: epoch(store, connection).await?,
        values: BTreeMap::new(),
        records: Vec::new(),
        children: BTreeMap::new(),
        ids: BTreeMap::new(),
        completeness: BTreeMap::new(),
        dirty: BTreeMap::new(),
        dirty_by_id: BTreeMap::new(),
        dirty_counts: BTreeMap::new(),
        delivered: BTreeMap::new(),
        dead_letters: store.dead_letters(connection).await?,
        outbox: Vec::new(),
        events: BTreeMap::new(),
        exported: Vec::new(),
    };
    for key in asked.keys {
        if let Some(value) = store.value(connection, key).await? {
            held.values.insert((*key).to_owned(), value);
        }
    }
    for resource in asked.resources {
        let mut records = store.records(connection, *resource, asked.ids).await?;
        records.sort_by_key(|record| (record.id, record.owner));
        held.records.extend(records.into_iter().map(Whole::from));
        held.ids.insert(*resource, store.record_ids(connection, *resource, None, usize::MAX).await?);
        let marks = store.completeness(connection, *resource, asked.ids).await?;
        held.completeness.extend(marks.into_iter().map(|(id, complete)| ((*resource, id), complete)));
        for parent in asked.resources {
            let of_any = store.linked(connection, *resource, *parent, asked.ids).await?;
            held.children.insert((*resource, *parent, None), sorted_ids(&of_any));
            // Most kinds of records are no children of most others.
            for id in asked.ids.iter().filter(|_| !of_any.is_empty()) {
                let children = store.linked(connection, *resource, *parent, &[*id]).await?;
                held.children.insert((*resource, *parent, Some(*id)), sorted_ids(&children));
            }
        }
    }
    for integration in asked.integrations {
        let name = (*integration).to_owned();
        let dirty = store.dirty(connection, integration, 0, usize::MAX).await?;
        let mut among = store.dirty_among(connection, integration, asked.ids).await?;
        among.sort_by_key(|dirty| dirty.id);
        assert!(among.iter().all(|it| dirty.contains(it)), "{among:?} are not those of {dirty:?}");
        held.dirty.insert(name.clone(), places(&dirty));
        held.dirty_by_id.insert(name.clone(), places(&among));
        held.dirty_counts.insert(name.clone(), store.dirty_count(connection, integration).await?);
        let mut delivered = store.delivered(connection, integration, asked.ids).await?;
        delivered.sort_by_key(|delivered| delivered.id);
        held.delivered.insert(name, delivered);
    }
    let waiting = store.outbox(connection, 0, usize::MAX).await?;
    assert!(waiting.windows(2).all(|pair| pair[0].position < pair[1].position), "positions rise");
    held.outbox = waiting.into_iter().map(|stored| stored.event.id).collect();
    for id in asked.events {
        if let Some(stored) = store.event(connection, id).await? {
            let event = stored.event;
            held.events.insert(event.id, (stored.status, event.event, event.state, event.at.to_rfc3339()));
        }
    }
    for part in ExportPart::ALL {
        held.exported.extend(export(store, connection, part).await?);
    }
    Ok(held)
}

/// The rows of a part, read in small pages.
async fn export(store: &dyn Store, connection: &str, part: ExportPart) -> Result<Vec<String>, StoreError> {
    let (mut rows, mut last) = (Vec::new(), None);
    loop {
        let page = store.export(connection, part, last.as_ref(), 3).await?;
        rows.extend(page.iter().map(|row| match row {
            Exported::Record(record) => format!("{:?}", Whole::from(record.clone())),
            Exported::Event(stored) => {
                let event = &stored.event;
                format!("{:?} {:?} {} {} {}", stored.status, event.id, event.event, event.state, event.at)
            }
            other => format!("{other:?}"),
        }));
        last = page.last().cloned();
        if last.is_none() {
            return Ok(rows);
        }
    }
}

fn places(dirty: &[Dirty]) -> Vec<(i64, u64)> {
    dirty.iter().map(|dirty| (dirty.id, dirty.place)).collect()
}

fn sorted_ids(records: &[MirrorRecord]) -> Vec<i64> {
    let mut ids: Vec<i64> = records.iter().map(|record| record.id).collect();
    ids.sort_unstable();
    ids
}

/// The newest epoch for syncing, found by asking.
async fn epoch(store: &dyn Store, connection: &str) -> Result<Option<u64>, StoreError> {
    for number in 1..30 {
        match store.check_epoch(connection, Epoch { role: Role::Syncing, number }).await {
            Ok(()) => return Ok(Some(number)),
            Err(StoreError::Fenced { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
