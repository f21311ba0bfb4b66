//! A random stream of faults that a seed repeats.

use std::time::Duration;

use super::{About, FaultKind, Server, levels};
use crate::dice::Dice;

/// The scopes of which a plan may withhold one: an opportunity can do without the records behind them.
const OPTIONAL_SCOPES: &[&str] = &[
    "tn.dis.appointmentassignments",
    "tn.dis.zones",
    "tn.acc.invoices",
    "tn.mrk.campaigns",
    "tn.stt.tagtypes",
    "tn.mem.recurringserviceevents",
];

/// A plan for random faults: how often, of which kinds, and from which seed. The same requests in the same order meet the same faults.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultPlan {
    /// The seed that everything is drawn from.
    pub seed: u64,
    /// The share of requests that meet a fault, in thousandths.
    pub per_thousand: u32,
    /// The kinds that are drawn from; a request meets one that can happen to it. Named twice, a kind is twice as likely.
    pub kinds: Vec<FaultKind>,
    /// True if one optional resource answers 403 as long as the plan lasts.
    pub forbidden_resource: bool,
}

impl FaultPlan {
    /// No trouble.
    pub fn none() -> Self {
        Self { seed: 0, per_thousand: 0, kinds: Vec::new(), forbidden_resource: false }
    }

    /// A bad day: about every thirtieth request fails, in ways that pass when it is tried again.
    pub fn light(seed: u64) -> Self {
        let mut kinds = levels::passing();
        kinds.extend(levels::readable_oddities());
        Self { seed, per_thousand: 30, kinds, forbidden_resource: false }
    }

    /// Everything at once: every seventh request meets a fault of any kind, and one optional resource is forbidden.
    pub fn heavy(seed: u64) -> Self {
        let mut kinds = levels::passing();
        kinds.extend(levels::lasting());
        kinds.extend(levels::readable_oddities());
        kinds.extend(levels::costly_oddities());
        Self { seed, per_thousand: 150, kinds, forbidden_resource: true }
    }

    /// Adds a kind of fault to those that are drawn from.
    #[must_use]
    pub fn with(mut self, kind: FaultKind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Adds every kind of odd data that a tolerant reader reads as it is: page envelopes, byte order marks, IDs in strings, and so on.
    #[must_use]
    pub fn with_readable_oddities(mut self) -> Self {
        self.kinds.extend(levels::readable_oddities());
        self
    }

    /// Adds every kind of odd data that costs a tolerant reader a field, a record or a part of an answer until it comes again.
    #[must_use]
    pub fn with_costly_oddities(mut self) -> Self {
        self.kinds.extend(levels::costly_oddities());
        self
    }

    /// The plan of a level: `none`, `light` or `heavy`.
    pub fn named(level: &str, seed: u64) -> Option<Self> {
        match level {
            "none" => Some(Self::none()),
            "light" => Some(Self::light(seed)),
            "heavy" => Some(Self::heavy(seed)),
            _ => None,
        }
    }

    /// Lets slow answers and time-outs take this long, in place of 0.3 and 2 seconds: on a paused clock, longer than a caller's patience.
    #[must_use]
    pub fn waiting(mut self, slow: Duration, timed_out: Duration) -> Self {
        for kind in &mut self.kinds {
            match kind {
                FaultKind::Slow { by } => *by = slow,
                FaultKind::TimedOut { after, .. } => *after = timed_out,
                _ => {}
            }
        }
        self
    }

    /// Leaves out kinds of trouble.
    #[must_use]
    pub fn without(mut self, unwanted: impl Fn(&FaultKind) -> bool) -> Self {
        self.kinds.retain(|kind| !unwanted(kind));
        self
    }
}

/// A plan under way.
#[derive(Debug)]
pub(super) struct RunningPlan {
    plan: FaultPlan,
    dice: Dice,
    pub(super) forbidden_scope: Option<&'static str>,
}

impl RunningPlan {
    pub(super) fn new(plan: FaultPlan) -> Self {
        let mut dice = Dice::new(plan.seed ^ 0x000f_a017);
        let forbidden_scope = if plan.forbidden_resource { dice.pick(OPTIONAL_SCOPES) } else { None };
        Self { plan, dice, forbidden_scope }
    }

    pub(super) fn strike(&mut self, server: Server, about: About) -> Option<FaultKind> {
        if self.dice.below(1_000) >= u64::from(self.plan.per_thousand) {
            return None;
        }
        let fitting: Vec<usize> =
            (0..self.plan.kinds.len()).filter(|index| self.plan.kinds[*index].fits(server, about)).collect();
        self.dice.pick(&fitting).and_then(|index| self.plan.kinds.get(index).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strikes(seed: u64) -> Vec<Option<FaultKind>> {
        let mut running = RunningPlan::new(FaultPlan::heavy(seed));
        (0..400).map(|_| running.strike(Server::ServiceTitan, About::Export)).collect()
    }

    #[test]
    fn the_same_seed_strikes_the_same_requests_in_the_same_way() {
        assert_eq!(strikes(4), strikes(4));
        assert_ne!(strikes(4), strikes(5));
    }

    #[test]
    fn a_plan_strikes_about_as_often_as_it_says() {
        let struck = strikes(6).iter().flatten().count();
        assert!((30..=90).contains(&struck), "{struck} of 400");
    }

    #[test]
    fn every_kind_of_the_heavy_plan_can_meet_some_request() {
        let requests = [
            (Server::ServiceTitan, About::Token),
            (Server::ServiceTitan, About::Export),
            (Server::ServiceTitan, About::List { batch: true }),
            (Server::ServiceTitan, About::Contacts { inactive: true, batch: true }),
            (Server::ServiceTitan, About::Get),
            (Server::ServiceTitan, About::Note),
            (Server::Hatch, About::Upsert),
        ];
        for kind in FaultPlan::heavy(1).with_readable_oddities().with_costly_oddities().kinds {
            assert!(requests.iter().any(|(server, about)| kind.fits(*server, *about)), "{kind:?}");
        }
    }
}
