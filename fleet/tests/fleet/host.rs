//! A host: scripted tenants, a registry, a store, and a fleet that runs in the background.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use fleet::{ConnectionEvent, Fleet, FleetBuilder, FleetEvent, MemoryRegistry, StopReport};
use futures::StreamExt;
use hatch_mapping::{
    HatchEvent, HatchEventKind, Mapper, MapperConfig, NoteTarget, Opportunity, OpportunityModel, PushConfig,
    PushRule,
};
use sync_core::{
    Engine, EngineBuilder, Integration, MemoryStore, OpportunitySink, SinkError, Source, Store, Upserted,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::tenant::Tenant;

pub(crate) const RHYTHM: Duration = Duration::from_secs(900);

/// A sink that takes everything.
struct TakesAll;

#[async_trait]
impl OpportunitySink for TakesAll {
    fn identity(&self) -> String {
        "takes all".to_owned()
    }

    async fn upsert(&self, _: &Opportunity) -> Result<Upserted, SinkError> {
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// Returns the builder of a tenant's engine.
pub(crate) fn builder(name: &str, source: Arc<dyn Source>, store: Arc<dyn Store>) -> EngineBuilder {
    let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:test")).unwrap();
    let rule = PushRule { targets: [NoteTarget::Job].into(), content: true };
    let push = PushConfig { incoming: rule, ..PushConfig::default() };
    Engine::builder(name, source, store)
        .integration(Integration::new("jobs", mapper, Arc::new(TakesAll)).push(push))
}

pub(crate) fn hatch_event(id: &str) -> HatchEvent {
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    HatchEvent::new(id.to_owned(), "jobs", "1".to_owned(), at, HatchEventKind::IncomingMessage)
}

pub(crate) struct Host {
    pub(crate) registry: Arc<MemoryRegistry>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) tenants: BTreeMap<String, Arc<Tenant>>,
}

/// A fleet that runs, and its events so far.
pub(crate) struct Running {
    pub(crate) fleet: Fleet,
    stop: CancellationToken,
    ended: JoinHandle<StopReport>,
    events: Arc<Mutex<Vec<(String, ConnectionEvent)>>>,
}

impl Host {
    /// Returns a host with tenants of these names.
    pub(crate) fn with(names: &[&str]) -> Host {
        let mut host = Host {
            registry: Arc::new(MemoryRegistry::new()),
            store: Arc::new(MemoryStore::new()),
            tenants: BTreeMap::new(),
        };
        for name in names {
            host.add(name);
        }
        host
    }

    pub(crate) fn with_many(count: usize) -> Host {
        let names: Vec<String> = (0..count).map(|number| format!("tenant-{number}")).collect();
        Host::with(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Adds a tenant to the registry.
    pub(crate) fn add(&mut self, name: &str) -> Arc<Tenant> {
        let tenant = Arc::new(Tenant::default());
        self.tenants.insert(name.to_owned(), Arc::clone(&tenant));
        self.registry.put(name, self.maker(name));
        tenant
    }

    /// Returns the function that makes a tenant's builder.
    pub(crate) fn maker(
        &self,
        name: &str,
    ) -> impl Fn() -> Result<EngineBuilder, fleet::RegistryError> + Send + Sync + 'static {
        let (name, tenant, store) =
            (name.to_owned(), Arc::clone(&self.tenants[name]), Arc::clone(&self.store));
        move || Ok(builder(&name, tenant.clone(), Arc::clone(&store)))
    }

    pub(crate) fn tenant(&self, name: &str) -> &Tenant {
        &self.tenants[name]
    }

    pub(crate) fn builder(&self) -> FleetBuilder {
        Fleet::builder(self.registry.clone())
    }

    /// Starts a fleet with the default settings.
    pub(crate) fn run(&self) -> Running {
        Running::start(self.builder())
    }

    /// Number of cycles that each tenant began.
    pub(crate) fn reads(&self) -> Vec<usize> {
        self.tenants.values().map(|tenant| tenant.reads()).collect()
    }
}

impl Running {
    pub(crate) fn start(builder: FleetBuilder) -> Running {
        let fleet = builder.build();
        let stop = CancellationToken::new();
        let events: Arc<Mutex<Vec<(String, ConnectionEvent)>>> = Arc::default();
        let (mut stream, kept) = (Box::pin(fleet.events()), Arc::clone(&events));
        tokio::spawn(async move {
            while let Some(event) = stream.next().await {
                if let FleetEvent::Connection { name, event } = event {
                    kept.lock().unwrap().push((name.to_string(), event));
                }
            }
        });
        let (running, stopped) = (fleet.clone(), stop.clone());
        let ended = tokio::spawn(async move { running.run(stopped).await });
        Running { fleet, stop, ended, events }
    }

    /// Returns the events of a connection since the last call, as their names.
    pub(crate) async fn events_of(&self, name: &str) -> Vec<String> {
        // Lets the listener catch up.
        pass(Duration::from_millis(1)).await;
        let mut events = self.events.lock().unwrap();
        let (of_it, others): (Vec<_>, Vec<_>) = events.drain(..).partition(|(of, _)| of == name);
        *events = others;
        of_it.into_iter().map(|(_, event)| name_of(&event)).collect()
    }

    pub(crate) async fn stop(self) -> StopReport {
        self.stop.cancel();
        self.ended.await.unwrap()
    }
}

fn name_of(event: &ConnectionEvent) -> String {
    match event {
        ConnectionEvent::Cycled { report, .. } if report.cancelled => "cut".to_owned(),
        ConnectionEvent::Cycled { .. } => "cycled".to_owned(),
        ConnectionEvent::Failed { failure, .. } => format!("failed: {:?}", failure.kind),
        event => format!("{event:?}"),
    }
}

/// Lets time pass, and everything happen that happens meanwhile.
pub(crate) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

pub(crate) const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}
