//! What waits for delivery, what was delivered, and dead letters.

use std::collections::BTreeMap;
use std::sync::Arc;

use sync_core::{DeadLetter, Delivered, Dirty, StoreError};
use tokio_postgres::Row;

use crate::error::Context;
use crate::row::{Columns, Times, stored, to_text};
use crate::session::{Database, Write, parameters};
use crate::statements::statements;

statements! {
    /// Reading and writing `dirty`, `delivered` and `dead_letters`.
    DeliveryStatements {
        dirty: "SELECT id, place, mark FROM {s}.dirty
                WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND integration = $2 AND place > $3
                ORDER BY place LIMIT $4",
        dirty_among: "SELECT id, place, mark FROM {s}.dirty
                      WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND integration = $2
                        AND id = ANY ($3::bigint[])",
        dirty_count: "SELECT count(*) FROM {s}.dirty
                      WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND integration = $2",
        delivered: "SELECT id, fingerprint, contact, at_seconds, at_nanoseconds FROM {s}.delivered
                    WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND integration = $2
                      AND id = ANY ($3::bigint[])",
        dead_letters: "SELECT integration, subject, reason, at_seconds, at_nanoseconds FROM {s}.dead_letters
                       WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) ORDER BY place",
        remove_integrations: "WITH dirty AS (
                                  DELETE FROM {s}.dirty WHERE connection = $1 AND integration = ANY ($2::text[])
                              )
                              DELETE FROM {s}.delivered WHERE connection = $1 AND integration = ANY ($2::text[])",
        // A mark of NULL stands for any.
        remove: "WITH cleared AS (
                     DELETE FROM {s}.dirty AS kept
                     USING unnest($2::text[], $3::bigint[], $4::bigint[]) AS gone (integration, id, mark)
                     WHERE kept.connection = $1 AND kept.integration = gone.integration AND kept.id = gone.id
                       AND (gone.mark IS NULL OR kept.mark = gone.mark)
                 )
                 DELETE FROM {s}.delivered AS kept USING unnest($5::text[], $6::bigint[]) AS gone (integration, id)
                 WHERE kept.connection = $1 AND kept.integration = gone.integration AND kept.id = gone.id",
        put_delivered: "INSERT INTO {s}.delivered (connection, integration, id, fingerprint, contact, at_seconds, at_nanoseconds)
                        SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::integer[])
                        ON CONFLICT (connection, integration, id) DO UPDATE SET
                            fingerprint = excluded.fingerprint, contact = excluded.contact,
                            at_seconds = excluded.at_seconds, at_nanoseconds = excluded.at_nanoseconds",
        // One that waits keeps its place.
        mark_dirty: "WITH numbers AS (
                         UPDATE {s}.connections SET last_number = last_number + $2 WHERE id = $1
                         RETURNING last_number - $2 AS before
                     )
                     INSERT INTO {s}.dirty (connection, integration, id, place, mark)
                     SELECT $1, integration, id, before + first, before + last
                     FROM numbers, unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
                         AS marked (integration, id, first, last)
                     ON CONFLICT (connection, integration, id) DO UPDATE SET mark = excluded.mark",
        remove_dead_letters: "DELETE FROM {s}.dead_letters AS kept USING unnest($2::text[], $3::text[]) AS gone (integration, subject)
                              WHERE kept.connection = $1 AND kept.integration = gone.integration AND kept.subject = gone.subject",
        put_dead_letters: "WITH numbers AS (
                               UPDATE {s}.connections SET last_number = last_number + $2 WHERE id = $1
                               RETURNING last_number - $2 AS before
                           )
                           INSERT INTO {s}.dead_letters (connection, place, integration, subject, reason, at_seconds, at_nanoseconds)
                           SELECT $1, before + place, integration, subject, reason, at_seconds, at_nanoseconds
                           FROM numbers,
                                unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::integer[])
                                    AS put (place, integration, subject, reason, at_seconds, at_nanoseconds)
                           ON CONFLICT (connection, integration, subject) DO UPDATE SET
                               place = excluded.place, reason = excluded.reason,
                               at_seconds = excluded.at_seconds, at_nanoseconds = excluded.at_nanoseconds",
    }
}

