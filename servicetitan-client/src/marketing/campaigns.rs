//! Marketing campaigns.

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
    /// Which marketing campaigns a list gives.
    pub struct CampaignFilter {
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// With this name.
        "name" => name: String,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// With this campaign phone number.
        "campaignPhoneNumber" => campaign_phone_number: String,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Marketing campaigns.
    pub struct Campaigns as campaigns, scope "tn.mrk.campaigns", under "marketing/v2/tenant/{tenant}/" {
        /// Reads one record.
        get "campaigns/{id}" => get(id: CampaignId) -> Campaign;
        /// Reads the list.
        list "campaigns" => list() -> Campaign, by CampaignFilter;
        /// Reads the records with these IDs, however many, those out of use too.
        ids "campaigns" => by_ids(ids: CampaignId) -> Campaign, active Any;
    }
}
