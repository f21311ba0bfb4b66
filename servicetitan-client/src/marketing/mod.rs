//! Marketing.

mod campaign_categories;
mod campaigns;

crate::declare::family! {
    campaign_categories,
    campaigns,
}
