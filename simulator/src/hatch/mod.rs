//! The contacts and opportunities that the simulated Hatch holds, one set for each department.

mod contacts;
mod ledger;

pub(crate) use contacts::HatchState;
pub use contacts::{HatchContact, HatchOpportunity};
pub use ledger::{AcceptedUpsert, StepBack};