/// What a commit makes of deliveries and dead letters.
#[derive(Debug, Default)]
pub(crate) struct DeliveryChanges {
    integrations: BTreeMap<String, IntegrationChanges>,
    /// How many marks were set, and how many letters were put: each has a number of its own.
    marks: i64,
    letters: i64,
}

#[derive(Debug, Default)]
struct IntegrationChanges {
    /// Emptied before anything else is done: what a commit did to it before it emptied it does not count.
    removed: bool,
    dirty: BTreeMap<i64, DirtyChange>,
    /// `None` for one that is removed.
    delivered: BTreeMap<i64, Option<Delivered>>,
    /// By subject; with the place among the letters of this commit. `None` for one that is removed.
    letters: BTreeMap<String, Option<(i64, DeadLetter)>>,
}

/// What becomes of one opportunity that waits, or may: it is taken out, marked, or one after the other.
#[derive(Debug, Default)]
struct DirtyChange {
    removal: Removal,
    marked: Option<Marked>,
}

/// How an opportunity is taken out of those that wait, before it is marked.
#[derive(Debug, Default)]
enum Removal {
    #[default]
    None,
    /// If it still has one of these marks.
    Under(Vec<i64>),
    Always,
}

/// The numbers of an opportunity's marks among those of this commit. The first one is its place, unless it waits already.
#[derive(Debug, Clone, Copy)]
struct Marked {
    first: i64,
    last: i64,
}

impl DeliveryChanges {
    fn integration(&mut self, name: String) -> &mut IntegrationChanges {
        self.integrations.entry(name).or_default()
    }

    pub(crate) fn mark_dirty(&mut self, integration: String, id: i64) {
        self.marks += 1;
        let number = self.marks;
        let marked = &mut self.integration(integration).dirty.entry(id).or_default().marked;
        let first = marked.map_or(number, |marked| marked.first);
        *marked = Some(Marked { first, last: number });
    }

    pub(crate) fn clear_dirty(&mut self, integration: String, dirty: Dirty) {
        // A mark that does not fit was never given out, so that nothing waits under it.
        let Ok(mark) = i64::try_from(dirty.mark) else { return };
        let change = self.integration(integration).dirty.entry(dirty.id).or_default();
        // A mark of this very commit cannot have been read by anybody yet: what is to be cleared is an older one.
        if change.marked.is_some() {
            return;
        }
        match &mut change.removal {
            Removal::Always => {}
            Removal::Under(marks) => marks.push(mark),
            none @ Removal::None => *none = Removal::Under(vec![mark]),
        }
    }

    pub(crate) fn set_delivered(&mut self, integration: String, delivered: Delivered) {
        self.integration(integration).delivered.insert(delivered.id, Some(delivered));
    }

    pub(crate) fn remove_opportunity(&mut self, integration: String, id: i64) {
        let changes = self.integration(integration);
        changes.dirty.insert(id, DirtyChange { removal: Removal::Always, marked: None });
        changes.delivered.insert(id, None);
    }

    pub(crate) fn remove_integration(&mut self, integration: String) {
        let changes = self.integration(integration);
        // Letters stay.
        let letters = std::mem::take(&mut changes.letters);
        *changes = IntegrationChanges { removed: true, letters, ..IntegrationChanges::default() };
    }

    pub(crate) fn put_dead_letter(&mut self, letter: DeadLetter) {
        self.letters += 1;
        let place = self.letters;
        let letters = &mut self.integration(letter.integration.clone()).letters;
        letters.insert(letter.subject.clone(), Some((place, letter)));
    }

    pub(crate) fn remove_dead_letter(&mut self, integration: String, subject: String) {
        self.integration(integration).letters.insert(subject, None);
    }

