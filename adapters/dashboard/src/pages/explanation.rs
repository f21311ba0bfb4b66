//! The explanation of an opportunity.

use axum::response::Response;
use hatch_mapping::{ContactKey, FieldOrigin};
use maud::{Markup, html};
use sync_core::OpportunityExplanation;

use super::dead_letters::retry;
use super::event::event;
use super::frame::{Address, Frame, Outcome};
use super::parts::{Form, model, value};
use crate::words::time;

pub(crate) fn page(
    frame: &Frame<'_>,
    connection: &str,
    explained: &OpportunityExplanation,
    done: Option<Outcome>,
) -> Response {
    let here = frame.shared.links.opportunity(connection, &explained.integration, explained.id);
    let title = format!("{} {} in {}", model(explained.model), explained.id, explained.integration);
    let refresh = Form {
        action: format!("{here}/refresh"),
        button: "Read again from ServiceTitan",
        label: "Read again from ServiceTitan".to_owned(),
        fields: Vec::new(),
        is_grave: false,
    };
    let body = html! {
        (summary(explained))
        div.buttons {
            @if let Some(letter) = &explained.dead_letter { (retry(frame, connection, letter)) }
            (refresh.draw(frame))
        }
        (fields(explained))
        (missing(explained))
        @if !explained.events.is_empty() {
            section aria-labelledby="events" {
                h2 #events { "Events of Hatch" }
                @for it in &explained.events { (event(it)) }
            }
        }
        (feeds(explained))
        (details(explained))
    };
    frame.page(&title, Address::WithJson(&here), done, &body)
}

fn summary(explained: &OpportunityExplanation) -> Markup {
    html! {
        dl.answers {
            dt { "Record" }
            dd {
                (explained.record)
                @if let Some(modified_on) = explained.modified_on { ", last changed " (time(modified_on)) }
                "."
                @if explained.is_refreshed {
                    " Read from ServiceTitan just now, except for shared lists such as tags, zones and technicians."
                }
            }
            @if let Some(letter) = &explained.dead_letter {
                dt { "Refused" }
                dd.reason { (letter.reason) " (" (time(letter.at)) ")" }
            }
            dt { "Last delivery" }
            dd { @match &explained.last_delivery { Some(last) => (last), None => "none" } }
            dt { "Next delivery" }
            dd { (explained.next_delivery) "." }
        }
    }
}

fn fields(explained: &OpportunityExplanation) -> Markup {
    let Some(explanation) = &explained.explanation else { return html! {} };
    let without_contact = match explanation.contact_key {
        ContactKey::Missing => {
            Some("Hatch cannot find the contact: there is neither a phone number nor an e-mail address.")
        }
        ContactKey::MissingWithoutFallback => Some(
            "Hatch cannot find the contact: the customer has neither a phone number nor an e-mail address. The location has one; the option \
             contact_fallback would use it.",
        ),
        _ => None,
    };
    html! {
        section aria-labelledby="fields" {
            h2 #fields { "Standard fields" }
            @if let Some(text) = without_contact { p.reason { (text) } }
            table.cards {
                thead { tr { th scope="col" { "Field in Hatch" } th scope="col" { "Value" } th scope="col" { "Where it comes from" } } }
                tbody { @for field in &explanation.fields { (row(field)) } }
            }
        }
    }
}

fn row(field: &FieldOrigin) -> Markup {
    html! {
        tr {
            th scope="row" { (field.field) }
            td data-label="Value" {
                @match &field.value { Some(text) => span.value { (text) }, None => span.muted { "no value" } }
            }
            td data-label="Where it comes from" {
                (field.reason)
                @if let (Some(record), Some(id)) = (field.record, field.record_id) { ", from " (record) " " (id) }
                @if let Some(path) = &field.path { " " code { (path) } }
                @for contact in &field.passed_over { br; span.muted { "Passed over: " (contact) } }
            }
        }
    }
}

fn missing(explained: &OpportunityExplanation) -> Markup {
    let records = explained.missing.iter().map(ToString::to_string);
    let lines: Vec<String> =
        explained.lacks.iter().cloned().chain(records).chain(explained.warnings.iter().cloned()).collect();
    html! {
        @if !lines.is_empty() {
            section aria-labelledby="missing" {
                h2 #missing { "Missing or not usable" }
                ul { @for line in &lines { li { (line) } } }
            }
        }
    }
}

fn feeds(explained: &OpportunityExplanation) -> Markup {
    html! {
        section {
            details {
                summary { "Changes read from ServiceTitan, by feed" }
                ul.plain { @for (resource, feed) in &explained.feeds { li { strong { (resource) } ": " (feed) } } }
            }
        }
    }
}

fn details(explained: &OpportunityExplanation) -> Markup {
    let Some(opportunity) = &explained.opportunity else { return html! {} };
    let leaves = opportunity.details.flatten();
    let body = serde_json::to_string_pretty(opportunity).unwrap_or_default();
    html! {
        section {
            details {
                summary { "Details: " (leaves.len()) " values with their paths" }
                dl.paths { @for (path, leaf) in &leaves { div { dt { code { (path) } } dd { (value(leaf)) } } } }
            }
            details {
                summary { "The body that Hatch gets" }
                pre tabindex="0" aria-label="Body as JSON" { (body) }
            }
        }
    }
}
