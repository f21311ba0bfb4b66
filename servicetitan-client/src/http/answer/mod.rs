//! Answers other than success, and text from outside that is made safe to be shown.

pub(super) mod refusal;
pub(super) mod wording;