    pub(crate) fn writes<'a>(&'a self, statements: &'a DeliveryStatements) -> Vec<Write<'a>> {
        let mut writes = Vec::new();
        writes.extend(self.remove_integrations(statements));
        writes.extend(self.remove(statements));
        writes.extend(self.put_delivered(statements));
        writes.extend(self.remove_letters(statements));
        writes.extend(self.mark(statements));
        writes.extend(self.put_letters(statements));
        writes
    }

    fn remove_integrations<'a>(&'a self, statements: &'a DeliveryStatements) -> Option<Write<'a>> {
        let removed = self.integrations.iter().filter(|(_, changes)| changes.removed);
        let names: Vec<_> = removed.map(|(name, _)| to_text(name)).collect();
        let write = Write { statement: &statements.remove_integrations, columns: parameters![names.clone()] };
        (!names.is_empty()).then_some(write)
    }

    fn remove<'a>(&'a self, statements: &'a DeliveryStatements) -> Option<Write<'a>> {
        let (mut names, mut ids, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        let (mut undelivered_names, mut undelivered) = (Vec::new(), Vec::new());
        for (name, changes) in &self.integrations {
            let name = to_text(name);
            for (id, change) in &changes.dirty {
                let removals: Vec<Option<i64>> = match &change.removal {
                    Removal::None => continue,
                    Removal::Always => vec![None],
                    Removal::Under(marks) => marks.iter().copied().map(Some).collect(),
                };
                for mark in removals {
                    names.push(name.clone());
                    ids.push(*id);
                    marks.push(mark);
                }
            }
            for (id, _) in changes.delivered.iter().filter(|(_, delivered)| delivered.is_none()) {
                undelivered_names.push(name.clone());
                undelivered.push(*id);
            }
        }
        if ids.is_empty() && undelivered.is_empty() {
            return None;
        }
        let columns = parameters![names, ids, marks, undelivered_names, undelivered];
        Some(Write { statement: &statements.remove, columns })
    }

    fn put_delivered<'a>(&'a self, statements: &'a DeliveryStatements) -> Option<Write<'a>> {
        let (mut names, mut ids, mut at) = (Vec::new(), Vec::new(), Times::default());
        let (mut fingerprints, mut contacts) = (Vec::new(), Vec::new());
        for (name, changes) in &self.integrations {
            for delivered in changes.delivered.values().flatten() {
                names.push(to_text(name));
                ids.push(delivered.id);
                fingerprints.push(delivered.fingerprint.as_deref().map(to_text));
                contacts.push(to_text(&delivered.contact));
                at.push(Some(delivered.at));
            }
        }
        if ids.is_empty() {
            return None;
        }
        let columns = parameters![names, ids, fingerprints, contacts, at.seconds, at.nanoseconds];
        Some(Write { statement: &statements.put_delivered, columns })
    }

    fn mark<'a>(&'a self, statements: &'a DeliveryStatements) -> Option<Write<'a>> {
        let (mut names, mut ids) = (Vec::new(), Vec::new());
        let (mut first, mut last) = (Vec::new(), Vec::new());
        for (name, changes) in &self.integrations {
            for (id, change) in &changes.dirty {
                let Some(marked) = change.marked else { continue };
                names.push(to_text(name));
                ids.push(*id);
                first.push(marked.first);
                last.push(marked.last);
            }
        }
        if ids.is_empty() {
            return None;
        }
        let columns = parameters![self.marks, names, ids, first, last];
        Some(Write { statement: &statements.mark_dirty, columns })
    }

    fn remove_letters<'a>(&'a self, statements: &'a DeliveryStatements) -> Option<Write<'a>> {
        let (mut names, mut subjects) = (Vec::new(), Vec::new());
        for (name, changes) in &self.integrations {
            for (subject, _) in changes.letters.iter().filter(|(_, letter)| letter.is_none()) {
                names.push(to_text(name));
                subjects.push(to_text(subject));
            }
        }
        if subjects.is_empty() {
            return None;
        }
        Some(Write { statement: &statements.remove_dead_letters, columns: parameters![names, subjects] })
    }

    fn put_letters<'a>(&'a self, statements: &'a DeliveryStatements) -> Option<Write<'a>> {
        let (mut places, mut names, mut subjects) = (Vec::new(), Vec::new(), Vec::new());
        let (mut reasons, mut at) = (Vec::new(), Times::default());
        for (place, letter) in
            self.integrations.values().flat_map(|changes| changes.letters.values().flatten())
        {
            places.push(*place);
            names.push(to_text(&letter.integration));
            subjects.push(to_text(&letter.subject));
            reasons.push(to_text(&letter.reason));
            at.push(Some(letter.at));
        }
        if places.is_empty() {
            return None;
        }
        let columns = parameters![self.letters, places, names, subjects, reasons, at.seconds, at.nanoseconds];
        Some(Write { statement: &statements.put_dead_letters, columns })
    }
}

fn read_dirty(context: &Context, rows: &[Row]) -> Result<Vec<Dirty>, StoreError> {
    let dirty = |row| {
        let columns = Columns { row, context };
        Ok(Dirty { id: columns.get(0)?, place: columns.number(1)?, mark: columns.number(2)? })
    };
    rows.iter().map(dirty).collect()
}

impl DeliveryStatements {
    /// Reads the dirty opportunities of an integration behind a place in the queue, by rising place.
    pub(crate) async fn dirty(
        &self,
        database: &Arc<Database>,
        connection: &str,
        integration: &str,
        after: u64,
        limit: i64,
    ) -> Result<Vec<Dirty>, StoreError> {
        // No place is above what fits.
        let Ok(after) = i64::try_from(after) else { return Ok(Vec::new()) };
        let (connection, integration) = (stored(connection), stored(integration));
        let rows = database.read(&self.dirty, parameters![connection, integration, after, limit]).await?;
        read_dirty(&database.context, &rows)
    }

