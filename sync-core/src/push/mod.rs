//! Pushing: from Hatch's events to ServiceTitan's notes.
//!
//! An event is stored before the call answers ([`intake`]). Where its notes go is decided once and kept ([`lookup`], [`decide`]). In memory,
//! each target has a lane of the notes that wait for it ([`lanes`], filled by [`outbox`]): notes of one target go one after the other, in the
//! order of their events, and targets do not wait for each other ([`drive`]). A note is claimed in the store, written, and settled ([`write`](mod@write)).
//! A claim that a crash or an unclear failure leaves behind is settled by looking for the note's reference among the target's notes, no
//! earlier than ServiceTitan's own time limit, since until then the write may still be under way.
//!
//! An event whose base record could not be looked up yet has no targets, so it holds back only the later events of its own opportunity: a
//! note of another opportunity of the same customer may come before it. Holding back every customer's notes for one that ServiceTitan cannot
//! name would be worse.

mod dead;
mod decide;
mod drive;
mod erase;
mod events;
mod explain;
mod history;
mod history_locks;
mod intake;
mod lanes;
mod lookup;
mod outbox;
mod outcome;
mod places;
mod run;
mod state;
mod step;
mod write;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use hatch_mapping::NoteRenderer;
use tokio_util::sync::CancellationToken;

pub(crate) use explain::EventExplainer;
pub use explain::{EventExplanation, EventProgress, NoteExplanation, NoteProgress};
pub(crate) use history::removal_of_history;
pub(crate) use intake::Intake;
pub use intake::Pusher;
pub use outcome::{NoteOutcome, PushError, PushOutcome, PushReport};
pub use step::PushedStep;

use self::history_locks::HistoryLocks;
use self::lanes::{Entry, Lanes};
use self::state::State;
use crate::mirror::Outbox;
use crate::{DeadLetter, Epoch, Integration, SyncError};

/// The age at which a note becomes a dead letter at its next failure, unless
/// [`EngineBuilder::dead_letter_notes_after`](crate::EngineBuilder::dead_letter_notes_after) says otherwise.
pub const DEAD_LETTER_NOTES_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Writes the notes of Hatch's events.
pub(crate) struct Push {
    intake: Intake,
    outbox: Outbox,
    renderer: Arc<dyn NoteRenderer>,
    lanes: Lanes,
    history: HistoryLocks,
    dead_letter_after: Duration,
    /// The time within which the clocks of all processes that push agree, if that is known.
    clock_skew: Option<Duration>,
    cancellation: CancellationToken,
}

impl Push {
    pub(crate) fn new(
        intake: Intake,
        outbox: Outbox,
        renderer: Arc<dyn NoteRenderer>,
        dead_letter_after: Duration,
        clock_skew: Option<Duration>,
        cancellation: CancellationToken,
    ) -> Self {
        let (lanes, history) = (Lanes::default(), HistoryLocks::default());
        Push { intake, outbox, renderer, lanes, history, dead_letter_after, clock_skew, cancellation }
    }

    /// Lets the lanes rest where a note of this state may be under way.
    fn quieten_claimed(&self, state: &State) {
        self.lanes.quieten_claimed(state, self.intake.clock.now(), self.clock_skew);
    }

    /// The connection's name.
    pub(crate) fn connection(&self) -> &str {
        self.outbox.connection()
    }

    /// Whether the connection is open for pushing: if not, events are stored, and their notes are written by the process that pushes.
    pub(crate) fn is_open(&self) -> bool {
        self.outbox.is_open()
    }

    /// The epoch of the opening for pushing, unless another process pushes.
    pub(crate) fn epoch(&self) -> Option<Epoch> {
        self.outbox.opened()
    }

    /// The dead letters of events, oldest first.
    pub(crate) async fn dead_letters(&self) -> Result<Vec<DeadLetter>, SyncError> {
        let mut letters = self.outbox.dead_letters().await?;
        letters.retain(|letter| letter.event_id().is_some());
        Ok(letters)
    }

    fn integration(&self, name: &str) -> Option<&Integration> {
        self.intake.integrations.find(name)
    }

    fn is_stopped(&self) -> bool {
        self.cancellation.is_cancelled()
    }

    /// Whether the next failure of an event's notes makes dead letters of them.
    async fn is_too_old(&self, entry: &Entry) -> bool {
        let since = entry.state.lock().await.retried_at.unwrap_or(entry.at);
        let limit = TimeDelta::from_std(self.dead_letter_after).unwrap_or(TimeDelta::MAX);
        self.intake.clock.now() - since > limit
    }
}
