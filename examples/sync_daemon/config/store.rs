//! Where the state is kept.

use std::path::PathBuf;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(try_from = "Options")]
pub struct StoreSection {
    /// The SQLite file; a relative path begins at the folder of the configuration.
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
            (Some(url), None) => file_of(&url)
                .ok_or("the store's `url` is to begin with `sqlite:` and to name a file, as in `sqlite:sync_daemon.db`")?,
            (None, Some(path)) => path,
            (None, None) => return Err("the store has neither a `url` nor a `path`: give it one of them"),
            (Some(_), Some(_)) => return Err("the store has both a `url` and a `path`: leave one of them out"),
        };
        Ok(StoreSection { path })
    }
}

/// The file that an SQLite URL names. One with options, or with characters in another notation, names none: `path` takes any.
fn file_of(url: &str) -> Option<PathBuf> {
    let file = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    Some(file).filter(|file| !file.is_empty() && !file.contains(['?', '%'])).map(PathBuf::from)
}
