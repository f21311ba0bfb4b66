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
    /// An invoice.
    pub struct Invoice {
        /// The ID.
        "id" => id: InvoiceId,
        /// The summary, often HTML.
        "summary" => summary: Option<String>,
        /// The items.
        "items" => items: Option<Vec<InvoiceItem>>,
        /// The tenant's own fields.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The sum of all discounts, in the tenant's currency.
        "discountTotal" => discount_total: Option<Decimal>,
        /// The ID in the system it was imported from.
        "importId" => import_id: Option<String>,
        /// The ID in the accounting system it was exported to.
        "exportId" => export_id: Option<String>,
        /// The SKU for materials.
        "materialSkuId" => material_sku_id: Option<SkuId>,
        /// The membership.
        "membershipId" => membership_id: Option<MembershipId>,
        /// When it was paid.
        "paidOn" => paid_on: Option<DateTime<Utc>>,
        /// What kind of invoice it is.
        "invoiceConfiguration" => invoice_configuration: Option<InvoiceConfiguration>,
        /// How far the sync with accounting is.
        "syncStatus" => sync_status: Option<String>,
        /// The budget code.
        "budgetCodeId" => budget_code_id: Option<i64>,
        /// The reference number.
        "referenceNumber" => reference_number: Option<String>,
        /// The date of the invoice.
        "invoiceDate" => invoice_date: Option<DateTime<Utc>>,
        /// When the invoice is due.
        "dueDate" => due_date: Option<DateTime<Utc>>,
        /// The total before tax, in the tenant's currency.
        "subTotal" => sub_total: Option<Decimal>,
        /// The sales tax, in the tenant's currency.
        "salesTax" => sales_tax: Option<Decimal>,
        /// The sales tax code.
        "salesTaxCode" => sales_tax_code: Option<SalesTax>,
        /// The tax zone.
        "taxZoneId" => tax_zone_id: Option<TaxZoneId>,
        /// The total, in the tenant's currency.
        "total" => total: Option<Decimal>,
        /// What is still owed, in the tenant's currency.
        "balance" => balance: Option<Decimal>,
        /// The type of the invoice.
        "invoiceType" => invoice_type: Option<Reference>,
        /// The customer.
        "customer" => customer: Option<Reference>,
        /// The customer's address.
        "customerAddress" => customer_address: Option<InvoiceAddress>,
        /// The location.
        "location" => location: Option<Reference>,
        /// The location's address.
        "locationAddress" => location_address: Option<InvoiceAddress>,
        /// The business unit.
        "businessUnit" => business_unit: Option<Reference>,
        /// The name of the payment term.
        "termName" => term_name: Option<String>,
        /// The user who created it.
        "createdBy" => created_by: Option<String>,
        /// The accounting batch.
        "batch" => batch: Option<InvoiceBatch>,
        /// When the payment was deposited.
        "depositedOn" => deposited_on: Option<DateTime<Utc>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The invoice that this one adjusts.
        "adjustmentToId" => adjustment_to_id: Option<InvoiceId>,
        /// The job.
        "job" => job: Option<InvoiceJob>,
        /// The project.
        "projectId" => project_id: Option<ProjectId>,
        /// The royalty.
        "royalty" => royalty: Option<Royalty>,
        /// The employee.
        "employeeInfo" => employee_info: Option<InvoiceEmployee>,
        /// When the commission becomes due, as a text.
        "commissionEligibilityDate" => commission_eligibility_date: Option<String>,
        /// Whether the customer has it.
        "sentStatus" => sent_status: Option<InvoiceSentStatus>,
        /// How far the review is.
        "reviewStatus" => review_status: Option<InvoiceReviewStatus>,
        /// Whom the invoice is assigned to.
        "assignedTo" => assigned_to: Option<Reference>,
    }
}

record!(Invoice, InvoiceId, active: active, modified: modified_on);

