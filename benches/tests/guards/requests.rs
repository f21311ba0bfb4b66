//! Requests to ServiceTitan.

use std::sync::Arc;

use chrono::Duration;
use simulator::ChangeKind;
use sync_core::MemoryStore;

use crate::tenant::{JOBS, Tenant, runtime};

/// Runs one sync, and returns its number of requests.
async fn sync(tenant: &Tenant) -> f64 {
    tenant.simulator.reset_stats();
    tenant.sync().await;
    let stats = tenant.simulator.stats();
    // A jump of the world's clock expires the token early.
    let refused: u64 =
        stats.servicetitan.iter().filter(|((_, status), _)| *status == 401).map(|(_, count)| count).sum();
    (stats.servicetitan_requests() - refused) as f64
}

#[test]
fn a_backfill_and_the_cycles_after_it_make_no_more_requests_than_accepted() {
    runtime().block_on(async {
        let tenant = Tenant::open(Arc::new(MemoryStore::new())).await;
        let backfill = sync(&tenant).await;
        tenant.simulator.world().advance(Duration::minutes(15));
        let idle_cycle = sync(&tenant).await;
        let kinds = [ChangeKind::JobChanged, ChangeKind::JobAdded, ChangeKind::JobCanceled];
        tenant.simulator.world().mutate_only(&kinds, 1, JOBS / 100);
        tenant.simulator.world().advance(Duration::minutes(15));
        let cycle_after_changes = sync(&tenant).await;
        guards::check([
            ("requests.backfill", backfill),
            ("requests.idle_cycle", idle_cycle),
            ("requests.cycle_after_changes_to_1_percent", cycle_after_changes),
        ]);
    });
}
