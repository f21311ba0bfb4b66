//! Items of invoices, across invoices.

#[cfg(feature = "http")]
use super::InvoiceItem;
use crate::declare::*;

resource! {
    /// Items of invoices, across invoices.
    pub struct InvoiceItems as invoice_items, scope "tn.acc.invoiceitems", under "accounting/v2/tenant/{tenant}/" {
        /// Reads the change feed of items. Inactive ones come too.
        export "export/invoice-items" => export() -> InvoiceItem;
    }
}
