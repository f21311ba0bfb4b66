//! Hatch's public API as an [`OpportunitySink`](sync_core::OpportunitySink).
//!
//! ```
//! use hatch_client::HatchClient;
//! use secrecy::SecretString;
//! use sync_core::OpportunitySink;
//!
//! # fn main() -> Result<(), hatch_client::BuildError> {
//! let key = SecretString::from("the API key from Hatch's settings");
//! let hatch = HatchClient::builder("north-side", key).build()?;
//! assert_eq!(hatch.identity(), "https://api.usehatchapp.com north-side");
//! # async fn deliver(
//! #     hatch: HatchClient,
//! #     opportunity: hatch_mapping::Opportunity,
//! # ) -> Result<(), sync_core::SinkError> {
//! hatch.check().await?;
//! let upserted = hatch.upsert(&opportunity).await?;
//! assert!(upserted.contact_id.is_some());
//! # Ok(())
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # Results
//!
//! | Answer of Hatch | Result of an upsert |
//! |---|---|
//! | 200 | [`Upserted`](sync_core::Upserted) with the contact's ID |
//! | 422, 400, 413 | `Rejected`, with the pointer and title of each error, but not its `detail`, which may repeat customer data |
//! | 401, 403 | `Unauthorized` |
//! | 429 | `RateLimited`, once all attempts are used up |
//! | connection refused, unknown host, no TLS; 404, a redirect | `Unavailable`: the upsert was not done |
//! | timeout, broken connection, 408, 5xx, an answer that is not Hatch's JSON | `Unclear`: the upsert may have been done |
//!
//! Temporary failures are [retried](HatchClientBuilder::attempts). A retry is safe, since a second upsert of the same body changes nothing.
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Writing a sink](../../../docs/book/writing-a-sink.html), [Troubleshooting](../../../docs/book/troubleshooting.html).

mod answer;
mod build_error;
mod builder;
mod client;
mod connections;
mod limit;

pub use build_error::BuildError;
pub use builder::{HatchClientBuilder, PRODUCTION_URL};
pub use client::HatchClient;
pub use connections::Connections;
pub use limit::RateLimit;
