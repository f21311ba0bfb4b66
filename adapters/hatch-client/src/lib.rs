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
//! # What it answers
//!
//! | Hatch | answer |
//! |---|---|
//! | 200 | [`Upserted`](sync_core::Upserted) with the contact's ID |
//! | 422, 400, 413 | `Rejected`, with pointer and title of each error, without `detail`, which may repeat what was sent |
//! | 401, 403 | `Unauthorized` |
//! | 429 | `RateLimited`, after trying again as long as the retries last |
//! | nothing listens, no such host, no TLS; 404, a redirect | `Unavailable`: nothing was done |
//! | no answer in time, a torn connection, 5xx, no JSON | `Unclear`: it may have been done |
//!
//! What is temporary is [tried again](HatchClientBuilder::attempts), which is safe since an upsert of the same body changes nothing more.

mod answer;
mod builder;
mod client;
mod limit;

pub use builder::{BuildError, HatchClientBuilder, PRODUCTION_URL};
pub use client::HatchClient;
pub use limit::RateLimit;
