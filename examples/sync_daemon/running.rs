//! The daemon: a fleet of the file's tenants, until a signal stops it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dashboard::Dashboard;
use fleet::{ConnectionEvent, Failure as ConnectionFailure, FailureKind, Fleet, FleetEvent};
use futures::channel::mpsc;
use futures::{Stream, StreamExt};
use sync_core::{Progress, Store};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::failure::Failure;
use crate::operators_page::FleetHost;
use crate::registry::FileRegistry;
use crate::stopping::Hangups;
use crate::syncing::{self, Show};
use crate::{events, measuring, serving};

/// Keeps every tenant of the file in step until the token is cancelled. A connection that fails does not stop the others; the program fails once none of them
/// can go on.
pub async fn run(
    file: &Path,
    config: Config,
    store: Arc<dyn Store>,
    stop: &CancellationToken,
    show: &Show,
) -> Result<(), Failure> {
    let (folder, serve) = (config.events.as_ref().map(|events| events.folder.clone()), config.serve.as_ref());
    let listener = match serve {
        Some(section) => Some(serving::listen(section).await?),
        None => None,
    };
    let grace = Duration::from_secs(config.stop_within_seconds);
    let registry = Arc::new(FileRegistry::new(file.to_owned(), config, Arc::clone(&store))?);
    let fleet = Fleet::builder(registry.clone()).forward_progress().stop_within(grace).build();
    let hangups = Hangups::listen()
        .map_err(|error| Failure::Configuration(format!("the program cannot listen to signals: {error}")))?;
    let push_events = async {
        match &folder {
            Some(folder) => events::push_all(folder, &fleet).await,
            None => std::future::pending().await,
        }
    };
    let host = Arc::new(FleetHost::new(fleet.clone(), registry.clone(), Arc::clone(&store)));
    let page = Dashboard::builder(host.clone()).mounted_at("/operate").stopping_with(stop.clone()).build();
    let serve = async {
        match listener {
            Some(listener) => serving::serve(listener, fleet.clone(), store, page).await,
            None => std::future::pending().await,
        }
    };
    // Stops the fleet if something beside it fails.
    let halt = stop.child_token();
    let mut running = std::pin::pin!(fleet.run(halt.clone()));
    let failed = tokio::select! {
        stopped = &mut running => {
            report_unfinished(&stopped.unfinished);
            return Ok(());
        }
        failure = until_none_can_go_on(fleet.events(), &host, show) => failure,
        ended = push_events => ended.err(),
        ended = serve => ended.err(),
        never = follow_file(&registry, hangups) => match never {},
    };
    halt.cancel();
    report_unfinished(&running.await.unfinished);
    failed.map_or(Ok(()), Err)
}

/// Reads the file again with each SIGHUP.
async fn follow_file(registry: &FileRegistry, mut hangups: Hangups) -> Infallible {
    loop {
        hangups.next().await;
        match registry.reload() {
            Ok(connections) => tracing::info!(connections, "the configuration was read again"),
            Err(error) => {
                tracing::error!(%error, "the configuration is refused, and the former one stays in use");
            }
        }
    }
}

fn report_unfinished(connections: &[String]) {
    for connection in connections {
        tracing::warn!(
            connection,
            "stopping took longer than `stop_within_seconds`; the next run repeats the unfinished work"
        );
    }
}

/// Logs and shows the events of the connections, until none of them can go on without somebody's help. Returns the first one's failure.
async fn until_none_can_go_on(
    events: impl Stream<Item = FleetEvent>,
    host: &FleetHost,
    show: &Show,
) -> Option<Failure> {
    let mut events = std::pin::pin!(events);
    let mut shown: BTreeMap<String, mpsc::UnboundedSender<Progress>> = BTreeMap::new();
    // A connection that worked once is waited for: an operator may rotate its credentials.
    let (mut known, mut worked) = (BTreeSet::new(), BTreeSet::new());
    let mut stuck: BTreeMap<String, ConnectionFailure> = BTreeMap::new();
    while let Some(event) = events.next().await {
        let (name, event) = match event {
            FleetEvent::Connection { name, event } => (name.to_string(), event),
            FleetEvent::Missed(events) => {
                tracing::debug!(events, "events of connections were not logged, as there were too many");
                continue;
            }
            _ => continue,
        };
        measuring::count(&name, &event);
        host.note(&name, &event);
        match event {
            ConnectionEvent::Progress(step) => {
                let steps = shown.entry(name).or_insert_with_key(|name| start_showing(name, show));
                // An error means that the task has ended.
                let _ = steps.unbounded_send(step);
            }
            ConnectionEvent::Cycled { report, .. } => {
                syncing::log(&name, &report);
                if !report.cancelled {
                    stuck.remove(&name);
                    worked.insert(name);
                }
            }
            ConnectionEvent::Failed { failure, .. } => {
                let needs_help = match failure.kind {
                    FailureKind::Temporary => false,
                    FailureKind::Refused => !worked.contains(&name),
                    _ => true,
                };
                if needs_help {
                    stuck.insert(name, failure);
                }
            }
            ConnectionEvent::Added => {
                known.insert(name);
            }
            ConnectionEvent::Removed => {
                known.remove(&name);
                stuck.remove(&name);
                shown.remove(&name);
            }
            ConnectionEvent::Reconfigured | ConnectionEvent::CredentialsRotated => {
                stuck.remove(&name);
            }
            _ => {}
        }
        if !known.is_empty() && stuck.len() == known.len() {
            let (name, failure) = stuck.pop_first()?;
            return Some(failure_of(&failure).of(&name));
        }
    }
    None
}

fn start_showing(connection: &str, show: &Show) -> mpsc::UnboundedSender<Progress> {
    let (sender, steps) = mpsc::unbounded();
    let (connection, show) = (connection.to_owned(), show.clone());
    tokio::spawn(async move { show.steps(&connection, steps).await });
    sender
}

fn failure_of(failure: &ConnectionFailure) -> Failure {
    let message = failure.message.clone();
    match failure.kind {
        FailureKind::Refused => Failure::Refused(message),
        FailureKind::Fenced | FailureKind::Store => Failure::Store(message),
        FailureKind::Configuration => Failure::Configuration(message),
        _ => Failure::Unreachable(message),
    }
}
