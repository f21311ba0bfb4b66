//! The history of an opportunity's finished events: what became of their notes, for explanations. Has neither the events' content nor the
//! customer's ID.

use hatch_mapping::NoteTarget;
use serde::{Deserialize, Serialize};

use super::Push;
use super::lanes::Opportunity;
use super::state::{Progress, State, reference};
use crate::integrations::Integrations;
use crate::mirror::{Reads, keys, values};
use crate::{Change, Integration, MirrorRecord, StoreError};

/// Number of finished events that are kept for each opportunity: the newest.
const KEPT: usize = 50;

/// A finished event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FinishedEvent {
    pub(super) integration: String,
    pub(super) external_id: String,
    pub(super) notes: Vec<FinishedNote>,
}

/// A note of a finished event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FinishedNote {
    pub(super) target: NoteTarget,
    pub(super) progress: Progress,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) reference: Option<String>,
}

impl Push {
    /// Commits the changes that finish an event, and what became of its notes with them.
    pub(super) async fn commit_finished(
        &self,
        id: &str,
        opportunity: &Opportunity,
        state: &State,
        mut changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        let integration = self.integration(&opportunity.integration);
        let known = integration.and_then(|it| Some((it, it.mapper.base_id(&opportunity.external_id)?)));
        // Of an event that nobody can ask for by its opportunity, nothing is kept.
        let Some((integration, base_id)) = known else { return self.outbox.commit(changes).await };
        let _lock = self.history.lock(opportunity).await;
        let list = keys::finished_events(&integration.name, base_id);
        let mut ids: Vec<String> = self.outbox.json_value(&list).await?.unwrap_or_default();
        ids.retain(|other| other != id);
        ids.push(id.to_owned());
        let outdated = ids.len().saturating_sub(KEPT);
        changes
            .extend(ids.drain(..outdated).map(|id| Change::RemoveValue { key: keys::finished_event(&id) }));
        changes.push(values::set_json(&list, &ids));
        let finished = finished_event(id, integration, &opportunity.external_id, state);
        changes.push(values::set_json(&keys::finished_event(id), &finished));
        self.outbox.commit(changes).await
    }
}

fn finished_event(id: &str, integration: &Integration, external_id: &str, state: &State) -> FinishedEvent {
    let notes = state.notes.iter().map(|note| FinishedNote {
        target: note.target,
        progress: note.progress.clone(),
        reference: note
            .id
            .filter(|_| integration.note_references)
            .map(|record| reference(id, note.target, record)),
    });
    FinishedEvent {
        integration: integration.name.clone(),
        external_id: external_id.to_owned(),
        notes: notes.collect(),
    }
}

/// The IDs of the finished events of an opportunity, oldest first.
pub(super) async fn finished_ids(
    reads: &Reads,
    integration: &Integration,
    base_id: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(reads.json_value(&keys::finished_events(&integration.name, base_id)).await?.unwrap_or_default())
}

/// The changes that remove the history of the opportunities of these base records.
pub(crate) async fn removal_of_history(
    reads: &Reads,
    integrations: &Integrations,
    records: &[MirrorRecord],
) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    for integration in integrations.iter() {
        for record in records.iter().filter(|record| record.resource == integration.base()) {
            let ids = finished_ids(reads, integration, record.id).await?;
            if !ids.is_empty() {
                changes.extend(ids.iter().map(|id| Change::RemoveValue { key: keys::finished_event(id) }));
                changes
                    .push(Change::RemoveValue { key: keys::finished_events(&integration.name, record.id) });
            }
        }
    }
    Ok(changes)
}
