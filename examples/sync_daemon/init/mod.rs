//! `init`: asks what a configuration file needs, and writes it.

mod asking;
mod file;
mod plan;

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdin};
use std::path::Path;

use examples::say;
use hatch_mapping::Mapper;

use crate::config::Config;
use crate::failure::Failure;
use crate::secrets;

pub use plan::Answers;

/// Asks for the answers that are missing, writes the configuration file, and prints the environment variables to set.
pub fn write(file: &Path, answers: Answers) -> Result<(), Failure> {
    let force = answers.force;
    if !force && file.exists() {
        return Err(exists(file));
    }
    let plan = if stdin().is_terminal() && stderr().is_terminal() {
        asking::ask(answers)?
    } else {
        asking::complete(answers)?
    };
    let text = file::text(&plan);
    let config = Config::parse(&text)
        .map_err(|reason| Failure::Configuration(format!("these answers make no configuration{reason}")))?;
    for integration in config.connections.iter().flat_map(|connection| &connection.integrations) {
        Mapper::new(integration.mapper()).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    save(file, &text, force)?;
    say!("{} is written. Set these environment variables:", file.display());
    let needed: BTreeSet<(String, String)> = secrets::needed(&config).into_iter().collect();
    for (variable, what) in needed {
        say!("  {variable}: {what}");
    }
    say!("Then test them: sync_daemon check --config {}", file.display());
    Ok(())
}

fn save(file: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true);
    let options = if force { options.create(true).truncate(true) } else { options.create_new(true) };
    let saved = options.open(file).and_then(|mut open| open.write_all(text.as_bytes()));
    saved.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(file),
        _ => Failure::Configuration(format!(
            "{} cannot be written ({error}): name another file with --config",
            file.display()
        )),
    })
}

fn exists(file: &Path) -> Failure {
    Failure::Usage(format!(
        "{} exists: name another file with --config, or replace it with --force",
        file.display()
    ))
}
