//! Invoices and their items.

#[cfg(feature = "http")]
use super::{
    CreatedInvoiceTasks, ExportedInvoice, InvoiceCustomFieldsUpdate, InvoiceExportOutcome, InvoiceItemUpdate,
    InvoiceTask, InvoiceTaskUpdate, InvoiceUpdate, NewAdjustmentInvoice, NewInvoiceTask, UpdatedInvoiceTask,
};
use super::{
    GeneralLedgerAccount, InvoiceAddress, InvoiceBatch, InvoiceEmployee, InvoiceJob, ItemGroup, Reference,
    Royalty, SalesTax,
};
use crate::declare::*;

model! {
    /// Invoice: a bill to a customer.
    pub struct Invoice {
        /// ID of the invoice.
        "id" => id: InvoiceId,
        /// Summary of the invoice, often HTML.
        "summary" => summary: Option<String>,
        /// Items of the invoice.
        "items" => items: Option<Vec<InvoiceItem>>,
        /// Custom fields of the invoice: fields that the tenant defined, with their values.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// True while the invoice is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Sum of all discounts on the invoice, in the tenant's currency.
        "discountTotal" => discount_total: Option<Decimal>,
        /// Label under which the invoice was imported into ServiceTitan.
        "importId" => import_id: Option<String>,
        /// ID of the invoice in the accounting system that it was exported to.
        "exportId" => export_id: Option<String>,
        /// ID of the price book entry (SKU) for materials.
        "materialSkuId" => material_sku_id: Option<SkuId>,
        /// ID of the membership that the invoice belongs to; absent if it belongs to none.
        "membershipId" => membership_id: Option<MembershipId>,
        /// Time when the invoice was paid (UTC); absent until then.
        "paidOn" => paid_on: Option<DateTime<Utc>>,
        /// Kind of invoice, such as job invoice or membership invoice.
        "invoiceConfiguration" => invoice_configuration: Option<InvoiceConfiguration>,
        /// Status of the invoice's synchronization with the accounting system.
        "syncStatus" => sync_status: Option<String>,
        /// ID of the invoice's budget code.
        "budgetCodeId" => budget_code_id: Option<i64>,
        /// Reference number of the invoice.
        "referenceNumber" => reference_number: Option<String>,
        /// Date of the invoice (UTC).
        "invoiceDate" => invoice_date: Option<DateTime<Utc>>,
        /// Date on which the invoice is due (UTC).
        "dueDate" => due_date: Option<DateTime<Utc>>,
        /// Total of the invoice before tax, in the tenant's currency.
        "subTotal" => sub_total: Option<Decimal>,
        /// Sales tax on the invoice, in the tenant's currency.
        "salesTax" => sales_tax: Option<Decimal>,
        /// Sales tax code of the invoice, with its rate.
        "salesTaxCode" => sales_tax_code: Option<SalesTax>,
        /// ID of the tax zone that applies to the invoice.
        "taxZoneId" => tax_zone_id: Option<TaxZoneId>,
        /// Total of the invoice, in the tenant's currency.
        "total" => total: Option<Decimal>,
        /// Amount still owed on the invoice, in the tenant's currency.
        "balance" => balance: Option<Decimal>,
        /// Type of the invoice.
        "invoiceType" => invoice_type: Option<Reference>,
        /// Customer who is billed.
        "customer" => customer: Option<Reference>,
        /// Address of the customer.
        "customerAddress" => customer_address: Option<InvoiceAddress>,
        /// Location that the invoice is for.
        "location" => location: Option<Reference>,
        /// Address of the location.
        "locationAddress" => location_address: Option<InvoiceAddress>,
        /// Business unit that the invoice belongs to.
        "businessUnit" => business_unit: Option<Reference>,
        /// Name of the payment term.
        "termName" => term_name: Option<String>,
        /// User who created the invoice, as text.
        "createdBy" => created_by: Option<String>,
        /// Accounting batch of the invoice; absent until it is in one.
        "batch" => batch: Option<InvoiceBatch>,
        /// Time when the payment was deposited (UTC); absent until then.
        "depositedOn" => deposited_on: Option<DateTime<Utc>>,
        /// Time when the invoice was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the invoice was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// ID of the invoice that this one adjusts; absent unless it is an adjustment.
        "adjustmentToId" => adjustment_to_id: Option<InvoiceId>,
        /// Job that the invoice is for; absent if it is for none.
        "job" => job: Option<InvoiceJob>,
        /// ID of the project that the invoice belongs to; absent if it belongs to none.
        "projectId" => project_id: Option<ProjectId>,
        /// Royalty on the invoice.
        "royalty" => royalty: Option<Royalty>,
        /// Employee that the invoice names.
        "employeeInfo" => employee_info: Option<InvoiceEmployee>,
        /// Commission eligibility date of the invoice, as text.
        "commissionEligibilityDate" => commission_eligibility_date: Option<String>,
        /// Delivery status of the invoice: not sent, sent, or opened by the customer.
        "sentStatus" => sent_status: Option<InvoiceSentStatus>,
        /// Review status of the invoice.
        "reviewStatus" => review_status: Option<InvoiceReviewStatus>,
        /// Employee who is assigned to review the invoice.
        "assignedTo" => assigned_to: Option<Reference>,
    }
}

