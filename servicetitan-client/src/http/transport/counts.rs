//! The number of requests that were sent.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The requests that were sent, by path template. Each attempt counts, and so do requests for an access token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestCounts(BTreeMap<String, u64>);

impl RequestCounts {
    /// Returns the number of all requests.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Returns the number of requests to one path template, such as `jpm/v2/tenant/{tenant}/jobs/{id}` or `connect/token`.
    pub fn of(&self, path: &str) -> u64 {
        self.0.get(path).copied().unwrap_or(0)
    }

    /// Iterates over path templates and their counts, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(path, count)| (path.as_str(), *count))
    }

    /// Returns the requests that were added since an earlier snapshot.
    pub fn since(&self, earlier: &RequestCounts) -> RequestCounts {
        let added = self.0.iter().map(|(path, count)| (path.clone(), count.saturating_sub(earlier.of(path))));
        RequestCounts(added.filter(|(_, count)| *count > 0).collect())
    }
}

/// The running count of a client and its clones.
#[derive(Debug, Default)]
pub(crate) struct Counter(Mutex<RequestCounts>);

impl Counter {
    pub(crate) fn add(&self, path: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.0.get_mut(path) {
            Some(count) => *count += 1,
            None => {
                counts.0.insert(path.to_owned(), 1);
            }
        }
    }

    pub(crate) fn snapshot(&self) -> RequestCounts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
