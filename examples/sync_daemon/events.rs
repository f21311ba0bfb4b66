//! Events of Hatch that arrive as files and become notes in ServiceTitan.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::future::try_join_all;
use hatch_mapping::HatchEvent;
use sync_core::{Engine, PushError};

use crate::failure::Failure;
use crate::host::Connection;

/// Interval at which a folder is read.
const INTERVAL: Duration = Duration::from_millis(500);

/// Pushes the events that other programs put into `<folder>/<connection>/`, until a folder cannot be read.
///
/// A file is removed once its event is in the store. A file whose event cannot be pushed is renamed to `.refused`.
pub async fn push_all(folder: &Path, connections: &[Connection]) -> Result<(), Failure> {
    let watched = connections.iter().map(|connection| {
        let folder = folder.join(&connection.name);
        async move {
            watch(&folder, &connection.engine).await.map_err(|error| {
                Failure::Configuration(format!(
                    "the event folder {} cannot be used: {error}",
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

/// Returns the event files in the folder, sorted by name.
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
        // The file was removed after the folder was read.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return refuse(
                file,
                &format!("the file cannot be read ({error}): repair that, and rename the file back to .json"),
            );
        }
    };
    let refused = match serde_json::from_slice::<HatchEvent>(&text) {
        // The position only: the content is a customer's message.
        Err(error) => {
            format!("the file is not an event, see line {}, column {}", error.line(), error.column())
        }
        Ok(event) => {
            let id = event.id.clone();
            // The event is only stored here. The running engine writes the notes, so that a slow note does not hold up the next file.
            match engine.accept(event).await {
                Ok(outcome) => {
                    tracing::info!(event = %id, ?outcome, "an event was stored");
                    return std::fs::remove_file(file);
                }
                // The file stays, and is read again later.
                Err(PushError::Store(error)) => {
                    tracing::warn!(event = %id, %error, "an event cannot be stored; its file stays and is tried again");
                    return Ok(());
                }
                Err(error) => error.to_string(),
            }
        }
    };
    refuse(file, &refused)
}

fn refuse(file: &Path, reason: &str) -> io::Result<()> {
    tracing::warn!(file = %file.display(), %reason, "an event file was refused and renamed to .refused");
    std::fs::rename(file, file.with_extension("refused"))
}
