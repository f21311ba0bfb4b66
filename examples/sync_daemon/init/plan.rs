//! The answers for a configuration file.

use std::collections::BTreeSet;

use hatch_mapping::{OpportunityModel, SelectableObject};

use crate::arguments::{model_parser, object_parser};

/// The answers that were given as flags. The others are asked for on a terminal.
#[derive(clap::Args)]
pub struct Answers {
    /// Tenant, by its ID in ServiceTitan
    #[arg(long, value_name = "ID")]
    pub tenant: Option<i64>,
    /// Client ID of your app for this tenant, from ServiceTitan
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Opportunity models, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "MODEL", value_parser = model_parser())]
    pub models: Option<Vec<OpportunityModel>>,
    /// Objects in the details, separated by commas; `fields` lists them
    #[arg(long, value_delimiter = ',', value_name = "OBJECT", value_parser = object_parser(), hide_possible_values = true)]
    pub objects: Option<Vec<SelectableObject>>,
    /// Departments in Hatch, one for each model, in that order
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub departments: Option<Vec<String>>,
    /// Name of the connection in the store and the logs
    #[arg(long, value_name = "NAME", default_value = "main")]
    pub connection: String,
    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}

/// All answers.
pub struct Plan {
    pub connection: String,
    pub tenant: i64,
    pub client_id: String,
    pub integrations: Vec<PlannedIntegration>,
}

pub struct PlannedIntegration {
    pub model: OpportunityModel,
    pub department: String,
    pub objects: BTreeSet<SelectableObject>,
}
