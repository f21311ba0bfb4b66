//! Opening a store: the pool, the schema, and what is read once.

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use sync_core::StoreError;
use tokio_postgres::NoTls;

use crate::error::{Context, because};
use crate::options::{PostgresOptions, Trusted};
use crate::parts::Parts;
use crate::row::Resources;
use crate::schema::{self, Migrate};
use crate::session::Database;
use crate::statements::Schema;
use crate::tls;

/// Opens a store with a pool of its own.
pub(crate) async fn open(options: &PostgresOptions) -> Result<Parts, StoreError> {
    let context = Context { place: Some(options.place()), schema: Schema::named(&options.schema)? };
    let config = options.session_config();
    // Whether a session still lives is seen from its socket. One that was cut unnoticed costs a try, and a question before each use would
    // cost a round trip every time.
    let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = if options.tls {
        let pem = match &options.trusted {
            Trusted::Machine => None,
            Trusted::Pem(pem) => Some(pem.clone()),
            Trusted::File(path) => Some(std::fs::read(path).map_err(|error| {
                StoreError::Refused(format!(
                    "{context} could not be opened: the certificates in {} cannot be read ({error})",
                    path.display()
                ))
            })?),
        };
        Manager::from_config(config, tls::connector(pem.as_deref(), &context)?, manager_config)
    } else {
        Manager::from_config(config, NoTls, manager_config)
    };
    let pool = Pool::builder(manager)
        .max_size(options.pool_size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(options.statement_timeout))
        .create_timeout(Some(options.connect_timeout))
        .recycle_timeout(Some(options.connect_timeout))
        .build()
        .map_err(|error| StoreError::Unavailable(format!("{context} could not be opened: {error}")))?;
    with_pool(pool, context, options.migrate).await
}

/// Opens a store with a pool that is there.
pub(crate) async fn with_pool(pool: Pool, context: Context, migrate: Migrate) -> Result<Parts, StoreError> {
    let mut database = Database { pool, context, resources: Resources::default() };
    let mut session = database.session("be opened").await?;
    schema::prepare(&mut session, &database.context, migrate).await?;
    warn_of_lost_commits(&session, &database.context).await?;
    database.resources = resources(&session, &database.context).await?;
    drop(session);
    Ok(Parts::of(database))
}

/// Reads the numbers of the resources, and gives numbers to those that this release is the first to know.
async fn resources(session: &Object, context: &Context) -> Result<Resources, StoreError> {
    let read = context.schema.qualify("SELECT id, name FROM {s}.resources");
    let failed = because(context, "be read");
    let known = Resources::from_rows(&session.query(&read, &[]).await.map_err(&failed)?, context)?;
    if known.missing().is_empty() {
        return Ok(known);
    }
    let add = context
        .schema
        .qualify("INSERT INTO {s}.resources (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING");
    session.execute(&add, &[&known.missing()]).await.map_err(because(context, "be prepared"))?;
    Resources::from_rows(&session.query(&read, &[]).await.map_err(&failed)?, context)
}

/// A server that answers before it has written loses what was answered when its machine goes down, which the store promises not to happen.
async fn warn_of_lost_commits(session: &Object, context: &Context) -> Result<(), StoreError> {
    let row = session
        .query_one("SELECT current_setting('synchronous_commit'), current_setting('fsync')", &[])
        .await
        .map_err(because(context, "be read"))?;
    let setting = |column| row.try_get::<_, String>(column).map_err(because(context, "be read"));
    if setting(0)? == "off" {
        tracing::warn!(
            "{context}: commits may be lost when the server's machine fails, since synchronous_commit is off; \
                        switch it on for this user (ALTER ROLE … SET synchronous_commit = on)"
        );
    }
    if setting(1)? == "off" {
        tracing::warn!(
            "{context}: the database may be damaged when the server's machine fails, since fsync is off"
        );
    }
    Ok(())
}