    /// Reads the dirty ones of these opportunities.
    pub(crate) async fn dirty_among(
        &self,
        database: &Arc<Database>,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Dirty>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (connection, integration) = (stored(connection), stored(integration));
        let rows =
            database.read(&self.dirty_among, parameters![connection, integration, ids.to_vec()]).await?;
        read_dirty(&database.context, &rows)
    }

    /// Counts the dirty opportunities of an integration.
    pub(crate) async fn dirty_count(
        &self,
        database: &Arc<Database>,
        connection: &str,
        integration: &str,
    ) -> Result<u64, StoreError> {
        let (connection, integration) = (stored(connection), stored(integration));
        let rows = database.read(&self.dirty_count, parameters![connection, integration]).await?;
        rows.first().map_or(Ok(0), |row| Columns { row, context: &database.context }.number(0))
    }

    /// Reads the last deliveries and claims of these opportunities.
    pub(crate) async fn delivered(
        &self,
        database: &Arc<Database>,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (connection, integration) = (stored(connection), stored(integration));
        let rows = database.read(&self.delivered, parameters![connection, integration, ids.to_vec()]).await?;
        let delivered = |row| {
            let columns = Columns { row, context: &database.context };
            Ok(Delivered {
                id: columns.get(0)?,
                fingerprint: columns.optional_text(1)?,
                contact: columns.text(2)?,
                at: columns.time(3)?,
            })
        };
        rows.iter().map(delivered).collect()
    }

    /// Reads the dead letters, oldest first.
    pub(crate) async fn dead_letters(
        &self,
        database: &Arc<Database>,
        connection: &str,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = database.read(&self.dead_letters, parameters![stored(connection)]).await?;
        let letter = |row| {
            let columns = Columns { row, context: &database.context };
            Ok(DeadLetter {
                integration: columns.text(0)?,
                subject: columns.text(1)?,
                reason: columns.text(2)?,
                at: columns.time(3)?,
            })
        };
        rows.iter().map(letter).collect()
    }
}
