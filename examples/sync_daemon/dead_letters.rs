//! `--dead-letters`: lists, retries and discards dead letters.

use clap::ValueEnum;
use examples::say;
use sync_core::{DeadLetter, Store};

use crate::config::Config;
use crate::failure::Failure;
use crate::host::Connection;

/// Action on dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Action {
    /// Print them. Works while a daemon is running.
    List,
    /// Have the next run try them again.
    Retry,
    /// Remove them for good.
    Discard,
}

/// Selection of dead letters: all of them by default.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Filter {
    /// Only this connection; also selects the connection of --pause, --resume, --redeliver and the erasure of a customer.
    #[arg(long, requires = "narrowed")]
    pub connection: Option<String>,
    /// Only dead letters of this integration.
    #[arg(long, requires = "dead_letters")]
    integration: Option<String>,
    /// Only the dead letter of this subject, such as `job:42` or `event:<id>`.
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
    /// Returns the names of the selected connections.
    pub fn connections(&self, config: &Config) -> Result<Vec<String>, Failure> {
        let known = config.connections.iter().map(|connection| connection.name.clone());
        let meant: Vec<String> =
            known.filter(|name| self.connection.as_ref().is_none_or(|wanted| wanted == name)).collect();
        match &self.connection {
            Some(wanted) if meant.is_empty() => {
                return Err(Failure::Configuration(format!(
                    "no connection is called {wanted:?}: use a name from the configuration file"
                )));
            }
            _ => {}
        }
        let integrations = || {
            let connections = config.connections.iter().filter(|it| meant.contains(&it.name));
            connections.flat_map(|it| &it.integrations)
        };
        match &self.integration {
            Some(wanted) if integrations().all(|it| it.name != *wanted) => Err(Failure::Configuration(
                format!("no integration is called {wanted:?}: use a name from the configuration file"),
            )),
            _ => Ok(meant),
        }
    }
}

/// Prints dead letters of these connections. Works while a daemon is running.
pub async fn list(store: &dyn Store, meant: Vec<String>, filter: &Filter, json: bool) -> Result<(), Failure> {
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

/// Retries or discards the selected dead letters, and prints them.
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

/// Prints a line if no dead letter was selected, so that a wrong filter is noticed. In JSON, no line means none.
fn say_if_none(letters: usize, json: bool) {
    if letters == 0 && !json {
        say!("no dead letters found");
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
