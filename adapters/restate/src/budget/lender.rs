//! The worker's side: leases that follow the demand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use super::{Claim, Ledger};

/// The time for which a share holds.
const HOLDS_FOR: Duration = Duration::from_secs(3);

/// The interval of the renewals of a lease that is in use.
const RENEWAL: Duration = Duration::from_millis(250);

/// The interval of the claims for a budget that needs a share and gets none.
const CLAIM: Duration = Duration::from_millis(100);

/// The interval at which demands are looked at.
const WATCH: Duration = Duration::from_millis(20);

/// A budget of requests in this process, such as `RequestLimits` of `servicetitan-client` or `RateLimit` of `hatch-client`, as two functions.
pub struct Borrower {
    /// Sets the number of requests per second, until a moment.
    pub lend: Box<dyn Fn(u32, Instant) + Send + Sync>,
    /// Returns the number of requests that wait or were sent within the last second.
    pub demand: Box<dyn Fn() -> usize + Send + Sync>,
}

/// Leases shares of keys' limits for one worker: all of them in one renewal. Looks at each budget's demand fifty times a second, which suits some
/// thousands of them: [end](Self::end) the leases of tenants that are idle. Dropping it, with its clones, ends the renewals, and the leases end
/// within three seconds.
#[derive(Clone)]
pub struct Lender {
    lent: Arc<Lent>,
    _renewing: Arc<AbortOnDropHandle<()>>,
}

/// The budgets that shares are leased for, by key.
#[derive(Default)]
struct Lent {
    budgets: Mutex<BTreeMap<String, Budget>>,
}

struct Budget {
    limit: u32,
    borrower: Borrower,
    share: u32,
    until: Instant,
    /// The moment from which the lease is renewed.
    renewed_from: Instant,
}

impl Lender {
    /// Returns a lender for this process. Needs a tokio runtime.
    pub fn new(ledger: Arc<dyn Ledger>) -> Self {
        let lent = Arc::new(Lent::default());
        let renewing =
            tokio::spawn(renew(Arc::clone(&lent), ledger, format!("{:016x}", rand::random::<u64>())));
        Lender { lent, _renewing: Arc::new(AbortOnDropHandle::new(renewing)) }
    }

    /// Lends a budget the share of a key's limit that its demand calls for, from now on. `key` is a name for the key, the same in all workers, and
    /// not the key itself; `limit` is the number of requests per second that all workers together may send. A budget that was given for the
    /// same key before is lent nothing any more.
    pub fn lend(&self, key: impl Into<String>, limit: u32, borrower: Borrower) {
        let now = Instant::now();
        let budget = Budget { limit, borrower, share: 0, until: now, renewed_from: now };
        self.lent.lock().insert(key.into(), budget);
    }

    /// Ends the lease of a key: its budget is lent nothing any more.
    pub fn end(&self, key: &str) {
        if let Some(budget) = self.lent.lock().remove(key) {
            (budget.borrower.lend)(0, Instant::now());
        }
    }
}

impl Lent {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Budget>> {
        // Every change leaves the budgets whole.
        self.budgets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The claims that are due. While they are under way, no budget sends more than its claim says.
    fn claims(&self, worker: &str, now: Instant) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (key, budget) in self.lock().iter_mut() {
            if now >= budget.until {
                budget.share = 0;
            }
            if now < budget.renewed_from {
                continue;
            }
            let demand = asked((budget.borrower.demand)());
            if demand == 0 && budget.share == 0 {
                continue;
            }
            budget.share = budget.share.min(demand);
            (budget.borrower.lend)(budget.share, budget.until);
            let (key, worker, limit) = (key.clone(), worker.to_owned(), budget.limit);
            claims.push(Claim { key, worker, limit, demand, holds_for: HOLDS_FOR });
        }
        claims
    }

    /// Lends the shares that claims were answered with.
    fn lend(&self, claims: &[Claim], shares: &[u32], claimed: Instant) {
        let mut budgets = self.lock();
        for (claim, share) in claims.iter().zip(shares) {
            if let Some(budget) = budgets.get_mut(&claim.key) {
                // Counted from before the claim: the ledger's own count ends later.
                (budget.share, budget.until) = (*share, claimed + claim.holds_for);
                budget.renewed_from = claimed + if *share > 0 { RENEWAL } else { CLAIM };
                (budget.borrower.lend)(budget.share, budget.until);
            }
        }
    }
}

