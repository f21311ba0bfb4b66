//! What is written to estimates.

#[cfg(feature = "http")]
use super::{EstimateReviewStatus, NewEstimateStatus};
use crate::declare::*;

request! {
    /// An estimate to be added.
    pub struct NewEstimate {
        may {
            /// The name.
            "name" => name: String,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The tax, in the tenant's currency.
            "tax" => tax: Decimal,
            /// The status.
            "status" => status: NewEstimateStatus,
            /// How far the review is.
            "reviewStatus" => review_status: EstimateReviewStatus,
            /// Who sold it: a technician's or an employee's ID.
            "soldBy" => sold_by: i64,
            /// Whether the estimate is the recommended one.
            "isRecommended" => is_recommended: bool,
            /// The budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// The items.
            "items" => items: Vec<EstimateItemUpdate>,
            /// Links that belong to the estimate.
            "externalLinks" => external_links: Vec<NewExternalLink>,
            /// Whether the project's usual labels are used.
            "useDefaultProjectLabels" => use_default_project_labels: bool,
            /// The job.
            "jobId" => job_id: JobId,
            /// The project.
            "projectId" => project_id: ProjectId,
            /// The location.
            "locationId" => location_id: LocationId,
        }
    }
}

request! {
    /// The changes of an estimate.
    ///
    /// The body has no status, although the schema has one: ServiceTitan answers 200 to a status and ignores it. The status is changed by
    /// [`sell`](crate::sales::Estimates::sell), [`unsell`](crate::sales::Estimates::unsell) and [`dismiss`](crate::sales::Estimates::dismiss).
    pub struct EstimateUpdate {
        may_clear {
            /// The name.
            "name" => name: String,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The tax, in the tenant's currency.
            "tax" => tax: Decimal,
            /// How far the review is.
            "reviewStatus" => review_status: EstimateReviewStatus,
            /// Who sold it: a technician's or an employee's ID.
            "soldBy" => sold_by: i64,
            /// Whether the estimate is the recommended one.
            "isRecommended" => is_recommended: bool,
            /// The budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// The items.
            "items" => items: Vec<EstimateItemUpdate>,
            /// Links that belong to the estimate.
            "externalLinks" => external_links: Vec<NewExternalLink>,
            /// Whether the project's usual labels are used.
            "useDefaultProjectLabels" => use_default_project_labels: bool,
        }
    }
}

request! {
    /// An item to be added to an estimate, or to be changed where it has an ID.
    pub struct EstimateItemUpdate {
        may {
            /// The cost of one unit, in the tenant's currency.
            "unitCost" => unit_cost: Decimal,
        }
        may_clear {
            /// The item to be changed; a new one is added without.
            "id" => id: EstimateItemId,
            /// The SKU.
            "skuId" => sku_id: SkuId,
            /// The name of the SKU.
            "skuName" => sku_name: String,
            /// The item that it belongs to.
            "parentItemId" => parent_item_id: EstimateItemId,
            /// The description, often HTML.
            "description" => description: String,
            /// Whether it is sold as an add-on.
            "isAddOn" => is_add_on: bool,
            /// The quantity.
            "quantity" => quantity: Decimal,
            /// The price of one, in the tenant's currency.
            "unitPrice" => unit_price: Decimal,
            /// Whether prices for members are left as they are.
            "skipUpdatingMembershipPrices" => skip_updating_membership_prices: bool,
            /// The name of the group that the item belongs to.
            "itemGroupName" => item_group_name: String,
            /// The root of the group that the item belongs to.
            "itemGroupRootId" => item_group_root_id: i64,
            /// Whether the item is charged.
            "chargeable" => chargeable: bool,
            /// Whether the project's usual labels are used.
            "useDefaultProjectLabels" => use_default_project_labels: bool,
            /// The budget code.
            "budgetCodeId" => budget_code_id: i64,
        }
    }
}

request! {
    /// A link of an estimate to something outside ServiceTitan.
    pub struct NewExternalLink {
        may_clear {
            /// The name.
            "name" => name: String,
            /// The link.
            "url" => url: String,
        }
    }
}

request! {
    /// The sale of an estimate. ServiceTitan refuses one without a seller.
    pub struct EstimateSale {
        must {
            /// The technician or the employee who sold it.
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
