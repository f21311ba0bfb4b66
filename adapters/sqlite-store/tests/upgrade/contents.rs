//! The contents of the files `schema_1.db` to `schema_3.db`. Each file was made by the release that wrote its schema: the release opened an empty file, ran
//! [`fill`] and closed the file.

use chrono::{DateTime, Utc};
use sync_core::{
    Change, DeadLetter, Delivered, Dirty, EventStatus, Link, MirrorRecord, OutboxEvent, Resource, Role, Store,
};

use crate::reading::Asked;

/// Covers all that [`fill`] writes, and something that it does not.
pub(crate) const ASKED: Asked<'static> = Asked {
    connections: &["north", "south", "only pushed to", "nobody"],
    keys: &["cursor/jobs", "Größe", "removed", ""],
    resources: &Resource::ALL,
    integrations: &["jobs", "members", "removed"],
    ids: &[i64::MIN, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 40, 41, 42, 43, i64::MAX],
    events: &["waits", "done", "dead", "waits again", "never"],
};

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn record(resource: Resource, id: i64, modified_on: &str, parents: &[(Resource, i64)]) -> Change {
    let links = parents.iter().map(|(resource, id)| Link { resource: *resource, id: *id }).collect();
    let record = MirrorRecord {
        created_on: Some(time("2026-01-02T03:04:05.1234567Z")),
        modified_on: Some(time(modified_on)),
        body: Some(format!(r#"{{"id":{id},"name":"Zoë of {resource}"}}"#)),
        ..MirrorRecord::absent(resource, id)
    };
    Change::PutRecord(record.linked_with(links))
}

fn delivered(id: i64, fingerprint: Option<&str>, contact: &str) -> Change {
    let at = time("2026-03-01T12:00:00.123456789Z");
    let delivered =
        Delivered { id, fingerprint: fingerprint.map(str::to_owned), contact: contact.to_owned(), at };
    Change::SetDelivered { integration: "jobs".to_owned(), delivered }
}

fn letter(integration: &str, subject: &str) -> Change {
    let at = time("2026-03-02T00:00:00Z");
    let reason = "phoneNumber: is not a phone number".to_owned();
    Change::PutDeadLetter(DeadLetter {
        integration: integration.to_owned(),
        subject: subject.to_owned(),
        reason,
        at,
    })
}

fn value(key: &str, value: &str) -> Change {
    Change::SetValue { key: key.to_owned(), value: value.to_owned() }
}

fn mark(integration: &str, id: i64) -> Change {
    Change::MarkDirty { integration: integration.to_owned(), id }
}

fn event(id: &str) -> OutboxEvent {
    let event = format!(r#"{{"content":"ring me: {id}"}}"#);
    OutboxEvent { id: id.to_owned(), event, state: "{}".to_owned(), at: time("2026-03-03T00:00:00.5Z") }
}

fn set_event(id: &str, status: EventStatus) -> Change {
    Change::SetEvent { id: id.to_owned(), state: r#"{"tried":1}"#.to_owned(), status }
}

/// Writes something of every kind that there is, extremes included.
pub(crate) async fn fill(store: &dyn Store) {
    store.open("north", Role::Syncing).await.expect("an epoch");
    let north = store.open("north", Role::Syncing).await.expect("an epoch");
    let south = store.open("south", Role::Syncing).await.expect("an epoch");
    let mut changes = vec![
        value("cursor/jobs", "page-7"),
        value("Größe", "naïve \u{1F600} 'quoted'"),
        value("", ""),
        value("removed", "1"),
        Change::RemoveValue { key: "removed".to_owned() },
    ];
    // A record of every resource, each below the one before; one with the same parent twice, and with a second of the same kind.
    for pair in Resource::ALL.windows(2) {
        changes.push(record(pair[1], 1, "2026-02-03T04:05:06.7654321Z", &[(pair[0], 1)]));
    }
    changes.push(record(Resource::Jobs, 1, "2026-02-03T04:05:06Z", &[]));
    let parents = [(Resource::Jobs, 1), (Resource::Customers, 2), (Resource::Jobs, 1), (Resource::Jobs, 3)];
    changes.push(record(Resource::Estimates, 2, "0001-01-01T00:00:00Z", &parents));
    changes.push(record(
        Resource::Estimates,
        i64::MAX,
        "9999-12-31T23:59:59.9999999Z",
        &[(Resource::Jobs, i64::MIN)],
    ));
    changes.push(record(
        Resource::Estimates,
        i64::MIN,
        "1969-12-31T23:59:59.5Z",
        &[(Resource::Jobs, i64::MAX)],
    ));
    changes.push(Change::PutRecord(MirrorRecord::absent(Resource::Campaigns, 42)));
    changes.push(Change::PutRecord(MirrorRecord {
        body: Some(String::new()),
        ..MirrorRecord::absent(Resource::Zones, 43)
    }));
    // Replaced by a later version with other links; refused as an earlier one; removed.
    changes.push(record(Resource::Invoices, 5, "2026-02-01T00:00:00Z", &[(Resource::Jobs, 1)]));
    changes.push(record(Resource::Invoices, 5, "2026-02-02T00:00:00Z", &[(Resource::Jobs, 2)]));
    changes.push(record(Resource::Invoices, 5, "2026-02-01T00:00:00Z", &[(Resource::Jobs, 3)]));
    changes.push(record(Resource::Invoices, 6, "2026-02-01T00:00:00Z", &[(Resource::Jobs, 1)]));
    changes.push(Change::RemoveRecord { resource: Resource::Invoices, id: 6, owner: 0 });
    changes.push(Change::MarkComplete { children: Resource::Appointments, parent_id: 1 });
    changes.push(Change::MarkIncomplete { children: Resource::Appointments, parent_id: i64::MIN });
    changes.push(Change::MarkComplete { children: Resource::CustomerContacts, parent_id: 2 });
    // Places with gaps, marks that moved, and one that waits last after it had been cleared.
    changes.extend([41, 40, 42, 43, i64::MAX, i64::MIN, 40].map(|id| mark("jobs", id)));
    changes.push(Change::ClearDirty {
        integration: "jobs".to_owned(),
        dirty: Dirty { id: 41, place: 1, mark: 1 },
    });
    changes.extend([mark("jobs", 41), mark("members", 40), mark("removed", 40)]);
    let fingerprint = "0123456789abcdef".repeat(4);
    changes.push(delivered(40, Some(&fingerprint), &"fedcba9876543210".repeat(4)));
    changes.push(delivered(42, None, "not a fingerprint"));
    changes.push(delivered(7, Some("0123456789ABCDEF"), "0"));
    changes.push(delivered(8, Some(""), ""));
    changes.push(delivered(i64::MIN, Some("Zoë"), "abcd"));
    changes.extend([letter("jobs", "job:9"), letter("jobs", "job:3"), letter("members", "membership:9")]);
    changes.extend([letter("jobs", "job:9"), letter("removed", "job:1")]);
    changes.push(Change::RemoveDeadLetter { integration: "removed".to_owned(), subject: "job:1".to_owned() });
    changes.push(Change::RemoveIntegration { integration: "removed".to_owned() });
    store.commit("north", north, changes).await.expect("a commit");

    let same_names = vec![
        value("cursor/jobs", "page-8"),
        record(Resource::Jobs, 1, "2026-02-04T00:00:00Z", &[(Resource::Customers, 9)]),
        mark("jobs", 3),
        delivered(40, None, ""),
    ];
    store.commit("south", south, same_names).await.expect("a commit");
    let pushing = store.open("south", Role::Pushing).await.expect("an epoch");
    store.commit("south", pushing, vec![letter("jobs", "event:dead")]).await.expect("a commit");

    for id in ["waits", "done", "dead", "waits again"] {
        for connection in ["south", "north", "only pushed to"] {
            assert!(store.add_event(connection, event(id)).await.expect("an event"));
        }
    }
    let states = vec![
        set_event("done", EventStatus::Done),
        set_event("dead", EventStatus::Dead),
        set_event("waits again", EventStatus::Dead),
        set_event("waits again", EventStatus::Waiting),
    ];
    let pushing = store.open("north", Role::Pushing).await.expect("an epoch");
    store.commit("north", pushing, states).await.expect("a commit");
}
