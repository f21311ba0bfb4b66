//! Ingesting: from ServiceTitan's records to the mirror and the marks of the opportunities that they affect.
//!
//! [`Feeds`] reads the change feeds page by page ([`page`]) and up to their heads ([`heads`]); reference tables have a
//! rhythm of their own ([`rhythm`]). [`Ingest`] turns records, of whatever origin,
//! into changes of the mirror ([`records`]) and finds the opportunities that they affect ([`affected`]). Fields that could not be read are counted ([`bad_fields`]).

mod activity;
mod affected;
mod bad_fields;
mod feeds;
mod heads;
mod page;
mod records;
mod rhythm;
mod start;

pub(crate) use activity::{deactivated, is_inactive};
pub(crate) use feeds::Feeds;
pub use heads::IngestedFeeds;
pub use page::IngestedPage;
pub(crate) use records::{Ingest, put_records};
pub use start::BACKFILL_DAYS;
