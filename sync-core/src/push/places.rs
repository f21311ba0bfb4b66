//! The records that notes of an event can go to.

use hatch_mapping::NoteTarget;

/// The records that an event's notes can go to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) job: Option<i64>,
    /// The customer whom the base record names.
    pub(super) named_customer: Option<i64>,
    /// The customer whom that one was merged into at last.
    pub(super) customer: Option<i64>,
    pub(super) location: Option<i64>,
}

impl Places {
    /// The record that the note on a target goes to; `None` where the base record has no such target.
    pub(super) fn of(&self, target: NoteTarget) -> Option<i64> {
        let id = match target {
            NoteTarget::Job => self.job,
            NoteTarget::Customer => self.customer,
            NoteTarget::Location => self.location,
        };
        // 0 stands for "none" in some of ServiceTitan's ID fields.
        id.filter(|id| *id != 0)
    }

    /// The customer of the opportunity, under every known ID.
    pub(super) fn customers(&self) -> impl Iterator<Item = i64> {
        [self.named_customer, self.customer].into_iter().flatten().filter(|id| *id != 0)
    }
}
