//! The engine's spans around mapping and fingerprints, as stages.

use benches::stage::Stage;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::clock::{self, Part};

/// A subscriber that enters a stage with each span of its name, and ignores all else.
pub(crate) struct StageSpans;

fn stage_of(metadata: &Metadata<'_>) -> Option<Stage> {
    let stages = [Stage::Map, Stage::Serialise];
    let is_engine = metadata.is_span() && metadata.target().starts_with("sync_core");
    stages.into_iter().find(|stage| is_engine && stage.name() == metadata.name())
}

impl Subscriber for StageSpans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        stage_of(metadata).is_some()
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        // The number of the stage is all that entering needs; IDs begin at 1.
        let stage = stage_of(span.metadata()).unwrap();
        Id::from_u64(stage as u64 + 1)
    }

    fn enter(&self, span: &Id) {
        let place = usize::try_from(span.into_u64() - 1).unwrap();
        clock::enter(Part::Of(Stage::ALL[place]));
    }

    fn exit(&self, _: &Id) {
        clock::leave();
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
}
