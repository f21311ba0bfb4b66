//! The smaller objects that stand in invoices.

use chrono::{DateTime, Utc};

use crate::ids::JobId;
use crate::model::{Decimal, model};

model! {
    /// A sales tax.
    pub struct SalesTax {
        /// The ID.
        "id" => id: Option<i64>,
        /// The name.
        "name" => name: Option<String>,
        /// The tax rate.
        "taxRate" => tax_rate: Option<Decimal>,
    }
}

model! {
    /// A record that is referred to by ID and name.
    pub struct Reference {
        /// The ID.
        "id" => id: Option<i64>,
        /// The name.
        "name" => name: Option<String>,
    }
}

model! {
    /// An address on an invoice.
    pub struct InvoiceAddress {
        /// The street.
        "street" => street: Option<String>,
        /// The unit within the building.
        "unit" => unit: Option<String>,
        /// The city.
        "city" => city: Option<String>,
        /// The state.
        "state" => state: Option<String>,
        /// The postal code.
        "zip" => zip: Option<String>,
        /// The country.
        "country" => country: Option<String>,
    }
}

model! {
    /// The accounting batch of an invoice.
    pub struct InvoiceBatch {
        /// The ID.
        "id" => id: Option<i64>,
        /// The number.
        "number" => number: Option<String>,
        /// The name.
        "name" => name: Option<String>,
    }
}

model! {
    /// The job of an invoice.
    pub struct InvoiceJob {
        /// The ID.
        "id" => id: Option<JobId>,
        /// The number.
        "number" => number: Option<String>,
        /// The type.
        "type" => r#type: Option<String>,
    }
}

model! {
    /// The royalty of an invoice.
    pub struct Royalty {
        /// The status.
        "status" => status: Option<String>,
        /// The date.
        "date" => date: Option<DateTime<Utc>>,
        /// When it was sent.
        "sentOn" => sent_on: Option<DateTime<Utc>>,
        /// A remark.
        "memo" => memo: Option<String>,
    }
}

model! {
    /// The employee of an invoice.
    pub struct InvoiceEmployee {
        /// The ID.
        "id" => id: Option<i64>,
        /// The name.
        "name" => name: Option<String>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

model! {
    /// A general ledger account.
    pub struct GeneralLedgerAccount {
        /// The ID.
        "id" => id: Option<i64>,
        /// The name.
        "name" => name: Option<String>,
        /// The number.
        "number" => number: Option<String>,
        /// The type.
        "type" => r#type: Option<String>,
        /// The account's detail type.
        "detailType" => detail_type: Option<String>,
    }
}

model! {
    /// A group of items.
    pub struct ItemGroup {
        /// The root of the group.
        "rootId" => root_id: Option<i64>,
        /// The name.
        "name" => name: Option<String>,
    }
}
