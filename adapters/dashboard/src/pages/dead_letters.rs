//! The page of dead letters.

use axum::response::Response;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use sync_core::DeadLetter;

use super::frame::{Address, Frame, Outcome};
use super::parts::{Form, time};
use crate::words::{grouped, things};

/// Number of letters on one page. The oldest come first: when they are settled, the others move up.
pub(crate) const PAGE: usize = 100;

pub(crate) fn page(
    frame: &Frame<'_>,
    connection: &str,
    letters: &[DeadLetter],
    now: DateTime<Utc>,
    done: Option<Outcome>,
) -> Response {
    let links = &frame.shared.links;
    let here = links.of_connection(connection, "dead-letters");
    let shown = &letters[..letters.len().min(PAGE)];
    let body = html! {
        p {
            "A dead letter is an opportunity that Hatch refused, or an event whose notes could not be written. Nothing is tried until you say so: \
             repair the reason, then retry."
        }
        @if letters.is_empty() {
            p { "There are no dead letters." }
        } @else {
            p {
                strong { (things(letters.len() as u64, "dead letter", "dead letters")) }
                @if shown.len() < letters.len() { ", of which these are the " (grouped(shown.len() as u64)) " oldest" }
                "."
            }
            (retry_all(frame, connection, shown))
            ul.letters { @for letter in shown { (item(frame, connection, letter, now)) } }
        }
    };
    frame.page("Dead letters", Address::WithJson(&here), done, &body)
}

fn retry_all(frame: &Frame<'_>, connection: &str, shown: &[DeadLetter]) -> Markup {
    let form = Form {
        action: frame.shared.links.of_connection(connection, "dead-letters/retry-all"),
        button: "Retry all of these",
        label: format!("Retry all of these {} dead letters", shown.len()),
        fields: Vec::new(),
        is_grave: false,
    };
    html! { @if shown.len() > 1 { p { (form.draw(frame)) } } }
}

fn item(frame: &Frame<'_>, connection: &str, letter: &DeadLetter, now: DateTime<Utc>) -> Markup {
    html! {
        li {
            h2 { (subject(letter)) " " span.muted { "in " (letter.integration) } }
            p.reason { (letter.reason) }
            p.muted { (time(letter.at, now)) "." }
            div.buttons {
                (explain(frame, connection, letter))
                (retry(frame, connection, letter))
                details.confirm {
                    summary { "Discard…" }
                    p { (discarding(letter)) }
                    (discard(frame, connection, letter))
                }
            }
        }
    }
}

/// The subject of a letter in words.
fn subject(letter: &DeadLetter) -> String {
    match letter.subject.split_once(':') {
        Some(("job", id)) => format!("Job {id}"),
        Some(("membership", id)) => format!("Membership {id}"),
        Some(("event", id)) => format!("Event {id}"),
        _ => letter.subject.clone(),
    }
}

fn discarding(letter: &DeadLetter) -> &'static str {
    if letter.event_id().is_some() {
        "The notes that are missing will not be written, and the message is removed."
    } else {
        "Hatch keeps the opportunity as it is until its record changes in ServiceTitan."
    }
}

fn explain(frame: &Frame<'_>, connection: &str, letter: &DeadLetter) -> Markup {
    let links = &frame.shared.links;
    match (letter.event_id(), base_id(letter)) {
        (Some(event), _) => Form {
            action: links.of_connection(connection, "events"),
            button: "Explain",
            label: format!("Explain event {event}"),
            fields: vec![("event", event.to_owned())],
            is_grave: false,
        }
        .draw(frame),
        (None, Some(id)) => html! {
            a.button href=(links.opportunity(connection, &letter.integration, id)) aria-label=(format!("Explain {}", subject(letter))) {
                "Explain"
            }
        },
        (None, None) => html! {},
    }
}

/// The button that retries a letter.
pub(super) fn retry(frame: &Frame<'_>, connection: &str, letter: &DeadLetter) -> Markup {
    settle(frame, connection, letter, "retry", ("Retry", format!("Retry {}", subject(letter))))
}

fn discard(frame: &Frame<'_>, connection: &str, letter: &DeadLetter) -> Markup {
    let words = ("Discard for good", format!("Discard for good: {}", subject(letter)));
    settle(frame, connection, letter, "discard", words)
}

/// A button that settles a letter, with its words and its label.
fn settle(
    frame: &Frame<'_>,
    connection: &str,
    letter: &DeadLetter,
    decision: &str,
    (button, label): (&str, String),
) -> Markup {
    let form = Form {
        action: frame.shared.links.of_connection(connection, &format!("dead-letters/{decision}")),
        button,
        label,
        fields: vec![("integration", letter.integration.clone()), ("subject", letter.subject.clone())],
        is_grave: decision == "discard",
    };
    form.draw(frame)
}

/// The base record's ID of a letter about an opportunity.
fn base_id(letter: &DeadLetter) -> Option<i64> {
    letter.subject.split_once(':')?.1.parse().ok()
}
