//! The ledger on PostgreSQL: a row for each key, and PostgreSQL's clock.

use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;
use chrono::DateTime;
use deadpool_postgres::Pool;

use super::{Claim, Leases, Ledger, LedgerError};

/// A number for the lock under which the table is made: two workers that start together would both try.
const MAKING_THE_TABLE: i64 = 0x6275_6467_6574_7331;

/// A [`Ledger`] in a table of a PostgreSQL database, `request_budgets`. Holds names of keys, workers and numbers.
#[derive(Clone)]
pub struct PostgresLedger {
    pool: Pool,
    table: String,
}

impl PostgresLedger {
    /// Opens the ledger in a schema, and makes its table if it is missing.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached, or the schema is missing or may not be written.
    pub async fn open(pool: Pool, schema: &str) -> Result<Self, LedgerError> {
        let table = format!("\"{}\".request_budgets", schema.replace('"', "\"\""));
        let mut client = pool.get().await.map_err(failed)?;
        let transaction = client.transaction().await.map_err(failed)?;
        transaction
            .execute("SELECT pg_advisory_xact_lock($1)", &[&MAKING_THE_TABLE])
            .await
            .map_err(failed)?;
        // Rows are rewritten several times a second: they stay in their pages.
        let make = format!(
            "CREATE TABLE IF NOT EXISTS {table} (key text PRIMARY KEY, leases text NOT NULL) WITH (fillfactor = 50)"
        );
        transaction.batch_execute(&make).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(PostgresLedger { pool, table })
    }
}

#[async_trait]
impl Ledger for PostgresLedger {
    async fn renew(&self, claims: &[Claim]) -> Result<Vec<u32>, LedgerError> {
        let table = &self.table;
        let keys: Vec<&str> = claims.iter().map(|claim| claim.key.as_str()).collect();
        let mut client = self.pool.get().await.map_err(failed)?;
        let transaction = client.transaction().await.map_err(failed)?;
        // In the order of the keys, as below: two workers that renew the same keys would else wait for each other.
        let begin = format!(
            "INSERT INTO {table} (key, leases) SELECT key, '' FROM unnest($1::text[]) AS key ORDER BY key ON CONFLICT DO NOTHING"
        );
        let begin = transaction.prepare_cached(&begin).await.map_err(failed)?;
        transaction.execute(&begin, &[&keys]).await.map_err(failed)?;
        let lock = format!("SELECT key, leases FROM {table} WHERE key = ANY($1) ORDER BY key FOR UPDATE");
        let lock = transaction.prepare_cached(&lock).await.map_err(failed)?;
        let mut held: HashMap<String, Leases> = HashMap::new();
        for row in transaction.query(&lock, &[&keys]).await.map_err(failed)? {
            // A row that cannot be read is begun anew: all leases end a few seconds after the release is gone that wrote it.
            held.insert(row.get(0), serde_json::from_str(row.get(1)).unwrap_or_default());
        }
        // After the locks, since the wait for them takes time.
        let clock = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
        let clock = transaction.prepare_cached(clock).await.map_err(failed)?;
        let now: i64 = transaction.query_one(&clock, &[]).await.map_err(failed)?.get(0);
        let now = DateTime::from_timestamp_millis(now).ok_or_else(|| failed("its clock has no time"))?;
        let mut shares = Vec::new();
        let mut texts = Vec::new();
        for claim in claims {
            let leases = held.entry(claim.key.clone()).or_default();
            shares.push(leases.renew(claim, now));
            texts.push(serde_json::to_string(leases).map_err(failed)?);
        }
        let keep = format!(
            "UPDATE {table} AS budgets SET leases = new.leases FROM unnest($1::text[], $2::text[]) AS new (key, leases) \
             WHERE budgets.key = new.key"
        );
        let keep = transaction.prepare_cached(&keep).await.map_err(failed)?;
        transaction.execute(&keep, &[&keys, &texts]).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(shares)
    }
}

impl fmt::Debug for PostgresLedger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresLedger").field("table", &self.table).finish_non_exhaustive()
    }
}

fn failed(error: impl fmt::Display) -> LedgerError {
    LedgerError(error.to_string())
}
