//! The tables in a schema of their own, and how an older schema becomes a newer one.

use deadpool_postgres::ClientWrapper;
use sync_core::StoreError;
use tokio_postgres::Transaction;

use crate::error::{Context, because};

/// The statements that lead from one version to the next; the first fills an empty schema. Only ever appended to.
const MIGRATIONS: [&str; 1] = [include_str!("../migrations/1.sql")];

/// The version that this code reads and writes.
pub(crate) const VERSION: i32 = MIGRATIONS.len() as i32;

/// The class of the advisory lock under which a schema is migrated ("ST→H" in ASCII); its second half is a hash of the schema's name.
const LOCK_CLASS: i32 = 0x5354_3248;

/// Whether an older schema may be brought to [`VERSION`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Migrate {
    Allowed,
    Refused,
}

/// Brings the schema to [`VERSION`], in one transaction that the processes which start at the same time enter one after the other.
///
/// Nothing is locked, and no right to create anything is needed, if the version is right already.
pub(crate) async fn prepare(
    client: &mut ClientWrapper,
    context: &Context,
    migrate: Migrate,
) -> Result<(), StoreError> {
    let failed = because(context, "be prepared");
    let transaction = client.transaction().await.map_err(&failed)?;
    let found = version(&transaction, context).await?;
    drop(transaction);
    if found == VERSION {
        return Ok(());
    }
    if migrate == Migrate::Refused {
        return Err(StoreError::Refused(format!(
            "{context} has schema version {found}, and this release needs {VERSION}: open it once with migrations allowed, \
             by a user that may create tables"
        )));
    }
    let transaction = client.transaction().await.map_err(&failed)?;
    // However long it takes: a large table may have to be rewritten, and others wait for the lock meanwhile.
    transaction
        .batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        .await
        .map_err(&failed)?;
    let lock = "SELECT pg_advisory_xact_lock($1, hashtext($2))";
    transaction.execute(lock, &[&LOCK_CLASS, &context.schema.name()]).await.map_err(&failed)?;
    // Another process may have been here while this one waited.
    let found = version(&transaction, context).await?;
    apply(&transaction, context, found).await?;
    transaction.commit().await.map_err(&failed)
}

async fn apply(transaction: &Transaction<'_>, context: &Context, found: i32) -> Result<(), StoreError> {
    let failed = because(context, "be prepared");
    let schema = &context.schema;
    if found == 0 {
        // Asked for only where it is missing: `CREATE SCHEMA IF NOT EXISTS` needs the right to create one all the same.
        if !exists(transaction, context).await? {
            transaction.batch_execute(&schema.qualify("CREATE SCHEMA {s}")).await.map_err(&failed)?;
        }
        let table = "CREATE TABLE {s}.schema_version (version integer NOT NULL); INSERT INTO {s}.schema_version VALUES (0)";
        transaction.batch_execute(&schema.qualify(table)).await.map_err(&failed)?;
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.batch_execute(&schema.qualify(migration)).await.map_err(&failed)?;
    }
    let mark = schema.qualify("UPDATE {s}.schema_version SET version = $1");
    transaction.execute(&mark, &[&VERSION]).await.map(drop).map_err(&failed)
}

async fn exists(transaction: &Transaction<'_>, context: &Context) -> Result<bool, StoreError> {
    let row = transaction
        .query_one("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", &[&context.schema.name()])
        .await
        .map_err(because(context, "be read"))?;
    row.try_get(0).map_err(because(context, "be read"))
}

/// The schema's version; 0 where there is none, or an empty one. Refuses what this code cannot read.
async fn version(transaction: &Transaction<'_>, context: &Context) -> Result<i32, StoreError> {
    let failed = because(context, "be read");
    let row = transaction
        .query_one(
            "SELECT count(*), count(*) FILTER (WHERE relname = 'schema_version')
             FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
             WHERE nspname = $1 AND relkind IN ('r', 'p', 'v', 'm')",
            &[&context.schema.name()],
        )
        .await
        .map_err(&failed)?;
    let (tables, marks): (i64, i64) = (row.try_get(0).map_err(&failed)?, row.try_get(1).map_err(&failed)?);
    if tables == 0 {
        return Ok(0);
    }
    let foreign = || {
        StoreError::Damaged(format!(
            "{context} has tables of another program: name another schema, or an empty one"
        ))
    };
    if marks == 0 {
        return Err(foreign());
    }
    let row = transaction
        .query_opt(&context.schema.qualify("SELECT version FROM {s}.schema_version"), &[])
        .await
        .map_err(&failed)?;
    let version: i32 = row.ok_or_else(foreign)?.try_get(0).map_err(|_| foreign())?;
    if version > VERSION {
        return Err(StoreError::NewerSchema(format!(
            "{context} was written by a newer release (schema version {version}, this one knows {VERSION}): run that release, \
             or restore the backup from before the upgrade"
        )));
    }
    Ok(version)
}
