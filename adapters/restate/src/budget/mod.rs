//! Budgets across workers: the limit of a key of ServiceTitan or Hatch, divided among the workers that use the key now.
//!
//! # How is a limit divided?
//!
//! A worker leases a share of a key's limit, in requests per second, from a [`Ledger`] that all workers have in common. A lease holds for three
//! seconds and is renewed four times a second, as long as the worker has use for it: each renewal states the worker's demand, and the shares are
//! as even as the demands allow (`shares.rs`). What a worker does not use is free for the others with the next renewals, within a second and a
//! half; a worker that needs nothing renews nothing.
//!
//! The shares never come to more than the limit. A worker that has to give up a part does so before another one gets it, and a part that may have
//! been used lies fallow for the second that the limit counts in. A worker that dies or hangs keeps its share until its lease ends; its own limit
//! ends with the lease too, by its own clock, counted from before it asked: so a worker that was frozen wakes up with a limit of nothing.
//!
//! # Why is the ledger in PostgreSQL, and not an object of Restate?
//!
//! A lease needs one clock. Handlers of Restate's objects run on the workers, whose clocks differ, and so does the wake-up time of a timer: a worker
//! whose clock is ahead would end the leases of others early, and the sum would exceed the limit. PostgreSQL is there already, its clock
//! is one, and a renewal is one short transaction that leaves no journal behind. When it is away, leases end and no requests are sent, which could
//! not be committed anyway.

mod lender;
mod postgres;
mod shares;

pub use lender::{Borrower, Lender, Wake};
pub use postgres::PostgresLedger;
pub use shares::Leases;

use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;

/// A worker's wish for a share of a key's limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The name of the key, not the key itself.
    pub key: String,
    /// The worker, by a name that no other one has.
    pub worker: String,
    /// Requests per second that all workers together may send.
    pub limit: u32,
    /// Requests per second that this worker has use for. While the claim is under way, the worker sends no more than these.
    pub demand: u32,
    /// The time for which the share is to hold.
    pub holds_for: Duration,
}

/// The leases of all workers.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Renews a worker's leases, or begins them, and returns their shares in requests per second, in the order of the claims. A share holds from the
    /// moment of the claim. No two claims are for the same key.
    ///
    /// # Errors
    ///
    /// When the ledger cannot be reached. The leases that the worker has hold until their end.
    async fn renew(&self, claims: &[Claim]) -> Result<Vec<u32>, LedgerError>;
}

/// A ledger that cannot be used now.
#[derive(Debug, Error)]
#[error("the ledger of request budgets cannot be used: {0}")]
pub struct LedgerError(pub String);
