//! The tables, and how an older file becomes a newer one.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use sync_core::StoreError;

use crate::error::{Context, because};

/// Marks a file as one of this store ("ST→H" in ASCII), so that no other program's database is taken for one.
const APPLICATION_ID: i64 = 0x5354_3248;

/// What leads from one version of the schema to the next; the first makes an empty file version 1. Only ever appended to.
const MIGRATIONS: [&str; 1] = [include_str!("../migrations/1.sql")];

/// The version that this code reads and writes.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Brings the file to [`VERSION`], in one transaction.
pub(crate) async fn migrate(connection: &mut SqliteConnection, context: &Context) -> Result<(), StoreError> {
    let failed = because(context, "be prepared");
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
    let found = version(&mut transaction, context).await?;
    let applied = usize::try_from(found).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(applied) {
        sqlx::raw_sql(*migration).execute(&mut *transaction).await.map_err(&failed)?;
    }
    if found < VERSION {
        let marks = format!("PRAGMA user_version = {VERSION}; PRAGMA application_id = {APPLICATION_ID}");
        sqlx::raw_sql(AssertSqlSafe(marks)).execute(&mut *transaction).await.map_err(&failed)?;
    }
    transaction.commit().await.map_err(&failed)
}

/// The file's version; 0 for an empty file. Refuses what this code cannot read.
pub(crate) async fn version(connection: &mut SqliteConnection, context: &Context) -> Result<i64, StoreError> {
    let failed = because(context, "be read");
    let version: i64 =
        sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await.map_err(&failed)?;
    let application: i64 =
        sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await.map_err(&failed)?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await
        .map_err(&failed)?;
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
