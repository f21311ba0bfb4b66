//! Request budgets: each key's limit, shared with the other workers.

use std::time::Duration;

use hatch_client::RateLimit;
use restate_adapter::budget::{Borrower, Lender};
use servicetitan_client::RequestLimits;

/// The span in which Hatch's share is used up at most once. A little longer than a second: requests that leave a second apart may arrive closer
/// together.
const HATCH_SPAN: Duration = Duration::from_millis(1_050);

/// Returns the budget of a tenant of ServiceTitan, under a name for the tenant's key.
pub fn servicetitan(lender: &Lender, key: &str, per_second: u32) -> RequestLimits {
    let limits = RequestLimits::lent();
    let (lent, demanding, waking) = (limits.clone(), limits.clone(), limits.clone());
    let borrower = Borrower {
        lend: Box::new(move |share, until| lent.lend(share, until)),
        demand: Box::new(move || demanding.demand()),
        on_demand: Box::new(move |wake| waking.on_demand(wake)),
    };
    lender.lend(key, per_second, borrower);
    limits
}

/// Returns the budget of an API key of Hatch, under a name for the key. Hatch counts over ten seconds: a tenth of the limit in each second is
/// within it, and can be lent on as fast as ServiceTitan's.
pub fn hatch(lender: &Lender, key: &str, per_ten_seconds: u32) -> RateLimit {
    let limit = RateLimit::lent(HATCH_SPAN);
    let (lent, demanding, waking) = (limit.clone(), limit.clone(), limit.clone());
    let borrower = Borrower {
        lend: Box::new(move |share, until| lent.lend(share as usize, until)),
        demand: Box::new(move || demanding.demand()),
        on_demand: Box::new(move |wake| waking.on_demand(wake)),
    };
    lender.lend(key, (per_ten_seconds / 10).max(1), borrower);
    limit
}
