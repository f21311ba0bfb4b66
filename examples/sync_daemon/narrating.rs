//! Telling in the logs how far a run is: a backfill takes as long as the limits of requests let it.

use futures::StreamExt;
use sync_core::{Engine, Progress};

/// After how many opportunities there is news.
const NEWS_EVERY: usize = 500;

/// Logs the steps of an engine's runs, for as long as the engine is there.
pub async fn narrate(connection: &str, engine: &Engine) {
    let mut steps = std::pin::pin!(engine.progress());
    let mut settled = 0;
    while let Some(step) = steps.next().await {
        match step {
            Progress::Page { resource, records } => {
                tracing::debug!(connection, %resource, records, "a page was read");
            }
            Progress::Waiting { integration, opportunities: 0 } => {
                tracing::debug!(connection, %integration, "nothing waits for delivery");
            }
            Progress::Waiting { integration, opportunities } => {
                tracing::info!(connection, %integration, opportunities, "delivery begins");
            }
            Progress::Settled { opportunities, .. } => {
                let news = settled / NEWS_EVERY;
                settled += usize::try_from(opportunities).unwrap_or_default();
                if settled / NEWS_EVERY > news {
                    tracing::info!(connection, opportunities = settled, "dealt with since the start");
                }
            }
            _ => {}
        }
    }
}
