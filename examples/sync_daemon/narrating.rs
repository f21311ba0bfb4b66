//! Log lines on the progress of a run: a backfill takes long, since the rate limits bound its speed.

use futures::StreamExt;
use sync_core::{Engine, Progress};

/// Number of settled opportunities after which a line is logged.
const NEWS_EVERY: usize = 500;

/// Logs the steps of an engine's runs, until the engine is dropped.
pub async fn narrate(connection: &str, engine: &Engine) {
    let mut steps = std::pin::pin!(engine.progress());
    let mut settled = 0;
    while let Some(step) = steps.next().await {
        match step {
            Progress::Page { resource, records } => {
                tracing::debug!(connection, %resource, records, "a page was read");
            }
            Progress::Waiting { integration, opportunities: 0 } => {
                tracing::debug!(connection, %integration, "no opportunities to deliver");
            }
            Progress::Waiting { integration, opportunities } => {
                tracing::info!(connection, %integration, opportunities, "delivery started");
            }
            Progress::Settled { opportunities, .. } => {
                let news = settled / NEWS_EVERY;
                settled += usize::try_from(opportunities).unwrap_or_default();
                if settled / NEWS_EVERY > news {
                    tracing::info!(
                        connection,
                        opportunities = settled,
                        "opportunities settled since the start"
                    );
                }
            }
            _ => {}
        }
    }
}
