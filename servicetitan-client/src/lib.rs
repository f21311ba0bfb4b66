//! A typed client for ServiceTitan's API.

pub mod ids;
pub mod model;
