//! Watching the connections: their steps, and samples for the charts.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::{BoxStream, SelectAll};
use sync_core::{ConnectionStatus, Progress};

use crate::history::{FIRST_INTERVAL, Sample};
use crate::host::Connection;
use crate::page_state::{Shared, Watched};

/// Number of connections that are watched, the first ones by name. Beyond them the page shows no progress and no charts.
pub const CHARTED_CONNECTIONS: usize = 100;

/// Number of connections that are sampled at a time: reading a status takes dozens of reads from the store.
const SAMPLED_AT_ONCE: usize = 5;

/// A step of the connection with this name; `None` once its steps have ended.
type Step = (String, Option<Progress>);

/// Watches the connections until the page is stopped.
pub(crate) async fn watch(shared: Arc<Shared>) {
    let mut steps: SelectAll<BoxStream<'static, Step>> = SelectAll::new();
    let mut listened = BTreeSet::new();
    loop {
        follow_host(&shared, &mut listened, &mut steps);
        sample(&shared).await;
        let pause = shared.clock.sleep(Duration::from_secs(FIRST_INTERVAL.unsigned_abs()));
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = shared.stop.cancelled() => return,
                () = &mut pause => break,
                Some((name, step)) = steps.next(), if !steps.is_empty() => {
                    match step {
                        Some(step) => take_step(&shared, name, step),
                        // A connection that is opened again has new steps.
                        None => {
                            listened.remove(&name);
                        }
                    }
                }
            }
        }
    }
}

/// Begins to listen to connections that came, and lets those go that went.
fn follow_host(
    shared: &Shared,
    listened: &mut BTreeSet<String>,
    steps: &mut SelectAll<BoxStream<'static, Step>>,
) {
    let (names, _) = shared.names_behind(None, CHARTED_CONNECTIONS);
    for name in &names {
        let Some(connection) = shared.connection(name).filter(|_| !listened.contains(name)) else { continue };
        listened.insert(name.clone());
        let (each, end) = (name.clone(), name.clone());
        let its = connection.progress().map(move |step| (each.clone(), Some(step)));
        steps.push(its.chain(futures::stream::once(async move { (end, None) })).boxed());
    }
    shared.with_watched(|watched| watched.retain(|name, _| names.contains(name)));
}

fn take_step(shared: &Shared, name: String, step: Progress) {
    let now = shared.clock.now();
    shared.with_watched(|watched| watched.entry(name).or_default().steps.take(step, now));
}

/// Samples the connections whose time has come, those first that wait longest.
async fn sample(shared: &Shared) {
    let now = shared.clock.now();
    let (names, _) = shared.names_behind(None, CHARTED_CONNECTIONS);
    let watched = names.into_iter().map(|name| (shared.watched(&name), name));
    let mut due: Vec<(Watched, String)> =
        watched.filter(|(watched, _)| watched.history.is_due(now)).collect();
    due.sort_by_key(|(watched, _)| watched.history.samples().last().map(|sample| sample.at));
    for (watched, name) in due.into_iter().take(SAMPLED_AT_ONCE) {
        let Some(connection) = shared.connection(&name) else { continue };
        let sample = read_sample(connection.as_ref(), watched.steps.delivered(), now).await;
        shared.with_watched(|watched| watched.entry(name).or_default().history.add(sample));
    }
}

async fn read_sample(connection: &dyn Connection, delivered: u64, now: DateTime<Utc>) -> Sample {
    let lag_seconds = match connection.status().await {
        Ok(status) => greatest_lag(&status, now),
        Err(error) => {
            tracing::debug!(%error, "a sample has no lag: the status cannot be read");
            None
        }
    };
    Sample { at: now, lag_seconds, delivered, requests: connection.requests_sent() }
}

/// Seconds since the feed of records that was read longest ago was read to its end; `None` if none ever was. Reference tables, which are read more
/// seldom, do not count.
pub(crate) fn greatest_lag(status: &ConnectionStatus, now: DateTime<Utc>) -> Option<u32> {
    let of_records = status.feeds.iter().filter(|(resource, _)| !resource.is_reference());
    let oldest = of_records.filter_map(|(_, feed)| feed.read).min()?;
    Some(u32::try_from((now - oldest).num_seconds().max(0)).unwrap_or(u32::MAX))
}
