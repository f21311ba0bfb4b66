//! The mirror: records, their links, and what is known of the children that a parent has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sync_core::{MirrorRecord, Resource, StoreError};
use tokio_postgres::Row;

use crate::error::Context;
use crate::row::{Columns, Times, numbered_links, stored, to_text};
use crate::session::{Database, Parameter, Write, parameters};
use crate::statements::statements;

statements! {
    /// Reading and writing `records`, `links` and `completeness`.
    RecordStatements {
        by_ids: "SELECT id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds, links, body, owner
                 FROM {s}.records
                 WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND resource = $2
                   AND id = ANY ($3::bigint[])",
        by_parents: "SELECT records.id, created_seconds, created_nanoseconds, modified_seconds, modified_nanoseconds,
                            records.links, body, records.owner
                     FROM (SELECT DISTINCT connection, resource, id, owner FROM {s}.links
                           WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND resource = $2
                             AND parent = $3 AND parent_id = ANY ($4::bigint[])) AS children
                     JOIN {s}.records USING (connection, resource, id, owner)",
        ids_by_parents: "SELECT DISTINCT id FROM {s}.links
                         WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND resource = $2
                           AND parent = $3 AND parent_id = ANY ($4::bigint[])",
        ids: "SELECT DISTINCT id FROM {s}.records
              WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND resource = $2 AND id >= $3
                AND body IS NOT NULL
              ORDER BY id LIMIT $4",
        completeness: "SELECT parent_id, complete FROM {s}.completeness
                       WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND children = $2
                         AND parent_id = ANY ($3::bigint[])",
        versions: "SELECT kept.resource, kept.id, kept.modified_seconds, kept.modified_nanoseconds, kept.body IS NOT NULL,
                          kept.links, kept.owner
                   FROM unnest($2::smallint[], $3::bigint[], $4::bigint[]) AS asked (resource, id, owner)
                   JOIN {s}.records AS kept
                     ON kept.connection = (SELECT id FROM {s}.connections WHERE name = $1)
                    AND kept.resource = asked.resource AND kept.id = asked.id AND kept.owner = asked.owner",
        remove_resources: "WITH gone AS (
                               DELETE FROM {s}.records WHERE connection = $1 AND resource = ANY ($2::smallint[])
                           ), unlinked AS (
                               DELETE FROM {s}.links WHERE connection = $1 AND resource = ANY ($2::smallint[])
                           )
                           DELETE FROM {s}.completeness WHERE connection = $1 AND children = ANY ($2::smallint[])",
        remove: "WITH gone AS (
                     DELETE FROM {s}.records AS kept
                     USING unnest($2::smallint[], $3::bigint[], $4::bigint[]) AS removed (resource, id, owner)
                     WHERE kept.connection = $1 AND kept.resource = removed.resource AND kept.id = removed.id
                       AND kept.owner = removed.owner
                 )
                 DELETE FROM {s}.links AS kept
                 USING unnest($5::smallint[], $6::smallint[], $7::bigint[], $8::bigint[], $9::bigint[])
                     AS removed (resource, parent, parent_id, id, owner)
                 WHERE kept.connection = $1 AND kept.resource = removed.resource AND kept.parent = removed.parent
                   AND kept.parent_id = removed.parent_id AND kept.id = removed.id AND kept.owner = removed.owner",
        put: "WITH put AS (
                  INSERT INTO {s}.records (connection, resource, id, owner, created_seconds, created_nanoseconds,
                                           modified_seconds, modified_nanoseconds, links, body)
                  SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::integer[],
                                           $7::bigint[], $8::integer[], $9::text[], $10::text[])
                  ON CONFLICT (connection, resource, id, owner) DO UPDATE SET
                      created_seconds = excluded.created_seconds, created_nanoseconds = excluded.created_nanoseconds,
                      modified_seconds = excluded.modified_seconds, modified_nanoseconds = excluded.modified_nanoseconds,
                      links = excluded.links, body = excluded.body
              )
              INSERT INTO {s}.links (connection, resource, parent, parent_id, id, owner)
              SELECT $1, * FROM unnest($11::smallint[], $12::smallint[], $13::bigint[], $14::bigint[], $15::bigint[])
              ON CONFLICT DO NOTHING",
        put_completeness: "INSERT INTO {s}.completeness (connection, children, parent_id, complete)
                           SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::boolean[])
                           ON CONFLICT (connection, children, parent_id) DO UPDATE SET complete = excluded.complete",
    }
}

/// A record by its resource's number, its ID and its owner.
type Key = (i16, i64, i64);

/// Keys as three columns of a set.
pub(crate) type KeyColumns = (Vec<i16>, Vec<i64>, Vec<i64>);

/// What a commit makes of the mirror.
#[derive(Debug, Default)]
pub(crate) struct RecordChanges {
    /// Emptied before anything else is done: what a commit did to them before it emptied them does not count.
    removed_resources: BTreeSet<i16>,
    /// In their order: which of several versions stays depends on the one that the mirror has.
    steps: BTreeMap<Key, Vec<Step>>,
    /// By the children's resource and the parent's ID.
    completeness: BTreeMap<(i16, i64), bool>,
}

