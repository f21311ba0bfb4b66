//! The page of search.

use axum::response::Response;
use maud::{Markup, html};

use super::event::event;
use super::frame::{Address, Frame};
use super::parts::{opportunities, token};
use crate::host::{CustomerMatch, Found};

pub(crate) fn page(frame: &Frame<'_>, connection: &str, answer: Option<(&str, &Found)>) -> Response {
    let here = frame.shared.links.of_connection(connection, "search");
    let body = html! {
        form.search method="post" action=(here) role="search" {
            (token(frame))
            label for="text" { "ID of a job, membership, customer or event; phone number; e-mail address; or a part of a customer's name" }
            div.row {
                input #text type="search" name="text" required maxlength="200" autocomplete="off" spellcheck="false"
                    value=(answer.map_or("", |(text, _)| text));
                button type="submit" { "Search" }
            }
        }
        p.muted { "What you search for is in no address and in no log." }
        @if let Some((_, found)) = answer { (results(frame, connection, found)) }
    };
    frame.page("Search", Address::Page(&here), None, &body)
}

fn results(frame: &Frame<'_>, connection: &str, found: &Found) -> Markup {
    html! {
        section aria-labelledby="results" {
            h2 #results { "Found" }
            @if found.is_empty() {
                p { "Nothing. A record is known here if it changed since the start of the syncs, or belongs to one that did." }
            }
            @if !found.opportunities.is_empty() { (opportunities(frame, connection, &found.opportunities)) }
            @if let Some(found) = &found.event { (event(found)) }
            @for customer in &found.customers {
                article.customer {
                    h3 { (customer.name.as_deref().unwrap_or("Customer without a name")) }
                    p.muted { "Customer " (customer.id) ", found by " (words(customer.by)) "." }
                    (opportunities(frame, connection, &customer.opportunities))
                }
            }
            @if found.has_more { p { "There are more customers: search for something narrower." } }
        }
    }
}

fn words(by: CustomerMatch) -> &'static str {
    match by {
        CustomerMatch::Id => "the ID",
        CustomerMatch::Phone => "a phone number",
        CustomerMatch::PhoneOfLocation => "a phone number of a location",
        CustomerMatch::Email => "an e-mail address",
        CustomerMatch::EmailOfLocation => "an e-mail address of a location",
        CustomerMatch::Name => "the name",
    }
}