record!(Invoice, InvoiceId, active: active, modified: modified_on);

model! {
    /// One item of an invoice.
    pub struct InvoiceItem {
        /// ID of the invoice item.
        "id" => id: Option<InvoiceItemId>,
        /// Description of the item, often HTML.
        "description" => description: Option<String>,
        /// Quantity of the item.
        "quantity" => quantity: Option<Decimal>,
        /// Cost of one unit of the item, in the tenant's currency.
        "cost" => cost: Option<Decimal>,
        /// Total cost of the item, in the tenant's currency.
        "totalCost" => total_cost: Option<Decimal>,
        /// ID of the item's budget code.
        "budgetCodeId" => budget_code_id: Option<i64>,
        /// ID of the inventory location that the item comes from.
        "inventoryLocationId" => inventory_location_id: Option<i64>,
        /// Name of the inventory location that the item comes from.
        "inventoryLocation" => inventory_location: Option<String>,
        /// Price of one unit of the item, in the tenant's currency.
        "price" => price: Option<Decimal>,
        /// Type of the item: service, material, equipment, price modifier or unspecified.
        "type" => r#type: Option<InvoiceItemType>,
        /// Name of the price book entry (SKU) that the item bills.
        "skuName" => sku_name: Option<String>,
        /// ID of the price book entry (SKU) that the item bills.
        "skuId" => sku_id: Option<SkuId>,
        /// Total price of the item, in the tenant's currency.
        "total" => total: Option<Decimal>,
        /// True if the item is tracked in inventory.
        "inventory" => inventory: Option<bool>,
        /// True if the item is taxed.
        "taxable" => taxable: Option<bool>,
        /// True if the customer is charged for the item.
        "isChargeable" => is_chargeable: Option<bool>,
        /// General ledger account of the item.
        "generalLedgerAccount" => general_ledger_account: Option<GeneralLedgerAccount>,
        /// Cost of sale account of the item, in the general ledger.
        "costOfSaleAccount" => cost_of_sale_account: Option<GeneralLedgerAccount>,
        /// Asset account of the item, in the general ledger.
        "assetAccount" => asset_account: Option<GeneralLedgerAccount>,
        /// ID of the membership type that the item sells; absent unless it sells one.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// Group that the item belongs to; absent if it belongs to none.
        "itemGroup" => item_group: Option<ItemGroup>,
        /// Name of the item that customers see.
        "displayName" => display_name: Option<String>,
        /// Number of hours sold with the item.
        "soldHours" => sold_hours: Option<Decimal>,
        /// Time when the invoice item was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the invoice item was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Date of the service (UTC).
        "serviceDate" => service_date: Option<DateTime<Utc>>,
        /// Position of the item on the invoice.
        "order" => order: Option<i32>,
        /// Business unit that the item belongs to.
        "businessUnit" => business_unit: Option<Reference>,
        /// ID of the user who created the invoice item.
        "createdById" => created_by_id: Option<UserId>,
        /// True if the item's amount is displayed.
        "displayInAmount" => display_in_amount: Option<bool>,
        /// Label under which the invoice item was imported into ServiceTitan.
        "importId" => import_id: Option<String>,
        /// ID of the item in the accounting system that it was exported to.
        "exportId" => export_id: Option<String>,
        /// Inventory status of the item.
        "inventoryStatus" => inventory_status: Option<String>,
        /// True if the item was sold as an add-on.
        "addOn" => add_on: Option<bool>,
        /// Price of the item for members, in the tenant's currency.
        "memberPrice" => member_price: Option<Decimal>,
        /// ID of the item's technician.
        "technicianId" => technician_id: Option<TechnicianId>,
        /// ID of the installed equipment.
        "installedEquipmentId" => installed_equipment_id: Option<i64>,
        /// ID of the estimate item from which the item was created; absent if there was none.
        "estimateItemId" => estimate_item_id: Option<EstimateItemId>,
        /// False if the item was deactivated or deleted; ServiceTitan sends it in the change feed only.
        "active" => active: Option<bool>,
        /// ID of the item's invoice; ServiceTitan sends it in the change feed only.
        "invoiceId" => invoice_id: Option<InvoiceId>,
    }
}

