//! Accounting.

mod invoice_details;
mod invoices;

pub use invoice_details::{
    GeneralLedgerAccount, InvoiceAddress, InvoiceBatch, InvoiceEmployee, InvoiceJob, ItemGroup, Reference,
    Royalty, SalesTax,
};
pub use invoices::{
    Invoice, InvoiceConfiguration, InvoiceItem, InvoiceItemType, InvoiceReviewStatus, InvoiceSentStatus,
};
#[cfg(feature = "http")]
pub(crate) mod invoices_operations;
#[cfg(feature = "http")]
pub use invoices_operations::{InvoiceFilter, Invoices};
