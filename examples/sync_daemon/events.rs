//! Events of Hatch that arrive as files, and become notes.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::future::try_join_all;
use hatch_mapping::HatchEvent;
use sync_core::{Engine, PushError};

use crate::failure::Failure;
use crate::host::Connection;

/// How often a folder is looked into.
const INTERVAL: Duration = Duration::from_millis(500);

/// Pushes the events that are put into `<folder>/<connection>/`, for as long as the folders can be read. A file is removed once its
/// event is in the store, from where nothing is lost; one that cannot be pushed is renamed to `.refused`.
pub async fn push_all(folder: &Path, connections: &[Connection]) -> Result<(), Failure> {
    let watched = connections.iter().map(|connection| {
        let folder = folder.join(&connection.name);
        async move {
            watch(&folder, &connection.engine).await.map_err(|error| {
                Failure::Configuration(format!(
                    "the folder of events {} cannot be used: {error}",
                    folder.display()
                ))
            })
        }
    });
    try_join_all(watched).await.map(drop)
}

async fn watch(folder: &Path, engine: &Engine) -> io::Result<Infallible> {
    std::fs::create_dir_all(folder)?;
    loop {
        for file in arrived(folder)? {
            push(&file, engine).await?;
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// The files that are there, in the order of their names.
fn arrived(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

async fn push(file: &Path, engine: &Engine) -> io::Result<()> {
    let text = match std::fs::read(file) {
        Ok(text) => text,
        // Somebody took it away meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return refuse(file, &format!("it cannot be read ({error}): mend that and rename it back"));
        }
    };
    let refused = match serde_json::from_slice::<HatchEvent>(&text) {
        // Where in the file, and not what is there: it is a customer's message.
        Err(error) => format!("it is no event: line {}, column {}", error.line(), error.column()),
        Ok(event) => {
            let id = event.id.clone();
            // Stored only: the running engine writes the notes, so that a slow one holds up no file behind it.
            match engine.accept(event).await {
                Ok(outcome) => {
                    tracing::info!(event = %id, ?outcome, "taken");
                    return std::fs::remove_file(file);
                }
                // It stays where it is, for the next time.
                Err(PushError::Store(error)) => {
                    tracing::warn!(event = %id, %error, "an event waits as a file");
                    return Ok(());
                }
                Err(error) => error.to_string(),
            }
        }
    };
    refuse(file, &refused)
}

fn refuse(file: &Path, reason: &str) -> io::Result<()> {
    tracing::warn!(file = %file.display(), %reason, "an event was refused");
    std::fs::rename(file, file.with_extension("refused"))
}
