//! Lists while their pages change under the reader: over the real client, without sockets.

// A test reports by panicking.
#![allow(clippy::unwrap_used)]
#![cfg(feature = "servicetitan")]

mod followed;
mod lookups;
mod odd_data;
mod tenant;
