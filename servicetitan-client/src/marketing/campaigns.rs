//! Marketing campaigns.

#[cfg(feature = "http")]
use super::CampaignCost;
use crate::declare::*;

model! {
    /// A marketing campaign.
    pub struct Campaign {
        /// The ID.
        "id" => id: CampaignId,
        /// The name.
        "name" => name: Option<String>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// Whether the campaign is the tenant's default.
        "isDefaultCampaign" => is_default_campaign: Option<bool>,
        /// The category of the campaign.
        "category" => category: Option<CampaignCategorySummary>,
        /// The source.
        "source" => source: Option<String>,
        /// The source, where it is not one of the list.
        "otherSource" => other_source: Option<String>,
        /// The business unit.
        "businessUnit" => business_unit: Option<String>,
        /// The medium.
        "medium" => medium: Option<String>,
        /// The medium, where it is not one of the list.
        "otherMedium" => other_medium: Option<String>,
        /// The phone numbers that are tracked for the campaign.
        "campaignPhoneNumbers" => campaign_phone_numbers: Option<Vec<String>>,
    }
}

record!(Campaign, CampaignId, active: active, modified: modified_on);

model! {
    /// The category of a campaign, in short.
    pub struct CampaignCategorySummary {
        /// The ID.
        "id" => id: Option<CampaignCategoryId>,
        /// The name.
        "name" => name: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

filter! {
    /// Which campaigns a list gives.
    pub struct CampaignFilter with created, modified, active, sort {
        /// With this name.
        "name" => name: String,
        /// With this phone number.
        "campaignPhoneNumber" => campaign_phone_number: String,
    }
}

filter! {
    /// Which of a campaign's costs a list gives.
    pub struct CostsOfCampaignFilter with sort {
        /// Of this year.
        "year" => year: i32,
        /// Of this month, from 1 to 12.
        "month" => month: i32,
    }
}

request! {
    /// A campaign as it is to be.
    pub struct CampaignDetails {
        must {
            /// The name.
            "name" => name: String,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The category.
            "categoryId" => category_id: CampaignCategoryId,
            /// Whether the record is in use.
            "active" => active: bool,
        }
        may_clear {
            /// The phone number that is dialled for it.
            "dnis" => dnis: String,
            /// Whether the campaign is the tenant's default.
            "isDefaultCampaign" => is_default_campaign: bool,
            /// The source.
            "source" => source: String,
            /// The medium.
            "medium" => medium: String,
            /// The source, where it is not one of the list.
            "otherSource" => other_source: String,
            /// The medium, where it is not one of the list.
            "otherMedium" => other_medium: String,
        }
    }
}

resource! {
    /// Marketing campaigns.
    pub struct Campaigns as campaigns, scope "tn.mrk.campaigns", under "marketing/v2/tenant/{tenant}/" {
        /// Reads one campaign.
        get "campaigns/{id}" => get(id: CampaignId) -> Campaign;
        /// Reads the list.
        list "campaigns" => list() -> Campaign, by CampaignFilter;
        /// Reads the campaigns with these IDs, however many, those out of use too.
        ids "campaigns" => by_ids(ids: CampaignId) -> Campaign, active Any;
        /// Adds a campaign.
        post "campaigns" => create() -> Campaign, sends CampaignDetails;
        /// Changes a campaign; what the body has to have is written in any case.
        patch "campaigns/{id}" => update(id: CampaignId) -> Campaign, sends CampaignDetails;
        /// Reads what a campaign costs, by month.
        list "campaigns/{id}/costs" => costs(id: CampaignId) -> CampaignCost, by CostsOfCampaignFilter;
    }
}
