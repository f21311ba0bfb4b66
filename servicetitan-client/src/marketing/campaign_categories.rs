//! Categories of marketing campaigns.

use crate::declare::*;

model! {
    /// Category of marketing campaigns.
    pub struct CampaignCategory {
        /// ID of the campaign category.
        "id" => id: CampaignCategoryId,
        /// Name of the campaign category.
        "name" => name: Option<String>,
        /// True while the campaign category is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Type of the category: regular, or Google Home Services.
        "type" => r#type: Option<CampaignCategoryType>,
        /// Time when the campaign category was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the campaign category was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(CampaignCategory, CampaignCategoryId, active: active, modified: modified_on);

open_enum! {
    /// Type of a campaign category.
    pub enum CampaignCategoryType {
        /// `Regular`.
        Regular,
        /// `GoogleHomeServices`.
        GoogleHomeServices,
    }
}

filter! {
    /// Filter for lists of campaign categories.
    pub struct CampaignCategoryFilter with created, modified, sort {}
}

request! {
    /// A campaign category to be added.
    pub struct NewCampaignCategory {
        must {
            /// Name of the campaign category.
            "name" => name: String,
        }
    }
}

request! {
    /// Changes to a campaign category.
    pub struct CampaignCategoryUpdate {
        must {
            /// Name of the campaign category.
            "name" => name: String,
        }
        may_clear {
            /// True to activate the campaign category, false to deactivate it.
            "active" => active: bool,
        }
    }
}

resource! {
    /// Categories of marketing campaigns.
    pub struct CampaignCategories as campaign_categories, scope "tn.mrk.categories", under "marketing/v2/tenant/{tenant}/" {
        /// Reads one category.
        get "categories/{id}" => get(id: CampaignCategoryId) -> CampaignCategory;
        /// Lists the campaign categories that match the filter.
        list "categories" => list() -> CampaignCategory, by CampaignCategoryFilter;
        /// Adds a category.
        post "categories" => create() -> Modified, sends NewCampaignCategory;
        /// Changes a category.
        patch "categories/{id}" => update(id: CampaignCategoryId) -> Modified, sends CampaignCategoryUpdate;
    }
}
