//! The tables, and how an older file becomes a newer one.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Result, TransactionBehavior};
use sync_core::{Resource, StoreError};

use crate::error::Context;
use crate::keys::Key;

/// Marks a file as one of this store ("ST→H" in ASCII), so that no other program's database is taken for one.
const APPLICATION_ID: i64 = 0x5354_3248;

/// The steps from each version of the schema to the next; the first makes an empty file version 1. Never changed, only appended to.
const MIGRATIONS: [&str; 4] = [
    include_str!("../migrations/1.sql"),
    include_str!("../migrations/2.sql"),
    include_str!("../migrations/3.sql"),
    include_str!("../migrations/4.sql"),
];

/// The version that this code reads and writes.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Brings the file to [`VERSION`], in one transaction.
pub(crate) fn migrate(database: &mut Connection, context: &Context) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| context.failed("be prepared", &error);
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let found = version(&transaction, context)?;
    let applied = usize::try_from(found).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(applied) {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    if found < VERSION {
        transaction.pragma_update(None, "user_version", VERSION).map_err(failed)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    }
    for resource in Resource::ALL {
        let add = "INSERT INTO resources (name) VALUES (?) ON CONFLICT DO NOTHING";
        transaction.execute(add, [resource.name()]).map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

/// The file's version; 0 for an empty file. Refuses what this code cannot read.
pub(crate) fn version(database: &Connection, context: &Context) -> Result<i64, StoreError> {
    let number = |sql: &str| {
        database
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .map_err(|error| context.failed("be read", &error))
    };
    let version = number("PRAGMA user_version")?;
    let application = number("PRAGMA application_id")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if application != APPLICATION_ID && (version != 0 || tables != 0) {
        return Err(StoreError::Damaged(format!(
            "{context} is a database of another program: name another file, or an empty one"
        )));
    }
    if version > VERSION {
        return Err(StoreError::NewerSchema(format!(
            "{context} was written by a newer release (schema {version}, this one knows {VERSION}): \
             run that release, or restore the copy of the file from before the upgrade"
        )));
    }
    Ok(version)
}

/// The numbers by which rows name resources. A file gives them out itself, so that a release may add resources without a migration.
#[derive(Debug)]
pub(crate) struct Codes {
    codes: HashMap<Resource, i64>,
    resources: HashMap<i64, Resource>,
}

impl Codes {
    /// Reads the file's numbers.
    pub(crate) fn read(database: &Connection, context: &Context) -> Result<Self, StoreError> {
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let mut codes = HashMap::new();
        for resource in Resource::ALL {
            let code = database
                .query_row("SELECT code FROM resources WHERE name = ?", [resource.name()], |row| row.get(0))
                .optional()
                .map_err(failed)?;
            if code.is_some_and(|code| !(1..=Key::GREATEST_CODE).contains(&code)) {
                return Err(context.damaged("code"));
            }
            codes.extend(code.map(|code: i64| (resource, code)));
        }
        let resources = codes.iter().map(|(resource, code)| (*code, *resource)).collect();
        Ok(Codes { codes, resources })
    }

    /// The resource's number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] where the file has none, because it was opened by an older release only.
    pub(crate) fn of(&self, resource: Resource) -> Result<i64, StoreError> {
        self.codes.get(&resource).copied().ok_or_else(|| {
            StoreError::Refused(format!(
                "the store was last opened for writing by a release that does not know {resource}: open it for writing once"
            ))
        })
    }

    /// The resource with this number.
    pub(crate) fn resource(&self, code: i64) -> Option<Resource> {
        self.resources.get(&code).copied()
    }
}
