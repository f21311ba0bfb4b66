//! What campaigns cost, by month.

use crate::declare::*;

model! {
    /// What a campaign costs in a month.
    pub struct CampaignCost {
        /// The ID.
        "id" => id: CampaignCostId,
        /// The year.
        "year" => year: Option<i32>,
        /// The month, from 1 to 12.
        "month" => month: Option<i32>,
        /// The cost of a day, in the tenant's currency.
        "dailyCost" => daily_cost: Option<Decimal>,
        /// The campaign.
        "campaignId" => campaign_id: Option<CampaignId>,
    }
}

filter! {
    /// Which costs a list gives.
    pub struct CampaignCostFilter with sort {
        /// Of this year.
        "year" => year: i32,
        /// Of this month, from 1 to 12.
        "month" => month: i32,
        /// Of this campaign.
        "campaignId" => campaign_id: CampaignId,
    }
}

request! {
    /// A month's cost to be added.
    pub struct NewCampaignCost {
        named {
            /// The campaign.
            "campaignId" => campaign_id: CampaignId,
            /// The year.
            "year" => year: i32,
            /// The month, from 1 to 12.
            "month" => month: i32,
            /// The cost of a day, in the tenant's currency.
            "dailyCost" => daily_cost: Decimal,
        }
    }
}

request! {
    /// What changes of a month's cost.
    pub struct CampaignCostUpdate {
        must {
            /// The cost of a day, in the tenant's currency.
            "dailyCost" => daily_cost: Decimal,
        }
    }
}

resource! {
    /// What campaigns cost, by month.
    pub struct CampaignCosts as campaign_costs, scope "tn.mrk.costs", under "marketing/v2/tenant/{tenant}/" {
        /// Reads one month's cost.
        get "costs/{id}" => get(id: CampaignCostId) -> CampaignCost;
        /// Reads the list.
        list "costs" => list() -> CampaignCost, by CampaignCostFilter;
        /// Adds a month's cost.
        post "costs" => create() -> CampaignCost, sends NewCampaignCost;
        /// Changes a month's cost.
        patch "costs/{id}" => update(id: CampaignCostId) -> Modified, sends CampaignCostUpdate;
    }
}
