//! A host with a fixed set of connections.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::host::{Connection, Host};

/// A host whose connections are known when the page is built.
#[derive(Clone, Default)]
pub struct Connections(BTreeMap<String, Arc<dyn Connection>>);

impl Connections {
    /// A host with these connections. Of two with one name the later one counts.
    pub fn of<C: Connection + 'static>(connections: impl IntoIterator<Item = Arc<C>>) -> Self {
        let dynamic = connections.into_iter().map(|connection| {
            let connection: Arc<dyn Connection> = connection;
            (connection.name(), connection)
        });
        Connections(dynamic.collect())
    }
}

impl Host for Connections {
    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn connection(&self, name: &str) -> Option<Arc<dyn Connection>> {
        self.0.get(name).cloned()
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Connections").field(&self.0.keys()).finish()
    }
}
