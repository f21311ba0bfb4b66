//! The arithmetic of shares: the leases of one key, and their renewal. No clock and no I/O.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Claim;

/// The span that a limit counts in, with a margin for requests that arrive closer together than they were sent.
const WINDOW: TimeDelta = TimeDelta::milliseconds(1_100);

/// Where fewer requests are allowed than workers ask for, the ones that get none change at this interval.
const ROTATION_SECONDS: i64 = 4;

/// The leases of one key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leases {
    leases: Vec<Lease>,
    fallow: Vec<Fallow>,
}

/// The share of one worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    worker: String,
    share: u32,
    demand: u32,
    until: DateTime<Utc>,
}

/// A part of the limit that was given up a moment ago, and that requests may still count against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fallow {
    share: u32,
    until: DateTime<Utc>,
}

impl Leases {
    /// Renews the lease of a worker and returns its share.
    pub fn renew(&mut self, claim: &Claim, now: DateTime<Utc>) -> u32 {
        self.end_leases(now);
        let before = match self.leases.iter().position(|lease| lease.worker == claim.worker) {
            Some(place) => self.leases.remove(place).share,
            None => 0,
        };
        let until = now + TimeDelta::from_std(claim.holds_for).unwrap_or_default();
        let (worker, demand) = (claim.worker.clone(), claim.demand);
        self.leases.push(Lease { worker, share: 0, demand, until });
        let fair = self.fair_share(claim, now);
        // What the worker has no use for it has not used since it asked: that much is free at once.
        let in_use = before.min(claim.demand);
        if fair < in_use {
            self.fallow.push(Fallow { share: in_use - fair, until: now + WINDOW });
        }
        let free = claim.limit.saturating_sub(self.taken());
        let share = fair.min(free);
        if let Some(lease) = self.leases.last_mut() {
            lease.share = share;
        }
        if share == 0 && claim.demand == 0 {
            self.leases.pop();
        }
        share
    }

    /// The sum of all shares, those that lie fallow among them.
    pub fn taken(&self) -> u32 {
        let shares = self.leases.iter().map(|lease| lease.share);
        shares.chain(self.fallow.iter().map(|fallow| fallow.share)).fold(0, u32::saturating_add)
    }

    /// Drops leases that were not renewed. Their workers may have used them up to their end.
    fn end_leases(&mut self, now: DateTime<Utc>) {
        for lease in self.leases.extract_if(.., |lease| lease.until <= now) {
            self.fallow.push(Fallow { share: lease.share, until: lease.until + WINDOW });
        }
        self.fallow.retain(|fallow| fallow.share > 0 && fallow.until > now);
    }

    /// The share that is fair for the worker that claims: as much as it has use for, as long as nobody with less gets less than their use.
    fn fair_share(&self, claim: &Claim, now: DateTime<Utc>) -> u32 {
        let mut asking: Vec<&Lease> = self.leases.iter().filter(|lease| lease.demand > 0).collect();
        asking.sort_by(|one, other| (one.demand, &one.worker).cmp(&(other.demand, &other.worker)));
        let workers = u32::try_from(asking.len()).unwrap_or(u32::MAX);
        if claim.limit < workers {
            // One each for as many as possible, in turns.
            let turn = usize::try_from(now.timestamp() / ROTATION_SECONDS).unwrap_or(0);
            asking.sort_by(|one, other| one.worker.cmp(&other.worker));
            let turn = turn % asking.len();
            asking.rotate_left(turn);
            let served = asking.iter().take(claim.limit as usize);
            return u32::from(served.into_iter().any(|lease| lease.worker == claim.worker));
        }
        let mut left = claim.limit - reserve(claim.limit, workers);
        let mut workers_left = workers;
        for lease in asking {
            let share = lease.demand.min(left / workers_left);
            if lease.worker == claim.worker {
                return share;
            }
            left -= share;
            workers_left -= 1;
        }
        0
    }
}

