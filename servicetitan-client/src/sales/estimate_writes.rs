//! Request bodies of writes to estimates.

#[cfg(feature = "http")]
use super::{EstimateReviewStatus, NewEstimateStatus};
use crate::declare::*;

request! {
    /// An estimate to be added.
    pub struct NewEstimate {
        may {
            /// Name of the estimate.
            "name" => name: String,
            /// Summary of the estimate, often HTML.
            "summary" => summary: String,
            /// Tax on the estimate, in the tenant's currency.
            "tax" => tax: Decimal,
            /// Status of the estimate: open, sold or dismissed.
            "status" => status: NewEstimateStatus,
            /// Review status of the estimate: none, needs approval, approved or not approved.
            "reviewStatus" => review_status: EstimateReviewStatus,
            /// ID of the technician or employee who sold the estimate.
            "soldBy" => sold_by: i64,
            /// True if the estimate is the one recommended to the customer.
            "isRecommended" => is_recommended: bool,
            /// ID of the estimate's budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// Items that the estimate offers.
            "items" => items: Vec<EstimateItemUpdate>,
            /// Links from the estimate to pages outside ServiceTitan.
            "externalLinks" => external_links: Vec<NewExternalLink>,
            /// True to use the project's default labels.
            "useDefaultProjectLabels" => use_default_project_labels: bool,
            /// ID of the job that the estimate is for.
            "jobId" => job_id: JobId,
            /// ID of the project that the estimate belongs to.
            "projectId" => project_id: ProjectId,
            /// ID of the location that the estimate is for.
            "locationId" => location_id: LocationId,
        }
    }
}

request! {
    /// Changes to an estimate. Fields that are not set keep their value.
    ///
    /// The body has no status, although the schema has one: ServiceTitan answers 200 to a status and ignores it. The status is changed by
    /// [`sell`](crate::sales::Estimates::sell), [`unsell`](crate::sales::Estimates::unsell) and [`dismiss`](crate::sales::Estimates::dismiss).
    pub struct EstimateUpdate {
        may_clear {
            /// Name of the estimate.
            "name" => name: String,
            /// Summary of the estimate, often HTML.
            "summary" => summary: String,
            /// Tax on the estimate, in the tenant's currency.
            "tax" => tax: Decimal,
            /// Review status of the estimate: none, needs approval, approved or not approved.
            "reviewStatus" => review_status: EstimateReviewStatus,
            /// ID of the technician or employee who sold the estimate.
            "soldBy" => sold_by: i64,
            /// True if the estimate is the one recommended to the customer.
            "isRecommended" => is_recommended: bool,
            /// ID of the estimate's budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// Items that the estimate offers.
            "items" => items: Vec<EstimateItemUpdate>,
            /// Links from the estimate to pages outside ServiceTitan.
            "externalLinks" => external_links: Vec<NewExternalLink>,
            /// True to use the project's default labels.
            "useDefaultProjectLabels" => use_default_project_labels: bool,
        }
    }
}

request! {
    /// An item to be added to an estimate, or to be changed if it has an ID.
    pub struct EstimateItemUpdate {
        may {
            /// Cost of one unit of the item, in the tenant's currency.
            "unitCost" => unit_cost: Decimal,
        }
        may_clear {
            /// ID of the item to change; without an ID, a new item is added.
            "id" => id: EstimateItemId,
            /// ID of the price book entry (SKU) that the item offers.
            "skuId" => sku_id: SkuId,
            /// Name of the price book entry (SKU) that the item offers.
            "skuName" => sku_name: String,
            /// ID of the item that this item belongs to.
            "parentItemId" => parent_item_id: EstimateItemId,
            /// Description of the item, often HTML.
            "description" => description: String,
            /// True if the item is sold as an add-on.
            "isAddOn" => is_add_on: bool,
            /// Quantity of the item.
            "quantity" => quantity: Decimal,
            /// Price of one unit of the item, in the tenant's currency.
            "unitPrice" => unit_price: Decimal,
            /// True to leave the prices for members as they are.
            "skipUpdatingMembershipPrices" => skip_updating_membership_prices: bool,
            /// Name of the item group that the item belongs to; absent if it belongs to none.
            "itemGroupName" => item_group_name: String,
            /// ID of the root item of the item's group; absent if it belongs to none.
            "itemGroupRootId" => item_group_root_id: i64,
            /// True if the customer is charged for the item.
            "chargeable" => chargeable: bool,
            /// True to use the project's default labels.
            "useDefaultProjectLabels" => use_default_project_labels: bool,
            /// ID of the item's budget code.
            "budgetCodeId" => budget_code_id: i64,
        }
    }
}

request! {
    /// A link to be added to an estimate, to a page outside ServiceTitan.
    pub struct NewExternalLink {
        may_clear {
            /// Name of the link.
            "name" => name: String,
            /// Address (URL) that the link leads to.
            "url" => url: String,
        }
    }
}

request! {
    /// The sale of an estimate. ServiceTitan refuses one without a seller.
    pub struct EstimateSale {
        must {
            /// ID of the technician or employee who sold the estimate.
            "soldBy" => sold_by: i64,
        }
    }
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use serde_json::json;

    use super::{EstimateSale, EstimateUpdate};
    use crate::contract::written;

    #[test]
    fn a_change_of_an_estimate_cannot_set_its_status_which_servicetitan_ignores() {
        assert_eq!(written::<EstimateUpdate>(json!({ "name": "A" })), Ok(json!({ "name": "A" })));
        assert!(written::<EstimateUpdate>(json!({ "name": "A", "status": "Sold" })).is_err());
    }

    #[test]
    fn a_sale_names_its_seller() {
        assert_eq!(written::<EstimateSale>(json!({ "soldBy": 7 })), Ok(json!({ "soldBy": 7 })));
        assert!(written::<EstimateSale>(json!({})).is_err());
    }
}
