//! A schema of the PostgreSQL server that the environment names, for one test.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use postgres_store::PostgresOptions;
use tokio_postgres::NoTls;

/// URL of the server, password included.
pub fn url() -> String {
    std::env::var("POSTGRES_URL").expect("POSTGRES_URL names a server")
}

/// A schema that is dropped with its test.
pub struct Schema {
    pub name: String,
}

impl Schema {
    /// Returns a name that nothing has yet.
    pub fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Schema { name: format!("example_{}_{number}", std::process::id()) }
    }

    /// Returns the options of a store in it.
    pub fn options(&self) -> PostgresOptions {
        PostgresOptions::from_url(&url())
            .expect("POSTGRES_URL is a URL")
            .schema(self.name.clone())
            .pool_size(3)
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // A session of the test may hold a lock until its runtime is gone: it is not waited for.
        let sql = format!("SET lock_timeout = '2s'; DROP SCHEMA IF EXISTS \"{}\" CASCADE", self.name);
        // The test's own runtime is busy with dropping.
        let dropping = thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                if let Ok((client, connection)) = tokio_postgres::connect(&url(), NoTls).await {
                    tokio::spawn(connection);
                    client.batch_execute(&sql).await.ok();
                }
            });
        });
        dropping.join().ok();
    }
}
