//! The steps of a run, for drawing progress.

use futures::Stream;
use tokio::sync::broadcast;

use crate::Resource;

/// Number of steps that wait for a slow listener before it loses the oldest.
const BUFFERED_STEPS: usize = 1024;

/// A step of a run, for drawing progress.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// A page of a feed was committed.
    Page {
        /// The feed.
        resource: Resource,
        /// Number of records on the page.
        records: usize,
    },
    /// Delivery of an integration starts or goes on.
    Waiting {
        /// The integration's name.
        integration: String,
        /// Number of dirty opportunities.
        opportunities: u64,
    },
    /// Opportunities of an integration were settled: delivered, unchanged, skipped or refused.
    Settled {
        /// The integration's name.
        integration: String,
        /// Number of settled opportunities.
        opportunities: u64,
    },
    /// The sink of an integration took opportunities, in a run or after a webhook. In a run, the same opportunities are settled too.
    Delivered {
        /// The integration's name.
        integration: String,
        /// Number of delivered opportunities.
        opportunities: u64,
    },
}

/// Announces the steps of an engine's runs to everybody who listens.
#[derive(Debug, Clone)]
pub(crate) struct ProgressSender(broadcast::Sender<Progress>);

impl ProgressSender {
    pub(crate) fn new() -> Self {
        ProgressSender(broadcast::Sender::new(BUFFERED_STEPS))
    }

    pub(crate) fn announce(&self, step: Progress) {
        // An error means that nobody listens.
        let _ = self.0.send(step);
    }

    /// The steps from now on. A listener that falls far behind loses the oldest.
    pub(crate) fn subscribe(&self) -> impl Stream<Item = Progress> + Send + use<> {
        futures::stream::unfold(self.0.subscribe(), |mut steps| async move {
            loop {
                match steps.recv().await {
                    Ok(step) => return Some((step, steps)),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        })
    }
}
