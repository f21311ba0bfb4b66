//! `[store]`: the store of the daemon's state.

use std::path::PathBuf;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(try_from = "Options")]
pub struct StoreSection {
    /// The SQLite file; a relative path starts at the folder of the configuration file.
    pub path: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    url: Option<String>,
    path: Option<PathBuf>,
}

impl TryFrom<Options> for StoreSection {
    type Error = &'static str;

    fn try_from(options: Options) -> Result<Self, Self::Error> {
        let path = match (options.url, options.path) {
            (Some(url), None) => file_of(&url).ok_or(
                "[store] `url` must begin with `sqlite:` and name a file, as in `sqlite:sync_daemon.db`",
            )?,
            (None, Some(path)) => path,
            (None, None) => return Err("[store] has neither a `url` nor a `path`: add one of them"),
            (Some(_), Some(_)) => return Err("[store] has both a `url` and a `path`: remove one of them"),
        };
        Ok(StoreSection { path })
    }
}

/// Returns the file that an SQLite URL names. URLs with options or percent-encoded characters are refused; such a file can be given as `path`.
fn file_of(url: &str) -> Option<PathBuf> {
    let file = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    Some(file).filter(|file| !file.is_empty() && !file.contains(['?', '%'])).map(PathBuf::from)
}
