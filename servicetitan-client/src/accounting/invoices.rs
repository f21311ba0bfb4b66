//! Invoices and their items.

use super::invoice_details::{
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
    pub struct Invoices as invoices, scope "tn.acc.invoices", under "accounting/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "invoices" => list() -> Invoice, by InvoiceFilter;
        /// Reads the records with these IDs, however many.
        ids "invoices" => by_ids(ids: InvoiceId) -> Invoice;
        /// Reads the change feed. Inactive and deleted records come too.
        export "export/invoices" => export() -> Invoice;
    }
}
