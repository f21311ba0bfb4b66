//! Answers: the records in a success, the meaning of a refusal, and text from outside that is made safe to be shown.

pub(super) mod decode;
pub(super) mod refusal;
pub(super) mod wording;