open_enum! {
    /// Kind of an invoice.
    pub enum InvoiceConfiguration {
        /// `JobInvoice`.
        JobInvoice,
        /// `ProjectInvoice`.
        ProjectInvoice,
        /// `CounterSales`.
        CounterSales,
        /// `MembershipInvoice`.
        MembershipInvoice,
        /// `InterestChargeInvoice`.
        InterestChargeInvoice,
        /// `ARImportInvoice`.
        ARImportInvoice,
    }
}

open_enum! {
    /// Delivery status of an invoice.
    pub enum InvoiceSentStatus {
        /// `NotSent`.
        NotSent,
        /// `Sent`.
        Sent,
        /// `Opened`.
        Opened,
    }
}

open_enum! {
    /// Review status of an invoice.
    pub enum InvoiceReviewStatus {
        /// `NeedsReview`.
        NeedsReview,
        /// `OnHold`.
        OnHold,
        /// `Reviewed`.
        Reviewed,
        /// `PendingApproval`.
        PendingApproval,
        /// `Rejected`.
        Rejected,
        /// `ReadyForBilling`.
        ReadyForBilling,
        /// `Invoiced`.
        Invoiced,
    }
}

open_enum! {
    /// Type of an invoice item.
    pub enum InvoiceItemType {
        /// `Service`.
        Service,
        /// `Material`.
        Material,
        /// `Equipment`.
        Equipment,
        /// `PriceModifier`.
        PriceModifier,
        /// `Unspecified`.
        Unspecified,
    }
}

open_enum! {
    /// Selection of invoices by their active state.
    pub enum InvoiceActiveState {
        /// Active invoices only.
        ActiveOnly,
        /// Inactive invoices only.
        InactiveOnly,
        /// Active and inactive invoices.
        All,
    }
}

open_enum! {
    /// Comparison of an invoice's balance with an amount.
    pub enum BalanceComparer {
        /// `Equals`.
        Equals,
        /// `NotEquals`.
        NotEquals,
        /// `Greater`.
        Greater,
        /// `Less`.
        Less,
    }
}

open_enum! {
    /// Combination of several conditions.
    pub enum LogicalOperator {
        /// `And`.
        And,
        /// `Or`.
        Or,
    }
}

open_enum! {
    /// Accounting status of an invoice.
    pub enum TransactionStatus {
        /// `Pending`.
        Pending,
        /// `Posted`.
        Posted,
        /// `Exported`.
        Exported,
    }
}

