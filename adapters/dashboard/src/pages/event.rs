//! The explanation of an event of Hatch.

use axum::response::Response;
use hatch_mapping::NoteTarget;
use maud::{Markup, html};
use sync_core::{EventExplanation, EventProgress, NoteExplanation, NoteProgress};

use super::dead_letters::retry;
use super::frame::{Address, Frame};
use crate::words::time;

pub(crate) fn page(frame: &Frame<'_>, connection: &str, explained: Option<&EventExplanation>) -> Response {
    let body = html! {
        @match explained {
            None => p { "No event was ever stored under this ID." },
            Some(explained) => {
                (event(explained))
                @if let Some(letter) = &explained.dead_letter { (retry(frame, connection, letter)) }
            }
        }
    };
    frame.page("Event of Hatch", Address::None, None, &body)
}

/// An event with its notes.
pub(super) fn event(explained: &EventExplanation) -> Markup {
    html! {
        article.event {
            h3 { "Event " (explained.id) }
            p {
                (time(explained.happened_at.unwrap_or(explained.stored_at))) ": "
                (progress(explained))
                @if let (Some(integration), Some(external_id)) = (&explained.integration, &explained.external_id) {
                    " It is about opportunity " (external_id) " of " (integration) "."
                }
            }
            @if !explained.notes.is_empty() { ul { @for it in &explained.notes { li { (note(it)) } } } }
            @if let Some(letter) = &explained.dead_letter { p.reason { (letter.reason) } }
        }
    }
}

fn progress(explained: &EventExplanation) -> &'static str {
    match explained.progress {
        EventProgress::Waiting => "notes are waiting.",
        EventProgress::DeadLettered => "a note could not be written.",
        EventProgress::Finished if explained.notes.is_empty() => {
            "finished: each note was written, did not apply or was discarded."
        }
        _ => "finished.",
    }
}

fn note(note: &NoteExplanation) -> Markup {
    let target = match note.target {
        NoteTarget::Job => "job",
        NoteTarget::Customer => "customer",
        NoteTarget::Location => "location",
    };
    let progress = match note.progress {
        NoteProgress::Waiting => "waits to be written",
        NoteProgress::Unclear => "sent, and ServiceTitan's answer is not known yet",
        NoteProgress::Written => "written",
        NoteProgress::NotApplicable => "does not apply, as the opportunity has no such record",
        NoteProgress::Discarded => "discarded by an operator",
        _ => "not written",
    };
    html! {
        "Note on the " (target)
        @if let Some(id) = note.record_id { " " (id) }
        ": " (progress)
        @if let Some(reason) = &note.reason { ", since " (reason) }
        @if let Some(reference) = &note.reference { " " span.muted { (reference) } }
    }
}
