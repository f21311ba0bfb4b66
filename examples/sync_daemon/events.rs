//! Events of Hatch that arrive as files and become notes in ServiceTitan.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fleet::{Fleet, FleetPushError};
use hatch_mapping::HatchEvent;
use sync_core::PushError;

use crate::failure::Failure;

/// Interval at which a folder is read.
const INTERVAL: Duration = Duration::from_millis(500);

/// Pushes the events that other programs put into `<folder>/<connection>/`, until a folder cannot be read. Connections that come later get
/// their folders, too.
///
/// A file is removed once its event is in the store. A file whose event cannot be pushed is renamed to `.refused`.
pub async fn push_all(folder: &Path, fleet: &Fleet) -> Result<(), Failure> {
    loop {
        for connection in fleet.status().connections.into_keys() {
            let folder = folder.join(&connection);
            push_arrived(&folder, fleet, &connection).await.map_err(|error| {
                let place = folder.display();
                Failure::Configuration(format!("the event folder {place} cannot be used: {error}"))
            })?;
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn push_arrived(folder: &Path, fleet: &Fleet, connection: &str) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for file in arrived(folder)? {
        push(&file, fleet, connection).await?;
    }
    Ok(())
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

async fn push(file: &Path, fleet: &Fleet, connection: &str) -> io::Result<()> {
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
            match fleet.accept(connection, event).await {
                Ok(outcome) => {
                    tracing::info!(event = %id, ?outcome, "an event was stored");
                    return std::fs::remove_file(file);
                }
                // The file stays, and is read again later.
                Err(error @ (FleetPushError::Push(PushError::Store(_)) | FleetPushError::Connection(_))) => {
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
