//! Categories of marketing campaigns.

use crate::declare::*;

model! {
    /// A category of marketing campaigns.
    pub struct CampaignCategory {
        /// The ID.
        "id" => id: CampaignCategoryId,
        /// The name.
        "name" => name: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The type.
        "type" => r#type: Option<CampaignCategoryType>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(CampaignCategory, CampaignCategoryId, active: active, modified: modified_on);

open_enum! {
    /// The campaign category type, with room for values to come.
    pub enum CampaignCategoryType {
        /// `Regular`.
        Regular,
        /// `GoogleHomeServices`.
        GoogleHomeServices,
    }
}

filter! {
    /// Which categories a list gives.
    pub struct CampaignCategoryFilter with created, modified, sort {}
}

request! {
    /// A category to be added.
    pub struct NewCampaignCategory {
        must {
            /// The name.
            "name" => name: String,
        }
    }
}

request! {
    /// What changes of a category.
    pub struct CampaignCategoryUpdate {
        must {
            /// The name.
            "name" => name: String,
        }
        may_clear {
            /// Whether the record is in use.
            "active" => active: bool,
        }
    }
}

resource! {
    /// Categories of marketing campaigns.
    pub struct CampaignCategories as campaign_categories, scope "tn.mrk.categories", under "marketing/v2/tenant/{tenant}/" {
        /// Reads one category.
        get "categories/{id}" => get(id: CampaignCategoryId) -> CampaignCategory;
        /// Reads the list.
        list "categories" => list() -> CampaignCategory, by CampaignCategoryFilter;
        /// Adds a category.
        post "categories" => create() -> Modified, sends NewCampaignCategory;
        /// Changes a category.
        patch "categories/{id}" => update(id: CampaignCategoryId) -> Modified, sends CampaignCategoryUpdate;
    }
}
