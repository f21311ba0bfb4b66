//! Marketing.

mod campaign_categories;
mod campaigns;

pub use campaign_categories::{CampaignCategory, CampaignCategoryType};
pub use campaigns::{Campaign, CampaignCategorySummary};