#[derive(Debug)]
enum Step {
    Put { record: MirrorRecord, links: String },
    Remove,
}

impl RecordChanges {
    pub(crate) fn put(&mut self, resource: i16, record: MirrorRecord, links: String) {
        self.steps.entry((resource, record.id, record.owner)).or_default().push(Step::Put { record, links });
    }

    pub(crate) fn remove(&mut self, resource: i16, id: i64, owner: i64) {
        let steps = self.steps.entry((resource, id, owner)).or_default();
        steps.clear();
        steps.push(Step::Remove);
    }

    pub(crate) fn remove_resource(&mut self, resource: i16) {
        self.steps.retain(|(of, ..), _| *of != resource);
        self.completeness.retain(|(children, _), _| *children != resource);
        self.removed_resources.insert(resource);
    }

    pub(crate) fn set_completeness(&mut self, children: i16, parent_id: i64, complete: bool) {
        self.completeness.insert((children, parent_id), complete);
    }

    /// The records whose kept versions have to be known.
    pub(crate) fn keys(&self) -> KeyColumns {
        let keys = self.steps.keys().filter(|(resource, ..)| !self.removed_resources.contains(resource));
        keys.copied().collect()
    }

    /// What is to be written, given the versions that the mirror has of [`keys`](Self::keys).
    pub(crate) fn decide(&self, kept: &[Row], context: &Context) -> Result<RecordWrites<'_>, StoreError> {
        let mut versions = BTreeMap::new();
        for row in kept {
            let version = Version::read(row, context)?;
            versions.insert(version.key, version);
        }
        let mut writes = RecordWrites {
            changes: self,
            puts: Vec::new(),
            removed: Vec::new(),
            unlinked: Vec::new(),
            linked: Vec::new(),
        };
        for (key, steps) in &self.steps {
            writes.decide(*key, steps, versions.get(key));
        }
        Ok(writes)
    }
}

/// What the mirror has of a record, as far as it decides what becomes of other versions.
struct Version {
    key: Key,
    record: MirrorRecord,
    links: Vec<(i16, i64)>,
}

impl Version {
    fn read(row: &Row, context: &Context) -> Result<Self, StoreError> {
        let columns = Columns { row, context };
        let key: Key = (columns.get(0)?, columns.get(1)?, columns.get(6)?);
        let links = numbered_links(columns.get(5)?).ok_or_else(|| columns.damaged(5))?;
        // The resource does not decide: both versions have the same.
        let mut record = MirrorRecord::absent(Resource::Jobs, key.1);
        record.modified_on = columns.optional_time(2)?;
        record.body = columns.get::<bool>(4)?.then(String::new);
        Ok(Version { key, record, links })
    }
}

/// What a commit writes to the mirror.
pub(crate) struct RecordWrites<'a> {
    changes: &'a RecordChanges,
    puts: Vec<(Key, &'a MirrorRecord, &'a str)>,
    removed: Vec<Key>,
    unlinked: Vec<LinkRow>,
    linked: Vec<LinkRow>,
}

/// A row of `links`: resource, parent, the parent's ID, the child's, and the child's owner.
type LinkRow = (i16, i16, i64, i64, i64);

impl<'a> RecordWrites<'a> {
    fn decide(&mut self, key: Key, steps: &'a [Step], kept: Option<&Version>) {
        let linked_before = kept.map_or(&[][..], |kept| &kept.links);
        let mut put = None;
        let mut current = kept.map(|kept| &kept.record);
        for step in steps {
            match step {
                Step::Put { record, links } if current.is_none_or(|current| record.replaces(current)) => {
                    current = Some(record);
                    put = Some((record, links.as_str()));
                }
                Step::Put { .. } => {}
                Step::Remove => (current, put) = (None, None),
            }
        }
        if kept.is_some() && current.is_none() {
            self.removed.push(key);
        } else if put.is_none() {
            return;
        }
        let row = |(parent, parent_id): &(i16, i64)| (key.0, *parent, *parent_id, key.1, key.2);
        let before: BTreeSet<LinkRow> = linked_before.iter().map(row).collect();
        // Written a moment ago, so that it can be read.
        let after = put.and_then(|(_, links)| numbered_links(links)).unwrap_or_default();
        let after: BTreeSet<LinkRow> = after.iter().map(row).collect();
        self.unlinked.extend(before.difference(&after));
        self.linked.extend(after.difference(&before));
        if let Some((record, links)) = put {
            self.puts.push((key, record, links));
        }
    }

