//! What can be done with invoices and their items.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::model::Decimal;
use crate::{BusinessUnitId, CustomerId, Invoice, InvoiceId, JobId};

filter! {
    /// Which invoices and their items a list gives.
    pub struct InvoiceFilter {
        /// With this active state.
        "activeState" => active_state: String,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// With this batch ID.
        "batchId" => batch_id: i64,
        /// With this batch number.
        "batchNumber" => batch_number: i32,
        /// With these custom fields.
        "customField.Fields" => custom_field_fields: String,
        /// How several custom fields are combined.
        "customField.Operator" => custom_field_operator: String,
        /// Of this job.
        "jobId" => job_id: JobId,
        /// With this job number.
        "jobNumber" => job_number: String,
        /// With this business unit ID.
        "businessUnitId" => business_unit_id: BusinessUnitId,
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
        /// With a time of `invoiced` at this time or later.
        "invoicedOnOrAfter" => invoiced_on_or_after: DateTime<Utc>,
        /// By time: invoiced on before this.
        "invoicedOnBefore" => invoiced_on_before: DateTime<Utc>,
        /// With this adjustment to ID.
        "adjustmentToId" => adjustment_to_id: InvoiceId,
        /// With this number.
        "number" => number: String,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// With this total greater.
        "totalGreater" => total_greater: Decimal,
        /// With this total less.
        "totalLess" => total_less: Decimal,
        /// With a balance that compares so with this.
        "balanceFilter.Balance" => balance: Decimal,
        /// How the balance is compared with `balance`.
        "balanceFilter.Comparer" => balance_comparer: String,
        /// By time: due date before this.
        "dueDateBefore" => due_date_before: DateTime<Utc>,
        /// With a time of `dueDate` at this time or later.
        "dueDateOnOrAfter" => due_date_on_or_after: DateTime<Utc>,
        /// With this order by.
        "orderBy" => order_by: String,
        /// With this order by direction.
        "orderByDirection" => order_by_direction: String,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Invoices and their items.
    pub struct Invoices as invoices, scope "tn.acc.invoices:r" {
        list Invoice, by InvoiceFilter, at "accounting/v2/tenant/{tenant}/invoices";
        ids InvoiceId => Invoice;
        export Invoice, at "accounting/v2/tenant/{tenant}/export/invoices";
    }
}
