//! Notes in ServiceTitan about events in Hatch: their targets and their texts.

mod event;
mod push;
mod renderer;
mod safe_text;
mod time_zone;

pub use event::{Channel, HatchEvent, HatchEventKind};
pub use push::{NoteTarget, PushConfig, PushRule};
pub use renderer::{DefaultNoteRenderer, NOTE_LIMIT, NoteRenderer};
#[cfg(feature = "time-zones")]
pub use time_zone::UnknownTimeZone;
