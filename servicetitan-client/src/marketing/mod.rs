//! Marketing.

mod campaign_categories;
mod campaigns;

pub use campaign_categories::{CampaignCategory, CampaignCategoryType};
pub use campaigns::{Campaign, CampaignCategorySummary};
#[cfg(feature = "http")]
pub(crate) mod campaigns_operations;
#[cfg(feature = "http")]
pub use campaigns_operations::{CampaignFilter, Campaigns};
#[cfg(feature = "http")]
pub(crate) mod campaign_categories_operations;
#[cfg(feature = "http")]
pub use campaign_categories_operations::{CampaignCategories, CampaignCategoryFilter};
