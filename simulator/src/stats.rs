//! Counts of the requests that the servers have answered.

use std::collections::BTreeMap;

/// Requests that the servers have answered since the start (or the last reset).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Answers of the ServiceTitan server by endpoint and status; status 0 where the connection broke before a whole answer. An endpoint is a method and a path template, such as
    /// `GET /jpm/v2/tenant/{tenant}/jobs/{id}`; a path that nobody knows counts as `GET (unknown path)`.
    pub servicetitan: BTreeMap<(String, u16), u64>,
    /// Answers of the Hatch server by endpoint and status, in the same way.
    pub hatch: BTreeMap<(String, u16), u64>,
    /// Query parameters that were ignored because the simulated endpoint does not know them, as `endpoint?parameter`.
    pub unknown_parameters: BTreeMap<String, u64>,
    /// Tokens asked for, granted or not.
    pub token_requests: u64,
    /// Faults that struck, by [`FaultKind::name`](crate::FaultKind::name); also `page-cap` for each page that an undocumented cap cut and
    /// `forbidden` for each request to the resource that a plan withholds.
    pub faults: BTreeMap<String, u64>,
}

impl Stats {
    pub(crate) fn count_fault(&mut self, name: String) {
        *self.faults.entry(name).or_default() += 1;
    }

    /// All requests to ServiceTitan's API, the token endpoint left out.
    pub fn servicetitan_requests(&self) -> u64 {
        self.servicetitan.values().sum::<u64>().saturating_sub(self.token_requests)
    }

    /// All requests to Hatch.
    pub fn hatch_requests(&self) -> u64 {
        self.hatch.values().sum()
    }

    /// Requests to one ServiceTitan endpoint, whatever they were answered with.
    pub fn requests_to(&self, endpoint: &str) -> u64 {
        self.servicetitan.iter().filter(|((name, _), _)| name == endpoint).map(|(_, count)| count).sum()
    }
}
