//! Requests to ServiceTitan.

use std::sync::Arc;

use chrono::Duration;
use simulator::ChangeKind;
use sync_core::MemoryStore;

use crate::tenant::{self, JOBS, runtime};

#[test]
fn a_backfill_and_the_cycles_after_it_make_no_more_requests_than_accepted() {
    runtime().block_on(async {
        let tenant = tenant::open(Arc::new(MemoryStore::new())).await;
        let backfill = tenant.requests_of_sync().await as f64;
        tenant.simulator.world().advance(Duration::minutes(15));
        let idle_cycle = tenant.requests_of_sync().await as f64;
        let kinds = [ChangeKind::JobChanged, ChangeKind::JobAdded, ChangeKind::JobCanceled];
        tenant.simulator.world().mutate_only(&kinds, 1, JOBS / 100);
        tenant.simulator.world().advance(Duration::minutes(15));
        let cycle_after_changes = tenant.requests_of_sync().await as f64;
        guards::check([
            ("requests.backfill", backfill),
            ("requests.idle_cycle", idle_cycle),
            ("requests.cycle_after_changes_to_1_percent", cycle_after_changes),
        ]);
    });
}
