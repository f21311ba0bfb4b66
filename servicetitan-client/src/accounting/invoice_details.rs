//! Objects nested in invoices.

use chrono::{DateTime, Utc};

use crate::ids::JobId;
use crate::model::{Decimal, model};

model! {
    /// Sales tax code of an invoice.
    pub struct SalesTax {
        /// ID of the sales tax.
        "id" => id: Option<i64>,
        /// Name of the sales tax.
        "name" => name: Option<String>,
        /// Rate of the sales tax.
        "taxRate" => tax_rate: Option<Decimal>,
    }
}

model! {
    /// A record that an invoice refers to by ID and name.
    pub struct Reference {
        /// ID of the record that the invoice refers to.
        "id" => id: Option<i64>,
        /// Name of the record that the invoice refers to.
        "name" => name: Option<String>,
    }
}

model! {
    /// Address printed on an invoice: of the customer or of the location.
    pub struct InvoiceAddress {
        /// Street of the address on the invoice.
        "street" => street: Option<String>,
        /// Unit within the building, such as an apartment or suite.
        "unit" => unit: Option<String>,
        /// City of the address on the invoice.
        "city" => city: Option<String>,
        /// State or province of the address on the invoice.
        "state" => state: Option<String>,
        /// Postal code of the address on the invoice (ZIP code in the United States).
        "zip" => zip: Option<String>,
        /// Country of the address on the invoice.
        "country" => country: Option<String>,
    }
}

model! {
    /// Accounting batch that an invoice belongs to.
    pub struct InvoiceBatch {
        /// ID of the accounting batch.
        "id" => id: Option<i64>,
        /// Number of the accounting batch.
        "number" => number: Option<String>,
        /// Name of the accounting batch.
        "name" => name: Option<String>,
    }
}

model! {
    /// Job that an invoice is for.
    pub struct InvoiceJob {
        /// ID of the job.
        "id" => id: Option<JobId>,
        /// Number of the job, as shown in ServiceTitan.
        "number" => number: Option<String>,
        /// Name of the job's type.
        "type" => r#type: Option<String>,
    }
}

model! {
    /// Royalty on an invoice.
    pub struct Royalty {
        /// Status of the royalty.
        "status" => status: Option<String>,
        /// Date of the royalty (UTC).
        "date" => date: Option<DateTime<Utc>>,
        /// Time when the royalty was sent (UTC).
        "sentOn" => sent_on: Option<DateTime<Utc>>,
        /// Note on the royalty.
        "memo" => memo: Option<String>,
    }
}

model! {
    /// Employee that an invoice names.
    pub struct InvoiceEmployee {
        /// ID of the employee.
        "id" => id: Option<i64>,
        /// Name of the employee.
        "name" => name: Option<String>,
        /// Time when the employee was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

model! {
    /// General ledger account of an invoice item.
    pub struct GeneralLedgerAccount {
        /// ID of the general ledger account.
        "id" => id: Option<i64>,
        /// Name of the general ledger account.
        "name" => name: Option<String>,
        /// Number of the general ledger account.
        "number" => number: Option<String>,
        /// Type of the general ledger account.
        "type" => r#type: Option<String>,
        /// Detail type of the general ledger account.
        "detailType" => detail_type: Option<String>,
    }
}

model! {
    /// Group that an invoice item belongs to.
    pub struct ItemGroup {
        /// ID of the root item of the group.
        "rootId" => root_id: Option<i64>,
        /// Name of the group.
        "name" => name: Option<String>,
    }
}
