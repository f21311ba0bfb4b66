//! Accounting.

mod invoice_details;
mod invoices;

pub use invoice_details::*;

crate::declare::family! {
    invoices,
}
