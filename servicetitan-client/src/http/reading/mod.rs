//! Lists and change feeds, read page by page.

mod by_creation;
mod export;
mod feed_position;
mod list;
mod numbered;
mod page;
mod prefetch;

#[cfg(test)]
mod by_creation_tests;
#[cfg(test)]
mod misfit_tests;
#[cfg(test)]
mod prefetch_tests;

pub use export::{ExportPage, ExportRequest};
pub use feed_position::{ContinueFrom, ExportFrom};
pub use list::ListRequest;
pub use page::Page;
