//! Estimates.

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

filter! {
    /// Which estimates a list gives.
    pub struct EstimateFilter {
        /// Of this job.
        "jobId" => job_id: JobId,
        /// With this project ID.
        "projectId" => project_id: ProjectId,
        /// With this job number.
        "jobNumber" => job_number: String,
        /// With this total greater.
        "totalGreater" => total_greater: Decimal,
        /// With this total less.
        "totalLess" => total_less: Decimal,
        /// With this sold by ID.
        "soldById" => sold_by_id: i64,
        /// With this sold by employee ID.
        "soldByEmployeeId" => sold_by_employee_id: i64,
        /// By time: sold after this.
        "soldAfter" => sold_after: DateTime<Utc>,
        /// By time: sold before this.
        "soldBefore" => sold_before: DateTime<Utc>,
        /// With this status.
        "status" => status: String,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
        /// With this order by.
        "orderBy" => order_by: String,
        /// With this order by direction.
        "orderByDirection" => order_by_direction: String,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// At this location.
        "locationId" => location_id: LocationId,
    }
}

resource! {
    /// Estimates.
    pub struct Estimates as estimates, scope "tn.sal.estimates", under "sales/v2/tenant/{tenant}/" {
        /// Reads one record.
        get "estimates/{id}" => get(id: EstimateId) -> Estimate;
        /// Reads the list.
        list "estimates" => list() -> Estimate, by EstimateFilter;
        /// Reads the records with these IDs, however many, those out of use too.
        ids "estimates" => by_ids(ids: EstimateId) -> Estimate, active Any;
        /// Reads the change feed. Inactive and deleted records come too.
        export "export/estimates" => export() -> Estimate;
    }
}
