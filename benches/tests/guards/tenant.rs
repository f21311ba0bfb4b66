//! The tenant that the guards count with, in virtual time.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use allocation_counter::opt_out;
use async_trait::async_trait;
use benches::in_process::{InProcess, Tenant};
use bytes::Bytes;
use http::{Request, Response};
use servicetitan_client::{Transport, TransportFailure};
use sync_core::Store;
use tokio::runtime::{Builder, Runtime};

/// Jobs of the tenant.
pub(crate) const JOBS: usize = 1_000;

/// Transport to the simulated ServiceTitan, whose own allocations do not count.
struct Uncounted(InProcess);

#[async_trait]
impl Transport for Uncounted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let mut call = self.0.send(request);
        let answer = poll_fn(|context| {
            let mut polled = Poll::Pending;
            opt_out(|| polled = call.as_mut().poll(context));
            polled
        });
        answer.await
    }
}

/// Returns a runtime of one thread, in virtual time.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Opens the tenant.
pub(crate) async fn open(store: Arc<dyn Store>) -> Tenant {
    Tenant::open(JOBS, store, Uncounted).await
}
