//! `dead-letters`: lists, retries and discards dead letters.

use examples::say;
use sync_core::DeadLetter;

use crate::arguments::On;
use crate::choosing;
use crate::config::{Config, ConnectionSection};
use crate::failure::Failure;
use crate::host::Connection;
use crate::secrets::Secrets;
use crate::storage;

/// Change of dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Retry,
    Discard,
}

/// Selection of dead letters: all of them by default.
#[derive(clap::Args)]
pub struct Filter {
    /// Only those of this integration
    #[arg(long, value_name = "NAME")]
    integration: Option<String>,
    /// Only the one of this subject, such as job:42 or event:<id>
    #[arg(long)]
    subject: Option<String>,
    #[command(flatten)]
    on: On,
}

impl Filter {
    fn fits(&self, letter: &DeadLetter) -> bool {
        self.integration.as_ref().is_none_or(|wanted| *wanted == letter.integration)
            && self.subject.as_ref().is_none_or(|wanted| *wanted == letter.subject)
    }

    fn json(&self) -> bool {
        self.on.output.json
    }

    /// Returns the selected connections.
    fn connections<'a>(&self, config: &'a Config) -> Result<Vec<&'a ConnectionSection>, Failure> {
        let connections = choosing::connections(config, self.on.connection.as_deref())?;
        let mut integrations = connections.iter().flat_map(|it| &it.integrations);
        match &self.integration {
            Some(wanted) if integrations.all(|it| it.name != *wanted) => Err(Failure::Configuration(
                format!("no integration is called {wanted:?}: use a name from the configuration file"),
            )),
            _ => Ok(connections),
        }
    }
}

/// Prints dead letters. Works while a daemon is running.
pub async fn list(config: &Config, filter: &Filter) -> Result<(), Failure> {
    // Wrong options are told before the store is opened.
    let connections = filter.connections(config)?;
    let store = storage::open_read_only(&config.store, &Secrets::of_store(&config.store)?).await?;
    let mut listed = 0;
    for connection in connections {
        let letters = store.dead_letters(&connection.name).await?;
        for letter in letters.iter().filter(|letter| filter.fits(letter)) {
            print(&connection.name, letter, filter.json());
            listed += 1;
        }
    }
    say_if_none(listed, filter.json());
    Ok(())
}

/// Retries or discards the selected dead letters, and prints them.
pub async fn handle(
    config: &Config,
    connections: &[Connection],
    action: Action,
    filter: &Filter,
) -> Result<(), Failure> {
    let selected = filter.connections(config)?;
    let is_selected = |it: &&Connection| selected.iter().any(|section| section.name == it.name);
    let mut handled = 0;
    for Connection { name, engine } in connections.iter().filter(is_selected) {
        for letter in engine.dead_letters().await?.iter().filter(|letter| filter.fits(letter)) {
            let done = match action {
                Action::Retry => engine.retry_dead_letter(letter).await?,
                Action::Discard => engine.discard_dead_letter(letter).await?,
            };
            if done {
                print(name, letter, filter.json());
                handled += 1;
            }
        }
    }
    say_if_none(handled, filter.json());
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
