//! Reading everything of a connection, and copying it.

use super::{CONNECTION, commit, mark, record, time, value};
use crate::{
    Change, DeadLetter, Delivered, Dirty, EventStatus, ExportPart, Exported, Link, MemoryStore, MirrorRecord,
    OutboxEvent, Resource, Role, Store, copy_connection,
};

fn delivered(integration: &str, id: i64, fingerprint: Option<&str>) -> Change {
    let delivered = Delivered {
        id,
        fingerprint: fingerprint.map(str::to_owned),
        contact: "contact".to_owned(),
        at: time(id.clamp(0, 1000)),
    };
    Change::SetDelivered { integration: integration.to_owned(), delivered }
}

fn letter(integration: &str, subject: &str) -> Change {
    let (integration, subject) = (integration.to_owned(), subject.to_owned());
    Change::PutDeadLetter(DeadLetter { integration, subject, reason: "refused".to_owned(), at: time(5) })
}

fn event(id: &str) -> OutboxEvent {
    OutboxEvent {
        id: id.to_owned(),
        event: format!(r#"{{"text":"{id}"}}"#),
        state: "{}".to_owned(),
        at: time(7),
    }
}

fn set(id: &str, status: EventStatus) -> Change {
    Change::SetEvent { id: id.to_owned(), state: r#"{"noted":1}"#.to_owned(), status }
}

/// Writes rows of every part, extremes included.
async fn fill(store: &dyn Store, connection: &str) {
    let of_owner = |owner: i64| {
        let links = vec![Link { resource: Resource::Customers, id: owner }];
        let record = MirrorRecord { owner, ..record(Resource::CustomerContacts, 5, Some(time(1)), "1") };
        Change::PutRecord(record.linked_with(links))
    };
    let mut changes = vec![
        value("", "empty"),
        value("cursor", "page-7"),
        value("nul\0", "\0"),
        value("nul", "Größe"),
        value("other", ""),
        Change::PutRecord(MirrorRecord::absent(Resource::Campaigns, 42)),
        Change::MarkComplete { children: Resource::Estimates, parent_id: i64::MIN },
        Change::MarkIncomplete { children: Resource::Estimates, parent_id: i64::MAX },
        Change::MarkComplete { children: Resource::CustomerContacts, parent_id: 5 },
    ];
    let ids = [i64::MIN, -3, 0, 4, 5, i64::MAX];
    changes.extend(ids.map(|id| Change::PutRecord(record(Resource::Jobs, id, Some(time(3)), "1"))));
    changes.extend([i64::MIN, 0, 1, i64::MAX].map(of_owner));
    changes.extend([9, 3, i64::MIN, 7].map(|id| mark("jobs", id)));
    changes.extend([7, i64::MAX].map(|id| mark("", id)));
    changes.extend(ids.map(|id| delivered("jobs", id, Some("fingerprint"))));
    changes.extend([delivered("", i64::MIN, None), delivered("members", 3, None)]);
    changes.extend([letter("jobs", "job:9"), letter("members", "membership:1")]);
    let syncing = store.open(connection, Role::Syncing).await.unwrap();
    store.commit(connection, syncing, changes).await.unwrap();
    let more = vec![mark("jobs", 3), mark("members", 1), mark("jobs", 1)];
    store.commit(connection, syncing, more).await.unwrap();

    for id in ["e", "d", "c", "a", "b"] {
        assert!(store.add_event(connection, event(id)).await.unwrap());
    }
    let pushing = store.open(connection, Role::Pushing).await.unwrap();
    let pushed = vec![
        value("push:notes:d", "[]"),
        set("d", EventStatus::Done),
        set("a", EventStatus::Dead),
        set("b", EventStatus::Waiting),
        letter("jobs", "event:a"),
    ];
    store.commit(connection, pushing, pushed).await.unwrap();
    let last = vec![letter("jobs", "job:1")];
    store.commit(connection, syncing, last).await.unwrap();
}

/// Reads all rows of a part in pages.
async fn export(store: &dyn Store, connection: &str, part: ExportPart, limit: usize) -> Vec<Exported> {
    let mut rows: Vec<Exported> = Vec::new();
    loop {
        let page = store.export(connection, part, rows.last(), limit).await.unwrap();
        assert!(page.len() <= limit, "{} rows instead of {limit}", page.len());
        if page.is_empty() {
            return rows;
        }
        rows.extend(page);
    }
}

/// A row without numbers that a store gives out itself.
fn comparable(row: &Exported) -> String {
    match row {
        Exported::Record(it) => {
            let MirrorRecord { resource, id, owner, created_on, modified_on, links, body } = it;
            format!("{resource} {id} {owner} {created_on:?} {modified_on:?} {links:?} {body:?}")
        }
        Exported::Dirty { integration, id, .. } => format!("dirty {integration:?} {id}"),
        Exported::Event(it) => {
            let OutboxEvent { id, event, state, at } = &it.event;
            format!("{id:?} {:?} {event:?} {state:?} {at}", it.status)
        }
        other => format!("{other:?}"),
    }
}

/// All rows of a connection. Those of a part whose order is open are sorted.
async fn all(store: &dyn Store, connection: &str, limit: usize) -> Vec<String> {
    let mut all = Vec::new();
    for part in ExportPart::ALL {
        let rows = export(store, connection, part, limit).await;
        let mut rows: Vec<String> = rows.iter().map(comparable).collect();
        if part != ExportPart::Events {
            rows.sort();
        }
        all.extend(rows);
    }
    all.extend(store.dead_letters(connection).await.unwrap().iter().map(|letter| format!("{letter:?}")));
    all
}

/// Exported rows are all rows, whatever the page they come in.
pub async fn every_row_is_exported_once_in_pages_of_any_size(store: &dyn Store) {
    fill(store, CONNECTION).await;
    let reference = MemoryStore::new();
    fill(&reference, CONNECTION).await;
    let wanted = all(&reference, CONNECTION, usize::MAX).await;
    assert_eq!(wanted.len(), 45, "{wanted:#?}");
    for limit in [1, 2, 3, 1000] {
        assert_eq!(all(store, CONNECTION, limit).await, wanted, "in pages of {limit}");
    }
}

/// Whoever reads on behind the last row is at the end.
pub async fn the_last_row_of_a_part_is_followed_by_none(store: &dyn Store) {
    fill(store, CONNECTION).await;
    for part in ExportPart::ALL {
        let rows = store.export(CONNECTION, part, None, 1000).await.unwrap();
        let behind = store.export(CONNECTION, part, rows.last(), 1000).await.unwrap();
        assert_eq!(behind, [], "{part:?}");
        assert_eq!(store.export("nobody", part, None, 1000).await.unwrap(), [], "{part:?}");
    }
}

/// Queues keep their order.
pub async fn dirty_opportunities_and_events_are_exported_in_their_order(store: &dyn Store) {
    fill(store, CONNECTION).await;
    let of_jobs = |row: &Exported| match row {
        Exported::Dirty { integration, id, .. } if integration == "jobs" => Some(*id),
        _ => None,
    };
    let rows = export(store, CONNECTION, ExportPart::Dirty, 2).await;
    let dirty: Vec<i64> = rows.iter().filter_map(of_jobs).collect();
    assert_eq!(dirty, [9, 3, i64::MIN, 7, 1]);
    let queue: Vec<Dirty> = store.dirty(CONNECTION, "jobs", 0, 10).await.unwrap();
    assert_eq!(dirty, queue.iter().map(|dirty| dirty.id).collect::<Vec<_>>());
    let rows = export(store, CONNECTION, ExportPart::Events, 2).await;
    let id = |row: &Exported| match row {
        Exported::Event(stored) => Some(stored.event.id.clone()),
        _ => None,
    };
    let ids: Option<Vec<String>> = rows.iter().map(id).collect();
    assert_eq!(ids.as_deref(), Some(&["e", "d", "c", "a", "b"].map(str::to_owned)[..]));
}

/// Connections are exported one by one.
pub async fn rows_of_other_connections_are_not_exported(store: &dyn Store) {
    for connection in ["acm", CONNECTION, "acme2"] {
        fill(store, connection).await;
    }
    let removed = Change::RemoveResource { resource: Resource::Jobs };
    let epoch = store.open("acm", Role::Syncing).await.unwrap();
    store.commit("acm", epoch, vec![removed]).await.unwrap();
    assert_eq!(all(store, CONNECTION, 3).await.len(), 45);
    assert_eq!(all(store, "acm", 3).await.len(), 39);
}

/// A removed row is gone, and the others are found as before.
pub async fn what_was_removed_is_not_exported(store: &dyn Store) {
    fill(store, CONNECTION).await;
    let epoch = store.open(CONNECTION, Role::Syncing).await.unwrap();
    let integration = || "jobs".to_owned();
    let remove = |owner| Change::RemoveRecord { resource: Resource::CustomerContacts, id: 5, owner };
    let removed = vec![
        Change::RemoveValue { key: "nul".to_owned() },
        Change::RemoveRecord { resource: Resource::Jobs, id: 0, owner: 0 },
        remove(i64::MIN),
        remove(1),
        Change::RemoveOpportunity { integration: integration(), id: 7 },
        Change::RemoveOpportunity { integration: integration(), id: i64::MAX },
        Change::RemoveIntegration { integration: "members".to_owned() },
    ];
    commit(store, epoch, removed).await;
    let left = [5, 8, 3, 6, 6, 5];
    for (part, left) in ExportPart::ALL.into_iter().zip(left) {
        let rows = export(store, CONNECTION, part, 2).await;
        assert_eq!(rows.len(), left, "{part:?}: {rows:#?}");
    }
}

/// A copy has everything, and can be written to.
pub async fn a_connection_is_the_same_after_it_was_copied_elsewhere_and_back(store: &dyn Store) {
    fill(store, CONNECTION).await;
    let wanted = all(store, CONNECTION, 1000).await;
    let elsewhere = MemoryStore::new();
    let report = copy_connection(store, &elsewhere, CONNECTION, |_| {}).await.unwrap();
    assert_eq!((report.values, report.records, report.completeness), (6, 11, 3));
    assert_eq!((report.dirty, report.delivered), (8, 8));
    assert_eq!((report.dead_letters, report.events), (4, 5));
    assert_eq!(all(&elsewhere, CONNECTION, 1000).await, wanted);

    // Back, into a store that has the events already, as an unfinished copy would leave it.
    let epoch = store.open(CONNECTION, Role::Syncing).await.unwrap();
    commit(store, epoch, vec![value("unfinished-copy", "")]).await;
    copy_connection(&elsewhere, store, CONNECTION, |_| {}).await.unwrap();
    assert_eq!(all(store, CONNECTION, 1000).await, wanted);
    let waiting = store.outbox(CONNECTION, 0, 10).await.unwrap();
    assert_eq!(waiting.iter().map(|it| it.event.id.as_str()).collect::<Vec<_>>(), ["e", "c", "b"]);
}
