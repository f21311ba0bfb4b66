//! A backfill into a schema of a PostgreSQL server, whose work is that of its own processes.

use std::sync::Arc;
use std::time::Instant;

use cpu_time::ProcessTime;
use postgres_store::{PostgresOptions, PostgresStore};
use sync_core::Store;
use tokio_postgres::{Client, NoTls};

use crate::backfill::{Cost, Sink, backfill};
use crate::server::Server;

/// A server, and a schema for one backfill after the other.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    schema: String,
}

/// The room that a table takes, with what lies outside of its rows.
#[derive(Debug, Clone)]
pub struct TableSize {
    /// The table's name.
    pub table: String,
    /// Number of rows.
    pub rows: i64,
    /// Bytes, indexes included.
    pub bytes: i64,
    /// Bytes of that in indexes.
    pub in_indexes: i64,
}

impl Postgres {
    /// Returns the server that `POSTGRES_URL` names, if it is set.
    pub fn from_environment() -> Option<Self> {
        let url = std::env::var("POSTGRES_URL").ok()?;
        Some(Postgres { url, schema: format!("bench_store_{}", std::process::id()) })
    }

    /// Opens a store in an empty schema.
    pub async fn open(&self) -> Arc<PostgresStore> {
        let options = PostgresOptions::from_url(&self.url).unwrap().schema(self.schema.clone());
        Arc::new(PostgresStore::open(&options).await.unwrap())
    }

    /// Removes the schema with everything in it. Returns the sizes of the largest tables.
    pub async fn remove(&self) -> Vec<TableSize> {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let sizes = self.sizes(&client).await;
        client.batch_execute(&format!("DROP SCHEMA {} CASCADE", self.schema)).await.unwrap();
        sizes
    }

    /// Runs a backfill into an empty schema, and removes the schema. Returns the costs, and the sizes of the largest tables.
    pub async fn run(&self, server: &Server, sink: Sink) -> (Cost, Vec<TableSize>) {
        let (cpu, wall) = (ProcessTime::now(), Instant::now());
        let store = self.open().await;
        let cost = backfill(server, sink, Arc::clone(&store) as Arc<dyn Store>).await;
        store.close();
        let cost = Cost { cpu: cpu.elapsed(), wall: wall.elapsed(), ..cost };
        (cost, self.remove().await)
    }

    async fn sizes(&self, client: &Client) -> Vec<TableSize> {
        let sql = "SELECT relname::text, pg_total_relation_size(pg_class.oid), pg_indexes_size(pg_class.oid)
                   FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                   WHERE nspname = $1 AND relkind = 'r' ORDER BY 2 DESC LIMIT 6";
        let mut sizes = Vec::new();
        for row in client.query(sql, &[&self.schema]).await.unwrap() {
            let table: String = row.get(0);
            let count = format!("SELECT count(*) FROM {}.{table}", self.schema);
            let rows = client.query_one(&count, &[]).await.unwrap().get(0);
            sizes.push(TableSize { table, rows, bytes: row.get(1), in_indexes: row.get(2) });
        }
        sizes
    }
}
