//! The steps of a run, for drawing progress.

use std::sync::{Arc, OnceLock};

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

/// Announces the steps of an engine's runs to everybody who listens. The buffer is made for the first listener: most engines of a host with
/// thousands have none.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProgressSender(Arc<OnceLock<broadcast::Sender<Progress>>>);

impl ProgressSender {
    pub(crate) fn announce(&self, step: Progress) {
        if let Some(steps) = self.0.get() {
            // An error means that nobody listens any more.
            let _ = steps.send(step);
        }
    }

    /// The steps from now on. A listener that falls far behind loses the oldest.
    pub(crate) fn subscribe(&self) -> impl Stream<Item = Progress> + Send + use<> {
        let steps = self.0.get_or_init(|| broadcast::Sender::new(BUFFERED_STEPS)).subscribe();
        futures::stream::unfold(steps, |mut steps| async move {
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
