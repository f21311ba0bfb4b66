//! The tenants of the configuration file as a registry, which is read again on SIGHUP.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use fleet::{Registered, Registry, RegistryError};
use sync_core::{EngineBuilder, Store};
use tokio::sync::Notify;

use crate::config::Config;
use crate::failure::Failure;
use crate::host::Shared;
use crate::secrets::Secrets;

/// The tenants of a configuration file.
pub struct FileRegistry {
    file: PathBuf,
    shared: Shared,
    current: RwLock<Arc<Current>>,
    changed: Notify,
}

/// The file as it was read last, with its secrets.
struct Current {
    config: Config,
    secrets: Secrets,
}

impl FileRegistry {
    /// Fails if a connection cannot be configured.
    pub fn new(file: PathBuf, config: Config, store: Arc<dyn Store>) -> Result<FileRegistry, Failure> {
        let secrets = Secrets::from_environment(&config)?;
        let shared = Shared::new(&config, store)?;
        let current = Current { config, secrets };
        current.check(&shared)?;
        Ok(FileRegistry { file, shared, current: RwLock::new(Arc::new(current)), changed: Notify::new() })
    }

    /// Reads the file and the secrets again. If there is a mistake, everything stays as it was.
    pub fn reload(&self) -> Result<usize, Failure> {
        let config = Config::read(&self.file)?;
        if let Some(option) = self.current().config.fixed_difference(&config) {
            let advice = "restart the daemon for that, or take it back";
            return Err(Failure::Configuration(format!("{option} has changed: {advice}")));
        }
        let secrets = Secrets::from_environment(&config)?;
        let current = Current { config, secrets };
        current.check(&self.shared)?;
        let connections = current.config.connections.len();
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(current);
        self.changed.notify_one();
        Ok(connections)
    }

    fn current(&self) -> Arc<Current> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Current {
    /// Fails if a connection cannot be configured.
    fn check(&self, shared: &Shared) -> Result<(), Failure> {
        for section in &self.config.connections {
            let builder = shared.builder(&self.config, section, &self.secrets)?;
            builder.check_configuration().map_err(|error| Failure::from(error).of(&section.name))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Registry for FileRegistry {
    async fn list(&self) -> Result<Vec<Registered>, RegistryError> {
        let Current { config, secrets } = &*self.current();
        let registered = config.connections.iter().map(|section| Registered {
            configuration: config.version(section),
            credentials: secrets.version(section),
            ..Registered::new(section.name.clone())
        });
        Ok(registered.collect())
    }

    async fn changed(&self) {
        self.changed.notified().await;
    }

    async fn builder(&self, name: &str) -> Result<EngineBuilder, RegistryError> {
        let Current { config, secrets } = &*self.current();
        let section = config.connections.iter().find(|section| section.name == name);
        let section = section.ok_or_else(|| RegistryError(format!("the file has no connection {name:?}")))?;
        self.shared.builder(config, section, secrets).map_err(|error| RegistryError(error.to_string()))
    }
}
