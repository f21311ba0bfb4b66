//! The promises of every store, kept by this one.

use crate::server::empty_store;

sync_core::store_conformance!(empty_store().await, #[ignore = "needs POSTGRES_URL"]);
