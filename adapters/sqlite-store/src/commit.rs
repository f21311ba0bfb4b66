//! Commits: changes in their order, within the writing thread's transaction.

use std::collections::HashMap;
use std::iter::Peekable;

use sync_core::{Change, Epoch, Role, StoreError};

use crate::keys::Database;
use crate::marks::Marks;
use crate::scope::{Scope, StoreFile};
use crate::{deliveries, outbox, records};

/// Opens a connection in a role: gives it the role's next epoch.
pub(crate) fn open(
    database: &Database,
    file: &StoreFile,
    connection: &str,
    role: Role,
) -> Result<Epoch, StoreError> {
    let scope = Scope { database, file, connection: 0 };
    let sql = match role {
        Role::Syncing => {
            "INSERT INTO connections (name, syncing_epoch) VALUES (?, 1)
             ON CONFLICT DO UPDATE SET syncing_epoch = syncing_epoch + 1 RETURNING syncing_epoch"
        }
        Role::Pushing => {
            "INSERT INTO connections (name, pushing_epoch) VALUES (?, 1)
             ON CONFLICT DO UPDATE SET pushing_epoch = pushing_epoch + 1 RETURNING pushing_epoch"
        }
    };
    let number = scope.row(sql, [connection], |row| row.number(0))?;
    number.map(|number| Epoch { role, number }).ok_or_else(|| file.context.damaged("epoch"))
}

/// The newest epoch of a role; `None` if the connection was never opened in it.
pub(crate) fn newest_epoch(scope: Scope<'_>, role: Role) -> Result<Option<u64>, StoreError> {
    let sql = match role {
        Role::Syncing => "SELECT syncing_epoch FROM connections WHERE id = ?",
        Role::Pushing => "SELECT pushing_epoch FROM connections WHERE id = ?",
    };
    // Epoch 0 is nobody's: that of a role in which nobody opened the connection.
    Ok(scope.row(sql, [scope.connection], |row| row.number(0))?.filter(|epoch| *epoch != 0))
}

/// The values under these keys.
pub(crate) fn values(scope: Scope<'_>, keys: Vec<String>) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT key, value FROM connection_values WHERE connection = ? AND key = ?";
    let keys = keys.into_iter().map(|key| (scope.connection, key));
    scope.rows_of_each(sql, keys, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Applies all changes in their order. After an error the caller undoes them.
pub(crate) fn commit(
    database: &Database,
    file: &StoreFile,
    marks: &Marks,
    connection: &str,
    epoch: Epoch,
    changes: Vec<Change>,
) -> Result<(), StoreError> {
    epoch.permit(&changes)?;
    let scope = Scope::find(database, file, connection)?.ok_or_else(|| epoch.fenced())?;
    // Within the transaction, so that nobody can open the connection in between.
    if newest_epoch(scope, epoch.role)? != Some(epoch.number) {
        return Err(epoch.fenced());
    }
    let mut commit = Commit { scope, marks, last_mark: None, integrations: HashMap::new() };
    let mut changes = changes.into_iter().peekable();
    while let Some(change) = changes.next() {
        commit.apply(change, &mut changes)?;
    }
    if let Some(last_mark) = commit.last_mark {
        scope.run("UPDATE connections SET last_mark = ? WHERE id = ?", [last_mark, scope.connection])?;
    }
    database.write_keys(&file.context)
}

/// A commit on its way.
struct Commit<'a> {
    scope: Scope<'a>,
    marks: &'a Marks,
    /// The last mark given out, once one was.
    last_mark: Option<i64>,
    /// Numbers of integrations, by name.
    integrations: HashMap<String, i64>,
}

impl Commit<'_> {
    /// Applies a change. Takes the one behind it too, where the two are made faster together.
    fn apply(
        &mut self,
        change: Change,
        behind: &mut Peekable<impl Iterator<Item = Change>>,
    ) -> Result<(), StoreError> {
        let scope = self.scope;
        match change {
            Change::SetValue { key, value } => {
                let sql = "INSERT INTO connection_values (connection, key, value) VALUES (?, ?, ?)
                           ON CONFLICT DO UPDATE SET value = excluded.value";
                scope.run(sql, (scope.connection, key, value)).map(|_| ())
            }
            Change::RemoveValue { key } => {
                let sql = "DELETE FROM connection_values WHERE connection = ? AND key = ?";
                scope.run(sql, (scope.connection, key)).map(|_| ())
            }
            Change::PutRecord(record) => records::put(scope, &record),
            Change::RemoveRecord { resource, id, owner } => records::remove(scope, resource, id, owner),
            Change::RemoveResource { resource } => records::remove_resource(scope, resource),
            Change::MarkComplete { children, parent_id } => {
                records::mark_completeness(scope, children, parent_id, true)
            }
            Change::MarkIncomplete { children, parent_id } => {
                records::mark_completeness(scope, children, parent_id, false)
            }
            Change::MarkDirty { integration, id } => {
                let (integration, mark) = (self.integration(integration)?, self.next_mark()?);
                let known = self.marks.known(scope.connection, integration);
                deliveries::mark_dirty(scope, integration, id, mark, known)
            }
            Change::ClearDirty { integration, dirty } => {
                deliveries::clear_dirty(scope, self.integration(integration)?, dirty)
            }
            Change::SetDelivered { integration, delivered } => {
                let clears = |next: &Change| matches!(next, Change::ClearDirty { integration: of, dirty } if *of == integration && dirty.id == delivered.id);
                let next = behind.next_if(clears);
                let code = self.integration(integration)?;
                match next {
                    Some(Change::ClearDirty { dirty, .. }) => {
                        deliveries::settle(scope, code, delivered, dirty)
                    }
                    _ => deliveries::set_delivered(scope, code, delivered),
                }
            }
            Change::RemoveOpportunity { integration, id } => {
                deliveries::remove(scope, self.integration(integration)?, id)
            }
            Change::RemoveIntegration { integration } => {
                let code = self.integration(integration.clone())?;
                self.integrations.remove(&integration);
                deliveries::remove_integration(scope, code)
            }
            Change::PutDeadLetter(letter) => deliveries::put_dead_letter(scope, &letter),
            Change::RemoveDeadLetter { integration, subject } => {
                deliveries::remove_dead_letter(scope, &integration, &subject)
            }
            Change::AddEvent(event) => outbox::add(scope, &event).map(|_| ()),
            Change::SetEvent { id, state, status } => outbox::set_event(scope, &id, &state, status),
            // A kind of change that this version does not know must not be dropped in silence.
            other => Err(StoreError::Refused(format!(
                "{} does not know the change {other:?}: use the sqlite-store that belongs to this sync-core",
                scope.file.context
            ))),
        }
    }

    fn integration(&mut self, name: String) -> Result<i64, StoreError> {
        if let Some(code) = self.integrations.get(&name) {
            return Ok(*code);
        }
        let code = deliveries::number_of(self.scope, &name)?;
        self.integrations.insert(name, code);
        Ok(code)
    }

    fn next_mark(&mut self) -> Result<i64, StoreError> {
        let last = match self.last_mark {
            Some(last) => last,
            None => {
                let sql = "SELECT last_mark FROM connections WHERE id = ?";
                self.scope.row(sql, [self.scope.connection], |row| row.get(0))?.unwrap_or(0)
            }
        };
        self.last_mark = Some(last + 1);
        Ok(last + 1)
    }
}