model! {
    /// An item of an invoice.
    pub struct InvoiceItem {
        /// The ID.
        "id" => id: Option<InvoiceItemId>,
        /// The description, often HTML.
        "description" => description: Option<String>,
        /// The quantity.
        "quantity" => quantity: Option<Decimal>,
        /// The cost of one unit, in the tenant's currency.
        "cost" => cost: Option<Decimal>,
        /// The total cost, in the tenant's currency.
        "totalCost" => total_cost: Option<Decimal>,
        /// The budget code.
        "budgetCodeId" => budget_code_id: Option<i64>,
        /// The inventory location.
        "inventoryLocationId" => inventory_location_id: Option<i64>,
        /// The name of the inventory location.
        "inventoryLocation" => inventory_location: Option<String>,
        /// The price of one unit, in the tenant's currency.
        "price" => price: Option<Decimal>,
        /// The type.
        "type" => r#type: Option<InvoiceItemType>,
        /// The name of the SKU.
        "skuName" => sku_name: Option<String>,
        /// The SKU.
        "skuId" => sku_id: Option<SkuId>,
        /// The total, in the tenant's currency.
        "total" => total: Option<Decimal>,
        /// Whether it is kept in inventory.
        "inventory" => inventory: Option<bool>,
        /// Whether the item is taxed.
        "taxable" => taxable: Option<bool>,
        /// Whether the item is charged.
        "isChargeable" => is_chargeable: Option<bool>,
        /// The general ledger account.
        "generalLedgerAccount" => general_ledger_account: Option<GeneralLedgerAccount>,
        /// The cost of sale account.
        "costOfSaleAccount" => cost_of_sale_account: Option<GeneralLedgerAccount>,
        /// The asset account.
        "assetAccount" => asset_account: Option<GeneralLedgerAccount>,
        /// The membership type.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// The group that the item belongs to.
        "itemGroup" => item_group: Option<ItemGroup>,
        /// The name shown to customers.
        "displayName" => display_name: Option<String>,
        /// The hours sold.
        "soldHours" => sold_hours: Option<Decimal>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The date of the service.
        "serviceDate" => service_date: Option<DateTime<Utc>>,
        /// The place in the list.
        "order" => order: Option<i32>,
        /// The business unit.
        "businessUnit" => business_unit: Option<Reference>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// Whether the amount is displayed.
        "displayInAmount" => display_in_amount: Option<bool>,
        /// The ID in the system it was imported from.
        "importId" => import_id: Option<String>,
        /// The ID in the accounting system it was exported to.
        "exportId" => export_id: Option<String>,
        /// The inventory status.
        "inventoryStatus" => inventory_status: Option<String>,
        /// Whether the item was sold as an add-on.
        "addOn" => add_on: Option<bool>,
        /// The price for members, in the tenant's currency.
        "memberPrice" => member_price: Option<Decimal>,
        /// The technician.
        "technicianId" => technician_id: Option<TechnicianId>,
        /// The installed equipment.
        "installedEquipmentId" => installed_equipment_id: Option<i64>,
        /// The estimate item that it came from.
        "estimateItemId" => estimate_item_id: Option<EstimateItemId>,
        /// Whether the item is in use; only the change feed tells.
        "active" => active: Option<bool>,
        /// The invoice; only the change feed tells.
        "invoiceId" => invoice_id: Option<InvoiceId>,
    }
}

open_enum! {
    /// The invoice configuration, with room for values to come.
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
    /// The invoice sent status, with room for values to come.
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
    /// The invoice review status, with room for values to come.
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
    /// The invoice item type, with room for values to come.
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
    /// Which invoices a list gives, by whether they are in use, with room for values to come.
    pub enum InvoiceActiveState {
        /// Those in use.
        ActiveOnly,
        /// Those out of use.
        InactiveOnly,
        /// All of them.
        All,
    }
}

open_enum! {
    /// How a balance is compared, with room for values to come.
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
    /// How several conditions are combined, with room for values to come.
    pub enum LogicalOperator {
        /// `And`.
        And,
        /// `Or`.
        Or,
    }
}

