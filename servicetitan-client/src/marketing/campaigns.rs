//! Marketing campaigns.

#[cfg(feature = "http")]
use super::CampaignCost;
use crate::declare::*;

model! {
    /// Marketing campaign.
    pub struct Campaign {
        /// ID of the campaign.
        "id" => id: CampaignId,
        /// Name of the marketing campaign.
        "name" => name: Option<String>,
        /// Time when the campaign was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Time when the campaign was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// True while the campaign is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// True if the campaign is the tenant's default campaign.
        "isDefaultCampaign" => is_default_campaign: Option<bool>,
        /// Category of the campaign.
        "category" => category: Option<CampaignCategorySummary>,
        /// Source of the campaign.
        "source" => source: Option<String>,
        /// Source of the campaign, if it is not on ServiceTitan's list.
        "otherSource" => other_source: Option<String>,
        /// Name of the campaign's business unit.
        "businessUnit" => business_unit: Option<String>,
        /// Medium of the campaign.
        "medium" => medium: Option<String>,
        /// Medium of the campaign, if it is not on ServiceTitan's list.
        "otherMedium" => other_medium: Option<String>,
        /// Phone numbers that belong to the campaign.
        "campaignPhoneNumbers" => campaign_phone_numbers: Option<Vec<String>>,
    }
}

record!(Campaign, CampaignId, active: active, modified: modified_on);

model! {
    /// Category of a campaign, in short.
    pub struct CampaignCategorySummary {
        /// ID of the campaign category.
        "id" => id: Option<CampaignCategoryId>,
        /// Name of the campaign category.
        "name" => name: Option<String>,
        /// True while the campaign category is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

filter! {
    /// Filter for lists of campaigns.
    pub struct CampaignFilter with created, modified, active, sort {
        /// Only campaigns whose name contains this text, in upper or lower case.
        "name" => name: String,
        /// Only campaigns with this phone number.
        "campaignPhoneNumber" => campaign_phone_number: String,
    }
}

filter! {
    /// Filter for lists of one campaign's costs.
    pub struct CostsOfCampaignFilter with sort {
        /// Only costs of this year.
        "year" => year: i32,
        /// Only costs of this month, from 1 to 12.
        "month" => month: i32,
    }
}

request! {
    /// A campaign to be added, or the new state of one.
    pub struct CampaignDetails {
        must {
            /// Name of the marketing campaign.
            "name" => name: String,
            /// ID of the campaign's business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the campaign's category.
            "categoryId" => category_id: CampaignCategoryId,
            /// True to activate the campaign, false to deactivate it.
            "active" => active: bool,
        }
        may_clear {
            /// Phone number that callers dial for the campaign (DNIS).
            "dnis" => dnis: String,
            /// True if the campaign is the tenant's default campaign.
            "isDefaultCampaign" => is_default_campaign: bool,
            /// Source of the campaign.
            "source" => source: String,
            /// Medium of the campaign.
            "medium" => medium: String,
            /// Source of the campaign, if it is not on ServiceTitan's list.
            "otherSource" => other_source: String,
            /// Medium of the campaign, if it is not on ServiceTitan's list.
            "otherMedium" => other_medium: String,
        }
    }
}

resource! {
    /// Marketing campaigns.
    pub struct Campaigns as campaigns, scope "tn.mrk.campaigns", under "marketing/v2/tenant/{tenant}/" {
        /// Reads one campaign.
        get "campaigns/{id}" => get(id: CampaignId) -> Campaign;
        /// Lists the campaigns that match the filter.
        list "campaigns" => list() -> Campaign, by CampaignFilter;
        /// Reads the campaigns with these IDs (any number), including inactive ones.
        ids "campaigns" => by_ids(ids: CampaignId) -> Campaign, active Any;
        /// Adds a campaign.
        post "campaigns" => create() -> Campaign, sends CampaignDetails;
        /// Changes a campaign. The body's required fields are written in any case.
        patch "campaigns/{id}" => update(id: CampaignId) -> Campaign, sends CampaignDetails;
        /// Lists the monthly costs of a campaign.
        list "campaigns/{id}/costs" => costs(id: CampaignId) -> CampaignCost, by CostsOfCampaignFilter;
    }
}
