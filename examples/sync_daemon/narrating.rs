//! Log lines on the progress of a run, where no terminal shows bars: a backfill takes long, since the rate limits bound its speed.

use std::collections::BTreeMap;
use std::time::Instant;

use futures::{Stream, StreamExt};
use sync_core::Progress;

use crate::pace::{HatchLimit, Pace, in_words};

/// Number of settled opportunities after which a line is logged.
const NEWS_EVERY: u64 = 500;

/// Logs the steps of a connection's runs, until they end.
pub async fn narrate(connection: &str, steps: impl Stream<Item = Progress>, limit: HatchLimit) {
    let mut steps = std::pin::pin!(steps);
    let mut paces: BTreeMap<String, (Pace, Instant)> = BTreeMap::new();
    while let Some(step) = steps.next().await {
        match step {
            Progress::Page { resource, records } => {
                tracing::debug!(connection, %resource, records, "a page was read");
            }
            Progress::Waiting { integration, opportunities: 0 } => {
                tracing::debug!(connection, %integration, "no opportunities to deliver");
            }
            Progress::Waiting { integration, opportunities } => {
                tracing::info!(
                    connection,
                    %integration,
                    opportunities,
                    "delivery started; with Hatch's limit of {} requests in 10 seconds it takes about {}",
                    limit.0,
                    in_words(limit.time_for(opportunities))
                );
                let pace = Pace { waiting: opportunities, settled: 0 };
                paces.insert(integration, (pace, Instant::now()));
            }
            Progress::Settled { integration, opportunities } => {
                let Some((pace, began)) = paces.get_mut(&integration) else { continue };
                let news = pace.settled / NEWS_EVERY;
                pace.settled += opportunities;
                if pace.settled / NEWS_EVERY > news {
                    let left = pace.time_left(began.elapsed()).map(in_words).unwrap_or_default();
                    tracing::info!(
                        connection,
                        %integration,
                        settled = pace.settled,
                        of = pace.waiting,
                        time_left = %left,
                        "delivering"
                    );
                }
            }
            _ => {}
        }
    }
}