/// The part of a limit that nobody gets who has a share already, so that a worker that comes new begins at once.
fn reserve(limit: u32, workers: u32) -> u32 {
    (limit / 20).max(u32::from(limit >= 10)).min(limit - workers)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const HOLDS_FOR: Duration = Duration::from_secs(3);

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_790_000_000_000 + milliseconds).unwrap()
    }

    fn claim(worker: &str, limit: u32, demand: u32) -> Claim {
        Claim { key: "key".to_owned(), worker: worker.to_owned(), limit, demand, holds_for: HOLDS_FOR }
    }

    fn renewed(leases: &mut Leases, demands: &[(&str, u32)], limit: u32, from: i64) -> BTreeMap<String, u32> {
        // Long enough for every part that lies fallow.
        let mut shares = BTreeMap::new();
        for round in 0..12 {
            for (worker, demand) in demands {
                let share = leases.renew(&claim(worker, limit, *demand), at(from + round * 250));
                shares.insert((*worker).to_owned(), share);
            }
        }
        shares
    }

    #[test]
    fn one_worker_gets_all_but_what_a_newcomer_begins_with() {
        let mut leases = Leases::default();
        assert_eq!(leases.renew(&claim("a", 60, 500), at(0)), 57);
        assert_eq!(leases.renew(&claim("b", 60, 500), at(10)), 3, "at once");
    }

    #[test]
    fn shares_become_even_once_what_was_given_up_has_lain_fallow() {
        let mut leases = Leases::default();
        leases.renew(&claim("a", 60, 500), at(0));
        leases.renew(&claim("b", 60, 500), at(10));
        assert_eq!(leases.renew(&claim("a", 60, 500), at(250)), 28);
        assert_eq!(leases.renew(&claim("b", 60, 500), at(260)), 3, "`a` may have sent a moment ago");
        assert_eq!(leases.renew(&claim("b", 60, 500), at(1351)), 29);
    }

    #[test]
    fn a_worker_with_little_use_gets_it_and_the_others_share_the_rest() {
        let mut leases = Leases::default();
        let shares = renewed(&mut leases, &[("a", 5), ("b", 500), ("c", 500)], 60, 0);
        assert_eq!(shares, BTreeMap::from([("a".into(), 5), ("b".into(), 26), ("c".into(), 26)]));
    }

    #[test]
    fn the_share_of_an_idle_worker_is_lent_on_with_the_next_renewals() {
        let mut leases = Leases::default();
        renewed(&mut leases, &[("a", 500), ("b", 500)], 60, 0);
        // For a second `b` has sent nothing and waits for nothing.
        assert_eq!(leases.renew(&claim("b", 60, 0), at(4_000)), 0);
        assert_eq!(leases.renew(&claim("a", 60, 500), at(4_250)), 57);
    }

    #[test]
    fn the_share_of_a_dead_worker_is_lent_on_once_its_lease_has_ended_and_lain_fallow() {
        let mut leases = Leases::default();
        leases.renew(&claim("dead", 60, 500), at(0));
        assert_eq!(leases.renew(&claim("a", 60, 500), at(2_999)), 3);
        assert_eq!(leases.renew(&claim("a", 60, 500), at(4_099)), 3);
        assert_eq!(leases.renew(&claim("a", 60, 500), at(4_101)), 57);
    }

    #[test]
    fn of_more_workers_than_requests_each_gets_its_turn() {
        let mut leases = Leases::default();
        let mut served: BTreeMap<&str, u32> = BTreeMap::new();
        for round in 0..400 {
            for worker in ["a", "b", "c", "d", "e"] {
                let share = leases.renew(&claim(worker, 2, 9), at(round * 250));
                *served.entry(worker).or_default() += share;
            }
        }
        assert!(served.values().all(|served| *served > 80), "{served:?}");
    }

    /// A worker as the rules want it: it sends at most its share in a second, and no more than its demand while a claim is under way.
    #[derive(Debug, Clone, Default)]
    struct Sender {
        share: u32,
        until: i64,
        sent: Vec<i64>,
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// However workers come, go, freeze and change their minds: in no second do all of them together send more than the limit, each sending as
        /// much as it may at every moment.
        #[test]
        fn no_second_holds_more_requests_than_the_limit(
            limit in 1_u32..80,
            steps in prop::collection::vec((0_usize..5, 0_u32..120, 1_i64..900), 1..200),
        ) {
            let mut leases = Leases::default();
            let mut senders = vec![Sender::default(); 5];
            let mut now = 0;
            for (number, demand, passes) in steps {
                now += passes;
                // Everybody sends as much as their shares and the last second let them, at the last moment before the next claim.
                for sender in &mut senders {
                    if now < sender.until {
                        let recent = sender.sent.iter().rev().take_while(|sent| now - **sent < 1_020).count();
                        let more = (sender.share as usize).saturating_sub(recent);
                        sender.sent.extend(std::iter::repeat_n(now, more));
                    }
                }
                let sender = &mut senders[number];
                // Requests of the last second are part of the demand, as is what waits.
                let recent = sender.sent.iter().rev().take_while(|sent| now - **sent < 1_020).count() as u32;
                let demand = demand.max(recent);
                sender.share = leases.renew(&claim(&format!("worker {number}"), limit, demand), at(now));
                sender.until = now + 3_000;
                prop_assert!(leases.taken() <= limit, "{leases:?}");
            }
            let mut all: Vec<i64> = senders.iter().flat_map(|sender| &sender.sent).copied().collect();
            all.sort_unstable();
            for (first, after) in all.iter().zip(all.iter().skip(limit as usize)) {
                prop_assert!(after - first >= 1_000, "{limit} and one more within {} ms", after - first);
            }
        }
    }
}
