//! `--dead-letters`: what was given up, and what to do with it.

use clap::ValueEnum;
use sql_store::SqlStore;
use sync_core::{Change, DeadLetter, Store};

use crate::config::Config;
use crate::failure::Failure;

/// What to do with dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Action {
    /// Show them. Works beside a running daemon.
    List,
    /// Let the next run try them again.
    Retry,
    /// Forget them.
    Discard,
}

/// Which dead letters are meant: all, unless something is given.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Filter {
    /// Only dead letters of this connection.
    #[arg(long, requires = "dead_letters")]
    connection: Option<String>,
    /// Only dead letters of this integration.
    #[arg(long, requires = "dead_letters")]
    integration: Option<String>,
    /// Only the dead letter about this, such as `job:42` or `event:<id>`.
    #[arg(long, requires = "dead_letters")]
    subject: Option<String>,
}

impl Filter {
    fn fits(&self, letter: &DeadLetter) -> bool {
        self.integration.as_ref().is_none_or(|wanted| *wanted == letter.integration)
            && self.subject.as_ref().is_none_or(|wanted| *wanted == letter.subject)
    }
}

/// Does it, and prints each letter that it was done with.
pub async fn handle(config: &Config, action: Action, filter: &Filter, json: bool) -> Result<(), Failure> {
    let store = match action {
        Action::List => SqlStore::open_read_only(&config.store.path).await?,
        Action::Retry | Action::Discard => SqlStore::open(&config.store.path).await?,
    };
    let known = config.connections.iter().map(|connection| connection.name.as_str());
    let meant: Vec<&str> =
        known.filter(|name| filter.connection.as_ref().is_none_or(|wanted| wanted == name)).collect();
    if meant.is_empty() {
        let wanted = filter.connection.as_deref().unwrap_or_default();
        return Err(Failure::Configuration(format!("no connection is called {wanted:?}")));
    }
    for connection in meant {
        let letters = store.dead_letters(connection).await?;
        let letters: Vec<DeadLetter> = letters.into_iter().filter(|letter| filter.fits(letter)).collect();
        let changes: Vec<Change> = match action {
            Action::List => Vec::new(),
            Action::Retry => letters.iter().flat_map(retry).collect(),
            Action::Discard => letters.iter().map(discard).collect(),
        };
        if !changes.is_empty() {
            let epoch = store.open(connection).await?;
            store.commit(connection, epoch, changes).await?;
        }
        for letter in letters {
            if json {
                println!("{}", serde_json::json!({ "connection": connection, "letter": letter }));
            } else {
                println!(
                    "{connection}/{} {} {}: {}",
                    letter.integration, letter.subject, letter.at, letter.reason
                );
            }
        }
    }
    Ok(())
}

fn discard(letter: &DeadLetter) -> Change {
    Change::RemoveDeadLetter { integration: letter.integration.clone(), subject: letter.subject.clone() }
}

fn retry(letter: &DeadLetter) -> Vec<Change> {
    let id = letter.subject.split_once(':').and_then(|(_, id)| id.parse().ok());
    let mark = id.map(|id| Change::MarkDirty { integration: letter.integration.clone(), id });
    mark.into_iter().chain([discard(letter)]).collect()
}
