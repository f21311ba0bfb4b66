//! Sales & Estimates.

mod estimates;

pub use estimates::{
    Estimate, EstimateItem, EstimateReviewStatus, EstimateSku, EstimateStatus, ExternalLink,
};
#[cfg(feature = "http")]
pub(crate) mod estimates_operations;
#[cfg(feature = "http")]
pub use estimates_operations::{EstimateFilter, Estimates};
