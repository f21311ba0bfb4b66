//! The mapping's rules as a host sees them: through the public API, from ServiceTitan's JSON to Hatch's body.

// Clippy knows test functions, not what they call.
#![allow(clippy::unwrap_used, clippy::panic)]

mod contacts;
mod fixture;
mod hatch_body;
mod product_page;
mod properties;
mod selection;
