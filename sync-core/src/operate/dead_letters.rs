//! Dead letters: list, retry, discard.

use super::Operations;
use crate::{Change, DeadLetter, StoreError, SyncError};

impl Operations {
    /// The dead letters, oldest first.
    pub(crate) async fn dead_letters(&self) -> Result<Vec<DeadLetter>, SyncError> {
        Ok(self.mirror.dead_letters().await?)
    }

    /// Retries a dead letter: marks its opportunity, or lets the notes of its event wait again. Returns whether there was such a letter.
    pub(crate) async fn retry_dead_letter(&self, letter: &DeadLetter) -> Result<bool, SyncError> {
        if let Some(event) = letter.event_id() {
            return self.push.retry_event(&letter.integration, event).await;
        }
        let Some(remove) = self.removal_of(letter).await? else { return Ok(false) };
        let id = letter.subject.rsplit(':').next().and_then(|id| id.parse::<i64>().ok());
        let mark = id.map(|id| Change::MarkDirty { integration: letter.integration.clone(), id });
        // The claim of a refused opportunity still stands, so that the opportunity is sent even if its body is the last delivered one.
        self.mirror.commit(mark.into_iter().chain([remove]).collect()).await?;
        Ok(true)
    }

    /// Discards a dead letter. Returns whether there was such a letter.
    pub(crate) async fn discard_dead_letter(&self, letter: &DeadLetter) -> Result<bool, SyncError> {
        if let Some(event) = letter.event_id() {
            return self.push.discard_event(&letter.integration, event).await;
        }
        let Some(remove) = self.removal_of(letter).await? else { return Ok(false) };
        self.mirror.commit(vec![remove]).await?;
        Ok(true)
    }

    /// The change that removes a dead letter; `None` if there is no such letter.
    async fn removal_of(&self, letter: &DeadLetter) -> Result<Option<Change>, StoreError> {
        let letters = self.mirror.dead_letters().await?;
        let same = |it: &DeadLetter| it.integration == letter.integration && it.subject == letter.subject;
        Ok(letters.iter().any(same).then(|| Change::RemoveDeadLetter {
            integration: letter.integration.clone(),
            subject: letter.subject.clone(),
        }))
    }
}