open_enum! {
    /// How far an invoice is on its way to the books, with room for values to come.
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
    /// Which invoices a list gives.
    pub struct InvoiceFilter with created, modified, sort {
        /// Whether they are in use; only those in use by default.
        "activeState" => active_state: InvoiceActiveState,
        /// In one of these states.
        "statuses" => statuses: AnyOf<TransactionStatus>,
        /// In this batch.
        "batchId" => batch_id: i64,
        /// In the batch with this number.
        "batchNumber" => batch_number: i32,
        /// With these values in custom fields, by their names.
        "customField.Fields" => custom_fields: BTreeMap<String, String>,
        /// Whether all of the custom fields or one of them has to fit.
        "customField.Operator" => custom_field_operator: LogicalOperator,
        /// Of this job.
        "jobId" => job_id: JobId,
        /// Of the job with this number.
        "jobNumber" => job_number: String,
        /// Of this business unit.
        "businessUnitId" => business_unit_id: BusinessUnitId,
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
        /// Invoiced at this time or later.
        "invoicedOnOrAfter" => invoiced_on_or_after: DateTime<Utc>,
        /// Invoiced before this time.
        "invoicedOnBefore" => invoiced_on_before: DateTime<Utc>,
        /// Adjusting this invoice.
        "adjustmentToId" => adjustment_to_id: InvoiceId,
        /// With this number.
        "number" => number: String,
        /// With a greater total, in the tenant's currency.
        "totalGreater" => total_greater: Decimal,
        /// With a smaller total, in the tenant's currency.
        "totalLess" => total_less: Decimal,
        /// With a balance that compares so with this, in the tenant's currency.
        "balanceFilter.Balance" => balance: Decimal,
        /// How the balance is compared with `balance`.
        "balanceFilter.Comparer" => balance_comparer: BalanceComparer,
        /// Due before this time.
        "dueDateBefore" => due_date_before: DateTime<Utc>,
        /// Due at this time or later.
        "dueDateOnOrAfter" => due_date_on_or_after: DateTime<Utc>,
        /// The field that decides the order.
        "orderBy" => order_by: String,
        /// The direction of the order: `asc` or `desc`.
        "orderByDirection" => order_by_direction: String,
        /// In one of these states of review.
        "reviewStatuses" => review_statuses: AnyOf<InvoiceReviewStatus>,
        /// To be reviewed by one of these employees.
        "assignedToIds" => assigned_to_ids: AnyOf<EmployeeId>,
        /// Of one of these kinds.
        "invoiceConfigurations" => invoice_configurations: AnyOf<InvoiceConfiguration>,
    }
}

resource! {
    /// Invoices, their custom fields and their tasks.
    pub struct Invoices as invoices, scope "tn.acc.invoices", under "accounting/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "invoices" => list() -> Invoice, by InvoiceFilter;
        /// Reads the invoices with these IDs, however many.
        ids "invoices" => by_ids(ids: InvoiceId) -> Invoice;
        /// Reads the change feed. Inactive invoices come too.
        export "export/invoices" => export() -> Invoice;
        /// Adds an invoice that adjusts another one, and gives its ID.
        post "invoices" => create_adjustment() -> InvoiceId, sends NewAdjustmentInvoice;
        /// Changes an invoice.
        patch "invoices/{id}" => update(id: InvoiceId), sends InvoiceUpdate;
        /// Adds an item to an invoice, or changes the one whose ID the body has.
        patch "invoices/{invoiceId}/items" => update_item(id: InvoiceId), sends InvoiceItemUpdate;
        /// Removes an item from an invoice.
        delete "invoices/{invoiceId}/items/{itemId}" => delete_item(id: InvoiceId, item: InvoiceItemId);
        /// Notes that invoices were taken over by another system, and gives what became of each.
        post "invoices/markasexported" => mark_as_exported() -> Vec<InvoiceExportOutcome>, sends [ExportedInvoice];
        /// Reads the kinds of custom fields that invoices can have.
        list "invoices/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
        /// Sets custom fields of invoices, of several at once if need be.
        patch "invoices/custom-fields" => update_custom_fields(), sends InvoiceCustomFieldsUpdate;
        /// Reads the tasks of an invoice.
        list "invoices/{invoiceId}/tasks" => tasks(id: InvoiceId) -> InvoiceTask;
        /// Adds tasks to an invoice by running a template.
        post "invoices/{invoiceId}/tasks" => create_task(id: InvoiceId) -> CreatedInvoiceTasks, sends NewInvoiceTask;
        /// Changes a task of an invoice.
        patch "invoices/{invoiceId}/tasks/{taskId}" => update_task(id: InvoiceId, task: InvoiceTaskId) -> UpdatedInvoiceTask, sends InvoiceTaskUpdate;
    }
}
