//! Connections to Hatch, for many clients.

use std::time::Duration;

use reqwest::redirect::Policy;

use crate::build_error::BuildError;

/// The longest time for connecting. A request's own time limit ends it sooner.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A pool of connections to Hatch with its TLS settings. Clones share one pool.
///
/// A client has a pool of its own unless it is [given one](crate::HatchClientBuilder::connections). A pool takes a hundred kilobytes or more and some
/// milliseconds to make, so that a host with many departments makes one for all of them. Keys are no part of the pool.
///
/// ```
/// use hatch_client::{Connections, HatchClient};
/// use secrecy::SecretString;
///
/// # fn main() -> Result<(), hatch_client::BuildError> {
/// let connections = Connections::new()?;
/// for department in ["north-side", "south-side"] {
///     let key = SecretString::from(format!("the API key of {department}"));
///     HatchClient::builder(department, key).connections(connections.clone()).build()?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Connections {
    pub(crate) http: reqwest::Client,
}

impl Connections {
    /// Returns a new pool. Opens no connection.
    ///
    /// # Errors
    ///
    /// [`BuildError::Tls`] if TLS cannot be set up on this machine.
    pub fn new() -> Result<Connections, BuildError> {
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(|error| BuildError::Tls(error.without_url().to_string()))?;
        Ok(Connections { http })
    }
}
