//! Arguments that several commands take.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use hatch_mapping::{OpportunityModel, SelectableObject};

/// The form of the output.
#[derive(Args, Clone, Copy)]
pub struct Output {
    /// Print JSON instead of text, one line for each item
    #[arg(long)]
    pub json: bool,
}

/// The connection that a task is for.
#[derive(Args)]
pub struct On {
    /// Connection, needed if several fit
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

/// Parses the name of a model, and lists the names for help and completions.
pub fn model_parser() -> impl TypedValueParser<Value = OpportunityModel> {
    const MODELS: [OpportunityModel; 2] = [OpportunityModel::Job, OpportunityModel::Membership];
    PossibleValuesParser::new(MODELS.map(OpportunityModel::name))
        .try_map(|name| MODELS.into_iter().find(|model| model.name() == name).ok_or("no such model"))
}

/// Parses the name of a selectable object, and lists the names for completions.
pub fn object_parser() -> impl TypedValueParser<Value = SelectableObject> {
    PossibleValuesParser::new(SelectableObject::ALL.map(SelectableObject::name)).try_map(|name| {
        SelectableObject::ALL.into_iter().find(|object| object.name() == name).ok_or("no such object")
    })
}
