//! The contacts and opportunities that the simulated Hatch holds, one set for each department.

mod contacts;
mod fingerprint;
mod ledger;

pub(crate) use contacts::HatchState;
pub use contacts::{HatchContact, HatchOpportunity};
pub use fingerprint::body_fingerprint;
pub use ledger::{AcceptedUpsert, StepBack};