impl fmt::Debug for Borrower {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Borrower").finish_non_exhaustive()
    }
}

impl fmt::Debug for Lender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Lender").field("budgets", &self.lent.lock().len()).finish_non_exhaustive()
    }
}

/// The demand to ask for: half as much again as there is, so that it can grow between two renewals.
fn asked(demand: usize) -> u32 {
    if demand == 0 { 0 } else { u32::try_from(demand + demand / 2 + 1).unwrap_or(u32::MAX) }
}

async fn renew(lent: Arc<Lent>, ledger: Arc<dyn Ledger>, worker: String) {
    let mut failing = false;
    loop {
        let claimed = Instant::now();
        let claims = lent.claims(&worker, claimed);
        if !claims.is_empty() {
            let failure = match tokio::time::timeout(HOLDS_FOR, ledger.renew(&claims)).await {
                Ok(Ok(shares)) => {
                    lent.lend(&claims, &shares, claimed);
                    None
                }
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("the ledger of request budgets does not answer".to_owned()),
            };
            if let Some(reason) = failure.as_ref().filter(|_| !failing) {
                tracing::warn!(reason, "shares of request budgets could not be renewed");
            }
            failing = failure.is_some();
        }
        tokio::time::sleep(WATCH).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::budget::{Leases, LedgerError};

    /// A ledger in memory, on tokio's clock.
    struct InMemory {
        began: Instant,
        leases: Mutex<Leases>,
        renewals: AtomicUsize,
    }

    #[async_trait]
    impl Ledger for InMemory {
        async fn renew(&self, claims: &[Claim]) -> Result<Vec<u32>, LedgerError> {
            self.renewals.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(5)).await;
            let passed = TimeDelta::from_std(self.began.elapsed()).unwrap();
            let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap() + passed;
            let mut leases = self.leases.lock().unwrap();
            Ok(claims.iter().map(|claim| leases.renew(claim, now)).collect())
        }
    }

    /// A budget with a demand.
    #[derive(Default)]
    struct Used {
        demand: AtomicUsize,
        share: Mutex<Option<(u32, Instant)>>,
    }

    impl Used {
        fn share(&self) -> u32 {
            self.share
                .lock()
                .unwrap()
                .filter(|(_, until)| Instant::now() < *until)
                .map_or(0, |(share, _)| share)
        }
    }

    fn lent(lender: &Lender) -> Arc<Used> {
        let budget = Arc::new(Used::default());
        let (lending, demanding) = (Arc::clone(&budget), Arc::clone(&budget));
        let borrower = Borrower {
            lend: Box::new(move |share, until| *lending.share.lock().unwrap() = Some((share, until))),
            demand: Box::new(move || demanding.demand.load(Ordering::Relaxed)),
        };
        lender.lend("app", 60, borrower);
        budget
    }

    fn assert_even(one: &Used, other: &Used) {
        let (one, other) = (one.share(), other.share());
        assert_eq!((one.min(other), one.max(other)), (28, 29));
    }

    fn ledger() -> Arc<InMemory> {
        let (leases, renewals) = (Mutex::default(), AtomicUsize::new(0));
        Arc::new(InMemory { began: Instant::now(), leases, renewals })
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_workers_share_is_lent_on_within_two_seconds_and_comes_back_within_two() {
        let ledger = ledger();
        let lenders = [Lender::new(ledger.clone()), Lender::new(ledger.clone())];
        let [one, other] = [lent(&lenders[0]), lent(&lenders[1])];
        one.demand.store(1000, Ordering::Relaxed);
        other.demand.store(1000, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_even(&one, &other);
        other.demand.store(0, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!((one.share(), other.share()), (57, 0));
        other.demand.store(1000, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(other.share(), 3, "it begins at once");
        tokio::time::sleep(Duration::from_millis(1_900)).await;
        assert_even(&one, &other);
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_needs_nothing_asks_for_nothing() {
        let ledger = ledger();
        let lender = Lender::new(ledger.clone());
        let budget = lent(&lender);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(ledger.renewals.load(Ordering::Relaxed), 0);
        budget.demand.store(4, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(budget.share(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_is_gone_has_no_share_after_three_seconds() {
        let ledger = ledger();
        let lender = Lender::new(ledger.clone());
        let budget = lent(&lender);
        budget.demand.store(1000, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(budget.share(), 57);
        drop(lender);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(budget.share(), 0);
    }
}
