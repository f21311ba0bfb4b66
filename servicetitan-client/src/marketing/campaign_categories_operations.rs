//! What can be done with categories of marketing campaigns.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{CampaignCategory, CampaignCategoryId};

filter! {
    /// Which categories of marketing campaigns a list gives.
    pub struct CampaignCategoryFilter {
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Categories of marketing campaigns.
    pub struct CampaignCategories as campaign_categories, scope "tn.mrk.categories:r" {
        get CampaignCategory, by CampaignCategoryId, at "marketing/v2/tenant/{tenant}/categories/{id}";
        list CampaignCategory, by CampaignCategoryFilter, at "marketing/v2/tenant/{tenant}/categories";
    }
}
