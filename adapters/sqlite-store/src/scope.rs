//! One connection's part of the file, within a transaction.

use rusqlite::Params;
use sync_core::StoreError;

use crate::error::Context;
use crate::keys::{Database, Key};
use crate::row::Columns;
use crate::schema::Codes;

/// An opened file, as all of its threads know it.
#[derive(Debug)]
pub(crate) struct StoreFile {
    pub(crate) context: Context,
    pub(crate) codes: Codes,
}

/// One connection's part of the file, within a transaction.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) database: &'a Database,
    pub(crate) file: &'a StoreFile,
    /// The connection's row in `connections`.
    pub(crate) connection: i64,
}

impl<'a> Scope<'a> {
    /// The part of the connection with this name; `None` if nothing was ever stored in it.
    pub(crate) fn find(
        database: &'a Database,
        file: &'a StoreFile,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        let scope = Scope { database, file, connection: 0 };
        let found = scope.row("SELECT id FROM connections WHERE name = ?", [name], |row| row.get(0))?;
        Ok(found.map(|connection| Scope { connection, ..scope }))
    }

    /// The number of an integration; `None` if nothing was ever stored of it.
    pub(crate) fn integration(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT code FROM integrations WHERE connection = ? AND name = ?";
        self.row(sql, (self.connection, name), |row| row.get(0))
    }

    /// The places under these keys, each with its ID.
    pub(crate) fn places(&self, keys: impl IntoIterator<Item = Key>) -> Result<Vec<(i64, i64)>, StoreError> {
        self.database.places(&self.file.context, keys)
    }

    /// The place under a key that has one at most.
    pub(crate) fn place(&self, key: Key) -> Result<Option<i64>, StoreError> {
        Ok(self.places([key])?.first().map(|(_, place)| *place))
    }

    /// Adds a place under each of these keys, or removes the place there.
    pub(crate) fn set_keys(&self, keys: impl IntoIterator<Item = Key>, place: i64, is_there: bool) {
        self.database.set_keys(keys, place, is_there);
    }

    /// Adds a row. Answers its place.
    pub(crate) fn insert(&self, sql: &str, parameters: impl Params) -> Result<i64, StoreError> {
        self.run(sql, parameters)?;
        Ok(self.database.connection.last_insert_rowid())
    }

    /// All rows that a statement finds.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl Fn(&Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows_of_each(sql, [parameters], read)
    }

    /// All rows that a statement finds with each of these parameters.
    pub(crate) fn rows_of_each<P: Params, T>(
        &self,
        sql: &str,
        parameters: impl IntoIterator<Item = P>,
        read: impl Fn(&Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let context = &self.file.context;
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let mut parameters = parameters.into_iter().peekable();
        let mut found = Vec::new();
        if parameters.peek().is_none() {
            return Ok(found);
        }
        let mut statement = self.database.connection.prepare_cached(sql).map_err(failed)?;
        for parameters in parameters {
            let mut rows = statement.query(parameters).map_err(failed)?;
            while let Some(row) = rows.next().map_err(failed)? {
                found.push(read(&Columns { row, context })?);
            }
        }
        Ok(found)
    }

    /// The first row that a statement finds.
    pub(crate) fn row<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnOnce(&Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let context = &self.file.context;
        let failed = |error: rusqlite::Error| context.failed("be read", &error);
        let mut statement = self.database.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query(parameters).map_err(failed)?;
        rows.next().map_err(failed)?.map(|row| read(&Columns { row, context })).transpose()
    }

    /// Carries out a statement that changes rows. Answers how many.
    pub(crate) fn run(&self, sql: &str, parameters: impl Params) -> Result<usize, StoreError> {
        let failed = |error: rusqlite::Error| self.file.context.failed("be written", &error);
        let mut statement = self.database.connection.prepare_cached(sql).map_err(failed)?;
        statement.execute(parameters).map_err(failed)
    }
}

/// A limit as SQLite takes it.
pub(crate) fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A place as SQLite takes it. No place is above `i64::MAX`.
pub(crate) fn behind(place: u64) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
