//! Explaining: an opportunity as it would be delivered now, with the origin of each standard field and the state of its delivery. For support
//! people; changes nothing.

mod next;
mod report;
mod text;

use std::collections::BTreeMap;
use std::fmt;

pub use next::NextDelivery;
pub use report::{LastDelivery, OpportunityExplanation, RecordState};

use super::status::FeedStatus;
use crate::deliver::{Preview, Previewer};
use crate::integrations::{Integrations, shows};
use crate::mirror::{Reads, keys};
use crate::push::EventExplainer;
use crate::reader::Reader;
use crate::{EventExplanation, Integration, Resource, StoreError, SyncError};

/// Explains the opportunities of a connection and the events of Hatch.
///
/// Opens nothing and changes nothing, so that an explainer may run beside the process that runs the connection's [`Engine`](crate::Engine).
/// Built by [`EngineBuilder::explainer`](crate::EngineBuilder::explainer) from the same configuration.
#[derive(Clone)]
pub struct Explainer {
    reads: Reads,
    integrations: Integrations,
    previewer: Previewer,
    events: EventExplainer,
}

impl Explainer {
    pub(crate) fn new(reads: Reads, reader: Reader, integrations: Integrations) -> Self {
        Explainer {
            previewer: Previewer::new(reads.clone(), reader),
            events: EventExplainer::new(reads.clone(), integrations.clone()),
            reads,
            integrations,
        }
    }

    /// Explains the opportunity of a base record. Reads the store only.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration, [`SyncError::Store`] when the store fails.
    pub async fn explain(&self, integration: &str, id: i64) -> Result<OpportunityExplanation, SyncError> {
        self.explain_with(integration, id, false).await
    }

    /// Explains the opportunity of a base record with its records as ServiceTitan has them now. The records that were read are not stored.
    /// Tables that the engine mirrors whole (zones, tag types, cancel reasons, campaign categories, employees, technicians) stay as the store has
    /// them.
    ///
    /// # Errors
    ///
    /// As [`explain`](Self::explain), and [`SyncError::Source`] when ServiceTitan cannot be read. A record that ServiceTitan refuses is a
    /// [warning](OpportunityExplanation::warnings), unless it is the base record.
    pub async fn explain_refreshed(
        &self,
        integration: &str,
        id: i64,
    ) -> Result<OpportunityExplanation, SyncError> {
        self.explain_with(integration, id, true).await
    }

    /// Explains an event of Hatch: its targets, and what became of each note. `None` if no event was ever stored under this ID. Reads the
    /// store only.
    ///
    /// # Errors
    ///
    /// [`SyncError::Store`] when the store fails.
    pub async fn explain_event(&self, id: &str) -> Result<Option<EventExplanation>, SyncError> {
        Ok(self.events.explain(id).await?)
    }

    async fn explain_with(
        &self,
        integration: &str,
        id: i64,
        refresh: bool,
    ) -> Result<OpportunityExplanation, SyncError> {
        let integration = self.integrations.get(integration)?;
        let name = &integration.name;
        let preview = self.previewer.preview(integration, id, refresh).await?;
        let letters = self.reads.dead_letters().await?;
        let subject = integration.subject(id);
        let letter =
            letters.iter().find(|letter| letter.integration == *name && letter.subject == subject).cloned();
        let paused = self.reads.time_value(&keys::paused(name)).await?;
        let is_waiting = !self.reads.dirty_among(name, &[id]).await?.is_empty();
        let next = next::next_delivery(&preview, letter.as_ref(), paused, is_waiting);
        let Preview { record, mapped, delivered, missing, warnings } = preview;
        let last_delivery = delivered.map(|delivered| LastDelivery {
            at: delivered.at,
            is_confirmed: delivered.fingerprint.is_some(),
            left_out: delivered.fields_left_out().into_iter().map(str::to_owned).collect(),
            is_as_now: mapped.as_ref().and_then(|mapped| mapped.is_as_delivered),
            contact_has_moved: mapped.as_ref().is_some_and(|mapped| mapped.has_moved),
        });
        let state = match (&record, &mapped) {
            (None, _) => RecordState::NeverRead,
            (Some(_), Some(mapped)) if mapped.is_inactive => RecordState::Inactive,
            (Some(_), Some(_)) => RecordState::Active,
            (Some(record), None) if record.body.is_none() => RecordState::NotFound,
            (Some(_), None) => RecordState::Unreadable,
        };
        let (opportunity, explanation, lacks) = match mapped {
            Some(mapped) => (Some(mapped.opportunity), Some(mapped.explanation), mapped.warnings),
            None => (None, None, Vec::new()),
        };
        Ok(OpportunityExplanation {
            integration: name.clone(),
            model: integration.model(),
            id,
            is_refreshed: refresh,
            record: state,
            modified_on: record.and_then(|record| record.modified_on),
            opportunity,
            explanation,
            lacks: lacks.iter().map(ToString::to_string).collect(),
            missing: missing.into_iter().collect(),
            warnings,
            last_delivery,
            next_delivery: next,
            dead_letter: letter,
            events: self.events.explain_events_of(integration, id, &letters).await?,
            feeds: self.feeds(integration).await?,
        })
    }

    /// The feeds that the integration's opportunities are made of.
    async fn feeds(&self, integration: &Integration) -> Result<BTreeMap<Resource, FeedStatus>, StoreError> {
        let feeds = Resource::ALL.into_iter().filter(|resource| shows(integration, *resource)).collect();
        FeedStatus::read(self.reads.store(), self.reads.connection(), feeds).await
    }
}

impl fmt::Debug for Explainer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Explainer")
            .field("connection", &self.reads.connection())
            .field("integrations", &self.integrations)
            .finish_non_exhaustive()
    }
}
