//! The worker's side: leases that follow the demand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::AbortOnDropHandle;

use super::{Claim, Ledger};

/// The time for which a share holds.
const HOLDS_FOR: Duration = Duration::from_secs(3);

/// The interval of the renewals of a lease that is in use.
const RENEWAL: Duration = Duration::from_millis(250);

/// The interval of the claims for a budget that needs a share and gets none.
const CLAIM: Duration = Duration::from_millis(100);

/// The shortest interval between two renewals: leases that fall due within it are renewed together.
const TOGETHER: Duration = Duration::from_millis(20);

/// A budget of requests in this process, such as `RequestLimits` of `servicetitan-client` or `RateLimit` of `hatch-client`, as two functions.
pub struct Borrower {
    /// Sets the number of requests per second, until a moment.
    pub lend: Box<dyn Fn(u32, Instant) + Send + Sync>,
    /// Returns the number of requests that wait or were sent within the last second.
    pub demand: Box<dyn Fn() -> usize + Send + Sync>,
    /// Lets a function be called whenever a request begins to wait, once it is part of the demand.
    pub on_demand: Box<dyn Fn(Wake) + Send + Sync>,
}

/// A function that wakes a [`Lender`]. Quick, and harmless to call too often.
pub type Wake = Box<dyn Fn() + Send + Sync>;

/// Leases shares of keys' limits for one worker: those that are due in one renewal. An idle budget costs nothing: its next request wakes the lender.
/// Dropping it, with its clones, ends the renewals, and the leases end within three seconds.
#[derive(Clone)]
pub struct Lender {
    lent: Arc<Lent>,
    _renewing: Arc<AbortOnDropHandle<()>>,
}

/// The budgets that shares are leased for, by key.
#[derive(Default)]
struct Lent {
    budgets: Mutex<BTreeMap<String, Budget>>,
    /// Notified when a budget is in use that was idle.
    woken: Arc<Notify>,
}

struct Budget {
    limit: u32,
    borrower: Borrower,
    /// False while nothing is leased and nothing is asked for.
    in_use: Arc<AtomicBool>,
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
        // The first look finds out whether it is.
        let in_use = Arc::new(AtomicBool::new(true));
        let (asked, woken) = (Arc::clone(&in_use), Arc::clone(&self.lent.woken));
        (borrower.on_demand)(Box::new(move || {
            if !asked.swap(true, Ordering::SeqCst) {
                woken.notify_one();
            }
        }));
        let budget = Budget { limit, borrower, in_use, share: 0, until: now, renewed_from: now };
        self.lent.lock().insert(key.into(), budget);
        self.lent.woken.notify_one();
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
            if now < budget.renewed_from || !budget.in_use.load(Ordering::SeqCst) {
                continue;
            }
            if now >= budget.until {
                budget.share = 0;
            }
            if budget.share == 0 {
                // A request that comes after this look wakes the lender.
                budget.in_use.store(false, Ordering::SeqCst);
            }
            let demand = asked((budget.borrower.demand)());
            if demand == 0 && budget.share == 0 {
                continue;
            }
            budget.in_use.store(true, Ordering::SeqCst);
            budget.share = budget.share.min(demand);
            (budget.borrower.lend)(budget.share, budget.until);
            let (key, worker, limit) = (key.clone(), worker.to_owned(), budget.limit);
            claims.push(Claim { key, worker, limit, demand, holds_for: HOLDS_FOR });
        }
        claims
    }

    /// Waits until a lease is due, or until an idle budget is in use.
    async fn until_due(&self) {
        match self.next_due() {
            Some(due) => drop(timeout_at(due, self.woken.notified()).await),
            None => self.woken.notified().await,
        }
    }

    /// Returns the moment at which the next lease is due; `None` while all budgets are idle.
    fn next_due(&self) -> Option<Instant> {
        let budgets = self.lock();
        let in_use = budgets.values().filter(|budget| budget.in_use.load(Ordering::SeqCst));
        in_use.map(|budget| budget.renewed_from).min()
    }

    /// Puts claims off that could not be answered.
    fn put_off(&self, claims: &[Claim]) {
        let again_from = Instant::now() + CLAIM;
        let mut budgets = self.lock();
        for claim in claims {
            if let Some(budget) = budgets.get_mut(&claim.key) {
                budget.renewed_from = again_from;
            }
        }
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
            if failure.is_some() {
                lent.put_off(&claims);
            }
            if let Some(reason) = failure.as_ref().filter(|_| !failing) {
                tracing::warn!(reason, "shares of request budgets could not be renewed");
            }
            failing = failure.is_some();
        }
        tokio::time::sleep_until(claimed + TOGETHER).await;
        lent.until_due().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

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
        looks: AtomicUsize,
        share: Mutex<Option<(u32, Instant)>>,
        wake: Mutex<Option<Wake>>,
    }

    impl Used {
        fn ask(&self, demand: usize) {
            self.demand.store(demand, Ordering::Relaxed);
            self.wake.lock().unwrap().as_ref().unwrap()();
        }

        fn share(&self) -> u32 {
            self.share
                .lock()
                .unwrap()
                .filter(|(_, until)| Instant::now() < *until)
                .map_or(0, |(share, _)| share)
        }
    }

    fn lent(lender: &Lender) -> Arc<Used> {
        lent_as(lender, "app")
    }

    fn lent_as(lender: &Lender, key: &str) -> Arc<Used> {
        let budget = Arc::new(Used::default());
        let [lending, demanding, waking] = [(); 3].map(|()| Arc::clone(&budget));
        let borrower = Borrower {
            lend: Box::new(move |share, until| *lending.share.lock().unwrap() = Some((share, until))),
            demand: Box::new(move || {
                demanding.looks.fetch_add(1, Ordering::Relaxed);
                demanding.demand.load(Ordering::Relaxed)
            }),
            on_demand: Box::new(move |wake| *waking.wake.lock().unwrap() = Some(wake)),
        };
        lender.lend(key, 60, borrower);
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
        one.ask(1000);
        other.ask(1000);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_even(&one, &other);
        other.demand.store(0, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!((one.share(), other.share()), (57, 0));
        other.ask(1000);
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
        assert_eq!(budget.looks.load(Ordering::Relaxed), 1, "nobody looks at an idle budget");
        budget.ask(4);
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(budget.share(), 7);
        // Once its lease was given back, it is idle again.
        budget.demand.store(0, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(3)).await;
        let (renewals, looks) =
            (ledger.renewals.load(Ordering::Relaxed), budget.looks.load(Ordering::Relaxed));
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(ledger.renewals.load(Ordering::Relaxed), renewals);
        assert_eq!(budget.looks.load(Ordering::Relaxed), looks);
    }

    #[tokio::test(start_paused = true)]
    async fn leases_that_fall_due_at_about_the_same_time_are_renewed_together() {
        let ledger = ledger();
        let lender = Lender::new(ledger.clone());
        let budgets: Vec<Arc<Used>> =
            (0..100).map(|number| lent_as(&lender, &format!("key {number}"))).collect();
        for budget in &budgets {
            budget.ask(9);
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(budgets.iter().all(|budget| budget.share() > 0));
        // A second at fifty renewals each at most, whatever the number of budgets.
        let renewals = ledger.renewals.load(Ordering::Relaxed);
        assert!(renewals <= 50, "{renewals}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_is_gone_has_no_share_after_three_seconds() {
        let ledger = ledger();
        let lender = Lender::new(ledger.clone());
        let budget = lent(&lender);
        budget.ask(1000);
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(budget.share(), 57);
        drop(lender);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(budget.share(), 0);
    }
}
