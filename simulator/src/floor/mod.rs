//! The fewest requests that a synchronization can do with, reckoned from the data.

mod plain;
mod reckoning;

use std::collections::BTreeMap;

pub use reckoning::{ReferenceReads, RequestReckoning};

/// The requests that a synchronization needs at least, by endpoint as [`Stats::servicetitan`](crate::Stats::servicetitan) names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestFloor {
    /// The number of requests to each endpoint.
    pub by_endpoint: BTreeMap<String, u64>,
}

impl RequestFloor {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.by_endpoint.values().sum()
    }

    fn add(&mut self, family: &str, path: &str, requests: u64) {
        if requests > 0 {
            let endpoint = format!("GET /{family}/v2/tenant/{{tenant}}/{path}");
            *self.by_endpoint.entry(endpoint).or_default() += requests;
        }
    }
}
