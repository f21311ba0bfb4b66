//! Bytes that PostgreSQL writes to its log. `adapters/postgres-store/tests/postgres/round_trips.rs` counts statements and round trips.

use postgres_store::{PostgresOptions, PostgresStore};
use tokio::runtime::Builder;
use tokio_postgres::{Client, NoTls};

use crate::recording::Recording;

/// Returns the number of bytes that the server has written to its log since it was set up.
async fn logged(client: &Client) -> i64 {
    let sql = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint";
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// Replays a recording into a schema of its own. Returns the number of bytes that the server wrote to its log meanwhile.
async fn replay(recording: &Recording, url: &str) -> i64 {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let schema = format!("guards_{}", std::process::id());
    let options = PostgresOptions::from_url(url).unwrap().schema(schema.clone());
    let store = PostgresStore::open(&options).await.unwrap();
    let before = logged(&client).await;
    recording.replay(&store).await;
    let after = logged(&client).await;
    store.close();
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
    after - before
}

#[test]
#[ignore = "needs POSTGRES_URL"]
fn a_record_takes_no_more_bytes_of_postgresqls_log_than_accepted() {
    let url = std::env::var("POSTGRES_URL").expect("POSTGRES_URL names a server that does nothing else");
    let recording = Recording::of_a_backfill();
    let logged =
        Builder::new_current_thread().enable_all().build().unwrap().block_on(replay(recording, &url));
    guards::check([("postgres.bytes_logged_per_record", logged as f64 / recording.records() as f64)]);
}
