//! Notes: claimed, written, settled.

use hatch_mapping::{HatchEvent, NoteTarget};

use super::Push;
use super::lanes::{Attempt, Entry, Turn};
use super::state::{NO_INTEGRATION, Progress, State, TOO_OLD, from_text, reference};
use crate::{EventStatus, Integration, SourceError, SourceErrorKind, StoreError, SyncError};

impl Push {
    /// Tries a note on a target. One that may have been written before is looked for first.
    pub(super) async fn try_note(
        &self,
        target: NoteTarget,
        id: i64,
        entry: &Entry,
        turn: &mut Turn<'_>,
    ) -> Result<Attempt, SyncError> {
        let Some(progress) = entry.state.lock().await.note(target).map(|note| note.progress.clone()) else {
            return Ok(Attempt::Settled);
        };
        if progress.is_final() {
            return Ok(Attempt::Settled);
        }
        let Some(integration) = self.integration(&entry.opportunity.integration) else {
            return self.finish(entry, target, progress.dead_lettered(NO_INTEGRATION)).await;
        };
        if progress == Progress::Claimed && integration.note_references {
            let too_old = self.is_too_old(entry).await;
            match self.intake.source.note_texts(target, id).await {
                Ok(texts) => {
                    let reference = reference(&entry.id, target, id);
                    if texts.iter().any(|text| text.contains(&reference)) {
                        return self.finish(entry, target, Progress::Written).await;
                    }
                    // The note did not arrive, and will not any more.
                    if too_old {
                        return self.finish(entry, target, Progress::Pending.dead_lettered(TOO_OLD)).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(event = %entry.id, %error, "a note that may have been written could not be looked for");
                    if too_old || is_lasting(&error) {
                        let reason = format!(
                            "it may have been written, and could not be looked for: {}",
                            error.message
                        );
                        return self.finish(entry, target, progress.dead_lettered(&reason)).await;
                    }
                    return Ok(Attempt::Failed);
                }
            }
        }
        self.write(integration, target, id, entry, turn).await
    }

    /// Claims a note and writes it.
    async fn write(
        &self,
        integration: &Integration,
        target: NoteTarget,
        id: i64,
        entry: &Entry,
        turn: &mut Turn<'_>,
    ) -> Result<Attempt, SyncError> {
        let Some(text) = self.text(integration, target, id, entry).await? else {
            return Ok(Attempt::Settled);
        };
        // Under the epoch, and the last step before the note leaves: an engine that was fenced off sends nothing any more, and a note that
        // was discarded meanwhile is not sent.
        let now = self.intake.clock.now();
        if !self.change_note(entry, target, |state| state.claim(target, now)).await? {
            return Ok(Attempt::Settled);
        }
        turn.sending = true;
        let written = self.intake.source.write_note(target, id, &text).await;
        turn.sending = false;
        let error = match written {
            Ok(()) => return self.finish(entry, target, Progress::Written).await,
            Err(error) => error,
        };
        tracing::warn!(event = %entry.id, %error, "a note could not be written");
        let unclear = error.kind == SourceErrorKind::Unclear;
        if unclear && integration.note_references {
            // The claim stays until the target's notes tell.
            return Ok(Attempt::Unclear);
        }
        if is_lasting(&error) {
            return self.finish(entry, target, Progress::Pending.dead_lettered(&error.message)).await;
        }
        let progress = if unclear { Progress::Claimed } else { Progress::Pending };
        if self.is_too_old(entry).await {
            let reason = format!("{TOO_OLD}: {}", error.message);
            return self.finish(entry, target, progress.dead_lettered(&reason)).await;
        }
        self.set_progress(entry, target, progress).await?;
        Ok(Attempt::Failed)
    }

    /// The text of a note; `None` if the event is not there any more.
    async fn text(
        &self,
        integration: &Integration,
        target: NoteTarget,
        id: i64,
        entry: &Entry,
    ) -> Result<Option<String>, SyncError> {
        let Some(stored) = self.outbox.event(&entry.id).await? else { return Ok(None) };
        if stored.status != EventStatus::Waiting {
            return Ok(None);
        }
        let event: HatchEvent = from_text(&entry.id, &stored.event.event)?;
        let content = integration.push.includes_content(&event);
        if !integration.note_references {
            return Ok(Some(self.renderer.render(&event, target, content, "").trim_end().to_owned()));
        }
        let reference = reference(&entry.id, target, id);
        let mut text = self.renderer.render(&event, target, content, &reference);
        if !text.contains(&reference) {
            // Without the reference the note would be written twice after an unclear failure.
            text = format!("{text}\n{reference}");
        }
        Ok(Some(text))
    }

    /// Commits the final progress of a note.
    async fn finish(
        &self,
        entry: &Entry,
        target: NoteTarget,
        progress: Progress,
    ) -> Result<Attempt, SyncError> {
        self.set_progress(entry, target, progress).await?;
        Ok(Attempt::Settled)
    }

    /// Commits the progress of a note, unless the note became final meanwhile. Returns whether it was committed. The state in memory follows
    /// the one in the store.
    async fn set_progress(
        &self,
        entry: &Entry,
        target: NoteTarget,
        progress: Progress,
    ) -> Result<bool, StoreError> {
        self.change_note(entry, target, |state| state.set(target, progress)).await
    }

    async fn change_note(
        &self,
        entry: &Entry,
        target: NoteTarget,
        change: impl FnOnce(&mut State),
    ) -> Result<bool, StoreError> {
        let mut state = entry.state.lock().await;
        if state.note(target).is_none_or(|note| note.progress.is_final()) {
            return Ok(false);
        }
        let mut changed = state.clone();
        change(&mut changed);
        self.save(entry, &changed).await?;
        *state = changed;
        Ok(true)
    }
}

/// Whether a retry is of no use. Wrong credentials and missing scopes are no lasting errors: somebody repairs them, and the notes are written
/// late rather than never.
fn is_lasting(error: &SourceError) -> bool {
    matches!(error.kind, SourceErrorKind::NotFound | SourceErrorKind::Refused)
}
