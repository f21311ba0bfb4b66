//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use hatch_mapping::{OpportunityModel, SelectableObject};

use crate::arguments::{On, Output, model_parser, object_parser};
use crate::dead_letters::Filter;
use crate::init::Answers;

/// Keeps Hatch in step with ServiceTitan
#[derive(Parser)]
#[command(
    name = "sync_daemon",
    disable_help_subcommand = true,
    term_width = 80,
    // A screen has 24 lines: without one between the first two.
    help_template = "{about-with-newline}{usage-heading} {usage}\n\n{all-args}"
)]
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
    /// Deliver opportunities again, overwriting edits in Hatch
    Redeliver(Redeliver),
    /// Erase a customer with all data from the store
    #[command(
        after_help = "Delete the customer in ServiceTitan first, or its next change there brings the data back."
    )]
    Erase(Erase),
    /// Copy connections to another store, to go on there
    CopyStore(CopyStore),
    /// Print the completions of a shell
    Completions {
        /// Shell
        shell: Shell,
    },
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

#[derive(Args)]
pub struct CopyStore {
    /// Other store: sqlite:FILE, or postgres://USER@HOST/DATABASE
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// Environment variable with the password of the other store
    #[arg(long, value_name = "VARIABLE")]
    pub password_variable: Option<String>,
    /// Schema of the other store, if not the usual one
    #[arg(long, value_name = "NAME")]
    pub schema: Option<String>,
    /// Connection; without it, all of the configuration file
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,
}
