//! Sales & Estimates.

mod estimates;

pub use estimates::{
    Estimate, EstimateItem, EstimateReviewStatus, EstimateSku, EstimateStatus, ExternalLink,
};
