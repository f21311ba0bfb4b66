//! `--dead-letters`: what was given up, and what to do with it.

use clap::ValueEnum;
use examples::say;
use sqlite_store::SqliteStore;
use sync_core::{DeadLetter, Store};

use crate::config::Config;
use crate::failure::Failure;
use crate::host::Connection;

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
    /// Only this connection; for what is done to an integration or a customer too.
    #[arg(long, requires = "narrowed")]
    pub connection: Option<String>,
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

impl Filter {
    /// The connections that are meant.
    fn connections(&self, config: &Config) -> Result<Vec<String>, Failure> {
        let known = config.connections.iter().map(|connection| connection.name.clone());
        let meant: Vec<String> =
            known.filter(|name| self.connection.as_ref().is_none_or(|wanted| wanted == name)).collect();
        match &self.connection {
            Some(wanted) if meant.is_empty() => {
                return Err(Failure::Configuration(format!("no connection is called {wanted:?}")));
            }
            _ => {}
        }
        let integrations = || {
            let connections = config.connections.iter().filter(|it| meant.contains(&it.name));
            connections.flat_map(|it| &it.integrations)
        };
        match &self.integration {
            Some(wanted) if integrations().all(|it| it.name != *wanted) => {
                Err(Failure::Configuration(format!("no integration is called {wanted:?}")))
            }
            _ => Ok(meant),
        }
    }
}

/// Prints dead letters. Needs no secrets, and works beside a running daemon.
pub async fn list(config: &Config, filter: &Filter, json: bool) -> Result<(), Failure> {
    let meant = filter.connections(config)?;
    let store = SqliteStore::open_read_only(&config.store.path).await?;
    let mut listed = 0;
    for connection in meant {
        for letter in store.dead_letters(&connection).await?.iter().filter(|letter| filter.fits(letter)) {
            print(&connection, letter, json);
            listed += 1;
        }
    }
    say_if_none(listed, json);
    Ok(())
}

/// Retries or discards dead letters, and prints each one that it was done with.
pub async fn handle(
    config: &Config,
    connections: &[Connection],
    action: Action,
    filter: &Filter,
    json: bool,
) -> Result<(), Failure> {
    let meant = filter.connections(config)?;
    let mut handled = 0;
    for Connection { name, engine } in connections.iter().filter(|it| meant.contains(&it.name)) {
        for letter in engine.dead_letters().await?.iter().filter(|letter| filter.fits(letter)) {
            let done = match action {
                Action::List => true,
                Action::Retry => engine.retry_dead_letter(letter).await?,
                Action::Discard => engine.discard_dead_letter(letter).await?,
            };
            if done {
                print(name, letter, json);
                handled += 1;
            }
        }
    }
    say_if_none(handled, json);
    Ok(())
}

/// Silence could be a mistake in the filter, or a program that did not look. As JSON no line is an answer.
fn say_if_none(letters: usize, json: bool) {
    if letters == 0 && !json {
        say!("there is no such dead letter");
    }
}

fn print(connection: &str, letter: &DeadLetter, json: bool) {
    if json {
        say!("{}", serde_json::json!({ "connection": connection, "letter": letter }));
    } else {
        let DeadLetter { integration, subject, at, reason } = letter;
        say!("{connection}/{integration} {subject} {at}: {reason}");
    }
}