    pub(crate) fn writes(self, statements: &'a RecordStatements) -> Vec<Write<'a>> {
        let mut writes = Vec::new();
        if !self.changes.removed_resources.is_empty() {
            let resources: Vec<i16> = self.changes.removed_resources.iter().copied().collect();
            writes.push(Write { statement: &statements.remove_resources, columns: parameters![resources] });
        }
        if !self.removed.is_empty() || !self.unlinked.is_empty() {
            let (resources, ids, owners): KeyColumns = self.removed.iter().copied().collect();
            let mut columns = parameters![resources, ids, owners];
            columns.extend(link_columns(&self.unlinked));
            writes.push(Write { statement: &statements.remove, columns });
        }
        if !self.puts.is_empty() {
            writes.push(Write { statement: &statements.put, columns: self.put_columns() });
        }
        if !self.changes.completeness.is_empty() {
            let marks = &self.changes.completeness;
            let (children, parents): (Vec<i16>, Vec<i64>) = marks.keys().copied().unzip();
            let complete: Vec<bool> = marks.values().copied().collect();
            writes.push(Write {
                statement: &statements.put_completeness,
                columns: parameters![children, parents, complete],
            });
        }
        writes
    }

    fn put_columns(&self) -> Vec<Parameter<'a>> {
        let (mut created, mut modified) = (Times::default(), Times::default());
        let (mut links, mut bodies) = (Vec::new(), Vec::new());
        for (_, record, linked) in &self.puts {
            created.push(record.created_on);
            modified.push(record.modified_on);
            links.push(*linked);
            bodies.push(record.body.as_deref().map(to_text));
        }
        let (resources, ids, owners): KeyColumns = self.puts.iter().map(|(key, ..)| *key).collect();
        let mut columns = parameters![
            resources,
            ids,
            owners,
            created.seconds,
            created.nanoseconds,
            modified.seconds,
            modified.nanoseconds,
            links,
            bodies,
        ];
        columns.extend(link_columns(&self.linked));
        columns
    }
}

fn link_columns(rows: &[LinkRow]) -> Vec<Parameter<'static>> {
    parameters![
        rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        rows.iter().map(|row| row.4).collect::<Vec<_>>(),
    ]
}

/// Reads a record of a resource.
pub(crate) fn read_record(
    database: &Database,
    resource: Resource,
    row: &Row,
) -> Result<MirrorRecord, StoreError> {
    let columns = Columns { row, context: &database.context };
    Ok(MirrorRecord {
        resource,
        id: columns.get(0)?,
        owner: columns.get(7)?,
        created_on: columns.optional_time(1)?,
        modified_on: columns.optional_time(3)?,
        links: database.resources.read_links(columns.get(5)?).ok_or_else(|| columns.damaged(5))?,
        body: columns.optional_text(6)?,
    })
}

fn read_records(
    database: &Database,
    resource: Resource,
    rows: &[Row],
) -> Result<Vec<MirrorRecord>, StoreError> {
    rows.iter().map(|row| read_record(database, resource, row)).collect()
}

fn read_ids(database: &Database, rows: &[Row]) -> Result<Vec<i64>, StoreError> {
    rows.iter().map(|row| Columns { row, context: &database.context }.get(0)).collect()
}

impl RecordStatements {
    /// Reads the records of a resource with these IDs.
    pub(crate) async fn records(
        &self,
        database: &Arc<Database>,
        connection: &str,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (connection, number) = (stored(connection), database.number(resource)?);
        let rows = database.read(&self.by_ids, parameters![connection, number, ids.to_vec()]).await?;
        read_records(database, resource, &rows)
    }

    /// Reads the records of a resource that belong to one of these parents.
    pub(crate) async fn linked(
        &self,
        database: &Arc<Database>,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        let rows =
            self.children(&self.by_parents, database, connection, resource, parent, parent_ids).await?;
        read_records(database, resource, &rows)
    }

    /// Reads the IDs of the records of a resource that belong to one of these parents.
    pub(crate) async fn linked_ids(
        &self,
        database: &Arc<Database>,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        let rows =
            self.children(&self.ids_by_parents, database, connection, resource, parent, parent_ids).await?;
        read_ids(database, &rows)
    }

    /// Carries out a statement that reads children of these parents.
    async fn children(
        &self,
        statement: &Arc<str>,
        database: &Arc<Database>,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<Row>, StoreError> {
        if parent_ids.is_empty() {
            return Ok(Vec::new());
        }
        let connection = stored(connection);
        let (children, parent) = (database.number(resource)?, database.number(parent)?);
        database.read(statement, parameters![connection, children, parent, parent_ids.to_vec()]).await
    }

    /// Reads the IDs of a resource's records behind `after`, rising.
    pub(crate) async fn record_ids(
        &self,
        database: &Arc<Database>,
        connection: &str,
        resource: Resource,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let Some(first) = after.map_or(Some(i64::MIN), |after| after.checked_add(1)) else {
            return Ok(Vec::new());
        };
        let (connection, number) = (stored(connection), database.number(resource)?);
        let rows = database.read(&self.ids, parameters![connection, number, first, limit]).await?;
        read_ids(database, &rows)
    }

    /// Reads the marks about these parents' children of a resource: `true` for complete.
    pub(crate) async fn completeness(
        &self,
        database: &Arc<Database>,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        if parent_ids.is_empty() {
            return Ok(Vec::new());
        }
        let (connection, number) = (stored(connection), database.number(children)?);
        let rows =
            database.read(&self.completeness, parameters![connection, number, parent_ids.to_vec()]).await?;
        let mark = |row| {
            let columns = Columns { row, context: &database.context };
            Ok((columns.get(0)?, columns.get(1)?))
        };
        rows.iter().map(mark).collect()
    }
}