filter! {
    /// Filter for lists of invoices.
    pub struct InvoiceFilter with created, modified, sort {
        /// Selection by active state; ServiceTitan's default is active invoices only.
        "activeState" => active_state: InvoiceActiveState,
        /// Only invoices in one of these accounting states.
        "statuses" => statuses: AnyOf<TransactionStatus>,
        /// Only invoices in this accounting batch.
        "batchId" => batch_id: i64,
        /// Only invoices in the accounting batch with this number.
        "batchNumber" => batch_number: i32,
        /// Only invoices with these custom field values, by field name.
        "customField.Fields" => custom_fields: BTreeMap<String, String>,
        /// `And`: all custom field values must match. `Or`: one is enough.
        "customField.Operator" => custom_field_operator: LogicalOperator,
        /// Only invoices of this job.
        "jobId" => job_id: JobId,
        /// Only invoices of the job with this number.
        "jobNumber" => job_number: String,
        /// Only invoices of this business unit.
        "businessUnitId" => business_unit_id: BusinessUnitId,
        /// Only invoices of this customer.
        "customerId" => customer_id: CustomerId,
        /// Only invoices dated at this time or later.
        "invoicedOnOrAfter" => invoiced_on_or_after: DateTime<Utc>,
        /// Only invoices dated before this time.
        "invoicedOnBefore" => invoiced_on_before: DateTime<Utc>,
        /// Only invoices that adjust this invoice.
        "adjustmentToId" => adjustment_to_id: InvoiceId,
        /// Only invoices with this reference number.
        "number" => number: String,
        /// Only invoices with at least this total, in the tenant's currency.
        "totalGreater" => total_greater: Decimal,
        /// Only invoices with at most this total, in the tenant's currency.
        "totalLess" => total_less: Decimal,
        /// Amount that the balance is compared with, in the tenant's currency.
        "balanceFilter.Balance" => balance: Decimal,
        /// Comparison of the invoice's balance with `balance`.
        "balanceFilter.Comparer" => balance_comparer: BalanceComparer,
        /// Only invoices that are due before this time.
        "dueDateBefore" => due_date_before: DateTime<Utc>,
        /// Only invoices that are due at this time or later.
        "dueDateOnOrAfter" => due_date_on_or_after: DateTime<Utc>,
        /// Field to sort by.
        "orderBy" => order_by: String,
        /// Sort direction: `asc` or `desc`.
        "orderByDirection" => order_by_direction: String,
        /// Only invoices in one of these review states.
        "reviewStatuses" => review_statuses: AnyOf<InvoiceReviewStatus>,
        /// Only invoices to be reviewed by one of these employees.
        "assignedToIds" => assigned_to_ids: AnyOf<EmployeeId>,
        /// Only invoices of one of these kinds.
        "invoiceConfigurations" => invoice_configurations: AnyOf<InvoiceConfiguration>,
    }
}

resource! {
    /// Invoices, with their items, custom fields and tasks.
    pub struct Invoices as invoices, scope "tn.acc.invoices", under "accounting/v2/tenant/{tenant}/" {
        /// Lists the invoices that match the filter.
        list "invoices" => list() -> Invoice, by InvoiceFilter;
        /// Reads the invoices with these IDs (any number).
        ids "invoices" => by_ids(ids: InvoiceId) -> Invoice;
        /// Reads the change feed of invoices, including inactive ones.
        export "export/invoices" => export() -> Invoice;
        /// Adds an invoice that adjusts another one, and returns its ID.
        post "invoices" => create_adjustment() -> InvoiceId, sends NewAdjustmentInvoice;
        /// Changes an invoice.
        patch "invoices/{id}" => update(id: InvoiceId), sends InvoiceUpdate;
        /// Adds an item to an invoice, or changes the item whose ID is in the body.
        patch "invoices/{invoiceId}/items" => update_item(id: InvoiceId), sends InvoiceItemUpdate;
        /// Removes an item from an invoice.
        delete "invoices/{invoiceId}/items/{itemId}" => delete_item(id: InvoiceId, item: InvoiceItemId);
        /// Marks invoices as exported to another system, and returns the result for each one.
        post "invoices/markasexported" => mark_as_exported() -> Vec<InvoiceExportOutcome>, sends [ExportedInvoice];
        /// Lists the custom field types of invoices.
        list "invoices/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
        /// Sets custom fields of one or more invoices.
        patch "invoices/custom-fields" => update_custom_fields(), sends InvoiceCustomFieldsUpdate;
        /// Lists the tasks of an invoice.
        list "invoices/{invoiceId}/tasks" => tasks(id: InvoiceId) -> InvoiceTask;
        /// Adds tasks to an invoice by running a template.
        post "invoices/{invoiceId}/tasks" => create_task(id: InvoiceId) -> CreatedInvoiceTasks, sends NewInvoiceTask;
        /// Changes a task of an invoice.
        patch "invoices/{invoiceId}/tasks/{taskId}" => update_task(id: InvoiceId, task: InvoiceTaskId) -> UpdatedInvoiceTask, sends InvoiceTaskUpdate;
    }
}
