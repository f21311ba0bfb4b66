//! The values of a connection.

use std::collections::BTreeMap;
use std::sync::Arc;

use sync_core::StoreError;

use crate::row::{Columns, stored, to_text};
use crate::session::{Database, Write, parameters};
use crate::statements::statements;

statements! {
    /// Reading and writing `connection_values`.
    ValueStatements {
        by_keys: "SELECT key, value FROM {s}.connection_values
                  WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND key = ANY ($2::text[])",
        write: "WITH removed AS (
                    DELETE FROM {s}.connection_values WHERE connection = $1 AND key = ANY ($2::text[])
                )
                INSERT INTO {s}.connection_values (connection, key, value)
                SELECT $1, key, value FROM unnest($3::text[], $4::text[]) AS put (key, value)
                ON CONFLICT (connection, key) DO UPDATE SET value = excluded.value",
    }
}

/// What a commit makes of values: the last word on each, `None` for one that is removed.
#[derive(Debug, Default)]
pub(crate) struct ValueChanges {
    changes: BTreeMap<String, Option<String>>,
}

impl ValueChanges {
    pub(crate) fn set(&mut self, key: String, value: String) {
        self.changes.insert(key, Some(value));
    }

    pub(crate) fn remove(&mut self, key: String) {
        self.changes.insert(key, None);
    }

    pub(crate) fn writes<'a>(&'a self, statements: &'a ValueStatements) -> Vec<Write<'a>> {
        if self.changes.is_empty() {
            return Vec::new();
        }
        let (mut removed, mut keys, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in &self.changes {
            let key = to_text(key);
            match value {
                Some(value) => {
                    keys.push(key);
                    values.push(to_text(value));
                }
                None => removed.push(key),
            }
        }
        vec![Write { statement: &statements.write, columns: parameters![removed, keys, values] }]
    }
}

impl ValueStatements {
    /// Reads the values under these keys.
    pub(crate) async fn values(
        &self,
        database: &Arc<Database>,
        connection: &str,
        keys: &[&str],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let keys: Vec<_> = keys.iter().map(|key| stored(key)).collect();
        let rows = database.read(&self.by_keys, parameters![stored(connection), keys]).await?;
        let columns = rows.iter().map(|row| Columns { row, context: &database.context });
        columns.map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }
}
