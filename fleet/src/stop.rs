//! The end of a fleet: all engines are asked to stop, and are waited for as long as the host allows.

use tokio::time::timeout;

use crate::fleet_state::Shared;
use crate::state::Phase;

/// The outcome of a stop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StopReport {
    /// Connections whose cycle or engine did not end in time. Nothing of them is half-written: the next start repeats the unfinished transaction.
    pub unfinished: Vec<String>,
}

impl Shared {
    /// Stops all engines between two transactions, and waits for the time that the host set. Whatever goes on then is ended.
    pub(crate) async fn stop_all(&self) -> StopReport {
        self.stop.cancel();
        self.tasks.close();
        if timeout(self.settings.stop_within, self.tasks.wait()).await.is_ok() {
            return StopReport::default();
        }
        let is_busy = |slot: &&std::sync::Arc<crate::slot::Slot>| {
            slot.is_open() || matches!(slot.state().phase, Phase::Running { .. })
        };
        let unfinished = self.all_slots().iter().filter(is_busy).map(|slot| slot.name.to_string()).collect();
        self.abort.cancel();
        self.tasks.wait().await;
        StopReport { unfinished }
    }
}
