//! The Accounting family: invoices, payment types and tax zones.

mod invoice_details;
mod invoice_items;
mod invoice_tasks;
mod invoice_writes;
mod invoices;
mod payment_types;
mod tax_zones;

crate::declare::family! {
    resources {
        invoice_items,
        invoices,
        payment_types,
        tax_zones,
    }
    beside {
        invoice_details,
        invoice_tasks,
        invoice_writes,
    }
}
