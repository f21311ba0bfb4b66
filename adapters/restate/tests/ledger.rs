//! The ledger of request budgets on PostgreSQL: `.ci/postgres cargo test -p restate-adapter -- --include-ignored`.

// A test reports by panicking.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::time::Duration;

use deadpool_postgres::{Manager, Pool, Runtime};
use restate_adapter::budget::{Claim, Ledger, PostgresLedger};
use tokio_postgres::NoTls;

const LIMIT: u32 = 60;
/// Far longer than a test: no lease ends by itself.
const HOLDS_FOR: Duration = Duration::from_secs(60);

fn pool() -> Pool {
    let url = std::env::var("POSTGRES_URL").unwrap();
    let manager = Manager::new(url.parse().unwrap(), NoTls);
    Pool::builder(manager).max_size(4).runtime(Runtime::Tokio1).build().unwrap()
}

/// Makes a schema that no other run has, and returns its name.
async fn schema(pool: &Pool, name: &str) -> String {
    let schema = format!("ledger {name} {}", std::process::id());
    let make = format!("DROP SCHEMA IF EXISTS \"{schema}\" CASCADE; CREATE SCHEMA \"{schema}\"");
    pool.get().await.unwrap().batch_execute(&make).await.unwrap();
    schema
}

fn claim(worker: usize, key: usize, demand: u32) -> Claim {
    let (key, worker) = (format!("key {key}"), format!("worker {worker}"));
    Claim { key, worker, limit: LIMIT, demand, holds_for: HOLDS_FOR }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs POSTGRES_URL"]
async fn workers_that_renew_the_same_keys_at_the_same_time_never_get_more_than_the_limit_together() {
    let pool = pool();
    let schema = schema(&pool, "shares").await;
    let renewing = (0..3).map(|worker| {
        let (pool, schema) = (self::pool(), schema.clone());
        tokio::spawn(async move {
            // All of them make the table.
            let ledger = PostgresLedger::open(pool, &schema).await.unwrap();
            let mut shares = Vec::new();
            for round in 0..40 {
                // In another order for each worker, which must not matter.
                let mut claims: Vec<Claim> =
                    (0..20).map(|key| claim(worker, key, 1 + (key as u32 * 13 + round * 5) % 90)).collect();
                claims.rotate_left(worker * 7);
                let renewed = ledger.renew(&claims).await.unwrap();
                shares = claims.into_iter().map(|claim| claim.key).zip(renewed).collect();
            }
            shares
        })
    });
    let mut sums: BTreeMap<String, u32> = BTreeMap::new();
    for renewing in renewing.collect::<Vec<_>>() {
        for (key, share) in renewing.await.unwrap() {
            *sums.entry(key).or_default() += share;
        }
    }
    assert!(sums.values().all(|sum| *sum <= LIMIT), "{sums:?}");
    // How much is lent depends on who came when: what another worker holds is its own for a minute.
    assert!(sums.values().any(|sum| *sum > 0), "{sums:?}");
    let ledger = PostgresLedger::open(pool.clone(), &schema).await.unwrap();
    for worker in 0..3 {
        let given_up: Vec<Claim> = (0..20).map(|key| claim(worker, key, 0)).collect();
        assert_eq!(ledger.renew(&given_up).await.unwrap(), [0; 20]);
    }
    // A newcomer is lent all of it, except for a twentieth, which is kept free; and what was given up during the rounds only after a second.
    let newcomer: Vec<Claim> = (0..20).map(|key| claim(3, key, 500)).collect();
    let lent = async { while ledger.renew(&newcomer).await.unwrap() != [LIMIT - LIMIT / 20; 20] {} };
    tokio::time::timeout(HOLDS_FOR / 2, lent).await.expect("the newcomer waits for the leases' end");
    pool.get().await.unwrap().batch_execute(&format!("DROP SCHEMA \"{schema}\" CASCADE")).await.unwrap();
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_row_that_a_later_release_wrote_is_begun_anew() {
    let pool = pool();
    let schema = schema(&pool, "rows").await;
    let ledger = PostgresLedger::open(pool.clone(), &schema).await.unwrap();
    assert_eq!(ledger.renew(&[claim(1, 1, 10)]).await.unwrap(), [10]);
    let client = pool.get().await.unwrap();
    client.batch_execute(&format!("UPDATE \"{schema}\".request_budgets SET leases = '?'")).await.unwrap();
    assert_eq!(ledger.renew(&[claim(2, 1, 500)]).await.unwrap(), [57]);
    client.batch_execute(&format!("DROP SCHEMA \"{schema}\" CASCADE")).await.unwrap();
}
