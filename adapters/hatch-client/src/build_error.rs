//! The errors of building a client.

use thiserror::Error;

/// Error of building a [`HatchClient`](crate::HatchClient).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL cannot be used.
    #[error("Hatch's base URL cannot be used: {reason}")]
    BaseUrl {
        /// The fault of the URL, and its remedy.
        reason: &'static str,
    },
    /// The API key is empty, or contains characters that a header cannot carry, such as a line break.
    #[error(
        "Hatch's API key is empty or contains characters that cannot be sent: copy the key from Hatch again"
    )]
    ApiKey,
    /// The name of the department is empty.
    #[error("the department's name is empty: give one that no other department has")]
    Department,
    /// TLS cannot be set up on this machine.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl BuildError {
    /// Returns true if the same call may succeed later: never, since each of these errors needs a change of settings.
    pub fn is_temporary(&self) -> bool {
        false
    }
}
