//! What can be done with marketing campaigns.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, Campaign, CampaignId};

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
    pub struct Campaigns as campaigns, scope "tn.mrk.campaigns:r" {
        get Campaign, by CampaignId, at "marketing/v2/tenant/{tenant}/campaigns/{id}";
        list Campaign, by CampaignFilter, at "marketing/v2/tenant/{tenant}/campaigns";
        ids CampaignId => Campaign, active Any;
    }
}
