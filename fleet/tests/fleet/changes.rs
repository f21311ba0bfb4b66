//! The registry changes while the fleet runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use fleet::{Activity, FleetError, MemoryRegistry, Registered, Registry, RegistryError};
use sync_core::{EngineBuilder, SourceErrorKind};

use crate::host::{Host, RHYTHM, Running, hatch_event, minutes, pass};
use crate::tenant::Tenant;

const A_SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_removed_connection_stops_in_the_midst_of_its_cycle_and_is_gone() {
    let host = Host::with(&["north", "south"]);
    host.tenant("north").grow(10_000);
    let running = host.run();
    pass(minutes(1)).await;
    host.registry.remove("north");
    pass(A_SECOND).await;
    let read = host.tenant("north").reads();
    pass(2 * RHYTHM).await;
    assert_eq!(host.tenant("north").reads(), read);
    assert!(host.tenant("south").reads() >= 3);
    assert!(!running.fleet.status().connections.contains_key("north"));
    assert!(matches!(running.fleet.engine("north").await, Err(FleetError::Unknown(_))));
    assert_eq!(
        running.events_of("north").await,
        ["Added", "Opened", "CycleBegan", "Removed", "cut", "Closed"]
    );
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn another_configuration_counts_at_once_also_for_a_cycle_that_runs() {
    let mut host = Host::with(&["north"]);
    host.tenant("north").grow(10_000);
    let running = host.run();
    pass(minutes(1)).await;
    let former = Arc::clone(&host.tenants["north"]);
    host.add("north");
    pass(A_SECOND).await;
    let read = former.reads();
    assert_eq!(host.tenant("north").reads(), 1, "the engine was built anew");
    pass(RHYTHM).await;
    assert_eq!(former.reads(), read);
    let events = running.events_of("north").await;
    assert!(
        events.starts_with(&["Added", "Opened", "CycleBegan", "Reconfigured", "cut"].map(str::to_owned)),
        "{events:?}"
    );
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn new_credentials_end_the_wait_after_a_wrong_secret() {
    let host = Host::with(&["north"]);
    host.tenant("north").fail(Some(SourceErrorKind::Auth));
    let running = host.run();
    pass(10 * RHYTHM).await;
    let status = &running.fleet.status().connections["north"];
    assert!(status.failures >= 3 && status.next_cycle_in.unwrap() > RHYTHM, "{status:?}");
    host.tenant("north").fail(None);
    host.registry.rotate_credentials("north", host.maker("north"));
    pass(A_SECOND).await;
    let status = &running.fleet.status().connections["north"];
    assert_eq!((status.failures, &status.failure), (0, &None));
    assert!(status.last_cycle.is_some());
    assert!(running.events_of("north").await.contains(&"CredentialsRotated".to_owned()));
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_paused_connection_rests_and_keeps_the_events_of_hatch_for_later() {
    let host = Host::with(&["north"]);
    let running = host.run();
    pass(A_SECOND).await;
    host.registry.pause("north");
    pass(2 * RHYTHM).await;
    assert_eq!(host.tenant("north").reads(), 1);
    assert_eq!(running.fleet.status().connections["north"].activity, Activity::Paused);
    assert!(matches!(running.fleet.engine("north").await, Err(FleetError::Paused(_))));
    running.fleet.push("north", hatch_event("while paused")).await.unwrap();
    pass(minutes(1)).await;
    assert_eq!(host.tenant("north").notes.lock().unwrap().len(), 0);
    host.registry.resume("north");
    pass(Duration::from_secs(10)).await;
    assert_eq!(host.tenant("north").reads(), 2);
    assert_eq!(host.tenant("north").notes.lock().unwrap().len(), 1);
    running.stop().await;
}

/// A registry whose list fails at times.
struct Failing {
    inner: Arc<MemoryRegistry>,
    failures: AtomicUsize,
}

#[async_trait]
impl Registry for Failing {
    async fn list(&self) -> Result<Vec<Registered>, RegistryError> {
        if self.failures.load(Ordering::SeqCst) > 0 {
            self.failures.fetch_sub(1, Ordering::SeqCst);
            return Err(RegistryError("the database does not answer".to_owned()));
        }
        self.inner.list().await
    }

    async fn changed(&self) {
        self.inner.changed().await;
    }

    async fn builder(&self, name: &str) -> Result<EngineBuilder, RegistryError> {
        self.inner.builder(name).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_cannot_be_read_changes_nothing_and_is_asked_again() {
    let mut host = Host::with(&["north"]);
    let registry = Arc::new(Failing { inner: host.registry.clone(), failures: AtomicUsize::new(2) });
    let running = Running::start(fleet::Fleet::builder(registry.clone()));
    pass(A_SECOND).await;
    assert!(running.fleet.status().registry_failure.is_some());
    pass(Duration::from_secs(30)).await;
    assert_eq!(running.fleet.status().registry_failure, None);
    assert_eq!(host.tenant("north").reads(), 1);

    registry.failures.store(1, Ordering::SeqCst);
    let south: Arc<Tenant> = host.add("south");
    pass(A_SECOND).await;
    assert!(running.fleet.status().connections.contains_key("north"));
    assert_eq!(south.reads(), 0);
    pass(Duration::from_secs(30)).await;
    assert_eq!(south.reads(), 1);
    running.stop().await;
}
