//! Estimates.

#[cfg(feature = "http")]
use super::{EstimateItemUpdate, EstimateSale, EstimateUpdate, NewEstimate};
use crate::declare::*;

model! {
    /// An estimate: an offer for a job.
    pub struct Estimate {
        /// The ID.
        "id" => id: EstimateId,
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The project.
        "projectId" => project_id: Option<ProjectId>,
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// The name.
        "name" => name: Option<String>,
        /// The number that people see.
        "jobNumber" => job_number: Option<String>,
        /// The status.
        "status" => status: Option<EstimateStatus>,
        /// How far the review is.
        "reviewStatus" => review_status: Option<EstimateReviewStatus>,
        /// The summary, often HTML.
        "summary" => summary: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// When it was sold.
        "soldOn" => sold_on: Option<DateTime<Utc>>,
        /// Who sold it: a technician's or an employee's ID.
        "soldBy" => sold_by: Option<i64>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The items.
        "items" => items: Option<Vec<EstimateItem>>,
        /// Links that belong to the estimate.
        "externalLinks" => external_links: Option<Vec<ExternalLink>>,
        /// The total before tax, in the tenant's currency.
        "subtotal" => subtotal: Option<Decimal>,
        /// The tax, in the tenant's currency.
        "tax" => tax: Option<Decimal>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// The name of the business unit.
        "businessUnitName" => business_unit_name: Option<String>,
        /// Whether the estimate is the recommended one.
        "isRecommended" => is_recommended: Option<bool>,
        /// The budget code.
        "budgetCodeId" => budget_code_id: Option<i64>,
        /// Whether it is a change order.
        "isChangeOrder" => is_change_order: Option<bool>,
        /// The name of the proposal's tag.
        "proposalTagName" => proposal_tag_name: Option<String>,
    }
}

record!(Estimate, EstimateId, active: active, modified: modified_on);

model! {
    /// An item of an estimate.
    pub struct EstimateItem {
        /// The ID.
        "id" => id: Option<EstimateItemId>,
        /// The SKU.
        "sku" => sku: Option<EstimateSku>,
        /// The account of the SKU.
        "skuAccount" => sku_account: Option<String>,
        /// The description, often HTML.
        "description" => description: Option<String>,
        /// The membership type.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// The quantity.
        "qty" => qty: Option<Decimal>,
        /// The price of one unit, in the tenant's currency.
        "unitRate" => unit_rate: Option<Decimal>,
        /// The total, in the tenant's currency.
        "total" => total: Option<Decimal>,
        /// The cost of one unit, in the tenant's currency.
        "unitCost" => unit_cost: Option<Decimal>,
        /// The total cost, in the tenant's currency.
        "totalCost" => total_cost: Option<Decimal>,
        /// The name of the group that the item belongs to.
        "itemGroupName" => item_group_name: Option<String>,
        /// The root of the group that the item belongs to.
        "itemGroupRootId" => item_group_root_id: Option<i64>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Whether the item is charged.
        "chargeable" => chargeable: Option<bool>,
        /// The invoice item that it became.
        "invoiceItemId" => invoice_item_id: Option<InvoiceItemId>,
        /// The budget code.
        "budgetCodeId" => budget_code_id: Option<i64>,
        /// The estimate.
        "estimateId" => estimate_id: Option<EstimateId>,
    }
}

model! {
    /// How far an estimate is: open, sold or dismissed.
    pub struct EstimateStatus {
        /// The value.
        "value" => value: Option<i32>,
        /// The name.
        "name" => name: Option<String>,
    }
}

model! {
    /// What an item of an estimate sells.
    pub struct EstimateSku {
        /// The ID.
        "id" => id: Option<SkuId>,
        /// The name.
        "name" => name: Option<String>,
        /// The name shown to customers.
        "displayName" => display_name: Option<String>,
        /// The type.
        "type" => r#type: Option<String>,
        /// The hours sold.
        "soldHours" => sold_hours: Option<Decimal>,
        /// The general ledger account.
        "generalLedgerAccountId" => general_ledger_account_id: Option<i64>,
        /// The name of the general ledger account.
        "generalLedgerAccountName" => general_ledger_account_name: Option<String>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

model! {
    /// A link that belongs to an estimate.
    pub struct ExternalLink {
        /// The name.
        "name" => name: Option<String>,
        /// The link.
        "url" => url: Option<String>,
    }
}

open_enum! {
    /// The estimate review status, with room for values to come.
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
    /// A change of an estimate's status.
    pub struct EstimateStatusChange {
        /// The ID.
        "id" => id: Option<i64>,
        /// The status before it.
        "oldStatus" => old_status: Option<String>,
        /// The status after it.
        "newStatus" => new_status: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
    }
}

open_enum! {
    /// The status of a new estimate, with room for values to come.
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
    /// Which estimates a list gives.
    pub struct EstimateFilter with created, modified, active, sort {
        /// Of this job.
        "jobId" => job_id: JobId,
        /// Of this project.
        "projectId" => project_id: ProjectId,
        /// Of the job with this number.
        "jobNumber" => job_number: String,
        /// With a greater total, in the tenant's currency.
        "totalGreater" => total_greater: Decimal,
        /// With a smaller total, in the tenant's currency.
        "totalLess" => total_less: Decimal,
        /// Sold by this technician.
        "soldById" => sold_by_id: TechnicianId,
        /// Sold by this employee.
        "soldByEmployeeId" => sold_by_employee_id: EmployeeId,
        /// Sold after this time.
        "soldAfter" => sold_after: DateTime<Utc>,
        /// Sold before this time.
        "soldBefore" => sold_before: DateTime<Utc>,
        /// In this status.
        "status" => status: String,
        /// The field that decides the order.
        "orderBy" => order_by: String,
        /// The direction of the order: `asc` or `desc`.
        "orderByDirection" => order_by_direction: String,
        /// At this location.
        "locationId" => location_id: LocationId,
    }
}

filter! {
    /// Which items a list gives.
    pub struct EstimateItemFilter with created, modified, active, sort {
        /// Of this estimate.
        "estimateId" => estimate_id: EstimateId,
    }
}

resource! {
    /// Estimates.
    pub struct Estimates as estimates, scope "tn.sal.estimates", under "sales/v2/tenant/{tenant}/" {
        /// Reads one estimate.
        get "estimates/{id}" => get(id: EstimateId) -> Estimate;
        /// Reads the list.
        list "estimates" => list() -> Estimate, by EstimateFilter;
        /// Reads the estimates with these IDs, however many, those out of use too.
        ids "estimates" => by_ids(ids: EstimateId) -> Estimate, active Any;
        /// Reads the change feed. Inactive and deleted estimates come too.
        export "export/estimates" => export() -> Estimate;
        /// Reads the change feed under its older path.
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
        /// Reads how an estimate's status changed.
        get "status/estimates/{id}/changes" => status_changes(id: EstimateId) -> Vec<EstimateStatusChange>;
        /// Reads items of estimates.
        list "estimates/items" => items() -> EstimateItem, by EstimateItemFilter;
        /// Reads the items with these IDs, however many, those out of use too.
        of "estimates/items" => items_by_ids(ids: EstimateItemId) -> EstimateItem, matching id, active Any;
        /// Adds an item to an estimate, or changes the one whose ID the body has.
        put "estimates/{id}/items" => put_item(id: EstimateId) -> EstimateItem, sends EstimateItemUpdate;
        /// Removes an item from an estimate.
        delete "estimates/{id}/items/{itemId}" => delete_item(id: EstimateId, item: EstimateItemId);
    }
}
