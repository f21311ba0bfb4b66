//! Categories of marketing campaigns.

use chrono::{DateTime, Utc};

use crate::ids::CampaignCategoryId;
use crate::model::{model, open_enum, record};

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
