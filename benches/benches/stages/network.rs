//! ServiceTitan and Hatch over HTTP, under the clock. Connections are tasks of their own: each of the two has a runtime with one thread for them,
//! whose CPU time is read from the system.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use benches::stage::Stage;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hatch_client::HatchClient;
use hatch_mapping::{NoteTarget, Opportunity};
use http::{Request, Response};
use servicetitan_client::{HttpTransport, Transport, TransportFailure};
use sync_core::{
    FeedPage, FeedPosition, Gate, ListPage, OpportunitySink, Priority, Records, Resource, ServiceTitanSource,
    SinkError, Source, SourceDescription, SourceError, Upserted,
};
use tokio::runtime::Handle;

use crate::clock::{Entered, Part, timed};
use crate::threads::on;

/// The transport to ServiceTitan, as the stage of downloading.
pub(crate) struct Downloading {
    pub(crate) transport: HttpTransport,
    pub(crate) threads: Handle,
}

#[async_trait]
impl Transport for Downloading {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        timed(Stage::Download, on(&self.threads, self.transport.send(request))).await
    }
}

/// The client of ServiceTitan, as the stage of decoding.
pub(crate) struct Decoding(pub(crate) ServiceTitanSource);

#[async_trait]
impl Source for Decoding {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        timed(Stage::Decode, self.0.check()).await
    }

    async fn read_feed(
        &self,
        resource: Resource,
        from: &FeedPosition,
        include_recent: bool,
        priority: Priority,
    ) -> Result<FeedPage, SourceError> {
        timed(Stage::Decode, self.0.read_feed(resource, from, include_recent, priority)).await
    }

    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError> {
        timed(Stage::Decode, self.0.read_by_ids(resource, ids, priority)).await
    }

    async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        parent_ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError> {
        timed(Stage::Decode, self.0.read_children(children, parent, parent_ids, priority)).await
    }

    async fn read_list(
        &self,
        resource: Resource,
        since: DateTime<Utc>,
        page: u32,
        priority: Priority,
    ) -> Result<ListPage, SourceError> {
        timed(Stage::Decode, self.0.read_list(resource, since, page, priority)).await
    }

    async fn write_note(&self, target: NoteTarget, id: i64, text: &str) -> Result<(), SourceError> {
        self.0.write_note(target, id, text).await
    }

    async fn note_texts(&self, target: NoteTarget, id: i64) -> Result<Vec<String>, SourceError> {
        self.0.note_texts(target, id).await
    }

    fn request_counts(&self) -> BTreeMap<String, u64> {
        self.0.request_counts()
    }
}

/// The client of Hatch, as the stage of sending.
pub(crate) struct Sending {
    pub(crate) hatch: Arc<HatchClient>,
    pub(crate) threads: Handle,
}

#[async_trait]
impl OpportunitySink for Sending {
    fn identity(&self) -> String {
        self.hatch.identity()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        timed(Stage::Send, on(&self.threads, self.hatch.upsert(opportunity))).await
    }

    async fn upsert_through(
        &self,
        opportunity: &Opportunity,
        gate: &dyn Gate,
    ) -> Result<Upserted, SinkError> {
        {
            let _replayed = Entered::new(Part::Replay);
            std::hint::black_box(serde_json::to_vec(opportunity).unwrap());
        }
        timed(Stage::Send, on(&self.threads, self.hatch.upsert_through(opportunity, gate))).await
    }

    async fn check(&self) -> Result<(), SinkError> {
        self.hatch.check().await
    }
}
