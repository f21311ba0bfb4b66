//! From Hatch's events to notes: which targets, and what text.

mod event;
mod push;
mod renderer;

pub use event::{Channel, HatchEvent, HatchEventKind};
pub use push::{NoteTarget, PushConfig, PushRule};
pub use renderer::{DefaultNoteRenderer, NOTE_LIMIT, NoteRenderer};
