//! A hook of the store: crashes before and after each of its changes, and calls that take time.

use std::sync::{Arc, mpsc};

use async_trait::async_trait;
use sync_core::StoreError;
use sync_core::testing::{StoreCall, StoreHook, StoreWork};

use crate::chaos::Chaos;

pub struct CrashingStore {
    pub chaos: Arc<Chaos>,
    /// Whether the store works on threads of its own.
    pub has_threads: bool,
    /// Whether calls take time, in which other tasks continue.
    pub is_slow: bool,
}

impl CrashingStore {
    async fn take_time(&self) {
        if self.is_slow {
            self.chaos.linger().await;
        }
    }
}

#[async_trait]
impl StoreHook for CrashingStore {
    async fn before(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        if call.method.is_write() {
            self.chaos.point().await;
        }
        self.take_time().await;
        Ok(())
    }

    async fn around(&self, _: &StoreCall<'_>, work: StoreWork<'_>) {
        held(self.has_threads, work).await;
    }

    async fn after(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
        self.take_time().await;
        if call.method.is_write() {
            self.chaos.point().await;
        }
        Ok(())
    }
}

/// Holds tokio's paused clock while a store's own threads work. Tokio does not see those threads: it would take the wait for them for idleness
/// and advance the clock to the next timer.
pub async fn held<T>(has_threads: bool, call: impl Future<Output = T>) -> T {
    if !has_threads {
        return call.await;
    }
    let (done, until_done) = mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || until_done.recv());
    let answer = call.await;
    drop(done);
    answer
}
