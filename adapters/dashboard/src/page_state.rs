//! The state that the routes share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sync_core::Clock;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::history::History;
use crate::host::{Connection, Host};
use crate::links::Links;
use crate::progress::Steps;
use crate::tokens::TokenKey;

/// The state that the routes share.
pub(crate) struct Shared {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) links: Links,
    pub(crate) token_key: TokenKey,
    /// True if the host authenticates everybody who reaches the page.
    pub(crate) is_behind_authentication: bool,
    pub(crate) stop: CancellationToken,
    /// One for each stream of live updates.
    pub(crate) streams: Arc<Semaphore>,
    watched: Mutex<BTreeMap<String, Watched>>,
}

/// The steps and samples of a connection since the page was built.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watched {
    pub(crate) steps: Steps,
    pub(crate) history: History,
}

impl Shared {
    pub(crate) fn new(
        host: Arc<dyn Host>,
        clock: Arc<dyn Clock>,
        links: Links,
        is_behind_authentication: bool,
        stop: CancellationToken,
        streams: usize,
    ) -> Self {
        Shared {
            host,
            clock,
            links,
            token_key: TokenKey::random(),
            is_behind_authentication,
            stop,
            streams: Arc::new(Semaphore::new(streams)),
            watched: Mutex::default(),
        }
    }

    /// Returns the steps and samples of a connection; none for one that is not watched.
    pub(crate) fn watched(&self, connection: &str) -> Watched {
        self.with_watched(|watched| watched.get(connection).cloned().unwrap_or_default())
    }

    pub(crate) fn with_watched<T>(&self, look: impl FnOnce(&mut BTreeMap<String, Watched>) -> T) -> T {
        look(&mut self.watched.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The names of at most `limit` connections behind a name, and whether there are more.
    pub(crate) fn names_behind(&self, after: Option<&str>, limit: usize) -> (Vec<String>, bool) {
        let mut behind: Vec<String> = self
            .host
            .names()
            .into_iter()
            .filter(|name| after.is_none_or(|after| name.as_str() > after))
            .collect();
        let has_more = behind.len() > limit;
        behind.truncate(limit);
        (behind, has_more)
    }

    pub(crate) fn connection(&self, name: &str) -> Option<Arc<dyn Connection>> {
        self.host.connection(name)
    }
}
