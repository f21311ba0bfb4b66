//! Monthly costs of marketing campaigns.

use crate::declare::*;

model! {
    /// Cost of a marketing campaign in one month.
    pub struct CampaignCost {
        /// ID of the cost record.
        "id" => id: CampaignCostId,
        /// Year of the cost.
        "year" => year: Option<i32>,
        /// Month of the cost, from 1 to 12.
        "month" => month: Option<i32>,
        /// Cost for each day of the month, in the tenant's currency.
        "dailyCost" => daily_cost: Option<Decimal>,
        /// ID of the campaign.
        "campaignId" => campaign_id: Option<CampaignId>,
    }
}

filter! {
    /// Filter for lists of campaign costs.
    pub struct CampaignCostFilter with sort {
        /// Only costs of this year.
        "year" => year: i32,
        /// Only costs of this month, from 1 to 12.
        "month" => month: i32,
        /// Only costs of this campaign.
        "campaignId" => campaign_id: CampaignId,
    }
}

request! {
    /// A campaign's cost of one month, to be added.
    pub struct NewCampaignCost {
        named {
            /// ID of the campaign.
            "campaignId" => campaign_id: CampaignId,
            /// Year of the cost.
            "year" => year: i32,
            /// Month of the cost, from 1 to 12.
            "month" => month: i32,
            /// Cost for each day of the month, in the tenant's currency.
            "dailyCost" => daily_cost: Decimal,
        }
    }
}

request! {
    /// Changes to a campaign's cost of one month.
    pub struct CampaignCostUpdate {
        must {
            /// Cost for each day of the month, in the tenant's currency.
            "dailyCost" => daily_cost: Decimal,
        }
    }
}

resource! {
    /// Monthly costs of marketing campaigns.
    pub struct CampaignCosts as campaign_costs, scope "tn.mrk.costs", under "marketing/v2/tenant/{tenant}/" {
        /// Reads one month's cost.
        get "costs/{id}" => get(id: CampaignCostId) -> CampaignCost;
        /// Lists the campaign costs that match the filter.
        list "costs" => list() -> CampaignCost, by CampaignCostFilter;
        /// Adds a month's cost.
        post "costs" => create() -> CampaignCost, sends NewCampaignCost;
        /// Changes a month's cost.
        patch "costs/{id}" => update(id: CampaignCostId) -> Modified, sends CampaignCostUpdate;
    }
}
