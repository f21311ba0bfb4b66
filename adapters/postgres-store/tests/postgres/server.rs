//! The server of the tests: stores in schemas of their own, and sessions beside the store.

use std::sync::atomic::{AtomicU64, Ordering};

use postgres_store::{PostgresOptions, PostgresStore};
use sync_core::{Change, MirrorRecord, Resource};
use tokio_postgres::{Client, NoTls};
use url::Url;

/// Where the server is.
pub(crate) fn url() -> Url {
    let url = std::env::var("POSTGRES_URL").expect("POSTGRES_URL names a server");
    Url::parse(&url).expect("POSTGRES_URL is a URL")
}

/// A session beside the store's.
pub(crate) async fn session() -> Client {
    session_at(&url()).await
}

/// A session at another server or as another user.
pub(crate) async fn session_at(url: &Url) -> Client {
    let (client, connection) =
        tokio_postgres::connect(url.as_str(), NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    client
}

/// A schema that is dropped with its test.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) name: String,
    server: Url,
}

impl Schema {
    /// A name that nothing has yet.
    pub(crate) fn fresh() -> Self {
        Schema::fresh_at(&url())
    }

    /// A name that nothing has yet, at another server.
    pub(crate) fn fresh_at(server: &Url) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Schema { name: format!("test {} {number}", std::process::id()), server: server.clone() }
    }

    /// Small pools: many tests run at once.
    pub(crate) fn options(&self) -> PostgresOptions {
        self.options_at(&self.server)
    }

    /// The same schema by another way to the server.
    pub(crate) fn options_at(&self, url: &Url) -> PostgresOptions {
        PostgresOptions::from_url(url.as_str())
            .unwrap()
            .schema(&self.name)
            .pool_size(3)
            .application_name(self.name.clone())
    }

    pub(crate) async fn store(&self) -> PostgresStore {
        PostgresStore::open(&self.options()).await.unwrap()
    }

    /// The statement with `{s}` replaced.
    pub(crate) fn sql(&self, statement: &str) -> String {
        statement.replace("{s}", &format!("\"{}\"", self.name))
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let (drop_schema, server) = (self.sql("DROP SCHEMA IF EXISTS {s} CASCADE"), self.server.clone());
        // The test's own runtime is busy with dropping.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                if let Ok((client, connection)) = tokio_postgres::connect(server.as_str(), NoTls).await {
                    tokio::spawn(connection);
                    // A session of the test may hold a lock until its runtime is gone; the server is thrown away anyway.
                    let sql = format!("SET lock_timeout = '2s'; {drop_schema}");
                    client.batch_execute(&sql).await.ok();
                }
            });
        });
        dropping.join().ok();
    }
}

/// A store and the schema that has to live as long as it.
pub(crate) async fn empty_store() -> (PostgresStore, Schema) {
    let schema = Schema::fresh();
    (schema.store().await, schema)
}

pub(crate) fn value(key: &str, value: &str) -> Change {
    Change::SetValue { key: key.to_owned(), value: value.to_owned() }
}

pub(crate) fn mark(id: i64) -> Change {
    Change::MarkDirty { integration: "jobs".to_owned(), id }
}

/// A job with a body of so many bytes.
pub(crate) fn job(id: i64, bytes: usize) -> Change {
    Change::PutRecord(MirrorRecord {
        body: Some("x".repeat(bytes)),
        ..MirrorRecord::absent(Resource::Jobs, id)
    })
}
