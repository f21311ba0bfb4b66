//! Estimates.

#[cfg(feature = "http")]
use super::{EstimateItemUpdate, EstimateSale, EstimateUpdate, NewEstimate};
use crate::declare::*;

model! {
    /// Estimate: an offer with prices, usually for a job.
    pub struct Estimate {
        /// ID of the estimate.
        "id" => id: EstimateId,
        /// ID of the job that the estimate is for.
        "jobId" => job_id: Option<JobId>,
        /// ID of the project that the estimate belongs to; absent if it belongs to none.
        "projectId" => project_id: Option<ProjectId>,
        /// ID of the location that the estimate is for.
        "locationId" => location_id: Option<LocationId>,
        /// ID of the customer that the estimate is for.
        "customerId" => customer_id: Option<CustomerId>,
        /// Name of the estimate.
        "name" => name: Option<String>,
        /// Number of the estimate's job, as shown in ServiceTitan.
        "jobNumber" => job_number: Option<String>,
        /// Status of the estimate: open, sold or dismissed.
        "status" => status: Option<EstimateStatus>,
        /// Review status of the estimate: none, needs approval, approved or not approved.
        "reviewStatus" => review_status: Option<EstimateReviewStatus>,
        /// Summary of the estimate, often HTML.
        "summary" => summary: Option<String>,
        /// Time when the estimate was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the estimate was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Time when the estimate was sold (UTC); absent unless it was sold.
        "soldOn" => sold_on: Option<DateTime<Utc>>,
        /// ID of the technician or employee who sold the estimate.
        "soldBy" => sold_by: Option<i64>,
        /// True while the estimate is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Items that the estimate offers.
        "items" => items: Option<Vec<EstimateItem>>,
        /// Links from the estimate to pages outside ServiceTitan.
        "externalLinks" => external_links: Option<Vec<ExternalLink>>,
        /// Total of the estimate before tax, in the tenant's currency.
        "subtotal" => subtotal: Option<Decimal>,
        /// Tax on the estimate, in the tenant's currency.
        "tax" => tax: Option<Decimal>,
        /// ID of the estimate's business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// Name of the estimate's business unit.
        "businessUnitName" => business_unit_name: Option<String>,
        /// True if the estimate is the one recommended to the customer.
        "isRecommended" => is_recommended: Option<bool>,
        /// ID of the estimate's budget code.
        "budgetCodeId" => budget_code_id: Option<i64>,
        /// True if the estimate is a change order.
        "isChangeOrder" => is_change_order: Option<bool>,
        /// Name of the proposal tag on the estimate.
        "proposalTagName" => proposal_tag_name: Option<String>,
    }
}

record!(Estimate, EstimateId, active: active, modified: modified_on);

model! {
    /// One item of an estimate.
    pub struct EstimateItem {
        /// ID of the estimate item.
        "id" => id: Option<EstimateItemId>,
        /// Price book entry (SKU) that the item offers.
        "sku" => sku: Option<EstimateSku>,
        /// Account of the item's price book entry (SKU).
        "skuAccount" => sku_account: Option<String>,
        /// Description of the item, often HTML.
        "description" => description: Option<String>,
        /// ID of the membership type that the item sells; absent unless it sells one.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// Quantity of the item.
        "qty" => qty: Option<Decimal>,
        /// Price of one unit of the item, in the tenant's currency.
        "unitRate" => unit_rate: Option<Decimal>,
        /// Total price of the item, in the tenant's currency.
        "total" => total: Option<Decimal>,
        /// Cost of one unit of the item, in the tenant's currency.
        "unitCost" => unit_cost: Option<Decimal>,
        /// Total cost of the item, in the tenant's currency.
        "totalCost" => total_cost: Option<Decimal>,
        /// Name of the item group that the item belongs to; absent if it belongs to none.
        "itemGroupName" => item_group_name: Option<String>,
        /// ID of the root item of the item's group; absent if it belongs to none.
        "itemGroupRootId" => item_group_root_id: Option<i64>,
        /// Time when the estimate item was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the estimate item was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// True if the customer is charged for the item.
        "chargeable" => chargeable: Option<bool>,
        /// ID of the invoice item that was created from the item; absent until then.
        "invoiceItemId" => invoice_item_id: Option<InvoiceItemId>,
        /// ID of the item's budget code.
        "budgetCodeId" => budget_code_id: Option<i64>,
        /// ID of the item's estimate; absent where the item comes inside its estimate.
        "estimateId" => estimate_id: Option<EstimateId>,
    }
}

model! {
    /// Status of an estimate: open, sold or dismissed.
    pub struct EstimateStatus {
        /// Status of the estimate as a number.
        "value" => value: Option<i32>,
        /// Status of the estimate as a name: `Open`, `Sold` or `Dismissed`.
        "name" => name: Option<String>,
    }
}

