//! The Marketing family: campaigns, their categories and costs.

mod campaign_categories;
mod campaign_costs;
mod campaigns;

crate::declare::family! {
    resources {
        campaign_categories,
        campaign_costs,
        campaigns,
    }
}
