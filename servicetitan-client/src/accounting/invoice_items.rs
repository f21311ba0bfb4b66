//! Items of all invoices.

#[cfg(feature = "http")]
use super::InvoiceItem;
use crate::declare::*;

resource! {
    /// Items of all invoices.
    pub struct InvoiceItems as invoice_items, scope "tn.acc.invoiceitems", under "accounting/v2/tenant/{tenant}/" {
        /// Reads the change feed of invoice items, including inactive ones.
        export "export/invoice-items" => export() -> InvoiceItem;
    }
}
