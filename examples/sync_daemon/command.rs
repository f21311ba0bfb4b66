//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use hatch_mapping::{OpportunityModel, SelectableObject};

use crate::dead_letters::Filter;
use crate::init::Answers;

/// Keeps Hatch in step with ServiceTitan
#[derive(Parser)]
#[command(name = "sync_daemon", disable_help_subcommand = true, term_width = 80)]
pub struct Options {
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = "sync_daemon.toml")]
    pub config: PathBuf,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A task of the program.
#[derive(Subcommand)]
pub enum Command {
    /// Write a configuration file, asking for what it needs
    Init(Answers),
    /// Test credentials, tenant, scopes and Hatch's API keys
    Check(Output),
    /// Sync every 15 minutes, until Ctrl-C or SIGTERM (the default)
    Run,
    /// Sync once, print a report, and exit
    Once(Output),
    /// Print the state of each connection
    Status(Output),
    /// Explain why Hatch shows what it shows for a job or membership
    Explain(Explain),
    /// Explain what became of the notes of an event of Hatch
    ExplainEvent(ExplainEvent),
    /// List the fields that the details of opportunities can have
    Fields(Fields),
    /// List, retry or discard what failed for good
    #[command(subcommand, disable_help_subcommand = true)]
    DeadLetters(DeadLetters),
    /// Stop the deliveries of an integration until it is resumed
    Pause(OnIntegration),
    /// End the pause of an integration
    Resume(OnIntegration),
    /// Deliver opportunities again with the next run, over edits in Hatch
    Redeliver(Redeliver),
    /// Erase a customer with all data from the store
    #[command(
        after_help = "Delete the customer in ServiceTitan first, or its next change there brings the data back."
    )]
    Erase(Erase),
    /// Print the completions of a shell
    Completions {
        /// Shell
        shell: Shell,
    },
}

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

#[derive(Args)]
pub struct Explain {
    /// Integration, by its name in the configuration file
    pub integration: String,
    /// Job or membership, by its ID in ServiceTitan
    pub id: i64,
    /// Read the records from ServiceTitan first; changes nothing
    #[arg(long)]
    pub refresh: bool,
    /// Print every detail with its path
    #[arg(long)]
    pub details: bool,
    #[command(flatten)]
    pub on: On,
}

#[derive(Args)]
pub struct ExplainEvent {
    /// Event, by the ID under which it was stored
    pub event: String,
    #[command(flatten)]
    pub on: On,
}

#[derive(Args)]
pub struct Fields {
    /// Kind of opportunity
    #[arg(long, value_parser = model_parser())]
    pub model: OpportunityModel,
    /// Only the fields that this object brings
    #[arg(long, value_parser = object_parser(), hide_possible_values = true)]
    pub object: Option<SelectableObject>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Subcommand)]
pub enum DeadLetters {
    /// Print them with their reasons; works beside a running daemon
    List(Filter),
    /// Have the next run try them again
    Retry(Filter),
    /// Remove them for good
    Discard(Filter),
}

#[derive(Args)]
pub struct OnIntegration {
    /// Integration, by its name in the configuration file
    pub integration: String,
    #[command(flatten)]
    pub on: On,
}

#[derive(Args)]
pub struct Redeliver {
    /// Integration, by its name in the configuration file
    pub integration: String,
    /// Only this job or membership; can be given several times
    #[arg(long = "id", value_name = "ID")]
    pub ids: Vec<i64>,
    #[command(flatten)]
    pub on: On,
}

#[derive(Args)]
pub struct Erase {
    /// Customer, by its ID in ServiceTitan
    pub customer: i64,
    #[command(flatten)]
    pub on: On,
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