model! {
    /// Price book entry (SKU) that an estimate item offers.
    pub struct EstimateSku {
        /// ID of the price book entry.
        "id" => id: Option<SkuId>,
        /// Name of the price book entry.
        "name" => name: Option<String>,
        /// Name of the price book entry that customers see.
        "displayName" => display_name: Option<String>,
        /// Type of the price book entry.
        "type" => r#type: Option<String>,
        /// Number of hours sold with the entry.
        "soldHours" => sold_hours: Option<Decimal>,
        /// ID of the entry's general ledger account.
        "generalLedgerAccountId" => general_ledger_account_id: Option<i64>,
        /// Name of the entry's general ledger account.
        "generalLedgerAccountName" => general_ledger_account_name: Option<String>,
        /// Time when the price book entry was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

model! {
    /// A link from an estimate to a page outside ServiceTitan.
    pub struct ExternalLink {
        /// Name of the link from the estimate.
        "name" => name: Option<String>,
        /// Address (URL) that the link from the estimate leads to.
        "url" => url: Option<String>,
    }
}

open_enum! {
    /// Review status of an estimate.
    pub enum EstimateReviewStatus {
        /// `None`.
        None,
        /// `NeedsApproval`.
        NeedsApproval,
        /// `Approved`.
        Approved,
        /// `NotApproved`.
        NotApproved,
    }
}

model! {
    /// One change of an estimate's status.
    pub struct EstimateStatusChange {
        /// ID of the change.
        "id" => id: Option<i64>,
        /// Status before the change.
        "oldStatus" => old_status: Option<String>,
        /// Status after the change.
        "newStatus" => new_status: Option<String>,
        /// Time of the change (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who made the change.
        "createdById" => created_by_id: Option<UserId>,
    }
}

open_enum! {
    /// Status of a new estimate.
    pub enum NewEstimateStatus {
        /// `Open`.
        Open,
        /// `Sold`.
        Sold,
        /// `Dismissed`.
        Dismissed,
    }
}

filter! {
    /// Filter for lists of estimates.
    pub struct EstimateFilter with created, modified, active, sort {
        /// Only estimates of this job.
        "jobId" => job_id: JobId,
        /// Only estimates of this project.
        "projectId" => project_id: ProjectId,
        /// Only estimates of the job with this number.
        "jobNumber" => job_number: String,
        /// Only estimates with a greater total, in the tenant's currency.
        "totalGreater" => total_greater: Decimal,
        /// Only estimates with a smaller total, in the tenant's currency.
        "totalLess" => total_less: Decimal,
        /// Only estimates that this technician sold.
        "soldById" => sold_by_id: TechnicianId,
        /// Only estimates that this employee sold.
        "soldByEmployeeId" => sold_by_employee_id: EmployeeId,
        /// Only estimates that were sold after this time.
        "soldAfter" => sold_after: DateTime<Utc>,
        /// Only estimates that were sold before this time.
        "soldBefore" => sold_before: DateTime<Utc>,
        /// Only estimates in this status.
        "status" => status: String,
        /// Field to sort by: `Id`, `CreatedOn` or `ModifiedOn`. Deprecated by ServiceTitan in favour of `sort`.
        "orderBy" => order_by: String,
        /// Sort direction: `asc` or `desc`. Deprecated by ServiceTitan in favour of `sort`.
        "orderByDirection" => order_by_direction: String,
        /// Only estimates at this location.
        "locationId" => location_id: LocationId,
    }
}

filter! {
    /// Filter for lists of estimate items.
    pub struct EstimateItemFilter with created, modified, active, sort {
        /// Only items of this estimate.
        "estimateId" => estimate_id: EstimateId,
    }
}

resource! {
    /// Estimates.
    pub struct Estimates as estimates, scope "tn.sal.estimates", under "sales/v2/tenant/{tenant}/" {
        /// Reads one estimate.
        get "estimates/{id}" => get(id: EstimateId) -> Estimate;
        /// Lists the estimates that match the filter.
        list "estimates" => list() -> Estimate, by EstimateFilter;
        /// Reads the estimates with these IDs (any number), including inactive ones.
        ids "estimates" => by_ids(ids: EstimateId) -> Estimate, active Any;
        /// Reads the change feed of estimates, including inactive and deleted ones.
        export "export/estimates" => export() -> Estimate;
        /// Reads the change feed of estimates at its older path.
        export "estimates/export" => export_by_older_path() -> Estimate;
        /// Adds an estimate.
        post "estimates" => create() -> Estimate, sends NewEstimate;
        /// Changes an estimate, but not its status: ServiceTitan answers 200 to a new status and ignores it, so the body has none. The status
        /// is changed by [`sell`](Self::sell), [`unsell`](Self::unsell) and [`dismiss`](Self::dismiss).
        put "estimates/{id}" => update(id: EstimateId) -> Estimate, sends EstimateUpdate;
        /// Marks an estimate as sold, by the seller whom the body names.
        put "estimates/{id}/sell" => sell(id: EstimateId) -> Estimate, sends EstimateSale;
        /// Marks a sold estimate as open again.
        put "estimates/{id}/unsell" => unsell(id: EstimateId);
        /// Marks an estimate as dismissed: the customer turned it down.
        put "estimates/{id}/dismiss" => dismiss(id: EstimateId);
        /// Reads the changes of an estimate's status.
        get "status/estimates/{id}/changes" => status_changes(id: EstimateId) -> Vec<EstimateStatusChange>;
        /// Lists the estimate items that match the filter.
        list "estimates/items" => items() -> EstimateItem, by EstimateItemFilter;
        /// Reads the items with these IDs (any number), including inactive ones.
        of "estimates/items" => items_by_ids(ids: EstimateItemId) -> EstimateItem, matching id, active Any;
        /// Adds an item to an estimate, or changes the item whose ID is in the body.
        put "estimates/{id}/items" => put_item(id: EstimateId) -> EstimateItem, sends EstimateItemUpdate;
        /// Removes an item from an estimate.
        delete "estimates/{id}/items/{itemId}" => delete_item(id: EstimateId, item: EstimateItemId);
    }
}
