//! `[store]`: the store of the daemon's state.

use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(try_from = "Options")]
pub enum StoreSection {
    /// An SQLite file; a relative path starts at the folder of the configuration file.
    File(PathBuf),
    /// A PostgreSQL database.
    Postgres(PostgresSection),
}

pub struct PostgresSection {
    /// URL without a password.
    pub url: String,
    /// Environment variable with the user's password; none for a server that asks for no password.
    pub password_variable: Option<String>,
    /// Schema of the tables, if not the usual one.
    pub schema: Option<String>,
}

/// The URL is left out, as every value that somebody may have put a secret into.
impl std::fmt::Debug for PostgresSection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PostgresSection").field("schema", &self.schema).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    url: Option<String>,
    path: Option<PathBuf>,
    password_variable: Option<String>,
    schema: Option<String>,
}

impl TryFrom<Options> for StoreSection {
    type Error = &'static str;

    fn try_from(options: Options) -> Result<Self, Self::Error> {
        let Options { url, path, password_variable, schema } = options;
        if let Some(url) = url.as_ref().filter(|url| is_postgres(url)) {
            if path.is_some() {
                return Err("[store] has both a `url` and a `path`: remove one of them");
            }
            if has_password(url) {
                return Err(
                    "[store] `url` holds a password: take it out, put it into an environment variable, and name the variable in \
                     `password_variable`",
                );
            }
            return Ok(StoreSection::Postgres(PostgresSection {
                url: url.clone(),
                password_variable,
                schema,
            }));
        }
        if password_variable.is_some() || schema.is_some() {
            return Err(
                "[store] `password_variable` and `schema` belong to a `url` that begins with `postgres://`",
            );
        }
        match (url, path) {
            (Some(url), None) => file_of(&url).map(StoreSection::File).ok_or(
                "[store] `url` must begin with `postgres://`, or with `sqlite:` and name a file, as in `sqlite:sync_daemon.db`",
            ),
            (None, Some(path)) => Ok(StoreSection::File(path)),
            (None, None) => Err("[store] has neither a `url` nor a `path`: add one of them"),
            (Some(_), Some(_)) => Err("[store] has both a `url` and a `path`: remove one of them"),
        }
    }
}

impl StoreSection {
    /// Returns the section with these options. The error says what to correct.
    pub fn of_url(
        url: String,
        password_variable: Option<String>,
        schema: Option<String>,
    ) -> Result<Self, &'static str> {
        StoreSection::try_from(Options { url: Some(url), path: None, password_variable, schema })
    }

    /// Makes a relative path start at the folder.
    pub fn start_at(&mut self, folder: &Path) {
        if let StoreSection::File(path) = self {
            *path = folder.join(&*path);
        }
    }

    /// Returns the place of the store, to tell whether another file names another one.
    pub fn place(&self) -> String {
        match self {
            StoreSection::File(path) => path.display().to_string(),
            StoreSection::Postgres(section) => {
                format!("{} {:?} {:?}", section.url, section.schema, section.password_variable)
            }
        }
    }

    /// The environment variable with the password of the store, if it needs one.
    pub fn password_variable(&self) -> Option<&str> {
        match self {
            StoreSection::File(_) => None,
            StoreSection::Postgres(section) => section.password_variable.as_deref(),
        }
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Whether a URL of PostgreSQL holds a password, behind the user or among the options.
fn has_password(url: &str) -> bool {
    let (base, options) = url.split_once('?').unwrap_or((url, ""));
    let authority = base.split("://").nth(1).unwrap_or_default();
    // A password that was not encoded may hold a slash.
    let behind_user = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    behind_user || options.split('&').any(|option| option.starts_with("password="))
}

/// Returns the file that an SQLite URL names. URLs with options or percent-encoded characters are refused; such a file can be given as `path`.
fn file_of(url: &str) -> Option<PathBuf> {
    let file = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    Some(file).filter(|file| !file.is_empty() && !file.contains(['?', '%'])).map(PathBuf::from)
}
